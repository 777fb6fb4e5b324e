"""The only place where anything is committed. A door opens one transaction, and it is all or nothing.

What a request reads, the guard first and then the door, it reads from one view, which ends when the request
ends or begins to write.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, g, has_request_context, request
from sqlalchemy.orm import Session

from fieldops.store.db import db
from fieldops.store.engine import WRITES, reads

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@contextmanager
def transaction(*, writes: bool | None = None) -> Iterator[Session]:
    """One unit of work, committed at its end and undone by any exception. Never opened inside another.

    A writer takes the lock at its first statement, so that it waits at the beginning rather than failing half
    way. Where `writes` is not said, the answer to a safe method reads one view, and anything else writes.
    """
    _end_view()
    if writes is None:
        writes = not (has_request_context() and request.method in SAFE_METHODS)
    with Session(db.engine) as session:
        session.connection(execution_options=WRITES if writes else reads(db.engine))
        yield session
        session.commit()


@contextmanager
def reading() -> Iterator[Session]:
    """One consistent view of the database: no commit in its middle is seen. Nothing done in it is kept."""
    view, goes_on = g.view if "view" in g else _view(), False
    try:
        yield view
        goes_on = has_request_context()
    finally:
        if not goes_on:
            _end_view()


def init_transactions(app: Flask) -> None:
    """Has the view of each request end with it."""
    app.teardown_appcontext(lambda _: _end_view())


def _view() -> Session:
    g.view = Session(db.engine)
    g.view.connection(execution_options=reads(db.engine))
    view: Session = g.view
    return view


def _end_view() -> None:
    view: Session | None = g.pop("view", None)
    if view is not None:
        view.close()
