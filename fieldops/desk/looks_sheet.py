"""What the pages of the access log say: who was shown what of which visit, when, and what for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from fieldops.desk.forms import Fault
from fieldops.desk.people_sheet import NOT_NAMED
from fieldops.desk.plan import Plan
from fieldops.desk.words import Moment, count, listed, moment
from fieldops.domain.access import names_officer
from fieldops.domain.classes import Classes
from fieldops.domain.ids import OfficerId
from fieldops.domain.look_review import Raised
from fieldops.domain.look_rules import LookRules
from fieldops.domain.looks import Look, LookKind
from fieldops.domain.people import Officer
from fieldops.domain.who import Reader
from fieldops.store.look_reviews import Review, Verdict

KINDS: Mapping[LookKind, str] = {
    LookKind.COLLECTION: "Handed in",
    LookKind.ALTERATION: "Replaced",
    LookKind.CONSULTATION: "Looked at",
    LookKind.DISCLOSURE: "Taken out",
    LookKind.COMBINATION: "Put together",
    LookKind.ERASURE: "Removed from a tablet",
}
THROUGH: Mapping[str, str] = {
    "desk": "at the desk",
    "tablet": "on a tablet",
    "locked": "by a tablet that nobody unlocked",
    "command": "by a command at the server",
}
VERDICTS: Mapping[Verdict, str] = {Verdict.EXPLAINED: "Explained", Verdict.FOLLOW_UP: "To be followed up"}
NOBODY = "nobody signed in"
MOST_WORDS = 1000
MOST_VISITS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class LookLine:
    """One line of the log in words."""

    at: Moment
    who: str
    what: str
    where: str
    holds: str
    purpose: str
    reason: str
    outside: bool  # no assignment covered it
    told: Moment | None  # the tablet's clock


@dataclass(frozen=True, slots=True, kw_only=True)
class RaisedLine:
    """Looks that a rule raised, and what was said about them."""

    key: str
    words: str
    limit: str
    who: str
    day: str
    looks: tuple[LookLine, ...]
    said: str
    why: str
    open: bool
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the lines are worded by."""

    reader: Reader
    plan: Plan
    classes: Classes
    rules: LookRules
    officers: Mapping[OfficerId, Officer]
    now: datetime


def look_lines(known: Known, looks: Iterable[Look]) -> tuple[LookLine, ...]:
    """Each line in words, in the order given."""
    return tuple(_line(known, one) for one in looks)


def raised_lines(known: Known, found: Sequence[Raised], said: Mapping[str, Review]) -> tuple[RaisedLine, ...]:
    """What waits for a word first, then the newest."""
    lines = [_raised(known, one, said.get(one.key)) for one in found]
    return tuple(sorted(lines, key=lambda one: not one.open))


def review_faults(verdict: str, why: str) -> tuple[Fault, ...]:
    """What is missing before a word about looks is kept."""
    faults = []
    if verdict not in list(Verdict):
        faults.append(Fault(field="verdict", text="Choose what becomes of it"))
    if not why or len(why) > MOST_WORDS:
        faults.append(Fault(field="why", text=f"Say why, in {MOST_WORDS:,} characters or fewer"))
    return tuple(faults)


def _raised(known: Known, one: Raised, said: Review | None) -> RaisedLine:
    rule = one.rule
    hours = int(rule.within.total_seconds() // 3600)
    return RaisedLine(
        key=one.key,
        words=rule.words,
        limit=f"{count(len(one.looks), 'look')}, asked about beyond {rule.most} in {count(hours, 'hour')}",
        who=_named(known, one.officer),
        day=f"{one.day.day} {one.day:%B %Y}",
        looks=look_lines(known, reversed(one.looks)),
        said="" if said is None else _said(known, said),
        why="" if said is None else said.why,
        open=said is None,
        own=one.officer == known.reader.officer,
    )


def _said(known: Known, said: Review) -> str:
    return f"{VERDICTS[said.verdict]}, by {_named(known, said.by)}, {moment(said.at, beside=known.now).text}"


def _line(known: Known, one: Look) -> LookLine:
    return LookLine(
        at=_moment(one.at_ms, known.now),
        who=_named(known, one.officer),
        what=f"{KINDS[one.kind]}, {THROUGH.get(one.through, one.through)}",
        where=_where(known, one),
        holds=_holds(known, one),
        purpose=known.rules.words_of(one.purpose),
        reason=one.reason or "",
        outside=not one.covered and bool(one.shown.classes),
        told=None if one.told_ms is None else _moment(one.told_ms, known.now),
    )


def _moment(ms: int, now: datetime) -> Moment:
    return moment(datetime.fromtimestamp(ms / 1000, UTC), beside=now)


def _named(known: Known, name: OfficerId | None) -> str:
    if name is None:
        return NOBODY
    found = known.officers.get(name)
    if found is None:
        return name
    told = names_officer(known.reader, found.agency) or name == known.reader.officer
    return f"{found.name if told else NOT_NAMED}, {found.agency}"


def _where(known: Known, one: Look) -> str:
    """The visits by the codes of their premises; how many, where there are more than a few."""
    if len(one.shown.visits) > MOST_VISITS:
        return count(len(one.shown.visits), "visit")
    codes = sorted(
        known.plan.premises_of(visit).code for visit in known.plan.visits if visit.id in one.shown.visits
    )
    place = listed(codes) or "the operation"
    return f"{place}, one person" if one.shown.person else place


def _holds(known: Known, one: Look) -> str:
    names = [each.name for each in known.classes.order if each.code in one.shown.classes]
    if not names:
        return "no entries"
    return f"{count(one.shown.entries, 'entry', 'entries')}: {', '.join(names)}"
