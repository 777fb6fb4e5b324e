"""Counting attempts, so that passwords and keys cannot be tried out, over however many workers."""

from fieldops.domain.errors import Refusal
from fieldops.settings import RateLimit
from fieldops.store.sessions import count_attempt
from fieldops.web.installation import now
from fieldops.web.transaction import transaction


def count(what: str, who: str, limit: RateLimit) -> None:
    """Counts one attempt in a transaction of its own; raises Refusal `too_many_attempts` beyond the limit."""
    with transaction(writes=True) as session:
        wait_s = count_attempt(session, what, who, limit, now())
    if wait_s:
        raise Refusal(
            "too_many_attempts", "There were too many attempts. Wait a while.", retry_after_s=wait_s
        )
