"""Every field, part of an address, query and header of every door, filled with what breaks others: the answer
is never 500 or more, and what was sent comes back nowhere as something that a browser would run."""

import random
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from fieldops.app import create_app
from fieldops.settings import RateLimit
from tests.hostile.corpus import DOCUMENTS, HEADERS, MARK, RUNS, TEXTS, VALUES, leaves, put
from tests.support.doors import READS, Asked, every_way
from tests.support.every_door import NOON, Enacted
from tests.support.two_worlds import copy_database

PEERS = ("lead", "tablet FWA", "partner NGO", "signed out")
OFTEN = RateLimit(attempts=10**6, window_s=60)
LIMITS = ("sign_in_by_account", "sign_in_by_address", "enrol_by_address", "witness_by_officer")
MORE_LIMITS = ("nonce_by_signer", "bundle_by_address")
EACH = 7  # of the texts, at every field, drawn by the field's name; all of them come at every door


@pytest.fixture(scope="module")
def enacted(tmp_path_factory: pytest.TempPathFactory) -> Enacted:
    return Enacted.in_folder(tmp_path_factory.mktemp("hostile"))


def served(enacted: Enacted, name: str) -> Flask:
    """An app on a copy, which counts no attempts."""
    database = enacted.folder / name / "world.db"
    copy_database(enacted.database, database)
    limits = dict.fromkeys((*LIMITS, *MORE_LIMITS), OFTEN)
    return create_app(replace(enacted.settings(database), **limits), lambda: NOON)


@pytest.mark.parametrize("who", PEERS)
def test_no_field_breaks_a_door(enacted: Enacted, who: str) -> None:
    app = served(enacted, f"fields of {who}")
    doors = [one for one in every_way(enacted.world, app, enacted.ground()) if _fields(one)]
    sent = 0
    for asked in _first_of_each(doors):
        for hostile in _filled(asked):
            _harmless(enacted.knock(app, who, hostile), hostile)
            sent += 1
    assert sent > 900


@pytest.mark.parametrize("who", PEERS)
def test_no_address_and_no_query_breaks_a_door(enacted: Enacted, who: str) -> None:
    app = served(enacted, f"addresses of {who}")
    for asked in _first_of_each(every_way(enacted.world, app, enacted.ground())):
        for text in _drawn(asked.path, 5):
            said = quote(text.encode("utf-8", "surrogatepass"), safe="")
            for path in (asked.invented.replace("a" * 16, said), f"{asked.path}?limit={said}&after={said}"):
                hostile = replace(asked, path=path)
                _harmless(enacted.knock(app, who, hostile), hostile)


def test_no_header_and_no_document_breaks_a_door(enacted: Enacted) -> None:
    app = served(enacted, "headers")
    for asked in _first_of_each(every_way(enacted.world, app, enacted.ground())):
        for name in random.Random(asked.endpoint).sample(sorted(HEADERS), 6):
            answer = _with_header(app, asked, *HEADERS[name])
            _harmless(answer, asked)
        if asked.sent.json is not None:
            for name, document in DOCUMENTS.items():
                bytes_alone = replace(asked, sent=replace(READS, data=document))
                answer = _as_json(enacted, app, bytes_alone)
                _harmless(answer, asked)
                assert answer.status_code >= 400, name


def _with_header(app: Flask, asked: Asked, name: str, value: str) -> TestResponse:
    browser = app.test_client()
    said = {name: value.encode("utf-8").decode("latin-1")}
    return browser.open(asked.path, method=asked.method, headers=said, data=b"{}")


def _as_json(enacted: Enacted, app: Flask, asked: Asked) -> TestResponse:
    browser = app.test_client()
    given = enacted.signed_in["lead"]
    for name, value in given.items():
        browser.set_cookie(name, value)
    headers = {"X-CSRF-TOKEN": given["fieldops_csrf"], "Content-Type": "application/json"}
    return browser.open(asked.path, method=asked.method, headers=headers, data=asked.sent.data)


def _first_of_each(ways: "Iterator[Asked] | list[Asked]") -> list[Asked]:
    first: dict[tuple[str, str], Asked] = {}
    for asked in ways:
        named = asked.endpoint, asked.method
        if named not in first or not _fields(first[named]):
            first[named] = asked
    return list(first.values())


def _fields(asked: Asked) -> object:
    return asked.sent.json if asked.sent.json is not None else asked.sent.form


def _filled(asked: Asked) -> Iterator[Asked]:
    said = _fields(asked)
    for way in leaves(said):
        for text in _drawn(f"{asked.endpoint} {way}", EACH):
            filled = put(said, way, text)
            yield _sending(asked, filled)
        if asked.sent.json is not None:
            for value in VALUES.values():
                yield _sending(asked, put(said, way, value))


def _sending(asked: Asked, filled: object) -> Asked:
    if asked.sent.json is not None:
        return replace(asked, sent=replace(asked.sent, json=filled))
    assert isinstance(filled, dict)
    form = {name: str(value).encode("utf-8", "replace").decode() for name, value in filled.items()}
    return replace(asked, sent=replace(asked.sent, form=form))


def _drawn(name: str, count: int) -> list[str]:
    return random.Random(name).sample(list(TEXTS.values()), count)


def _harmless(answer: TestResponse, asked: Asked) -> None:
    told = f"{asked.method} {asked.path[:200]} {str(asked.sent)[:300]}"
    assert answer.status_code < 500, told
    if answer.status_code >= 400 and asked.path.startswith("/api"):
        assert answer.content_type == "application/problem+json", told
    assert MARK not in (answer.headers.get("Set-Cookie") or ""), told
    if answer.mimetype == "text/html":
        page = answer.get_data(as_text=True)
        assert [words for words in RUNS if words in page] == [], told
