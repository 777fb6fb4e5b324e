"""What the entries themselves look like, told as tables of words: never an answer, a note or a reason.

The one rule: it is made from what the reader may open, not from what may only be counted for them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from fieldops.domain.arrival import CLOCK_FLAG_MS
from fieldops.domain.checklist.disputes import Dispute
from fieldops.domain.ids import ClassCode, SubjectId, VisitId, class_of_stream
from fieldops.domain.people import Signer
from fieldops.domain.visit import NO_RIGHT, Known, Standing, question_of
from fieldops.reports.ground import Ledger
from fieldops.reports.papers import Papers
from fieldops.reports.wording import grouped, length, moment
from fieldops.store.integrity import LogSummary
from fieldops.store.records import VisitRecord
from fieldops.store.sealed import KeptCheckpoint

LATE = timedelta(hours=1)  # received this long after it was recorded: written without a signal
HEAD_FIGURES = 24
Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What the annex is made of."""

    papers: Papers
    zone: ZoneInfo
    records: Mapping[str, VisitRecord]
    known: Mapping[VisitId, Known]
    disputes: Mapping[VisitId, Sequence[Dispute]]
    names: Mapping[VisitId, str]  # what a visit is called: the code of its premises
    logs: Sequence[LogSummary]
    signers: Mapping[str, Signer]
    quarantined: int | None  # none where the reader is not told
    checkpoint: KeptCheckpoint | None  # the newest: of all that was received it tells how many, and no more


def ledger_of(held: Held) -> Ledger:
    """The numbers and tables of the annex."""
    standings = [one for record in held.records.values() for one in record.standings]
    withheld: Counter[ClassCode] = Counter()
    for record in held.records.values():
        withheld.update(record.withheld)
    tables = {
        "streams": _streams(held, standings),
        "changes": _changes(held, standings),
        "conflicts": _conflicts(held),
        "rulings": _rulings(held),
        "clocks": _clocks(held),
    }
    return Ledger(entries=len(standings), withheld=withheld, tables=tables, checkpoint=held.checkpoint)


def _streams(held: Held, standings: Sequence[Standing]) -> Rows:
    """By class and agency: entries, how many came late, chains, and one hash over the heads of the chains."""
    entries: Counter[tuple[ClassCode, str]] = Counter()
    late: Counter[tuple[ClassCode, str]] = Counter()
    for one in standings:
        key = (class_of_stream(one.entry.stream), one.author.agency)
        entries[key] += 1
        late[key] += one.received is not None and one.received - one.entry.recorded > LATE
    heads: dict[tuple[ClassCode, str], list[bytes]] = {key: [] for key in entries}
    for log in held.logs:
        heads.setdefault((class_of_stream(log.stream), log.author.agency), []).append(log.head)
    order = sorted(heads, key=lambda key: (held.papers.classes.strictness(key[0]), key[1]))
    return tuple(
        (
            f"{key[0]} {held.papers.classes.name(key[0])}",
            key[1],
            f"{entries[key]:,}",
            f"{late[key]:,}",
            f"{len(heads[key]):,}",
            grouped(sha256(b"".join(sorted(heads[key]))).hexdigest()[:HEAD_FIGURES]),
        )
        for key in order
    )


def _changes(held: Held, standings: Sequence[Standing]) -> Rows:
    kinds = Counter(one.entry.kind for one in standings)
    said = [
        ("Answers that replaced an earlier one, which is kept", _replacing(standings)),
        ("Rulings between rivals", kinds["ruling"]),
        ("Withdrawals", kinds["withdrawal"]),
        ("Questions not asked, with the reason", kinds["not_asked"]),
        (
            "Entries written late, with the reason",
            sum(one.entry.late_reason is not None for one in standings),
        ),
        ("Replacements without right, kept beside", _without_right(held)),
        (
            "Entries of a kind not known to this version",
            sum(len(known.unread) for known in held.known.values()),
        ),
    ]
    told = [] if held.quarantined is None else [("Entries in quarantine", held.quarantined)]
    return tuple((words, f"{count:,}") for words, count in (*said, *told))


def _replacing(standings: Sequence[Standing]) -> int:
    return sum(bool(one.entry.supersedes) and one.entry.kind == "answer" for one in standings)


def _without_right(held: Held) -> int:
    return sum(NO_RIGHT in one.flags for known in held.known.values() for one in known.flagged)


def _conflicts(held: Held) -> Rows:
    rows = []
    for visit, known in sorted(held.known.items(), key=lambda item: held.names.get(item[0], "")):
        for one in held.disputes[visit]:
            sides = "; ".join(_side(held, rival) for rival in one.rivals)
            rows.append(
                (held.names.get(visit, ""), _about(known, one.subject), _asked(held, one.field), sides)
            )
    return tuple(rows)


def _side(held: Held, standing: Standing) -> str:
    agency = held.papers.agencies.get(standing.author.agency, standing.author.agency)
    return f"{agency}, {moment(standing.entry.happened, held.zone)}"


def _about(known: Known, subject: SubjectId) -> str:
    labels = {worker.subject: worker.label for worker in known.workers}
    return labels.get(subject) or ("a worker" if subject in labels else "the visit")


def _asked(held: Held, field: str) -> str:
    question = held.papers.question(question_of(field))
    return question.ask if question else field


def _rulings(held: Held) -> Rows:
    rows = []
    for visit, record in sorted(held.records.items(), key=lambda item: held.names.get(VisitId(item[0]), "")):
        for one in record.standings:
            if one.entry.kind == "ruling":
                name = held.names.get(VisitId(visit), "")
                rows.append((name, _asked(held, one.entry.field), _side(held, one)))
    return tuple(rows)


def _clocks(held: Held) -> Rows:
    widest: dict[str, int] = {}
    for log in held.logs:
        if log.widest_offset_ms is not None and log.widest_offset_ms > CLOCK_FLAG_MS:
            widest[log.author.signer] = max(widest.get(log.author.signer, 0), log.widest_offset_ms)
    rows = []
    for name, offset in sorted(widest.items(), key=lambda item: -item[1]):
        signer = held.signers[name]
        agency = held.papers.agencies.get(signer.agency, signer.agency)
        rows.append((f"Tablet {signer.device_number}", agency, length(timedelta(milliseconds=offset))))
    return tuple(rows)
