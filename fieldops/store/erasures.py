"""What was decided about how long words about people are kept, orders that erase them, and which tablets did.

Rows of orders are never taken back: who was refused may be asked for again, by another order.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from fieldops.domain.access import withheld
from fieldops.domain.agreement import Withheld
from fieldops.domain.classes import Classes
from fieldops.domain.ids import ClassCode, OfficerId, OperationId, SignerId, StreamId, VisitId
from fieldops.domain.retention import Described, Erasure, Retention, card_in
from fieldops.domain.segment import split_lines
from fieldops.domain.who import Reader
from fieldops.store.base import Base, Instant
from fieldops.store.devices import DESK, DeviceRow, SignerRow
from fieldops.store.ledger import arrivals, logs, streams
from fieldops.store.plans import sent_to, visit, visit_ids


class RetentionRow(Base):
    """How long one person's words are kept."""

    __tablename__ = "retentions"
    operation: Mapped[str] = mapped_column(ForeignKey("operations.id"), primary_key=True)
    ref: Mapped[str] = mapped_column(String(32), primary_key=True)
    group: Mapped[str] = mapped_column(String(16))
    review_on: Mapped[date] = mapped_column(Date)
    held: Mapped[bool]
    why: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(ForeignKey("officers.id"))
    at: Mapped[datetime] = mapped_column(Instant)


