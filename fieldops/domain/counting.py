"""The counting rules: what one visit, one worker or one act brings to each figure of a report.

Nothing is added up here over visits: a figure is told apart by visit, so that whoever reads it can be shown
what is behind it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from fieldops.domain.checklist.answers import CHOSEN
from fieldops.domain.checklist.disputes import weight
from fieldops.domain.counting_rules import WHOLE, Condition, Counting, Rule, Split
from fieldops.domain.entry import Entry
from fieldops.domain.exhibits import Taken
from fieldops.domain.ids import PremisesId, SubjectId, VisitId
from fieldops.domain.kinds import ACCEPTED, SENT, is_decimal
from fieldops.domain.strict_json import Json
from fieldops.domain.visit import Known, Register, State, said

VISIT = SubjectId("visit")

Amount = int | Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One planned visit as counted; `children` are on the child path, `tier` is how the place was chosen.

    `outweighed` are the options, by person, that do not count while a rival that excludes them weighs more.
    """

    visit: VisitId
    premises: PremisesId
    tier: str
    known: Known
    children: frozenset[SubjectId]
    outweighed: frozenset[tuple[SubjectId, str]] = frozenset()
    exhibits: tuple[Taken, ...] = ()  # those that the reader may open
    _chosen: dict[tuple[SubjectId, str], tuple[str, ...]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Options are sought once for all figures: the registers are many, and so are the figures."""
        self._chosen.update(_options(self.known, self.outweighed))

    def said(self, subject: SubjectId, question: str) -> tuple[str | int, ...]:
        """What is answered: the one value, or each option chosen of several. Not asked and cleared are none.

        While rivals stand, the visit lead's word counts, or else the latest; the rivals are listed beside the
        figures, for a ruling may change them.
        """
        single = _answer(self.known.registers.get((subject, question)))
        return (single,) if isinstance(single, str | int) else self._chosen.get((subject, question), ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A figure told apart by split value and visit. A figure that is not split has the one split `WHOLE`."""

    rule: Rule
    splits: Mapping[str, Mapping[VisitId, Amount]]


def count(counting: Counting, sites: Sequence[Site]) -> dict[str, Counted]:
    """Every figure of the rules over these visits, in the order given."""
    return {rule.id: _figure(counting, rule, sites) for rule in counting.rules}


def _figure(counting: Counting, rule: Rule, sites: Sequence[Site]) -> Counted:
    splits: dict[str, dict[VisitId, Amount]] = {value: {} for value in _shown_anyway(counting, rule)}
    seen: set[PremisesId] = set()
    for site in sites:
        for value, amount in _brought(counting, rule, site, seen):
            by_visit = splits.setdefault(value, {})
            by_visit[site.visit] = by_visit.get(site.visit, 0) + amount
    return Counted(rule=rule, splits=splits)


def _shown_anyway(counting: Counting, rule: Rule) -> tuple[str, ...]:
    """The split values that are told even where nothing was counted under them."""
    if rule.by is None:
        return (WHOLE,)
    return tuple(arm.code for arm in counting.arms) if rule.by.arm else rule.by.order


Brought = Iterator[tuple[str, Amount]]


def _brought(counting: Counting, rule: Rule, site: Site, seen: set[PremisesId]) -> Brought:
    """What one site brings to a figure, by split value."""
    if rule.per == "worker":
        for worker in site.known.workers:
            if _holds(rule, site, worker.subject):
                yield from _split_subject(counting, rule, site, worker.subject)
    elif rule.per in _ACTS_ABOUT:
        yield from _acts(rule, site)
    elif rule.per in _EXHIBITS_OF:
        yield from _exhibits(rule, site)
    elif _holds(rule, site, VISIT):
        first = site.premises not in seen
        seen.add(site.premises)
        yield from _at_the_visit(counting, rule, site, first)


def _at_the_visit(counting: Counting, rule: Rule, site: Site, first: bool) -> Brought:
    """A visit counts as one, once for its premises, as a repeat, or once for each agency that was there."""
    if rule.per == "attendance":
        yield from ((agency, 1) for agency in _attended(site.known))
    elif rule.per == "visit" or first is (rule.per == "premises"):
        yield from _split_subject(counting, rule, site, VISIT)


def _split_subject(counting: Counting, rule: Rule, site: Site, subject: SubjectId) -> Brought:
    amount = 1
    if rule.sum_question is not None:
        amount = next((v for v in site.said(subject, rule.sum_question) if isinstance(v, int)), 0)
    if rule.by is None:
        yield WHOLE, amount
    elif rule.by.arm:
        yield counting.arm(site.tier), amount
    elif rule.by.question is not None:
        for value in _split_values(rule.by, site.said(subject, rule.by.question)):
            yield value, amount


def _split_values(by: Split, given: Sequence[str | int]) -> Sequence[str]:
    known = [value for value in by.order if value in given] if by.order else [str(one) for one in given]
    if by.highest:
        known = known[:1]
    return known or ([by.otherwise] if by.otherwise else [])


_ACTS_ABOUT: Mapping[str, Callable[[SubjectId], bool]] = {
    "visit_act": lambda subject: subject == VISIT,
    "worker_act": lambda subject: subject.startswith("worker:"),
    "act": lambda subject: True,
}


_EXHIBITS_OF: Mapping[str, Callable[[SubjectId], bool]] = {
    "visit_exhibit": _ACTS_ABOUT["visit_act"],
    "worker_exhibit": _ACTS_ABOUT["worker_act"],
}


def _exhibits(rule: Rule, site: Site) -> Brought:
    for one in site.exhibits:
        if _EXHIBITS_OF[rule.per](one.subject) and all(one.parts[part] == said for part, said in rule.where):
            yield _told_apart(rule, one.parts), 1


def _acts(rule: Rule, site: Site) -> Brought:
    found = acts(site.known, str(rule.kind), _ACTS_ABOUT[rule.per], rule.where)
    standing = [value for value in found if not _says_any(value, rule.but_not)]
    if rule.once_for is not None:
        standing = list({value.get(rule.once_for): value for value in standing}.values())
    for value in standing:
        amount = _amount(rule, value)
        if amount is not None:
            yield _told_apart(rule, value), amount


def _told_apart(rule: Rule, value: Mapping[str, Json]) -> str:
    part = rule.by.part if rule.by else None
    return str(value.get(part, "")) if part else WHOLE


def _says_any(value: Mapping[str, Json], words: Iterable[tuple[str, str]]) -> bool:
    return any(value.get(part) == said for part, said in words)


def _amount(rule: Rule, value: Mapping[str, Json]) -> Amount | None:
    """What one act brings: itself, or the sum it names; nothing if that is no sum."""
    if rule.sum_part is None:
        return 1
    named = str(value.get(rule.sum_part))
    return Decimal(named) if is_decimal(named) else None


def acts(
    known: Known, kind: str, about: Callable[[SubjectId], bool], where: Iterable[tuple[str, str]] = ()
) -> Iterator[dict[str, Json]]:
    """The acts of a kind that stand, about these subjects, whose parts say what is asked."""
    for standing in known.acts:
        value = standing.entry.value
        if standing.entry.kind != kind or not about(standing.entry.subject) or not isinstance(value, dict):
            continue
        if all(value.get(part) == wanted for part, wanted in where) and _answers_one(known, standing.entry):
            yield value


def _answers_one(known: Known, entry: Entry) -> bool:
    """An acceptance counts if what it names as sent still stands, for the same subject and route."""
    if entry.kind != ACCEPTED or not isinstance(entry.value, dict):
        return True
    named = (entry.value.get("sent"), SENT, entry.subject, entry.value.get("route"))
    acts_known = [one.entry for one in known.acts]
    return any(named == (one.id, one.kind, one.subject, _part(one, "route")) for one in acts_known)


def _part(entry: Entry, part: str) -> Json:
    return entry.value.get(part) if isinstance(entry.value, dict) else None


def _attended(known: Known) -> list[str]:
    """The agencies that were at a visit, each once: said by an act, or shown by what they answered there.

    Rulings and acts show nothing: they may be made at the desk.
    """
    told = acts(known, "attendance", lambda subject: True)
    agencies = {str(value["agency"]) for value in told if "agency" in value}
    for register in known.registers.values():
        agencies |= {str(one.author.agency) for one in register.history if one.entry.kind == "answer"}
    return sorted(agencies)


def _holds(rule: Rule, site: Site, subject: SubjectId) -> bool:
    if not all(_fits(condition, site, subject) for condition in rule.when):
        return False
    return not any(_fits(condition, site, subject) for condition in rule.unless)


def _fits(condition: Condition, site: Site, subject: SubjectId) -> bool:
    if condition.child is not None:
        return (subject in site.children) is condition.child
    if condition.act is not None:
        return any(acts(site.known, condition.act, lambda about: about == subject, condition.where))
    given = site.said(subject, condition.question or "")
    return bool(given) if condition.values is None else any(one in condition.values for one in given)


def value(known: Known, subject: SubjectId, question: str) -> str | int | None:
    """What is answered to a question of one value, as `Site.said` counts it."""
    single = _answer(known.registers.get((subject, question)))
    return single if isinstance(single, str | int) else None


def _options(
    known: Known, outweighed: frozenset[tuple[SubjectId, str]]
) -> dict[tuple[SubjectId, str], tuple[str, ...]]:
    """The options chosen, by person and question."""
    found: dict[tuple[SubjectId, str], tuple[str, ...]] = {}
    for (about, name), register in known.registers.items():
        question, _, option = name.partition(":")
        if option and (about, name) not in outweighed and _answer(register) == CHOSEN:
            found[about, question] = (*found.get((about, question), ()), option)
    return found


def _answer(register: Register | None) -> Json:
    if register is None or not register.current:
        return None
    told = said(max(register.current, key=weight).entry)
    return told.value if told.state is State.ANSWERED else None
