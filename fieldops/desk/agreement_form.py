"""The form in which a lead edits the agreement, and the paper that comes of it.

Its names say what they stand for: a cell is `level`, the agency and the class. What a form leaves out stays;
what no form can change (reserved classes, the mandate) is taken from the version that is edited.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date

from fieldops.desk.agreement_words import Named
from fieldops.desk.forms import Fault
from fieldops.domain.agreement import (
    Agreement,
    Gateway,
    Level,
    Posture,
    Scope,
    SignOff,
    Terms,
    Withheld,
    parse_agreement,
)
from fieldops.domain.agreement_check import Asked, lacks
from fieldops.domain.ids import AgencyCode, ClassCode

TEXTS = ("dpia", "retention", "breach_contact")
DAYS = ("review_on", "ends_on")
PARTIES = (("controller", "controller"), ("law", "law"), ("for", "purpose"))  # of the form, and of the paper
MOST_CHARS = 2000

Words = dict[str, object]
Form = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Editing:
    """What is edited: the paper of the version in force, and by which names and rules."""

    words: Mapping[str, object]
    named: Named
    asked: Asked

    @property
    def before(self) -> Agreement:
        return parse_agreement(self.words)

    @property
    def immigration(self) -> str:
        """What the operation calls its immigration officers."""
        postures = self.asked.postures
        codes = frozenset() if postures is None else postures.immigration
        return " and ".join(self.named.agency(code) for code in sorted(codes))

    @property
    def choices(self) -> list[Posture]:
        """The postures that there are, each with the sentence that would be read to workers."""
        rules = () if self.asked.postures is None else self.asked.postures.by_code.values()
        return [rule.posture(self.immigration) for rule in rules]

    @property
    def parties(self) -> list[AgencyCode]:
        """Whoever can be given something: the parties first, then every agency that is known."""
        inside = self.before.agencies
        return sorted({*inside, *self.named.agencies}, key=lambda code: (code not in inside, code))


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """The version that a form asks for; with faults there is none."""

    words: Words
    after: Agreement
    faults: tuple[Fault, ...]


def fields_of(editing: Editing) -> dict[str, str]:
    """The form as it opens: what the version in force says, by the names of the fields."""
    paper = editing.before
    signed = paper.posture.sign_off
    found = {name: str(getattr(paper, name)) for name in (*TEXTS, *DAYS)}
    found |= {"purposes": "\n".join(paper.purposes), "posture": paper.posture.code}
    if signed is not None:
        found |= {"signed_by": signed.by, "signed_on": signed.on.isoformat(), "signed_why": signed.reason}
    for gateway in paper.gateways:
        found |= {f"{name}.{gateway.agency}": str(getattr(gateway, key)) for name, key in PARTIES}
    for agency in editing.parties:
        for code in editing.named.codes:
            terms = paper.given(agency, code)
            found[f"level.{agency}.{code}"] = terms.level
            found[f"withheld.{agency}.{code}"] = terms.withheld
            found[f"scope.{agency}.{code}"] = terms.scope
    return found


def edit(editing: Editing, form: Form) -> Edited:
    """The version that the form asks for, and everything that is wrong with it."""
    faults = list(_misfits(editing, form))
    if faults:
        return Edited(words={}, after=editing.before, faults=tuple(faults))
    words = _written(editing, form)
    after = parse_agreement(words)
    faults = [Fault(field=one.at, text=one.text) for one in lacks(after, editing.asked)]
    if not faults and after == editing.before:
        faults = [Fault(field="purposes", text="Nothing was changed")]
    words["version"] = next_version(editing.before.version)
    return Edited(words=words, after=parse_agreement(words), faults=tuple(faults))


def next_version(version: str) -> str:
    """The number behind a version: `1.2.0` is followed by `1.2.1`."""
    head, _, last = version.rpartition(".")
    return f"{head}.{int(last) + 1}" if head and last.isdecimal() else f"{version}.1"


def _misfits(editing: Editing, form: Form) -> Iterator[Fault]:
    """What cannot be read at all: days that are none, choices that were not offered, texts without an end."""
    for name, value in form.items():
        if len(value) > MOST_CHARS:
            yield Fault(field=name, text=f"Say it in {MOST_CHARS:,} characters or fewer")
        elif _no_day(name, value):
            yield Fault(field=name, text="Give a day such as 2027-05-11")
    for agency in editing.parties:
        for code in editing.named.codes:
            if _terms(editing, form, agency, code) is None:
                yield Fault(field=f"level.{agency}.{code}", text="Choose from what is offered")


def _written(editing: Editing, form: Form) -> Words:
    words: Words = deepcopy(dict(editing.words))
    before = editing.before
    for name in (*TEXTS, *DAYS):
        words[name] = _line(form, name, str(words[name]))
    if "purposes" in form:
        words["purposes"] = [line.strip() for line in form["purposes"].splitlines() if line.strip()]
    if before.unstated:
        words["unstated"] = _still_unstated(editing, words)
    out = _posture(editing, form, words)
    words["terms"] = dict(_rows(editing, form, out))
    words["gateways"] = [dict(one) for one in _gateways(editing, form, out)]
    return words


def _still_unstated(editing: Editing, words: Words) -> list[str]:
    """The particulars at which the sentence still stands that nobody has said them."""
    return sorted(key for key in editing.before.unstated if words.get(key) == editing.words[key])


def _posture(editing: Editing, form: Form, words: Words) -> frozenset[AgencyCode]:
    """Writes the posture with the sentence that is true of it; gives the agencies that it makes no party."""
    postures, standing = editing.asked.postures, editing.before.posture
    rule = None if postures is None else postures.by_code.get(form.get("posture", standing.code))
    if postures is None or rule is None:
        return frozenset()
    found = rule.posture(editing.immigration, _signed(form, standing.sign_off))
    said: Words = {"code": found.code, "meaning": found.meaning, "statement": found.statement}
    if found.sign_off is not None:
        signed = found.sign_off
        said["sign_off"] = {"by": signed.by, "on": signed.on.isoformat(), "reason": signed.reason}
    words["posture"] = said
    return frozenset() if rule.partner else postures.immigration


def _signed(form: Form, before: SignOff | None) -> SignOff | None:
    """Who signs a posture off: as the form says, or as it stood where the form does not speak of it."""
    if "signed_by" not in form:
        return before
    on = _day(form.get("signed_on", ""))
    if on is None:
        return None
    return SignOff(by=_line(form, "signed_by", ""), on=on, reason=_line(form, "signed_why", ""))


def _rows(editing: Editing, form: Form, out: frozenset[AgencyCode]) -> Iterator[tuple[str, Words]]:
    """The table anew. A row without anything in it is none, unless it was there."""
    before = editing.before
    for agency in editing.parties:
        row: Words = {}
        for code in editing.named.codes:
            terms = _terms(editing, form, agency, code)
            assert terms is not None
            if (agency, code) in before.terms or terms != before.given(agency, code):
                row[code] = {"level": terms.level, "withheld": terms.withheld, "scope": terms.scope}
        if row and agency not in out:
            yield agency, row


def _terms(editing: Editing, form: Form, agency: AgencyCode, code: ClassCode) -> Terms | None:
    """One cell as the form has it; None for a choice that there is not. Reserved classes stay as they are."""
    before = editing.before.given(agency, code)
    if code in editing.before.reserved:
        return before
    try:
        return Terms(
            level=Level(form.get(f"level.{agency}.{code}", before.level)),
            withheld=Withheld(form.get(f"withheld.{agency}.{code}", before.withheld)),
            scope=Scope(form.get(f"scope.{agency}.{code}", before.scope)),
        )
    except ValueError:
        return None


def _gateways(editing: Editing, form: Form, out: frozenset[AgencyCode]) -> Iterator[Words]:
    known = {one.agency: one for one in editing.before.gateways}
    for agency in dict.fromkeys((*known, *editing.parties)):
        said = _said_of(form, agency, known.get(agency, _unnamed(agency)))
        if agency not in out and (said["controller"] or said["law"] or said["purpose"]):
            yield said


def _said_of(form: Form, agency: AgencyCode, old: Gateway) -> Words:
    """Who answers for an agency's data, and by which law; another law is to be confirmed anew."""
    said: Words = {key: _line(form, f"{name}.{agency}", str(getattr(old, key))) for name, key in PARTIES}
    return {"agency": agency, **said, "confirmed": old.confirmed and said["law"] == old.law}


def _unnamed(agency: AgencyCode) -> Gateway:
    return Gateway(agency=agency, controller="", law="", purpose="", confirmed=False)


def _no_day(name: str, value: str) -> bool:
    """Whether what should be a day is none. A sign-off may be left empty."""
    asked = name in DAYS or (name == "signed_on" and bool(value.strip()))
    return asked and _day(value) is None


def _line(form: Form, name: str, otherwise: str) -> str:
    return " ".join(form.get(name, otherwise).split())


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
