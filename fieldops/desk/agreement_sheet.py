"""What the agreement's pages show: one version with its particulars and its table, and all versions with who
asked for them and why."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from fieldops.desk.agreement_words import (
    Named,
    PartyWords,
    day_words,
    party_words,
    reserved_words,
    table_rows,
)
from fieldops.desk.papers import read_classes
from fieldops.desk.plan import read_operation_head
from fieldops.desk.words import Moment, State, moment
from fieldops.domain.agreement import Agreement
from fieldops.domain.agreement_check import Asked
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import OfficerId, PaperHash
from fieldops.domain.operation import Operation
from fieldops.domain.people import Officer
from fieldops.domain.postures import Postures
from fieldops.domain.sharing import Difference, difference
from fieldops.domain.who import Reader
from fieldops.store.agreements import AgreementChange, ChangeState, agreement_changes, postures_known
from fieldops.store.directory import agencies_of, officers
from fieldops.store.published import paper
from fieldops.store.readers import agreement_of

STATES: Mapping[ChangeState, State] = {
    ChangeState.WAITS: State(text="Waits to be confirmed", colour="yellow"),
    ChangeState.IN_FORCE: State(text="Was in force", colour="grey"),
    ChangeState.REFUSED: State(text="Refused", colour="red"),
    ChangeState.WITHDRAWN: State(text="Withdrawn", colour="grey"),
}
NOW_IN_FORCE = State(text="In force", colour="green")


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLine:
    """One version in the list of them. `why` and `decided` are empty for the one it was opened under."""

    hash: PaperHash
    version: str
    state: State
    at: Moment
    by: str
    why: str
    decided: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One version as somebody reads it. `change` is the change that brought it, if one did."""

    operation: Operation
    hash: PaperHash
    agreement: Agreement
    named: Named
    postures: Postures | None
    change: AgreementChange | None
    in_force: bool
    own: PartyWords
    parties: tuple[PartyWords, ...]
    opens: tuple[str, ...]
    widens: bool
    versions: tuple[VersionLine, ...]

    def asked(self, today: date) -> Asked:
        """Against what this operation's agreement is held."""
        return Asked(
            classes=self.named.classes,
            postures=self.postures,
            today=today,
            last_day=max(self.operation.days),
        )

    @property
    def changed(self) -> tuple[PartyWords, ...]:
        return tuple(one for one in self.parties if one.changed)

    @property
    def particulars(self) -> list[tuple[str, str]]:
        return list(_particulars(self.agreement, self.named))

    @property
    def gateways(self) -> list[tuple[str, str, str, str, str]]:
        return [
            (
                self.named.agency(one.agency),
                one.controller or "not named",
                one.law,
                one.purpose,
                "yes" if one.confirmed else "needs a practitioner",
            )
            for one in self.agreement.gateways
        ]

    @property
    def rows(self) -> list[list[str]]:
        return table_rows(self.agreement, self.named)

    @property
    def heads(self) -> list[str]:
        return ["Class", *(self.named.agency(code) for code in sorted(self.agreement.agencies))]

    @property
    def reserved(self) -> tuple[str, ...]:
        return reserved_words(self.agreement, self.named)


def read_sheet(session: Session, reader: Reader, version: PaperHash | None) -> Sheet:
    """A version of the operation's agreement (None: the one in force) with what it changed."""
    serving = read_operation_head(session, reader)
    changes, standing = agreement_changes(session, serving.id), serving.papers.agreement
    shown = standing if version is None else version
    if shown not in {standing, *(one.paper for one in changes), *(one.base for one in changes)}:
        raise Refusal("not_found", "There is no such version of this agreement.")
    agreement, named = agreement_of(session, shown), read_named(session, serving)
    postures = postures_known(session)
    change = next((one for one in changes if one.paper == shown), None)
    before = agreement if change is None else agreement_of(session, change.base)
    changed = difference(before, agreement, named.codes, postures)
    return Sheet(
        operation=serving,
        hash=shown,
        agreement=agreement,
        named=named,
        postures=postures,
        change=change,
        in_force=shown == standing,
        own=party_words(agreement, reader.agency, named),
        parties=party_lines(before, agreement, named, changed),
        opens=changed.opens,
        widens=changed.widens,
        versions=_versions(session, serving, changes),
    )


