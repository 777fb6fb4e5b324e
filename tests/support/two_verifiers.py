"""Both verifiers asked about the same files: `verify.py`, and the one in TypeScript, kept running by node."""

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fieldops.verify import Unreadable, verify
from tests.support.static_app import CLIENT, NODE


class TwoVerifiers:
    """Gives the verdict that both give; it fails where they differ in anything."""

    def __init__(self, second: "subprocess.Popen[str]") -> None:
        self.second = second

    def verdict(self, bundle: Path, witnesses: Sequence[Path] = ()) -> Any:
        """None where neither can read the bundle: each says that in words of its own."""
        first, second = self._first(bundle, witnesses), self._second(bundle, witnesses)
        assert first == second, bundle
        return first

    def _first(self, bundle: Path, witnesses: Sequence[Path]) -> Any:
        try:
            return json.loads(json.dumps(verify(bundle, list(witnesses))))
        except Unreadable:
            return None

    def _second(self, bundle: Path, witnesses: Sequence[Path]) -> Any:
        assert self.second.stdin is not None
        assert self.second.stdout is not None
        asked = {"bundle": str(bundle), "witnesses": [str(one) for one in witnesses]}
        self.second.stdin.write(json.dumps(asked) + "\n")
        self.second.stdin.flush()
        said = json.loads(self.second.stdout.readline())
        return None if said.get("unreadable") else said


@contextmanager
def two_verifiers() -> Iterator[TwoVerifiers]:
    words = [str(NODE), "test/support/second_verifier.ts"]
    with subprocess.Popen(
        words, cwd=CLIENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as second:
        yield TwoVerifiers(second)
        assert second.stdin is not None
        second.stdin.close()
        assert second.wait() == 0
