"""Knocking at a door while listening to all that goes with it: headers, queries of the database, log lines.

Chance is handed in, so that a code or an id is the same whenever the same is asked; what a password is salted
with lies in no answer. A token of a session alone is not compared: the time of day is in it.
"""

import logging
import os
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine
from sqlalchemy.engine.interfaces import DBAPICursor

from tests.support.every_door import Asked, Enacted

SEVERAL = re.compile(r"\((?:\?(?:, \?)*|SELECT 1 FROM \(SELECT 1\) WHERE 1!=1)\)")
SESSION = re.compile(rb"eyJ[\w-]{9,}\.eyJ[\w-]+\.[\w-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """All that leaves the server with one answer, and what it did for it."""

    asked: Asked
    status: int
    headers: bytes
    body: bytes
    queries: tuple[str, ...]
    logged: str

    @property
    def everything(self) -> tuple[object, ...]:
        """What a twin must be the same in, and in this order a difference is told."""
        return self.status, self.headers, self.body, self.queries, self.logged


class Heard(logging.Handler):
    """What was heard while somebody listened."""

    def __init__(self) -> None:
        """Nothing yet."""
        super().__init__(logging.INFO)
        self.queries: list[str] = []
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())

    def query(self, _: Connection, __: DBAPICursor, statement: str, *___: object) -> None:
        self.queries.append(statement)


@contextmanager
def listening() -> Iterator[Heard]:
    """Hears every query and every log line of this process."""
    heard, root = Heard(), logging.getLogger()
    root.addHandler(heard)
    event.listen(Engine, "before_cursor_execute", heard.query)
    try:
        yield heard
    finally:
        event.remove(Engine, "before_cursor_execute", heard.query)
        root.removeHandler(heard)


@contextmanager
def chance(seed: str) -> Iterator[None]:
    """All that is drawn follows from the seed."""
    drawn = random.Random(seed)
    with pytest.MonkeyPatch.context() as handed:
        handed.setattr(os, "urandom", drawn.randbytes)
        handed.setattr(random, "_urandom", drawn.randbytes)
        yield


def ask(enacted: Enacted, app: Flask, who: str, asked: Asked) -> Answer:
    """Their answer at this door, with all that went with it."""
    with listening() as heard, chance(f"{asked.path} {asked.sent}"):
        answer = enacted.knock(app, who, asked)
        body = answer.get_data()
    headers = b"\n".join(f"{name}: {value}".encode() for name, value in answer.headers)
    return Answer(
        asked=asked,
        status=answer.status_code,
        headers=SESSION.sub(b"a session", headers),
        body=SESSION.sub(b"a session", body),
        queries=tuple(SEVERAL.sub("(several)", one) for one in heard.queries),
        logged="\n".join(heard.lines),
    )
