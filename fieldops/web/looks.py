"""What each door shows of people, declared beside it, and the line of the access log that goes before it.

A door says the kinds of line that it leaves, or why it shows nothing of anybody; a house test looks. The line
is durable before the answer leaves. Where it cannot be written the answer is a refusal.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import g, request
from sqlalchemy.orm import Session

from fieldops.domain.access import A_RECORD, NO_ASSIGNMENT, asks_reason, purpose_of
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import OperationId, SubjectId, VisitId, class_of_stream
from fieldops.domain.look_rules import LookRules
from fieldops.domain.looks import Look, Looking, LookKind, Shown
from fieldops.domain.who import Principal, Reader, Through
from fieldops.store.accesslog import add_looks, look_rules, reason_said
from fieldops.store.records import VisitRecord
from fieldops.web.guard import full_name
from fieldops.web.installation import now
from fieldops.web.lookbook import lookbook
from fieldops.web.tokens import DeskToken
from fieldops.web.transaction import reading, transaction

P = ParamSpec("P")
R = TypeVar("R")
HEADER = "Access-Reason"
FIELD, FORM = "access_reason", "application/x-www-form-urlencoded"
A_DISCLOSURE = "it leaves the system: a disclosure"
LEAST_REASON, MOST_REASON = 3, 300
SESSION_CHARS = 26
OWN_ACCOUNT = "Officers are told of their own account and of nobody else's."
ACCOUNTS_APART = "Accounts stand outside every operation, and what is done to them in their own history."
BECAUSE = (A_RECORD, NO_ASSIGNMENT, A_DISCLOSURE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What a door leaves in the log, or why it leaves nothing."""

    kinds: tuple[LookKind, ...] = ()
    nothing_because: str | None = None


@dataclass(slots=True, kw_only=True)
class _Under:
    """The request that is answered: who looks, at what, why, and whether the line is written."""

    kinds: tuple[LookKind, ...]
    looking: Looking | None
    shown: Shown | None
    reason: str | None = None
    written: bool = False


DECLARED: dict[str, Declared] = {}  # by the view function's full name


def shows(*kinds: LookKind) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A door whose answers hold something of people, or that takes such in: a line of each of these kinds
    goes before the answer. What may be said more exactly the door says by `looked`."""

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        DECLARED[full_name(view)] = Declared(kinds=kinds)

        @wraps(view)
        def written(*args: P.args, **place: P.kwargs) -> R:
            actor = args[0] if args else None
            reader = actor if isinstance(actor, Reader) else None
            under = g.under = _under(kinds, reader, place.get("visit_id"))
            if LookKind.DISCLOSURE in kinds:
                ask_reason(LookKind.DISCLOSURE.value, A_DISCLOSURE)
            answer = view(*args, **place)
            if not under.written and under.shown is not None:
                lookbook().write(_lines(under))
            return answer

        return written

    return mark


def shows_nothing(because: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A door that shows nothing of anybody; the reason stands beside it."""

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        DECLARED[full_name(view)] = Declared(nothing_because=because)
        return view

    return mark


def looked(shown: Shown | None) -> None:
    """Says what this answer holds of the operation; None: nothing of anybody, and no line. Raises Refusal
    `reason_needed` where a record may not be shown before its reader has said why."""
    under: _Under = g.under
    under.shown = shown
    looking = under.looking
    if shown is None or looking is None or looking.actor is None:
        return
    purpose = purpose_of(looking.actor, shown.visits, looking.rules)
    why = asks_reason(looking.actor, purpose, shown.classes, looking.rules)
    if why:
        ask_reason(",".join(sorted(shown.visits)), why)


def record_shown(visit: VisitId, record: VisitRecord, person: SubjectId | None = None) -> Shown:
    """What a page of a visit's record shows: one worker's part, or all of it."""
    entries = [one.entry for one in record.standings if person in (None, one.entry.subject)]
    classes = frozenset(class_of_stream(one.stream) for one in entries)
    return Shown(visits=frozenset({visit}), person=person, classes=classes, entries=len(entries))


