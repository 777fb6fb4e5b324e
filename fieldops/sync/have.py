"""Have-vectors: how far the server holds a tablet's own logs. Asked first, so that whatever was lost
(a reply, a server's last hour) is offered again."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from fieldops.domain.ids import LogId, signer_of_log
from fieldops.domain.who import Reader
from fieldops.store import ledger
from fieldops.sync.wire import LogState

MAX_LOGS = 2000


def have(session: Session, reader: Reader, logs: Iterable[LogId]) -> list[LogState]:
    """How far each log is held. Of logs that others wrote nothing is said: they look like empty ones."""
    asked = list(dict.fromkeys(logs))
    own = ledger.held(session, (log for log in asked if signer_of_log(log) in reader.signers))
    return [LogState(log, one.have, one.head) for log, one in own.items()]
