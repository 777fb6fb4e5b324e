"""Wrong servers in what a lead decides about what was put aside."""

from dataclasses import replace

from fieldops.domain.kinds import RELEASE
from fieldops.sync.release import Asked, Desk
from tests.torture.planted import keep_twice
from tests.torture.world import Server


class LetsInWhatIsToBeKept(Server):
    """Whatever is decided, it is let in."""

    def decide(self, asked: Asked, desk: Desk) -> bool:
        return super().decide(replace(asked, choice=RELEASE), desk)


class LetsInTwice(Server):
    """What is let in lies in its stream a second time."""

    def decide(self, asked: Asked, desk: Desk) -> bool:
        done = super().decide(asked, desk)
        if done and asked.choice == RELEASE:
            keep_twice(self, asked.log)
        return done
