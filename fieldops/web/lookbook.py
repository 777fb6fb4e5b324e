"""Writes lines of the access log before the answers that they tell of leave: many threads, one commit.

Whoever finds nobody writing takes all lines that wait, commits them in one transaction, and wakes the others.
Nobody is answered before the commit that holds their own lines; where it fails, nobody of it is answered.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from threading import Condition

from flask import Flask, current_app
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from fieldops.domain.errors import Refusal
from fieldops.domain.looks import Look
from fieldops.store.accesslog import add_looks, log_away
from fieldops.web.transaction import transaction

Writes = Callable[[], AbstractContextManager[Session]]


@dataclass(slots=True, eq=False)
class _Ticket:
    """One request's lines, and what became of them."""

    lines: Sequence[Look]
    settled: bool = False
    refused: bool = False


class Lookbook:
    """The one writer of a process."""

    def __init__(self, writes: Writes) -> None:
        """Nothing waits. `writes` opens a transaction that commits at its end."""
        self._writes = writes
        self._waiting: list[_Ticket] = []
        self._writing = False
        self._turn = Condition()

    def write(self, lines: Sequence[Look]) -> None:
        """Comes back when the lines are durable; raises Refusal `log_away` where they are not."""
        ticket = _Ticket(lines)
        taken = self._my_turn(ticket)
        if taken:
            refused = True
            try:
                refused = not self._committed([line for one in taken for line in one.lines])
            finally:
                self._settle(taken, refused)
        if ticket.refused:
            raise log_away()

    def _my_turn(self, ticket: _Ticket) -> list[_Ticket]:
        """All that waits, once nobody writes; nothing where somebody has written this one meanwhile."""
        with self._turn:
            self._waiting.append(ticket)
            self._turn.wait_for(lambda: ticket.settled or not self._writing)
            if ticket.settled:
                return []
            self._writing = True
            taken, self._waiting = self._waiting, []
            return taken

    def _committed(self, lines: Sequence[Look]) -> bool:
        try:
            with self._writes() as session:
                add_looks(session, lines)
        except (Refusal, DBAPIError, PoolTimeout):
            return False
        return True

    def _settle(self, taken: Sequence[_Ticket], refused: bool) -> None:
        with self._turn:
            for one in taken:
                one.settled, one.refused = True, refused
            self._writing = False
            self._turn.notify_all()


def lookbook() -> Lookbook:
    """The writer of the running app."""
    found = current_app.extensions["lookbook"]
    assert isinstance(found, Lookbook)
    return found


def init_lookbook(app: Flask) -> None:
    """Gives the app its writer."""
    app.extensions["lookbook"] = Lookbook(lambda: transaction(writes=True))
