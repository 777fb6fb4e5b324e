"""The lines of the access log for what tablets hand in: written where the entries are kept, or not at all.

What is new is collected; what takes another entry's place alters it. One line of each kind for a request.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from fieldops.domain.ids import LogId, VisitId, class_of_stream, scope_of
from fieldops.domain.looks import Looking, LookKind, Shown, together
from fieldops.domain.segment import split_lines
from fieldops.store.accesslog import add_looks
from fieldops.sync.judge import Run

_REPLACES = b'"supersedes":['


def note_collected(session: Session, runs: Sequence[Run], looking: Looking | None) -> None:
    """Writes what these runs brought; nothing where nobody hands them in, as in a command."""
    if looking is None:
        return
    logs = [run.delivery.log for run in runs]
    replaced = [_replaced(run) for run in runs]
    fresh = [_came(run) - count for run, count in zip(runs, replaced, strict=True)]
    kinds = ((LookKind.COLLECTION, fresh), (LookKind.ALTERATION, replaced))
    lines = [looking.line(kind, _shown(looking, logs, counts)) for kind, counts in kinds if any(counts)]
    if lines:
        add_looks(session, lines)


def _shown(looking: Looking, logs: Iterable[LogId], counts: Iterable[int]) -> Shown:
    return shown_of(looking.operation, zip(logs, counts, strict=True))


def shown_of(operation: str, counts: Iterable[tuple[str, int]]) -> Shown:
    """So many entries of each log or stream, as one."""
    return together(
        Shown(
            visits=frozenset({VisitId(scope_of(LogId(name)))} - {operation}),
            classes=frozenset({class_of_stream(LogId(name))}),
            entries=count,
        )
        for name, count in counts
        if count > 0
    )


def _came(run: Run) -> int:
    return run.delivery.count + len(run.asides)


def _replaced(run: Run) -> int:
    """How many entries of a run take another's place. Most runs have none, which is seen at a glance."""
    if _REPLACES not in run.delivery.lines:
        return 0
    return sum(_REPLACES in header for header, _ in split_lines(run.delivery.lines))
