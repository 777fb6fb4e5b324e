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
from fieldops.domain.ids import ClassCode, VisitId, class_of_stream
from fieldops.domain.people import Signer
from fieldops.domain.visit import Known, Register, Standing, question_of
from fieldops.reports.ground import Ledger
from fieldops.reports.papers import Papers
from fieldops.reports.wording import length, moment
from fieldops.store.records import LogSummary, VisitRecord

LATE = timedelta(hours=1)  # received this long after it was recorded: written without a signal
HEAD_FIGURES = 32
Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What the annex is made of."""

    papers: Papers
    zone: ZoneInfo
    records: Mapping[str, VisitRecord]
    known: Mapping[VisitId, Known]
    names: Mapping[VisitId, str]  # what a visit is called: the code of its premises
    logs: Sequence[LogSummary]
    signers: Mapping[str, Signer]
    quarantined: int | None  # none where the reader is not told


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
        "chains": _chains(held),
    }
    return Ledger(entries=len(standings), withheld=withheld, tables=tables)


def _streams(held: Held, standings: Sequence[Standing]) -> Rows:
    counts: Counter[tuple[ClassCode, str]] = Counter()
    late: Counter[tuple[ClassCode, str]] = Counter()
    for one in standings:
        key = (class_of_stream(one.entry.stream), one.author.agency)
        counts[key] += 1
        late[key] += one.received is not None and one.received - one.entry.recorded > LATE
    order = sorted(counts, key=lambda key: (held.papers.classes.strictness(key[0]), key[1]))
    return tuple(
        (
            f"{code} {held.papers.classes.name(code)}",
            held.papers.agencies.get(agency, agency),
            f"{counts[code, agency]:,}",
            f"{late[code, agency]:,}",
        )
        for code, agency in order
    )


def _changes(held: Held, standings: Sequence[Standing]) -> Rows:
    kinds = Counter(one.entry.kind for one in standings)
    replacing = sum(1 for one in standings if one.entry.supersedes and one.entry.kind == "answer")
    said = [
        ("Answers that replaced an earlier one, which is kept", replacing),
        ("Rulings between rivals", kinds["ruling"]),
        ("Withdrawals", kinds["withdrawal"]),
        ("Questions not asked, with the reason", kinds["not_asked"]),
        ("Entries written late, with the reason", sum(1 for one in standings if one.entry.late_reason)),
        ("Replacements without right, kept beside", sum(len(known.flagged) for known in held.known.values())),
        (
            "Entries of a kind not known to this version",
            sum(len(known.unread) for known in held.known.values()),
        ),
    ]
    if held.quarantined is not None:
        said.append(("Entries in quarantine", held.quarantined))
    return tuple((words, f"{count:,}") for words, count in said)


def _conflicts(held: Held) -> Rows:
    rows = []
    for visit, known in sorted(held.known.items(), key=lambda item: held.names.get(item[0], "")):
        for register in known.conflicts:
            sides = "; ".join(_side(held, one) for one in register.current)
            rows.append(
                (held.names.get(visit, ""), _about(known, register), _asked(held, register.field), sides)
            )
    return tuple(rows)


def _side(held: Held, standing: Standing) -> str:
    agency = held.papers.agencies.get(standing.author.agency, standing.author.agency)
    return f"{agency}, {moment(standing.entry.happened, held.zone)}"


def _about(known: Known, register: Register) -> str:
    labels = {worker.subject: worker.label for worker in known.workers}
    return labels.get(register.subject) or ("a worker" if register.subject in labels else "the visit")


def _asked(held: Held, field: str) -> str:
    question = held.papers.checklist.questions.get(question_of(field))
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


def _chains(held: Held) -> Rows:
    """One line for each class and agency: how many chains, and one hash over their heads in order."""
    grouped: dict[tuple[ClassCode, str], list[LogSummary]] = {}
    for log in held.logs:
        grouped.setdefault((class_of_stream(log.stream), log.author.agency), []).append(log)
    order = sorted(grouped, key=lambda key: (held.papers.classes.strictness(key[0]), key[1]))
    return tuple(
        (
            code,
            held.papers.agencies.get(agency, agency),
            f"{len(grouped[code, agency]):,}",
            f"{sum(log.entries for log in grouped[code, agency]):,}",
            sha256(b"".join(sorted(log.head for log in grouped[code, agency]))).hexdigest()[:HEAD_FIGURES],
        )
        for code, agency in order
    )
