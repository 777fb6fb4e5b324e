"""Whatever is thrown at any door, by whomever, it answers with less than 500 and in one form of refusal."""

from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from fieldops.api.describing import Told, doors
from tests.support.station import OPERATION, SITE, TEAM, VISIT, Station

PLACES = (
    {
        "operation_id": OPERATION,
        "visit_id": VISIT,
        "device_id": "a" * 16,
        "officer_id": "a" * 16,
        "name": "0" * 64,
        "entry_id": "0" * 64,
        "manifest": "0" * 64,
        "n": "0",
    },
    {
        "operation_id": "x",
        "visit_id": "%00",
        "device_id": "%ff%fe",
        "officer_id": "%ff%fe",
        "name": "..%2f..%2fetc",
        "entry_id": "x",
        "manifest": "x",
        "n": "-1",
    },
    {
        "operation_id": "' OR 1=1 --",
        "visit_id": "a" * 3000,
        "device_id": "\N{PILE OF POO}",
        "officer_id": "\N{PILE OF POO}",
        "name": "\u202e",
        "entry_id": "..%2f",
        "manifest": "%00",
        "n": "9" * 3000,
    },
)
QUERIES = ("", "?limit=-1&after=%00", "?limit=" + "9" * 5000, "?after[]=x&limit=1e3", "?limit=\u0663")
BODIES: tuple[object, ...] = (
    {},
    [],
    None,
    {"\u0000": 1},
    {"username": {"$ne": 1}, "password": []},
    {"segments": [{"statement": "{}", "signature": "A" * 86, "lines": "\n\n"}]},
    {"segments": [{"statement": "", "signature": "_" * 86, "lines": ""}] * 3},
    {"epoch": "x", "positions": {"a" * 16 + ".C99z": 2**53 - 1}, "limit": 1},
    {"epoch": None, "positions": {"": 1}, "limit": 0},
    {"logs": ["a" * 16 + ".C1." + "b" * 26 + ".0"] * 3},
    {"signer": "a" * 26, "nonce": "'; DROP TABLE nonces; --", "signature": "A" * 86},
    {"code": "x", "username": "\N{PILE OF POO}", "password": "p" * 1024, "key": "A" * 87, "proof": "A" * 86},
    {"officer": "a" * 16},
    {"reason": "<script>alert(1)</script>"},
    {"days": ["0001-01-01"], "code": "Z", "name": "n", "nation": "x", "papers": {"checklist": "0" * 64}},
    {"code": "Z9", "name": "n", "languages": [], "capabilities": [], "members": [{"officer": "a" * 16}] * 41},
    {
        "premises": SITE,
        "team": TEAM,
        "day": "9999-12-31",
        "sequence": 1,
        "planned_start": "9999-12-31T23:59:59-23:59",
        "minutes": 1,
    },
)
Knock = Callable[[str, str, object], TestResponse]


@pytest.fixture(params=["nobody", "lead", "administrator", "tablet"])
def knock(station: Station, request: pytest.FixtureRequest) -> Knock:
    """Somebody who knocks at a door: by method, address and body."""
    client, headers = station.browser(), {}
    if request.param == "tablet":
        headers = {"Authorization": f"Bearer {station.tablet('police').sign_in().token}"}
    elif request.param != "nobody":
        desk = station.desk(request.param)
        client, headers = desk.client, {"X-CSRF-TOKEN": desk.csrf}

    def at(method: str, path: str, body: object) -> TestResponse:
        sent = {} if method == "GET" else {"json": body}
        return client.open(path, method=method, headers=headers, **sent)

    return at


def test_no_door_answers_with_five_hundred(station: Station, knock: Knock) -> None:
    for told in doors(station.app):
        if told.name != "session.sign_out":
            _try(told, knock)


def _try(told: Told, knock: Knock) -> None:
    method = told.method.upper()
    for place in PLACES:
        path = told.path.format(**{name: place[name] for name in told.places})
        for query in QUERIES if method == "GET" else ("",):
            for body in BODIES if told.spoken.takes is not None else (None,):
                _is_told_well(knock(method, path + query, body), told, body)


def _is_told_well(answer: TestResponse, told: Told, body: object) -> None:
    assert answer.status_code < 500, (told.name, body, answer.data)
    if answer.status_code >= 400:
        assert answer.content_type == "application/problem+json", told.name
        assert answer.json["code"], told.name