class ErasureRow(Base):
    """One erasure, from the asking to its end."""

    __tablename__ = "erasures"
    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    operation: Mapped[str] = mapped_column(ForeignKey("operations.id"), index=True)
    scope: Mapped[str] = mapped_column(String(16))
    ref: Mapped[str] = mapped_column(String(32))
    ground: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[str] = mapped_column(ForeignKey("officers.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("officers.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    refused: Mapped[str] = mapped_column(Text)
    done_at: Mapped[datetime | None] = mapped_column(Instant)


class ErasedOnRow(Base):
    """A key whose tablet said that the words are gone there too, and when."""

    __tablename__ = "erased_on"
    erasure: Mapped[str] = mapped_column(ForeignKey("erasures.id"), primary_key=True)
    signer: Mapped[str] = mapped_column(ForeignKey("signers.id"), primary_key=True)
    done_at: Mapped[datetime] = mapped_column(Instant)


RETENTIONS, ERASURES = Base.metadata.tables["retentions"], Base.metadata.tables["erasures"]
ERASED_ON = Base.metadata.tables["erased_on"]


def described(session: Session, reader: Reader, classes: Classes) -> list[Described]:
    """Everybody of whom words are kept: each worker's card, and for each personal class of a visit those who
    have no card, such as its managers. Headers alone are read, and of classes that are hidden from the reader
    none."""
    scopes = [reader.operation, *sorted(visit_ids(session, reader.operation))]
    query = select(streams.c.id, streams.c.scope, streams.c.class_code, arrivals.c.lines)
    query = query.join(arrivals, arrivals.c.stream == streams.c.key)
    query = query.where(streams.c.scope.in_(scopes), arrivals.c.count > 0)
    found: dict[tuple[str, str], Counter[ClassCode]] = defaultdict(Counter)
    for stream, scope, code, lines in session.execute(query.execution_options(yield_per=500)):
        if withheld(reader, StreamId(stream)) is Withheld.HIDDEN:
            continue
        personal = classes.personal(ClassCode(code))
        for header, _ in split_lines(lines):
            card = card_in(header)
            if card is not None or personal:
                found[scope, card or stream][ClassCode(code)] += 1
    return [
        Described(ref=ref, scope=scope, entries=tuple(sorted(counts.items())))
        for (scope, ref), counts in sorted(
            found.items(), key=lambda one: (scopes.index(one[0][0]), one[0][1])
        )
    ]


def retentions(session: Session, operation: OperationId) -> dict[str, Retention]:
    """What was decided, by person; under the operation's own id what holds for all of it."""
    rows = session.scalars(select(RetentionRow).where(RetentionRow.operation == operation))
    return {row.ref: _retention(row) for row in rows}


def put_retention(session: Session, operation: OperationId, new: Retention) -> None:
    """Keeps a decision, in the place of an earlier one."""
    row = RetentionRow(
        operation=operation,
        ref=new.ref,
        group=new.group,
        review_on=new.review_on,
        held=new.held,
        why=new.why,
        by=new.by,
        at=new.at,
    )
    session.merge(row)
    session.flush()


def is_held(session: Session, operation: OperationId, ref: str) -> bool:
    """Whether a legal hold stands on this person, or on the whole operation."""
    query = select(RetentionRow.held).where(RetentionRow.operation == operation)
    return any(session.scalars(query.where(RetentionRow.ref.in_([ref, operation]))))


def add_erasure(session: Session, new: Erasure) -> None:
    """Keeps that somebody asked for it."""
    session.add(
        ErasureRow(
            id=new.id,
            operation=new.operation,
            scope=new.scope,
            ref=new.ref,
            ground=new.ground,
            reason=new.reason,
            asked_by=new.asked_by,
            asked_at=new.asked_at,
            refused="",
        )
    )
    session.flush()


def erasures(session: Session, operation: OperationId) -> list[Erasure]:
    """All of them, the oldest first."""
    query = select(ErasureRow).where(ErasureRow.operation == operation)
    return [_erasure(row) for row in session.scalars(query.order_by(ErasureRow.asked_at, ErasureRow.id))]


def erasure(session: Session, erasure_id: str) -> Erasure | None:
    """The one of this id, locked: of two who decide one comes first."""
    row = session.get(ErasureRow, erasure_id, with_for_update=True)
    return None if row is None else _erasure(row)


def unfinished(session: Session) -> list[Erasure]:
    """Those that two people agreed on and that were not carried out yet, or are to be carried out again."""
    query = select(ErasureRow).where(ErasureRow.decided_at.is_not(None), ErasureRow.refused == "")
    return [_erasure(row) for row in session.scalars(query.order_by(ErasureRow.decided_at))]


def decide_erasure(
    session: Session, erasure_id: str, by: OfficerId, at: datetime, *, refused: str = ""
) -> None:
    """Keeps what the second person said; a reason refuses it."""
    row = session.get_one(ErasureRow, erasure_id)
    row.decided_by, row.decided_at, row.refused = by, at, refused
    session.flush()


def note_done(session: Session, erasure_id: str, at: datetime) -> None:
    """The words are gone from the server. The first time stands."""
    row = session.get_one(ErasureRow, erasure_id)
    row.done_at = row.done_at or at
    session.flush()


def orders_for(session: Session, reader: Reader, signer: SignerId) -> dict[str, str]:
    """The erasures that this key's tablet is to do and has not said to have done: whom each is about, by its
    id. Those of visits that it holds, or ever wrote at."""
    done = select(ErasedOnRow.erasure).where(ErasedOnRow.signer == signer)
    wrote = select(streams.c.scope).join(logs, logs.c.stream == streams.c.key).where(logs.c.signer == signer)
    query = select(ErasureRow.id, ErasureRow.ref, ErasureRow.scope)
    query = query.where(ErasureRow.operation == reader.operation, ErasureRow.done_at.is_not(None))
    rows = session.execute(query.where(ErasureRow.id.not_in(done)).order_by(ErasureRow.done_at)).all()
    if not rows:
        return {}
    held = {reader.operation, *reader.reach, *session.scalars(wrote)}
    return {row.id: row.ref for row in rows if row.scope in held}


def note_done_on_tablet(
    session: Session, signer: SignerId, operation: OperationId, ids: Iterable[str], at: datetime
) -> None:
    """The tablet says that it has erased; of what is no order of its operation nothing is kept."""
    query = select(ErasureRow.id).where(ErasureRow.operation == operation, ErasureRow.id.in_(list(ids)))
    for name in session.scalars(query.where(ErasureRow.done_at.is_not(None))).all():
        if session.get(ErasedOnRow, (name, signer)) is None:
            session.add(ErasedOnRow(erasure=name, signer=signer, done_at=at))
    session.flush()


def erased_on(session: Session, operation: OperationId) -> Mapping[str, frozenset[SignerId]]:
    """By each erasure, the keys whose tablets said that it is done there."""
    query = select(ErasedOnRow.erasure, ErasedOnRow.signer)
    query = query.join(ErasureRow, ErasureRow.id == ErasedOnRow.erasure)
    found: dict[str, set[SignerId]] = defaultdict(set)
    for name, signer in session.execute(query.where(ErasureRow.operation == operation)):
        found[name].add(SignerId(signer))
    return {name: frozenset(signers) for name, signers in found.items()}


def may_hold(session: Session, scope: str) -> frozenset[SignerId]:
    """The keys whose stores may hold words of this visit: those that wrote there, and those of whoever is
    sent there."""
    wrote = (
        select(logs.c.signer).join(streams, streams.c.key == logs.c.stream).where(streams.c.scope == scope)
    )
    planned = visit(session, VisitId(scope))
    sent = frozenset() if planned is None else sent_to(session, [planned])
    mine = select(SignerRow.id).join(DeviceRow, DeviceRow.id == SignerRow.device)
    mine = mine.where(SignerRow.officer.in_(sent), DeviceRow.number != DESK)
    if planned is not None:
        mine = mine.where(DeviceRow.operation == planned.operation)
    theirs = select(SignerRow.id).join(DeviceRow, DeviceRow.id == SignerRow.device)
    theirs = theirs.where(SignerRow.id.in_(wrote), DeviceRow.number != DESK)
    return frozenset(SignerId(key) for query in (mine, theirs) for key in session.scalars(query))


def _retention(row: RetentionRow) -> Retention:
    return Retention(
        ref=row.ref,
        group=row.group,
        review_on=row.review_on,
        held=row.held,
        why=row.why,
        by=OfficerId(row.by),
        at=row.at,
    )


def _erasure(row: ErasureRow) -> Erasure:
    return Erasure(
        id=row.id,
        operation=OperationId(row.operation),
        scope=row.scope,
        ref=row.ref,
        ground=row.ground,
        reason=row.reason,
        asked_by=OfficerId(row.asked_by),
        asked_at=row.asked_at,
        decided_by=None if row.decided_by is None else OfficerId(row.decided_by),
        decided_at=row.decided_at,
        refused=row.refused,
        done_at=row.done_at,
    )
