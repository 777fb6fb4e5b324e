"""Wrong tablets and servers where a store is ordered to go."""

from collections.abc import Mapping

from fieldops.domain.completeness import Span
from fieldops.store.wipes import SignedOrder
from fieldops.sync.own_log import OwnLog
from tests.torture.station import Station
from tests.torture.world import Server


class GoesBeforeAllIsSent(Station):
    """A store goes as soon as it is told to."""

    def obey(self, given: Mapping[str, str] | None) -> None:
        super().obey(given)
        self.leaves = self.order is not None


class NamesNoLoss(Station):
    """A store that goes by force says that nothing of it is lost."""

    def lost(self, _: OwnLog) -> list[Span]:
        return []


class HearsNoLastWord(Server):
    """A last word is answered, and nothing of it is kept."""

    def hear(self, word: SignedOrder) -> bool:
        return True