def looked_in(session: Session, shown: Shown | None = None) -> None:
    """Writes this door's lines in the transaction that does its work: both are kept, or neither."""
    under: _Under = g.under
    under.shown = shown or under.shown
    add_looks(session, _lines(under))
    under.written = True


def who_looks() -> Looking:
    """Who is at this door: for what is written below it, in the transaction that keeps what was handed in."""
    looking: Looking | None = g.under.looking
    assert looking is not None
    return looking


def told_by_sync() -> Looking:
    """As `who_looks`, where no other line goes before the answer."""
    g.under.written = True
    return who_looks()


def looking_at(session: Session, operation: OperationId, through: str) -> None:
    """Of which operation it is, where nobody signed in."""
    g.under.looking = _looking(operation, None, through, "", look_rules(session))


@contextmanager
def logged() -> Iterator[Session]:
    """A transaction that is kept with this door's line, or not at all."""
    with transaction(writes=True) as session:
        yield session
        looked_in(session)


def ask_reason(about: str, why: str) -> None:
    """Goes on where a reason is given with the request, or was within the last minutes of this sign-in; else
    raises Refusal `reason_needed`."""
    under: _Under = g.under
    if under.looking is None or under.looking.through == Through.TABLET:
        return
    under.reason = under.reason or _said_before(under.looking, about)
    if under.reason is None:
        words = "Say first why you look at this. It is kept in the access log."
        raise Refusal("reason_needed", words, about=about, because=why, header=HEADER)


def reason_in(text: str) -> str | None:
    """A reason as it was given; None where it says nothing."""
    said = " ".join(text.split())
    fits = LEAST_REASON <= len(said) <= MOST_REASON and said.isprintable()
    return said if fits else None


def desk_sign_in() -> str:
    """The name of this sign-in in the log: it opens nothing."""
    token: DeskToken = g.desk_token
    return hashlib.sha256(token.family.encode()).hexdigest()[:SESSION_CHARS]


def about_key(operation: OperationId, about: str) -> str:
    """Under which words a reason is remembered."""
    return hashlib.sha256(f"{operation} {about}".encode()).hexdigest()


def _said_before(looking: Looking, about: str) -> str | None:
    since = now() - looking.rules.remembered
    with reading() as session:
        return reason_said(session, looking.session, about_key(looking.operation, about), since)


def _under(kinds: tuple[LookKind, ...], actor: Reader | None, visit: object) -> _Under:
    visits = frozenset() if visit is None else frozenset({VisitId(str(visit))})
    looking = None
    if actor is not None:
        with reading() as session:
            rules = look_rules(session)
        looking = _looking(actor.operation, actor, actor.through.value, _session(actor), rules)
    given = reason_in(request.headers.get(HEADER, "") or _in_form())
    return _Under(kinds=kinds, looking=looking, shown=Shown(visits=visits), reason=given)


def _in_form() -> str:
    """The reason in a form of ours that leads to a disclosure."""
    return request.form.get(FIELD, "") if request.mimetype == FORM else ""


def _looking(
    operation: OperationId, actor: Reader | Principal | None, through: str, session: str, rules: LookRules
) -> Looking:
    return Looking(
        operation=operation,
        actor=actor,
        door=str(request.endpoint),
        through=through,
        session=session,
        request=secrets.token_hex(16),
        at_ms=int(now().timestamp() * 1000),
        rules=rules,
    )


def _session(actor: Reader) -> str:
    if actor.through is Through.TABLET:
        return str(g.carrier.key.id)
    return desk_sign_in()


def _lines(under: _Under) -> list[Look]:
    assert under.looking is not None
    assert under.shown is not None
    return [under.looking.line(kind, under.shown, under.reason) for kind in under.kinds]
