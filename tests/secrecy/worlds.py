"""The world in which everything is marked, and for each reader its twins: worlds that differ from it in
nothing but what this reader may not see."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

from fieldops.domain.who import Reader
from fieldops.evidence.checkpoints import make_checkpoint
from tests.secrecy.asking import Answer, ask
from tests.secrecy.beside import change_beside, name_all
from tests.secrecy.marked import Mark, mark_entries
from tests.support.demo_world import the_operation
from tests.support.doors import CODE, Asked, every_way
from tests.support.every_door import ADMINISTRATOR, NOBODY, NOON, SIGNED_OUT, Enacted
from tests.support.two_worlds import copy_database, differ

READERS = (
    "lead",
    "desk",
    "disclosure",
    "safeguarding",
    *(f"partner {code}" for code in ("FWA", "HSE", "COU", "DWP", "HMRC", "NGO", "HOIE", "HARB")),
    "officer COU",
    "tablet FWA",
    "tablet COU",
    ADMINISTRATOR,
)
PARTNERS_TOLD_NUMBERS = ("partner HSE", "partner COU")
READ_ONCE = ("visits.record", "attachments.original")  # so that what a process keeps for good is kept
STRANGERS = (SIGNED_OUT, NOBODY)


@dataclass(kw_only=True)
class Marked:
    """An enacted operation of which everything is marked."""

    enacted: Enacted
    marks: list[Mark]
    ways: list[Asked] = field(default_factory=list)
    copies: Iterator[int] = field(default_factory=count)

    @classmethod
    def in_folder(cls, folder: Path) -> "Marked":
        enacted = Enacted.in_folder(folder)
        with enacted.world.session() as session:
            name_all(session, the_operation(session, CODE))
            marks = mark_entries(session.connection())
            make_checkpoint(
                session,
                the_operation(session, CODE).id,
                enacted.settings(enacted.database).server_key_seed,
                NOON,
            )
            session.commit()
        made = cls(enacted=enacted, marks=marks)
        app = enacted.app_on(enacted.database)
        made.ways = list(every_way(enacted.world, app, enacted.ground()))
        made.told_at("lead", [one for one in made.ways if one.endpoint in READ_ONCE])
        return made

    def reader(self, who: str) -> Reader | None:
        """As whom they read; None for somebody to whom the operation does not exist."""
        if who == SIGNED_OUT:
            return None
        found = self.enacted.actor(who, in_operation=True)
        assert found is None or isinstance(found, Reader)
        return found

    def told(self, who: str, database: Path | None = None, *, changing: bool = True) -> list[Answer]:
        """What they are answered at every door of a world, which is a copy, so that it may change."""
        return self.told_at(who, [one for one in self.ways if changing or not one.changes], database)

    def told_at(self, who: str, ways: Sequence[Asked], database: Path | None = None) -> list[Answer]:
        """What they are answered at these doors of a world."""
        app = self.enacted.app_on(self.a_copy(database or self.enacted.database))
        return [ask(self.enacted, app, who, one) for one in ways]

    def twin(self, who: str, *, announced: bool = True) -> Path:
        """A world in which what this reader may not see is something else, or is not at all."""
        other, reader = self.a_copy(self.enacted.database), self.reader(who) or self._nobody()
        differs = differ(other, reader, announced=announced)
        assert differs.reworded + differs.gone > 10 or not announced
        change_beside(other, reader)
        return other

    def a_copy(self, database: Path) -> Path:
        made = self.enacted.folder / f"copy-{next(self.copies)}" / "world.db"
        copy_database(database, made)
        return made

    def _nobody(self) -> Reader:
        """Somebody to whom nothing is given."""
        reader = self.reader("partner NGO")
        assert reader is not None
        return replace(reader, roles=frozenset(), signers=frozenset(), assigned=frozenset())
