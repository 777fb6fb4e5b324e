"""What the page of an operation's history says, and what warns the lead. Pure: values in, words out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from fieldops.desk.attention_sheet import Warned
from fieldops.desk.words import Moment, count, moment
from fieldops.domain.checkpoint import Restored, size_in
from fieldops.store.sealed import KeptCheckpoint
from fieldops.store.witnessed import RaisedAlarm

SORTS = {
    "rewritten": "What the server showed does not begin with what the tablet had kept.",
    "shortened": "The server showed less than the tablet had kept, and did not say that it was restored.",
    "forged": "The server showed a checkpoint that was not signed as it should be.",
    "missing": "An entry that the server had called received was not among its receipts.",
    "restored": "The server said that it was put back to an older copy.",
}
EXPECTED = frozenset({"restored"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """What one tablet reported: both notes, and how many receipts each covers."""

    tablet: str
    raised: Moment
    words: str
    grave: bool
    sizes: str
    kept: str
    shown: str


def checkpoint_rows(last: KeptCheckpoint | None, now: datetime) -> list[dict[str, dict[str, str]]]:
    """The newest checkpoint as a summary list."""
    if last is None:
        return []
    said = {
        "Receipts and certificates": f"{last.size:,}",
        "Made": moment(last.made_at, beside=now).text,
        "Root": last.root.hex(),
    }
    return [{"key": {"text": key}, "value": {"text": value}} for key, value in said.items()]


def incident_lines(raised: Sequence[RaisedAlarm], now: datetime) -> list[Incident]:
    """What tablets reported, the newest first."""
    return [
        Incident(
            tablet=f"{one.number}, {one.name}",
            raised=moment(one.raised_at, beside=now),
            words=SORTS.get(one.alarm.sort, one.alarm.sort),
            grave=one.alarm.sort not in EXPECTED,
            sizes=f"kept {size_in(one.alarm.kept):,}, shown {size_in(one.alarm.shown):,}",
            kept=one.alarm.kept,
            shown=one.alarm.shown,
        )
        for one in raised
    ]


def restore_lines(ended: Sequence[Restored]) -> list[str]:
    """When the server was put back: what the copy knew."""
    return [f"to a copy that knew {count(one.size, 'receipt')} (epoch {one.epoch} ended)" for one in ended]


def history_warning(raised: Sequence[RaisedAlarm]) -> Iterator[Warned]:
    """Tablets that do not believe the server, or that saw it come back from an older copy."""
    grave = sorted({one.number for one in raised if one.alarm.sort not in EXPECTED})
    if grave:
        named = ", ".join(map(str, grave))
        yield Warned(
            text=f"History does not match: {count(len(grave), 'tablet')} ({named}) kept a checkpoint that "
            "what the server shows does not go with. Nobody should change anything on the server before it "
            "is explained.",
            endpoint="desk.history.page",
            link="See both notes",
        )
    elif raised:
        seen = len({one.number for one in raised})
        yield Warned(
            text=f"The server was put back to an older copy; {count(seen, 'tablet')} noticed it. "
            "Tablets send again what they hold.",
            endpoint="desk.history.page",
            link="See what is missing",
        )
