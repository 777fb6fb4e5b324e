"""Requests that are made from the product's own OpenAPI description, by two peers and a stranger: what fits
it and what does not, and ids that are another's. No answer is 500 or more, none tells what is another's."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.core import NOT_SET
from werkzeug.test import TestResponse

from fieldops.api.describing import describe
from fieldops.app import create_app
from tests.hostile.test_every_field import LIMITS, MORE_LIMITS, OFTEN
from tests.secrecy.looking import readable
from tests.secrecy.marked import closed_words
from tests.secrecy.worlds import Marked
from tests.support.door_cases import Ground
from tests.support.every_door import NOBODY, NOON, SIGNED_OUT

CASES = int(os.environ.get("FIELDOPS_GENERATED_CASES", "2000"))
PEERS = ("partner NGO", "tablet COU", NOBODY, SIGNED_OUT)
MOST_TURNS = 4  # a door that takes nothing is soon asked in every way
SEED = int(os.environ.get("FIELDOPS_GENERATED_SEED", "1"))


@dataclass(kw_only=True)
class Asking:
    """Peers before an app that counts no attempts, and all that they were answered."""

    marked: Marked
    app: Flask
    ids: Mapping[str, Sequence[str]]
    closed: Mapping[str, frozenset[bytes]]
    asked: int = 0
    wrong: list[str] = field(default_factory=list)

    def ask(self, who: str, case: Case, path: str) -> None:
        """One request, and what is wrong with its answer."""
        answer = self._answer(who, case, path)
        self.asked += 1
        told = f"{who}: {case.method} {path[:200]} {str(case.body)[:300]}"
        if answer.status_code >= 500:
            self.wrong.append(f"{told}: {answer.status_code}")
        sent = readable(answer.get_data() + str(answer.headers).encode())
        self.wrong += [f"{told} tells {word!r}" for word in self.closed[who] if word in sent]

    def _answer(self, who: str, case: Case, path: str) -> TestResponse:
        given, browser = self.marked.enacted.signed_in.get(who, {}), self.app.test_client()
        headers = {"X-CSRF-TOKEN": given.get("fieldops_csrf", "")}
        if "token" in given:
            headers = {"Authorization": f"Bearer {given['token']}"}
        for name, value in given.items():
            browser.set_cookie(name, value)
        body = (
            {} if case.body is NOT_SET else {"data": _written(case.body), "content_type": "application/json"}
        )
        query = {name: str(value) for name, value in (case.query or {}).items()}
        return browser.open(path, method=case.method.upper(), query_string=query, headers=headers, **body)


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Marked:
    return Marked.in_folder(tmp_path_factory.mktemp("generated"))


@pytest.fixture(scope="module")
def asking(marked: Marked) -> Asking:
    limits = dict.fromkeys((*LIMITS, *MORE_LIMITS), OFTEN)
    made = replace(marked.enacted.settings(marked.a_copy(marked.enacted.database)), **limits)
    return Asking(
        marked=marked,
        app=create_app(made, lambda: NOON),
        ids=_ids(marked.enacted.ground()),
        closed={who: frozenset(closed_words(marked.marks, marked.reader(who))) for who in PEERS},
    )


def _written(body: Any) -> bytes:
    """A body as it goes out, also one that is no JSON."""
    return body if isinstance(body, bytes) else json.dumps(body, default=str).encode("utf-8", "surrogatepass")


def _ids(at: Ground) -> dict[str, Sequence[str]]:
    """What a place in an address may name, hidden things among them."""
    return {
        "operation_id": [at.operation.id],
        "visit_id": at.visits,
        "device_id": at.devices,
        "officer_id": at.officers,
        "entry_id": at.entries,
        "name": [at.operation.papers.checklist, at.operation.papers.agreement],
    }


def test_no_generated_request_breaks_a_door_or_is_told_what_is_anothers(asking: Asking) -> None:
    described = schemathesis.openapi.from_dict(describe(asking.app))
    doors = [found.ok() for found in described.get_all_operations()]
    doors = [door for door in doors if door.label != "DELETE /api/session"]  # it would end all that follows
    each = max(2, CASES // len(doors))
    for turn in range(MOST_TURNS):
        if asking.asked < CASES:
            for door in doors:
                _knock(asking, door, each, SEED + turn)
    assert asking.wrong == []
    assert asking.asked >= CASES


def _knock(asking: Asking, door: Any, each: int, first: int) -> None:
    modes = [door.as_strategy(generation_mode=mode) for mode in _modes(door)]

    @seed(first)
    @settings(
        max_examples=each,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=st.one_of(modes), who=st.sampled_from(PEERS), drawn=st.randoms(use_true_random=False))
    def generated(case: Case, who: str, drawn: Any) -> None:
        asking.ask(who, case, _path(asking, case, drawn))

    generated()


def _modes(door: Any) -> list[GenerationMode]:
    """A door that takes nothing cannot be asked wrongly."""
    takes = door.body or door.query or door.path_parameters
    return (
        [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
        if door.body or (takes and door.query)
        else [GenerationMode.POSITIVE]
    )


def _path(asking: Asking, case: Case, drawn: Any) -> str:
    """The address: most often with an id that is there, theirs or another's."""
    path: str = case.operation.path
    for name, made in (case.path_parameters or {}).items():
        known = asking.ids.get(name)
        value = drawn.choice(known) if known and drawn.random() < 0.8 else str(made)
        path = path.replace(f"{{{name}}}", quote(value.encode("utf-8", "replace"), safe=""))
    return path
