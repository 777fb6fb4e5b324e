"""The access log: its lines, which are only ever added, and the reasons that were given before a look.

Reports and figures never read it: it is for lawfulness, self-monitoring and integrity.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from fieldops.domain.errors import Refusal
from fieldops.domain.ids import AgencyCode, ClassCode, OfficerId, OperationId, VisitId
from fieldops.domain.look_rules import UNPUBLISHED, LookRules, parse_look_rules
from fieldops.domain.looks import Look, LookKind, Shown
from fieldops.domain.strict_json import read_document
from fieldops.store.base import Base, Instant
from fieldops.store.published import PaperRow

KIND = "looks"
RETRY_AFTER_S = 5
MOST_BYTES = 1 << 20
_READ: dict[str, LookRules] = {}  # by the hash of the paper, which names the same words for ever

looks = Table(
    "looks",
    Base.metadata,
    Column("key", Integer, primary_key=True),
    Column("operation", ForeignKey("operations.id"), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("door", String(64), nullable=False),
    Column("officer", String(16)),
    Column("agency", String(16)),
    Column("roles", String(200), nullable=False),
    Column("through", String(16), nullable=False),
    Column("session", String(32), nullable=False),
    Column("request", String(32), nullable=False),
    Column("visits", Text, nullable=False),  # ids with a space between
    Column("person", String(64)),
    Column("classes", String(200), nullable=False),
    Column("entries", Integer, nullable=False),
    Column("purpose", String(32), nullable=False),
    Column("covered", Boolean, nullable=False),
    Column("reason", Text),
    Column("told_ms", BigInteger),
    Index("ix_looks_operation_officer", "operation", "officer"),
)
look_reasons = Table(
    "look_reasons",
    Base.metadata,
    Column("session", String(64), primary_key=True),
    Column("about", String(64), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("said_at", Instant, nullable=False),
)
_NEW_LOOKS = insert(looks)
_RULES = select(PaperRow.hash).where(PaperRow.kind == KIND).order_by(PaperRow.key.desc()).limit(1)


def look_rules(session: Session) -> LookRules:
    """The newest rules that were published; the strict ones before there are any."""
    name = session.connection().scalar(_RULES)
    if name is None:
        return UNPUBLISHED
    if name not in _READ:
        data = session.scalar(select(PaperRow.data).where(PaperRow.hash == name))
        _READ[name] = parse_look_rules(read_document(data or b"", max_bytes=MOST_BYTES))
    return _READ[name]


def add_looks(session: Session, lines: Sequence[Look]) -> None:
    """Adds lines. Raises Refusal `log_away` where they cannot be written: then nothing may be shown."""
    try:
        session.connection().execute(_NEW_LOOKS, [_row(one) for one in lines])
    except DBAPIError as fault:
        raise log_away() from fault


def log_away() -> Refusal:
    """What is told where the log cannot be written."""
    words = "The access log cannot be written just now, and so nothing is shown."
    return Refusal("log_away", words, retry_after_s=RETRY_AFTER_S)


def say_reason(session: Session, sign_in: str, about: str, reason: str, at: datetime) -> None:
    """Remembers why somebody looks, for this sign-in; what they said before about the same is forgotten."""
    same = (look_reasons.c.session == sign_in) & (look_reasons.c.about == about)
    session.execute(delete(look_reasons).where(same))
    row = {"session": sign_in, "about": about, "reason": reason, "said_at": at}
    session.execute(insert(look_reasons), [row])


def forget_reasons(session: Session, before: datetime) -> None:
    """Takes away the reasons that stand no more. In the lines that they led to they stay."""
    session.execute(delete(look_reasons).where(look_reasons.c.said_at < before))


def reason_said(session: Session, sign_in: str, about: str, since: datetime) -> str | None:
    """Why somebody said that they look at this, if they said so since then."""
    query = select(look_reasons.c.reason).where(look_reasons.c.session == sign_in)
    query = query.where(look_reasons.c.about == about, look_reasons.c.said_at >= since)
    return session.scalar(query)


def looks_at(session: Session, operation: OperationId, visit: VisitId, most: int) -> list[Look]:
    """Who looked at a visit or changed something there, the newest first."""
    query = select(looks).where(looks.c.operation == operation, looks.c.visits.contains(visit))
    return _looks(session.execute(query.order_by(looks.c.key.desc()).limit(most)))


def looks_by(session: Session, operation: OperationId, officer: OfficerId, most: int) -> list[Look]:
    """What an officer looked at, the newest first."""
    query = select(looks).where(looks.c.operation == operation, looks.c.officer == officer)
    return _looks(session.execute(query.order_by(looks.c.key.desc()).limit(most)))


def looks_since(session: Session, operation: OperationId, since_ms: int) -> list[Look]:
    """Every line of an operation since then, the oldest first."""
    query = select(looks).where(looks.c.operation == operation, looks.c.at_ms >= since_ms)
    return _looks(session.execute(query.order_by(looks.c.key)))


def look_of(row: Row[Any]) -> Look:
    """The line in a row."""
    return Look(
        operation=OperationId(row.operation),
        at_ms=row.at_ms,
        kind=LookKind(row.kind),
        door=row.door,
        officer=None if row.officer is None else OfficerId(row.officer),
        agency=None if row.agency is None else AgencyCode(row.agency),
        roles=tuple(row.roles.split()),
        through=row.through,
        session=row.session,
        request=row.request,
        shown=Shown(
            visits=frozenset(map(VisitId, row.visits.split())),
            person=row.person,
            classes=frozenset(map(ClassCode, row.classes.split())),
            entries=row.entries,
        ),
        purpose=row.purpose,
        covered=row.covered,
        reason=row.reason,
        told_ms=row.told_ms,
    )


def _looks(rows: Iterable[Row[Any]]) -> list[Look]:
    return list(map(look_of, rows))


def _row(look: Look) -> dict[str, object]:
    return {
        "operation": look.operation,
        "at_ms": look.at_ms,
        "kind": look.kind.value,
        "door": look.door,
        "officer": look.officer,
        "agency": look.agency,
        "roles": " ".join(look.roles),
        "through": look.through,
        "session": look.session,
        "request": look.request,
        "visits": " ".join(sorted(look.shown.visits)),
        "person": look.shown.person,
        "classes": " ".join(sorted(look.shown.classes)),
        "entries": look.shown.entries,
        "purpose": look.purpose,
        "covered": look.covered,
        "reason": look.reason,
        "told_ms": look.told_ms,
    }
