"""What the report says of exhibits: their kinds, what of their files is here, and if a hand is missing."""

import json
from collections import Counter
from copy import deepcopy
from pathlib import Path
from typing import Any

from fieldops.domain.attachment import CHUNK_BYTES
from fieldops.reports.as_json import as_json
from fieldops.seeding.exhibits import read_exhibits
from fieldops.store.published import publish
from tests.reports.copies import copy_for
from tests.support.checklists import paper
from tests.support.demo_world import DemoWorld
from tests.support.exhibits import Pen, content_of
from tests.support.station import OPERATION, Station, open_station
from tests.support.thimble import THIMBLE

NAMES = ("exhibits_unbroken", "exhibits_broken", "exhibits_of_people")


def told(station: Station, username: str = "lead") -> Any:
    """The figures of a reader's copy, as data."""
    answer = station.desk(username).get(f"/api/operations/{OPERATION}/report")
    assert answer.status_code == 200, answer.json
    return answer.json["figures"]


def values(figures: Any, name: str) -> dict[str, int]:
    return {
        key.removeprefix(f"{name}."): one["value"]
        for key, one in figures.items()
        if key.startswith(f"{name}.")
    }


def test_the_exhibits_of_the_demo_are_told_as_they_were_taken(thimble: DemoWorld) -> None:
    taken = read_exhibits(THIMBLE)
    lead = copy_for(thimble, "THIMBLE")
    figures = as_json(lead.facts)["figures"]
    assert isinstance(figures, dict)
    kinds, files = values(figures, "exhibits"), values(figures, "exhibit_files")
    assert +Counter(kinds) == Counter(one.value["what"] for one in taken)
    assert +Counter(files) == Counter("whole" if one.picture else "no_file" for one in taken)
    assert [figures[name]["value"] for name in NAMES] == [len(taken), 0, 0]
    page = next(one for one in lead.pages if "Taken as" in one)
    for words in ("The whole, as it was captured", "Exhibits whose record of hands is unbroken"):
        assert words in page


def test_what_of_a_file_is_here_and_what_is_not_is_told_apart(tmp_path: Path) -> None:
    station = open_station(tmp_path / "data")
    pen = Pen.of(station, "police")
    pen.exhibit(content_of(1000))
    pen.exhibit(label="JS/2", what="object")
    pen.sync()
    big = content_of(CHUNK_BYTES + 5, "cut")
    pen.exhibit(big, label="JS/3")
    (name,) = pen.outbox.lines
    pen.push()
    assert values(told(station), "exhibit_files") == {
        "whole": 1,
        "partly": 0,
        "not_yet": 1,
        "another": 0,
        "no_file": 1,
    }
    pen.need(pen.outbox.lines[name].decode())
    pen.put(name, 0, big[:CHUNK_BYTES])
    assert values(told(station), "exhibit_files") == {
        "whole": 1,
        "partly": 1,
        "not_yet": 0,
        "another": 0,
        "no_file": 1,
    }
    pen.send()
    assert values(told(station), "exhibit_files")["whole"] == 2


def test_a_hand_that_is_missing_is_counted_and_a_withdrawn_exhibit_is_not(tmp_path: Path) -> None:
    station = open_station(tmp_path / "data")
    pen = Pen.of(station, "police")
    whole, broken = pen.exhibit(what="object"), pen.exhibit(what="object", label="JS/2")
    for exhibit, giver in ((whole, "exhibits  STORE"), (broken, "Somebody else")):
        pen.hand_over(exhibit)
        station.clock.forward(minutes=5)
        pen.hand_over(exhibit, **{"from": giver, "to": "The laboratory"})
    pen.withdraw(pen.exhibit(what="object", label="JS/3"))
    pen.push()
    figures = told(station)
    assert values(figures, "exhibits")["object"] == 2
    assert (figures["exhibits_unbroken"]["value"], figures["exhibits_broken"]["value"]) == (1, 1)


def test_whoever_may_not_open_exhibits_is_told_no_number_of_them(tmp_path: Path) -> None:
    station = open_station(tmp_path / "data")
    pen = Pen.of(station, "police")
    pen.exhibit(content_of(1000))
    pen.sync()
    for username in ("partner", "borders"):
        numbers = [one["value"] for key, one in told(station, username).items() if key.startswith("exhibit")]
        assert set(numbers) <= {None}


def test_an_installation_with_earlier_counting_rules_has_its_report_as_before(tmp_path: Path) -> None:
    station = open_station(tmp_path / "data")
    rules = deepcopy(paper("counting/counting.yaml"))
    rules["figures"] = [one for one in rules["figures"] if not one["id"].startswith("exhibit")]
    with station.store() as session:
        publish(session, "counting", "counting", json.dumps(rules).encode())
    assert not [key for key in told(station) if key.startswith("exhibit")]
