"""Nothing that is above a reader's right leaves the server, in any byte of any answer, at any door of the URL
map; and nothing of an answer depends on it: not its size, order or status, nor the queries run for it."""

import re

import pytest
from flask import Flask

from tests.secrecy.proofs import all_that_is_wrong, differing, differing_beside_numbers
from tests.secrecy.worlds import PARTNERS_TOLD_NUMBERS, READERS, STRANGERS, Marked
from tests.support.doors import FILES, every_way
from tests.support.two_worlds import fewer


@pytest.mark.parametrize("who", [*READERS, *STRANGERS])
def test_nothing_above_a_readers_right_is_in_any_byte_and_nothing_depends_on_it(
    marked: Marked, who: str
) -> None:
    assert all_that_is_wrong(marked, who) == []


def test_what_is_hidden_moves_no_indicator(marked: Marked) -> None:
    for who in ("officer COU", *PARTNERS_TOLD_NUMBERS):
        shown = marked.told(who, changing=False)
        other = marked.told(who, marked.twin(who, announced=False), changing=False)
        pages = [pair for pair in zip(shown, other, strict=True) if b"app-indicators" in pair[0].body]
        assert pages
        assert [one.asked.path for one, twin in pages if one.body != twin.body] == []


@pytest.mark.parametrize("who", PARTNERS_TOLD_NUMBERS)
def test_of_a_class_that_is_announced_the_number_withheld_differs_and_nothing_else(
    marked: Marked, who: str
) -> None:
    reader, database = marked.reader(who), marked.a_copy(marked.enacted.database)
    assert reader is not None
    assert fewer(database, reader) > 5
    told, twin = marked.told(who, changing=False), marked.told(who, database, changing=False)
    assert [*differing_beside_numbers(told, twin)] == []
    assert [*differing(told, twin)], "the number itself must be told"


def test_what_a_reader_may_see_is_there_in_every_form(marked: Marked) -> None:
    """The control: marks are found where they may stand, in pages, in JSON and in what a tablet pulls."""
    shown = {one.word.encode() for one in marked.marks} - _closed(marked, "lead")
    forms = {one.asked.endpoint: one.body for one in marked.told("lead", changing=False)}
    for endpoint in ("desk.visit.page", "visits.record"):
        assert sum(word in forms[endpoint] for word in shown) > 5, endpoint
    pulled = b"".join(one.body for one in marked.told("tablet FWA", changing=False))
    assert sum(one.word.encode() in pulled for one in marked.marks) > 100


def test_every_door_of_the_url_map_is_knocked_at(marked: Marked) -> None:
    app: Flask = marked.enacted.app_on(marked.enacted.database)
    known = {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint not in FILES
    }
    assert {(one.endpoint, one.method) for one in marked.ways} == known


def test_a_door_without_a_case_is_told_with_what_to_do(marked: Marked) -> None:
    def new() -> str:
        return "a new door"

    app: Flask = marked.enacted.app_on(marked.enacted.database)
    app.add_url_rule("/api/new", endpoint="new.door", view_func=new, methods=["POST"])
    with pytest.raises(AssertionError, match=re.escape("POST at «new.door» has no case")):
        list(every_way(marked.enacted.world, app, marked.enacted.ground()))


def _closed(marked: Marked, who: str) -> set[bytes]:
    reader = marked.reader(who)
    assert reader is not None
    return {one.word.encode() for one in marked.marks if one.closed_to(reader)}
