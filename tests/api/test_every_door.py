"""Every door that gives something, knocked at by everybody: who is let in, and who is told that there is
nothing. What those who are let in are shown, `tests/secrecy` looks at."""

import pytest

from fieldops.domain.access import may_do
from tests.support.doors import Asked, every_door
from tests.support.every_door import NOBODY, SIGNED_OUT, Enacted

# What is asked for by a hash: many readers are given it, many are not.
NAMED_BY_HASH = {"papers.look", "attachments.original", "attachments.view", "desk.exhibit.page"}


@pytest.fixture(scope="module")
def enacted(tmp_path_factory: pytest.TempPathFactory) -> Enacted:
    return Enacted.in_folder(tmp_path_factory.mktemp("enacted"))


def test_every_door_opens_to_those_who_may_and_to_nobody_else(enacted: Enacted) -> None:
    for who in enacted.everybody():
        for asked, answer in enacted.answers(who):
            assert answer.status_code in expected(enacted, who, asked), (who, asked.path, answer.status_code)


def test_to_those_who_do_not_serve_a_real_place_and_an_invented_one_look_the_same(enacted: Enacted) -> None:
    app = enacted.app_on(enacted.database)
    for asked in every_door(enacted.world, app, enacted.ground()):
        if asked.in_operation:
            real = enacted.knock(app, NOBODY, asked)
            invented = enacted.knock(app, NOBODY, asked.elsewhere())
            assert (real.status_code, real.data) == (404, invented.data), asked.path


def expected(enacted: Enacted, who: str, asked: Asked) -> frozenset[int]:
    """The statuses that a door may answer somebody with."""
    action = asked.door.action
    if action is None:
        return frozenset({200, 308, 404})
    if who == SIGNED_OUT:
        return frozenset({303 if asked.path.startswith("/desk") else 401})
    actor = enacted.actor(who, in_operation=asked.in_operation)
    if actor is None:
        return frozenset({404})
    if not may_do(actor, action):
        return frozenset({403})
    return frozenset({200, 404} if asked.endpoint in NAMED_BY_HASH else {200})
