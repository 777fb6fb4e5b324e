"""Every door that gives something, knocked at by everybody: who is let in, and who is told that there is
nothing. What those who are let in are shown, `tests/secrecy` looks at."""

from dataclasses import replace

import pytest
from werkzeug.test import TestResponse

from fieldops.app import create_app
from fieldops.domain.access import may_do
from tests.support.doors import Asked, every_door, every_way
from tests.support.every_door import NOBODY, NOON, SIGNED_OUT, Enacted

# What is asked for by a hash: many readers are given it, many are not.
HALF_WAY = "desk.sign_in_second.page"  # for a browser that has shown a password and nothing more
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


GUARDS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
}
MADE_OF_NOTHING = ("/app/", "/app/nothing.js", "/verify", "/desk/static/nothing.css", "/app", "/nothing")


def test_every_answer_of_every_door_says_what_a_browser_must_not_do(enacted: Enacted) -> None:
    """Also where nobody is signed in, and where there is nothing; strict with scripts and framing."""
    settings = replace(enacted.settings(enacted.database), secure_cookies=True, demo=True)
    app = create_app(settings, lambda: NOON)
    doors = [*every_way(enacted.world, app, enacted.ground())]
    answers = [
        (one.path, enacted.knock(app, who, one)) for who in (SIGNED_OUT, "tablet FWA") for one in doors
    ]
    answers += [(path, app.test_client().get(path)) for path in MADE_OF_NOTHING]
    for path, answer in answers:
        assert {name: answer.headers.get(name) for name in GUARDS} == GUARDS, path
        assert _is_strict(path, answer), path
    assert all(_is_strict(one.path, answer) for one, answer in enacted.answers("lead"))


def _is_strict(path: str, answer: TestResponse) -> bool:
    """Whether no text becomes script, nobody frames it, and the tablet's app alone may see and hear."""
    policy, may = answer.headers["Content-Security-Policy"], answer.headers["Permissions-Policy"]
    camera = "camera=(self)" if path.startswith("/app") else "camera=()"
    types = "require-trusted-types-for 'script'; trusted-types"
    unsafe = any(word in policy for word in ("'unsafe-inline'", "'unsafe-eval'", "http:", "https:", "*"))
    return types in policy and "frame-ancestors 'none'" in policy and camera in may and not unsafe


def expected(enacted: Enacted, who: str, asked: Asked) -> frozenset[int]:
    """The statuses that a door may answer somebody with."""
    action = asked.door.action
    if action is None:
        return frozenset({303} if asked.endpoint == HALF_WAY else {200, 308, 404})
    if who == SIGNED_OUT:
        return frozenset({303 if asked.path.startswith("/desk") else 401})
    actor = enacted.actor(who, in_operation=asked.in_operation)
    if actor is None:
        return frozenset({404})
    if not may_do(actor, action):
        return frozenset({403})
    return frozenset({200, 404} if asked.endpoint in NAMED_BY_HASH else {200})
