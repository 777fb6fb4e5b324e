"""Orders that wipe an officer's store from its tablet, and the last word of the key that went with it.

An order is never taken back or changed: one that is to be forced is ordered again. What a word says was lost
is kept as a claim, so that it shrinks by itself when some of it comes after all.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from fieldops.domain.completeness import Claim, StoreStanding
from fieldops.domain.ids import OfficerId, OperationId, SignerId
from fieldops.domain.people import Signer
from fieldops.domain.wipe import (
    WipedWord,
    WipeOrder,
    WipeState,
    read_order,
    read_word,
    wipe_state,
)
from fieldops.store.base import Base, Instant
from fieldops.store.claims import keep_gone
from fieldops.store.devices import keys_of

ORDER_CHARS = 64
MOST_REFUSED = 20  # of one key: enough to see, and no way to fill the disk


class WipeRow(Base):
    """An order as it was signed, who gave it and why, and when its tablet said that it obeys."""

    __tablename__ = "wipes"
    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    signer: Mapped[str] = mapped_column(ForeignKey("signers.id"), index=True)
    ordered_at: Mapped[datetime] = mapped_column(Instant)
    ordered_by: Mapped[str] = mapped_column(ForeignKey("officers.id"))
    reason: Mapped[str] = mapped_column(Text)
    forced: Mapped[bool]
    line: Mapped[str] = mapped_column(Text)
    signature: Mapped[str] = mapped_column(String(88))
    told_at: Mapped[datetime | None] = mapped_column(Instant)


class WipedRow(Base):
    """A tablet's word that a store is gone, as its key signed it."""

    __tablename__ = "wiped"
    signer: Mapped[str] = mapped_column(ForeignKey("signers.id"), primary_key=True)
    heard_at: Mapped[datetime] = mapped_column(Instant)
    line: Mapped[str] = mapped_column(Text)
    signature: Mapped[str] = mapped_column(String(88))


WIPES, WIPED = Base.metadata.tables["wipes"], Base.metadata.tables["wiped"]


class RefusedWipeRow(Base):
    """An order that a tablet would not obey: this server had not signed it so, or not for that tablet."""

    __tablename__ = "refused_wipes"
    key: Mapped[int] = mapped_column(primary_key=True)
    signer: Mapped[str] = mapped_column(ForeignKey("signers.id"), index=True)
    order: Mapped[str] = mapped_column(String(ORDER_CHARS))
    why: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(Instant)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOrder:
    """An order with the server's signature, as a tablet is given it."""

    line: str
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """The last order for a store: why, by whom, and when its tablet said that it obeys."""

    order: WipeOrder
    by: OfficerId
    reason: str
    told_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded:
    """A tablet's word that a store is gone, and when it came."""

    word: WipedWord
    heard_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedWipe:
    """An order that a tablet would not obey, and why."""

    order: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WipeStanding:
    """One store's wipe as the lead sees it: by order, or by its officer's own wish, or an order refused."""

    store: StoreStanding
    ordered: Ordered | None
    worded: Worded | None
    refused: RefusedWipe | None

    @property
    def ordered_at(self) -> datetime | None:
        return None if self.ordered is None else self.ordered.order.at

    @property
    def told_at(self) -> datetime | None:
        return None if self.ordered is None else self.ordered.told_at

    @property
    def wiped_at(self) -> datetime | None:
        return None if self.worded is None else self.worded.heard_at

    @property
    def reason(self) -> str:
        """Why it was ordered; empty where it was not."""
        return "" if self.ordered is None else self.ordered.reason

    @property
    def forced(self) -> bool:
        """Whether it was ordered to be done even with losses."""
        return self.ordered is not None and self.ordered.order.forced

    @property
    def state(self) -> WipeState | None:
        """None where nothing was ordered, and nothing is gone."""
        if self.ordered is None and self.worded is None:
            return None
        return wipe_state(self.store, told=self.told_at is not None)


