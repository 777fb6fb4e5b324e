"""A server as it is run in earnest: a process over a folder of its own, started, killed, started again."""

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

ROOT = Path(__file__).resolve().parents[2]
THIMBLE = ROOT / "seeds" / "demo" / "thimble.yaml"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(kw_only=True)
class Running:
    """One installation: its data folder, its port, and the process while it lives."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        own = {"FIELDOPS_DATA": str(self.folder), "FIELDOPS_SECURE_COOKIES": "no"}
        return {**os.environ, **own}

    def command(self, *words: str) -> str:
        """Run a command of the CLI to its end and answer what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "fieldops", *words],
            cwd=ROOT,
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def seeded(self, *demo: str) -> Self:
        self.command("migrate")
        self.command("demo", str(THIMBLE), *demo)
        return self

    def start(self) -> Self:
        """Start the server and answer when it does."""
        words = ["--bind", f"127.0.0.1:{self.port}", "--worker-class", "gthread", "--threads", "40"]
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", *words, "wsgi:app"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        while not self.answers():
            if self.process.poll() is not None:
                raise RuntimeError((self.folder / "server.log").read_text(encoding="utf-8"))
        return self

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as reply:
                return bool(reply.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def kill(self) -> None:
        """End every process of the server at once, as a power cut would."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process = None