def party_lines(
    before: Agreement, after: Agreement, named: Named, changed: Difference
) -> tuple[PartyWords, ...]:
    """Every party of both versions, in words."""
    return tuple(
        party_words(after, agency, named, changed) for agency in sorted(before.agencies | after.agencies)
    )


def read_named(session: Session, serving: Operation) -> Named:
    """What the operation calls its classes and agencies."""
    return Named(classes=read_classes(session, serving).order, agencies=agencies_of(session, serving.id))


def read_words(session: Session, name: PaperHash) -> dict[str, object]:
    """A published version as it was written."""
    data = paper(session, name)
    if data is None:
        raise Refusal("paper_missing", "The operation's sharing agreement is not published.", paper=name)
    found: dict[str, object] = json.loads(data)
    return found


def _particulars(paper: Agreement, named: Named) -> Iterator[tuple[str, str]]:
    signed = paper.posture.sign_off
    yield "Reference", paper.id
    yield "Title", paper.title
    yield "Purposes", "\n".join(paper.purposes)
    yield "Lead controller", named.agency(paper.controller)
    yield "Review", day_words(paper.review_on)
    yield "Ends", day_words(paper.ends_on)
    yield "Retention", paper.retention
    yield "If data is lost or leaks", paper.breach_contact
    yield "Impact assessment", paper.dpia
    yield "Marking and handling", f"{paper.marking}. {paper.handling}"
    yield "Immigration firewall", f"{paper.posture.code}: {paper.posture.meaning}"
    yield "Read to workers", paper.posture.statement
    if signed is not None:
        yield "Signed off by", f"{signed.by} on {day_words(signed.on)}: {signed.reason}"


def _versions(
    session: Session, serving: Operation, changes: list[AgreementChange]
) -> tuple[VersionLine, ...]:
    people = officers(session, [who for one in changes for who in (one.asked_by, one.decided_by) if who])
    standing = serving.papers.agreement
    first = min(changes, key=lambda one: one.key).base if changes else standing
    opened = VersionLine(
        hash=first,
        version=agreement_of(session, first).version,
        state=NOW_IN_FORCE if first == standing else STATES[ChangeState.IN_FORCE],
        at=moment(serving.opened_at),
        by="",
        why="The operation was opened under it.",
        decided="",
    )
    lines = (_line(session, one, one.paper == standing, people) for one in changes)
    return (*lines, opened)


def _line(
    session: Session, one: AgreementChange, in_force: bool, people: Mapping[OfficerId, Officer]
) -> VersionLine:
    return VersionLine(
        hash=one.paper,
        version=agreement_of(session, one.paper).version,
        state=NOW_IN_FORCE if in_force else STATES[one.state],
        at=moment(one.asked_at),
        by=_who(people, one.asked_by),
        why=one.reason,
        decided=_decided(one, people),
    )


def _decided(one: AgreementChange, people: Mapping[OfficerId, Officer]) -> str:
    if one.decided_by is None or one.decided_at is None:
        return ""
    verb = "Confirmed" if one.state is ChangeState.IN_FORCE else STATES[one.state].text
    why = f": {one.decided_why}" if one.decided_why else ""
    return f"{verb} by {_who(people, one.decided_by)}, {_at(one.decided_at)}{why}"


def _at(at: datetime) -> str:
    return moment(at).text


def _who(people: Mapping[OfficerId, Officer], officer: OfficerId) -> str:
    found = people.get(officer)
    return officer if found is None else f"{found.name}, {found.agency}"
