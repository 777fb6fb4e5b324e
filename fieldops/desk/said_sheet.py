"""One entry as the desk shows it: what it says, whose it is, its three times, what is odd about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from fieldops.desk.words import Moment, moment, offset_of, span
from fieldops.domain.access import names_officer
from fieldops.domain.author import Author
from fieldops.domain.ids import AgencyCode, EntryId
from fieldops.domain.kinds import RULING, WITHDRAWAL
from fieldops.domain.visit import NO_RIGHT, NO_RULING, WRONG_TARGET, Standing
from fieldops.domain.who import Reader
from fieldops.store.records import RELEASED

LATE = timedelta(minutes=5)  # received this long after it was recorded: the tablet had no signal
HOW: Mapping[str, str] = {RULING: "Ruled on", WITHDRAWAL: "Withdrawn"}
FLAG_WORDS: Mapping[str, str] = {
    NO_RIGHT: "It was meant to replace an answer that its author may not replace, so both stand.",
    NO_RULING: "It was meant to settle a conflict. Only a ruling with its reason does that, so all stand.",
    WRONG_TARGET: "It names an entry of another question as the one it replaces. That was not followed.",
    RELEASED: "It had been put aside when it came. A lead released it into the record.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One entry in words. `received` is None while only a tablet holds it."""

    value: str
    by: str
    happened: Moment
    recorded: Moment
    received: Moment | None
    waited: str  # how long a tablet without signal kept it; empty where it was sent at once
    remarks: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Struck:
    """An entry that stands no longer, with who struck it through, when and why."""

    said: Said
    how: str
    by: str
    at: Moment | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """For whom entries are told: decides how authors are named, and knows the tablets' clock offsets."""

    reader: Reader
    agencies: Mapping[AgencyCode, str]
    offsets: Mapping[EntryId, int]  # milliseconds, device minus server, of entries flagged for it
    day: date  # times of this day are told without it

    def author(self, author: Author) -> str:
        """Name and agency, or the agency alone where the agreement keeps names back."""
        agency = self.agencies.get(author.agency, author.agency)
        if names_officer(self.reader, author.agency):
            return f"{author.name}, {agency}"
        return f"An officer of {agency}"

    def said(self, standing: Standing, value: str) -> Said:
        """One entry, its value already in words."""
        entry = standing.entry
        received = standing.received
        if received is not None:
            received = received.astimezone(offset_of(entry.recorded))
        return Said(
            value=value,
            by=self.author(standing.author),
            happened=moment(entry.happened, beside=self.day),
            recorded=moment(entry.recorded, beside=self.day),
            received=None if received is None else moment(received, beside=self.day),
            waited=span(received - entry.recorded) if received and received - entry.recorded > LATE else "",
            remarks=self._remarks(standing),
            note=entry.note or "",
        )

    def struck(self, standing: Standing, value: str, later: Standing | None) -> Struck:
        """An entry that `later` replaced or took back."""
        if later is None:
            said = self.said(standing, value)
            return Struck(said=said, how="Corrected", by="an entry not shown", at=None, why="")
        return Struck(
            said=self.said(standing, value),
            how=HOW.get(later.entry.kind, "Corrected"),
            by=self.author(later.author),
            at=moment(later.entry.recorded, beside=self.day),
            why=reason_of(later),
        )

    def _remarks(self, standing: Standing) -> tuple[str, ...]:
        entry = standing.entry
        remarks = []
        if entry.late_reason:
            waited = span(entry.recorded - entry.happened)
            remarks.append(f"Recorded {waited} after it happened: {entry.late_reason}")
        offset = clock_words(self.offsets.get(entry.id))
        if offset:
            remarks.append(offset)
        remarks += [words for flag, words in FLAG_WORDS.items() if flag in standing.flags]
        return tuple(remarks)


def clock_words(offset_ms: int | None) -> str:
    """How far a tablet's clock was from the server's when it sent the entry; empty where it was near."""
    if offset_ms is None:
        return ""
    side = "fast" if offset_ms > 0 else "slow"
    return f"The tablet's clock was {span(timedelta(milliseconds=offset_ms))} {side}."


def reason_of(later: Standing) -> str:
    """Why an earlier entry was replaced: the reason of a ruling or withdrawal, or the later one's note."""
    value = later.entry.value
    if isinstance(value, dict) and isinstance(value.get("reason"), str):
        return str(value["reason"])
    return later.entry.note or ""
