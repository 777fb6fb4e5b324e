"""Every door that gives something, knocked at by everybody: who is let in, and that nobody learns of what is
not theirs. Two worlds that differ only in what a reader may not see answer them alike, byte for byte."""

import re
from pathlib import Path

import pytest

from fieldops.domain.access import may_do
from fieldops.domain.who import Reader
from tests.support.every_door import NOBODY, SIGNED_OUT, Asked, Enacted, every_door
from tests.support.two_worlds import copy_database, differ

READERS = (
    "lead",
    "desk",
    "safeguarding",
    *(f"partner {code}" for code in ("FWA", "HSE", "FRS", "COU", "DWP", "HMRC", "NGO", "HOIE", "HARB")),
    "officer COU",
    "tablet FWA",
    "tablet COU",
)
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
    for asked in every_door(enacted, app):
        if asked.in_operation:
            real = enacted.knock(app, NOBODY, asked)
            invented = enacted.knock(app, NOBODY, asked.elsewhere())
            assert (real.status_code, real.data) == (404, invented.data), asked.path


# The pages of the access log change by each look that this test takes: tests/desk/test_looks_pages.py.
THE_LOG = "desk.looks."
# An announced answer may show an indicator, as "source withheld": that it is there, and no more.
INDICATORS = re.compile(rb'<section class="app-indicators".*?</section>', re.DOTALL)
LENGTH = "Content-Length"


@pytest.mark.parametrize("who", READERS)
def test_what_a_reader_may_not_see_changes_nothing_that_they_are_answered(
    enacted: Enacted, tmp_path: Path, who: str
) -> None:
    reader = enacted.actor(who, in_operation=True)
    assert isinstance(reader, Reader)
    copy_database(enacted.database, tmp_path / "other.db")
    differs = differ(tmp_path / "other.db", reader)
    assert differs.reworded + differs.gone > 10
    other = enacted.app_on(tmp_path / "other.db")
    for asked, first in enacted.answers(who):
        if asked.endpoint.startswith(THE_LOG):
            continue
        second = enacted.knock(other, who, asked)
        assert first.status_code == second.status_code, asked.path
        assert {**first.headers, LENGTH: ""} == {**second.headers, LENGTH: ""}, asked.path
        assert INDICATORS.sub(b"", first.data) == INDICATORS.sub(b"", second.data), asked.path


@pytest.mark.parametrize("who", READERS)
def test_what_is_hidden_from_a_reader_moves_no_indicator(enacted: Enacted, tmp_path: Path, who: str) -> None:
    reader = enacted.actor(who, in_operation=True)
    assert isinstance(reader, Reader)
    copy_database(enacted.database, tmp_path / "other.db")
    differ(tmp_path / "other.db", reader, announced=False)
    other = enacted.app_on(tmp_path / "other.db")
    for asked, first in enacted.answers(who):
        if b"app-indicators" in first.data:
            assert enacted.knock(other, who, asked).data == first.data, asked.path


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
