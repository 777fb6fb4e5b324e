"""`python -m bench.sync.counted` counts instructions instead of seconds, for a machine whose speed changes.

Each figure is the difference of two runs of one program under Linux's `perf stat`: with the work, and with
all but the work. In one process, without HTTP: the application, the database and the driver are counted.
"""

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Callable
from json import loads

from flask.testing import FlaskClient

from bench.sync.__main__ import _prepared
from bench.sync.bare import batches_of, insert_batch
from bench.sync.client import PAGE
from bench.sync.world import Bodies
from fieldops.settings import Settings
from fieldops.store.opening import open_store
from fieldops.sync import keys

COUNTED = re.compile(r"^(\d+),.*instructions:u", re.MULTILINE)
PULLS = 10  # each tablet pulls everything so often
Headers = dict[str, str]


def main() -> None:
    """Print millions of instructions for a batch pushed, a thousand entries pulled, and a bare insert."""
    chosen = argparse.ArgumentParser(description=__doc__)
    chosen.add_argument(
        "--only", choices=sorted(WORK), help="do this work in this process, and print nothing"
    )
    chosen.add_argument("--idle", action="store_true", help="with --only: everything but the work")
    said = chosen.parse_args()
    if said.only:
        with _prepared(None, 0) as (environment, settings, work):
            os.environ.update(environment)
            WORK[said.only](settings, work, not said.idle)
        return
    for name, (unit, units) in UNITS.items():
        count = (_instructions(name) - _instructions(name, "--idle")) / units / 1e6
        print(f"{name}: {count:.1f} million instructions for {unit}", flush=True)


def _instructions(*words: str) -> int:
    program = [sys.executable, "-m", "bench.sync.counted", "--only", *words]
    perf = ["perf", "stat", "-x", ",", "-e", "instructions:u"]
    done = subprocess.run([*perf, *program], capture_output=True, text=True, check=True)
    found = COUNTED.search(done.stderr)
    if found is None:
        raise RuntimeError(f"perf counted nothing: {done.stderr[-300:]}")
    return int(found[1])


def _push(_: Settings, work: list[Bodies], really: bool) -> None:
    client, headers = _signed_in(work)
    _push_all(client, work[:1], headers)
    if really:
        _push_all(client, work[1:], headers)


def _pull(_: Settings, work: list[Bodies], really: bool) -> None:
    client, headers = _signed_in(work)
    _push_all(client, work, headers)
    for _ in range(PULLS if really else 0):
        for one in work:
            _pull_all(client, headers[one.tablet.signer])


def _bare(settings: Settings, work: list[Bodies], really: bool) -> None:
    engine = open_store(settings)
    for batches in batches_of(engine, work):
        for batch in batches if really else ():
            insert_batch(engine, batch)


def _signed_in(work: list[Bodies]) -> tuple[FlaskClient, dict[str, Headers]]:
    from wsgi import app  # noqa: PLC0415 - it reads the settings of this process as it is loaded

    client = app.test_client()
    return client, {one.tablet.signer: _token(client, one) for one in work}


def _token(client: FlaskClient, one: Bodies) -> Headers:
    signer = one.tablet.signer
    nonce = client.post("/api/tablet/nonce", json={"signer": signer}).json["nonce"]
    proof = keys.encode(keys.sign(one.tablet.key, b"fieldops/token/1\n" + nonce.encode()))
    asked = {"signer": signer, "nonce": nonce, "signature": proof}
    token = client.post("/api/tablet/token", json=asked).json["token"]
    return {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}


def _push_all(client: FlaskClient, work: list[Bodies], headers: dict[str, Headers]) -> None:
    for one in work:
        zipped = {**headers[one.tablet.signer], "Content-Encoding": "gzip"}
        for body, _ in (*one.early, *one.sent):
            if client.post("/api/sync/push", data=body, headers=zipped).status_code != 200:
                raise RuntimeError("a push was refused")


def _pull_all(client: FlaskClient, headers: Headers) -> None:
    positions: dict[str, int] = {}
    epoch, more = None, True
    while more:
        asked = {"epoch": epoch, "positions": positions, "limit": PAGE}
        page = client.post("/api/sync/pull", json=asked, headers=headers).data
        head = loads(page[: page.index(b"\n")])
        epoch, more = head["epoch"], head["more"]
        positions |= {span["stream"]: span["to"] for span in head["streams"]}


WORK: dict[str, Callable[[Settings, list[Bodies], bool], None]] = {
    "bare": _bare,
    "pull": _pull,
    "push": _push,
}
UNITS = {
    "bare": ("a batch of 100 rows", 240),
    "push": ("a batch of 100 entries", 228),
    "pull": (f"1,000 entries in pages of {PAGE} at most", 24 * PULLS),
}

if __name__ == "__main__":
    main()
