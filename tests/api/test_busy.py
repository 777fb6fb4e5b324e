"""More than the server can take in is told so at once, with a time to come back; nothing is half done."""

from pathlib import Path
from threading import Barrier, Thread

from fieldops.web.gate import LEAST_WAIT_S, MOST_WAIT_S, Gate
from tests.support.station import Station, open_station


def narrow(tmp_path: Path) -> Station:
    """A server that works on one request and lets none wait."""
    return open_station(tmp_path, at_once=1, waiting=0)


def test_whoever_comes_beyond_the_bound_is_told_when_to_come_back_and_is_let_in_then(tmp_path: Path) -> None:
    station = narrow(tmp_path)
    client, gate = station.app.test_client(), station.app.extensions["gate"]
    assert gate.enter()
    refused = client.get("/api/docs")
    assert (refused.status_code, refused.json["code"]) == (503, "busy")
    assert LEAST_WAIT_S <= int(refused.headers["Retry-After"]) <= MOST_WAIT_S
    assert client.get("/healthz").status_code == 200
    gate.leave()
    assert client.get("/api/docs").status_code == 200
    assert (gate.inside, gate.refused) == (0, 1)


def test_a_fault_in_a_request_leaves_no_place_taken(tmp_path: Path) -> None:
    station = narrow(tmp_path)
    client = station.app.test_client()
    for _ in range(3):
        assert client.post("/api/sync/push", data=b"{").status_code == 401
        assert client.get("/nowhere").status_code == 404
    assert station.app.extensions["gate"].inside == 0


def test_one_who_waits_comes_in_when_another_leaves_and_no_longer_waits_than_the_patience() -> None:
    gate = Gate(at_once=1, waiting=1, patience_s=30)
    met, came = Barrier(2), []

    def wait() -> None:
        met.wait()
        came.append(gate.enter())

    assert gate.enter()
    waiter = Thread(target=wait)
    waiter.start()
    met.wait()
    gate.leave()
    waiter.join()
    assert came == [True]
    impatient = Gate(at_once=1, waiting=1, patience_s=0)
    assert [impatient.enter(), impatient.enter()] == [True, False]
    assert impatient.waiting == 0