def add_order(session: Session, order: WipeOrder, signed: SignedOrder, by: OfficerId, reason: str) -> None:
    """Keeps a new order."""
    session.add(
        WipeRow(
            id=order.id,
            signer=order.signer,
            ordered_at=order.at,
            ordered_by=by,
            reason=reason,
            forced=order.forced,
            line=signed.line,
            signature=signed.signature,
        )
    )
    session.flush()


def standing_order(session: Session, signer: SignerId) -> SignedOrder | None:
    """The last order for this key; None where there is none."""
    query = select(WipeRow.line, WipeRow.signature).where(WipeRow.signer == signer)
    row = session.execute(query.order_by(WipeRow.ordered_at.desc()).limit(1)).first()
    return None if row is None else SignedOrder(line=row.line, signature=row.signature)


def orders_of(session: Session, operation: OperationId) -> Mapping[SignerId, Ordered]:
    """The last order for each key of an operation that has one."""
    query = select(WipeRow).where(WipeRow.signer.in_(keys_of(operation)))
    return {
        SignerId(row.signer): Ordered(
            order=read_order(row.line.encode()),
            by=OfficerId(row.ordered_by),
            reason=row.reason,
            told_at=row.told_at,
        )
        for row in session.scalars(query.order_by(WipeRow.ordered_at))
    }


def words_of(session: Session, operation: OperationId) -> Mapping[SignerId, Worded]:
    """What tablets of an operation said of stores that are gone."""
    query = select(WipedRow).where(WipedRow.signer.in_(keys_of(operation)))
    return {
        SignerId(row.signer): Worded(word=read_word(row.line.encode()), heard_at=row.heard_at)
        for row in session.scalars(query)
    }


def refused_wipes(session: Session, operation: OperationId) -> Mapping[SignerId, RefusedWipe]:
    """The last order that each key of an operation would not obey."""
    query = select(RefusedWipeRow).where(RefusedWipeRow.signer.in_(keys_of(operation)))
    return {
        SignerId(row.signer): RefusedWipe(order=row.order, why=row.why, at=row.at)
        for row in session.scalars(query.order_by(RefusedWipeRow.key))
    }


def wipe_standings(
    session: Session, operation: OperationId, stores: Iterable[StoreStanding]
) -> Mapping[SignerId, WipeStanding]:
    """Of these stores those that are to be wiped, are gone with a word, or whose tablet refused an order."""
    ordered, worded = orders_of(session, operation), words_of(session, operation)
    refused = refused_wipes(session, operation)
    concerned = ordered.keys() | worded.keys() | refused.keys()
    return {
        key: WipeStanding(
            store=store, ordered=ordered.get(key), worded=worded.get(key), refused=refused.get(key)
        )
        for key, store in ((store.signer.id, store) for store in stores)
        if key in concerned
    }


def note_told(session: Session, signer: SignerId, order: str, now: datetime) -> None:
    """The tablet says that it obeys this order of its own. The first time stands."""
    row = session.get(WipeRow, order)
    if row is not None and row.signer == signer and row.told_at is None:
        row.told_at = now


def note_refused(session: Session, signer: SignerId, refused: RefusedWipe) -> None:
    """The tablet was given an order that it does not obey; kept once."""
    before = session.scalars(select(RefusedWipeRow).where(RefusedWipeRow.signer == signer)).all()
    known = any((one.order, one.why) == (refused.order, refused.why) for one in before)
    if not known and len(before) < MOST_REFUSED:
        session.add(RefusedWipeRow(signer=signer, order=refused.order, why=refused.why, at=refused.at))


def keep_word(session: Session, signer: Signer, word: WipedWord, signed: SignedOrder, now: datetime) -> None:
    """Keeps a tablet's word that a store is gone, and what was lost with it as the last claim of its logs.
    The first word stands: a key says this once."""
    if session.get(WipedRow, signer.id) is not None:
        return
    session.add(WipedRow(signer=signer.id, heard_at=now, line=signed.line, signature=signed.signature))
    files = Counter(log for log, _ in {(one.log, one.n) for one in word.files})
    held = {one.log: one.entries.last for one in word.lost}
    logs = sorted(files.keys() | held.keys())
    lost = [Claim(log=log, held=held.get(log, 0), files=files[log]) for log in logs]
    keep_gone(session, signer, lost, now)
