"""Bringing a whole ledger to rest, or back: sealing words about people that lie open in it, as those of
before there were keys do, and opening them again for a program that knows no keys.

It may be broken off and done again: what lies as it should stays as it is.
"""

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from fieldops.domain.classes import Classes
from fieldops.domain.ids import LogId, class_of_stream, scope_of, stream_of
from fieldops.domain.segment import join_lines, split_lines
from fieldops.store.at_rest import MARK, Piece, at_rest, opened
from fieldops.store.engine import WRITES
from fieldops.store.ledger import arrivals, logs
from fieldops.store.operations import operations
from fieldops.store.plans import visit_ids
from fieldops.store.published import editions
from fieldops.store.quarantine import quarantine
from fieldops.sync.senders import placing_of

AT_ONCE = 500  # rows in one transaction

Pieces = Sequence[tuple[LogId, bytes]]
Rewrite = Callable[[Session, Pieces], list[bytes]]


def seal_what_lies_open(engine: Engine) -> int:
    """Gives how many rows were changed. What they were is overwritten on SQLite; PostgreSQL's VACUUM sees to
    it there."""
    with Session(engine) as session:
        tables = _tables(session)
    changed = _rewrite(engine, lambda session, pieces: _sealed(session, pieces, tables))
    if changed and engine.dialect.name == "sqlite":
        _overwrite(engine)
    return changed


def open_what_is_sealed(engine: Engine) -> int:
    """Gives how many rows were changed. Words that were erased stay so."""
    return _rewrite(engine, lambda session, pieces: opened(session, [lines for _, lines in pieces]))


def _sealed(session: Session, pieces: Pieces, tables: Mapping[str, Classes]) -> list[bytes]:
    open_ones = {n: piece for n, piece in enumerate(pieces) if not _is_sealed(piece[1])}
    kept = at_rest(session, [_piece(log, lines, tables) for log, lines in open_ones.values()])
    return [dict(zip(open_ones, kept, strict=True)).get(n, lines) for n, (_, lines) in enumerate(pieces)]


def _is_sealed(lines: bytes) -> bool:
    return b"\n" + MARK in lines


def _piece(log: LogId, lines: bytes, tables: Mapping[str, Classes]) -> Piece:
    table = tables.get(scope_of(log))
    return Piece(lines, stream_of(log), table is None or table.personal(class_of_stream(log)))


def _tables(session: Session) -> dict[str, Classes]:
    """By visit and operation, the table that says which classes are about people."""
    checklists = editions(session, "checklist")
    return {
        scope: placing_of(session, serving.papers.classes, checklists).classes
        for serving in operations(session)
        for scope in (serving.id, *visit_ids(session, serving.id))
    }


def _rewrite(engine: Engine, rewrite: Rewrite) -> int:
    return _rewrite_arrivals(engine, rewrite) + _rewrite_asides(engine, rewrite)


def _rewrite_arrivals(engine: Engine, rewrite: Rewrite) -> int:
    query = select(arrivals.c.key, logs.c.id, arrivals.c.lines).join(logs, logs.c.key == arrivals.c.log)
    after = changed = 0
    while True:
        with Session(engine) as session, session.begin():
            session.connection(execution_options=WRITES)
            page = query.where(arrivals.c.key > after).order_by(arrivals.c.key).limit(AT_ONCE)
            rows = session.execute(page).all()
            if not rows:
                return changed
            after = rows[-1].key
            kept = rewrite(session, [(LogId(row.id), row.lines) for row in rows])
            for row, lines in zip(rows, kept, strict=True):
                if lines != row.lines:
                    session.execute(update(arrivals).where(arrivals.c.key == row.key).values(lines=lines))
                    changed += 1


def _rewrite_asides(engine: Engine, rewrite: Rewrite) -> int:
    columns = (quarantine.c.key, logs.c.id, quarantine.c.header, quarantine.c.body)
    query = select(*columns).join(logs, logs.c.key == quarantine.c.log)
    with Session(engine) as session, session.begin():
        session.connection(execution_options=WRITES)
        rows = session.execute(query).all()
        kept = rewrite(session, [(LogId(row.id), join_lines([(row.header, row.body)])) for row in rows])
        bodies = [split_lines(lines)[0][1] for lines in kept]
        changed = [(row.key, body) for row, body in zip(rows, bodies, strict=True) if body != row.body]
        for key, body in changed:
            session.execute(update(quarantine).where(quarantine.c.key == key).values(body=body))
    return len(changed)


def _overwrite(engine: Engine) -> None:
    """SQLite's free pages and its log would hold the words until they are used again."""
    with engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("VACUUM")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
