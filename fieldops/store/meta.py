"""What the database knows of itself: its epoch, which changes when it is restored from an older copy."""

from collections.abc import Callable

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from fieldops.domain.errors import Refusal
from fieldops.domain.ids import new_id
from fieldops.store.base import Base
from fieldops.store.witnessed import note_restores

_EPOCH = "epoch"


class MetaRow(Base):
    """One named value."""

    __tablename__ = "meta"
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))


_NOW_IN = select(MetaRow.value).where(MetaRow.name == _EPOCH)


def epoch(session: Session) -> str:
    """The epoch in which the ledger's numbers count; raises Refusal `not_migrated` before there is one."""
    found = session.connection().scalar(_NOW_IN)
    if found is None:
        raise Refusal("not_migrated", "The database has no epoch yet. Run the migrations first.")
    return found


def begin_epoch(session: Session, random_bytes: Callable[[int], bytes]) -> str:
    """A new epoch: after a restore, so that tablets offer again what the older copy does not hold. Where each
    tree stood when the old one ended is noted, for those who kept a checkpoint."""
    if (ended := session.connection().scalar(_NOW_IN)) is not None:
        note_restores(session, ended)
    fresh = new_id(random_bytes)
    session.merge(MetaRow(name=_EPOCH, value=fresh))
    session.flush()
    return fresh
