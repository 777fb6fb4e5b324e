"""Papers: what only flows down to tablets and desks. A paper is its bytes and is named by their hash.

Nothing published is ever changed; a new edition is a new paper, and the old one stays readable.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Integer, LargeBinary, String, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from fieldops.domain.ids import PaperHash
from fieldops.store.base import Base


class PaperRow(Base):
    """One edition of a paper. Keys rise in the order of publishing."""

    __tablename__ = "papers"
    key: Mapped[int] = mapped_column(Integer, primary_key=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(32), index=True)
    name: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    data: Mapped[bytes] = mapped_column(LargeBinary)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What a paper is, without its bytes. `size` is in bytes."""

    kind: str
    name: str
    hash: PaperHash
    size: int


def publish(session: Session, kind: str, name: str, data: bytes) -> PaperHash:
    """Keep a paper under its hash; publishing the same bytes again changes nothing."""
    paper_hash = PaperHash(hashlib.sha256(data).hexdigest())
    if session.scalar(select(PaperRow.key).where(PaperRow.hash == paper_hash)) is None:
        session.add(PaperRow(hash=paper_hash, kind=kind, name=name, size=len(data), data=data))
        session.flush()
    return paper_hash


def paper(session: Session, paper_hash: PaperHash) -> bytes | None:
    """The bytes of a paper."""
    return session.scalar(select(PaperRow.data).where(PaperRow.hash == paper_hash))


def latest(session: Session, kind: str, name: str) -> bytes | None:
    """The newest edition of the paper of this kind and name."""
    query = select(PaperRow.data).where(PaperRow.kind == kind, PaperRow.name == name)
    return session.scalar(query.order_by(PaperRow.key.desc()).limit(1))


def papers(session: Session, hashes: Iterable[PaperHash]) -> list[Paper]:
    """What these papers are, by kind and name; an unknown hash is left out."""
    rows = session.connection().execute(_BY_HASH, {"hashes": list(set(hashes))})
    return [Paper(kind=kind, name=name, hash=PaperHash(found), size=size) for kind, name, found, size in rows]


def papers_named(session: Session, kind: str, names: Iterable[str]) -> list[Paper]:
    """Every edition of the papers of this kind and these names, by name."""
    rows = session.connection().execute(_BY_NAME, {"kind": kind, "names": list(set(names))})
    return [Paper(kind=kind, name=name, hash=PaperHash(found), size=size) for kind, name, found, size in rows]


def papers_of_kind(session: Session, kind: str) -> list[Paper]:
    """Every edition of a kind of paper, the newest first."""
    query = select(PaperRow.kind, PaperRow.name, PaperRow.hash, PaperRow.size).where(PaperRow.kind == kind)
    rows = session.execute(query.order_by(PaperRow.key.desc()))
    return [Paper(kind=kind, name=name, hash=PaperHash(found), size=size) for kind, name, found, size in rows]


def editions(session: Session, kind: str) -> frozenset[PaperHash]:
    """The hashes of every edition of a kind of paper."""
    return frozenset(PaperHash(found) for found in session.connection().scalars(_EDITIONS, {"kind": kind}))


_WHAT = select(PaperRow.kind, PaperRow.name, PaperRow.hash, PaperRow.size)
_BY_HASH = _WHAT.where(PaperRow.hash.in_(bindparam("hashes", expanding=True))).order_by(
    PaperRow.kind, PaperRow.name
)
_BY_NAME = _WHAT.where(
    PaperRow.kind == bindparam("kind"), PaperRow.name.in_(bindparam("names", expanding=True))
).order_by(PaperRow.name, PaperRow.key)
_EDITIONS = select(PaperRow.hash).where(PaperRow.kind == bindparam("kind"))
