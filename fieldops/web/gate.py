"""How much is worked on at once, and how much may wait. Whoever comes beyond is told when to try again.

The server's threads outnumber those two together, so that there is always one left to say so: nothing queues
unseen, and a refused request has done nothing. What a monitor asks is let past, for it asks just then.
"""

import secrets
from threading import Condition

from flask import Flask, current_app, g, request

from fieldops.domain.errors import Refusal

LEAST_WAIT_S, MOST_WAIT_S = 2, 6  # drawn between them, so that the refused do not come back together
PAST = frozenset({"health"})


class Gate:
    """Counts who is inside and who waits before it."""

    def __init__(self, *, at_once: int, waiting: int, patience_s: float) -> None:
        """Nobody is inside."""
        self.at_once, self.most_waiting, self.patience_s = at_once, waiting, patience_s
        self.inside = self.waiting = self.refused = 0
        self._changed = Condition()

    def enter(self) -> bool:
        """Come in, if need be after a wait; False where too many wait, or the wait was too long."""
        with self._changed:
            if self.inside >= self.at_once and not self._waited():
                self.refused += 1
                return False
            self.inside += 1
            return True

    def leave(self) -> None:
        """Make room for one."""
        with self._changed:
            self.inside -= 1
            self._changed.notify()

    def _waited(self) -> bool:
        if self.waiting >= self.most_waiting:
            return False
        self.waiting += 1
        try:
            return self._changed.wait_for(lambda: self.inside < self.at_once, self.patience_s)
        finally:
            self.waiting -= 1


def gate() -> Gate:
    """The gate of the running app."""
    found = current_app.extensions["gate"]
    assert isinstance(found, Gate)
    return found


def init_gate(app: Flask, opened: Gate) -> None:
    """Sends every request through the gate."""
    app.extensions["gate"] = opened
    app.before_request(_enter)
    app.teardown_request(_leave)


def _enter() -> None:
    if request.blueprint in PAST:
        return
    if not gate().enter():
        wait_s = LEAST_WAIT_S + secrets.randbelow(MOST_WAIT_S - LEAST_WAIT_S + 1)
        raise Refusal("busy", "The server has more to do than it can take in.", retry_after_s=wait_s)
    g.inside = True


def _leave(_: BaseException | None) -> None:
    if g.pop("inside", False):
        gate().leave()
