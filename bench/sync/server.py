"""The server under test: gunicorn in a process of its own, watched for CPU and memory."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
THREADS = 40


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: where it answers, and its processes."""

    port: int
    process: psutil.Process

    def cpu_s(self) -> float:
        """CPU seconds that it and its workers have used, in user and system."""
        times = [one.cpu_times() for one in self._all()]
        return float(sum(one.user + one.system for one in times))

    def memory_mib(self) -> float:
        """The largest memory that a worker has ever held resident."""
        return max(_peak_kib(one.pid) for one in self._all()) / 1024

    def _all(self) -> list[psutil.Process]:
        return [self.process, *self.process.children(recursive=True)]


@contextmanager
def running(environment: dict[str, str]) -> Iterator[Server]:
    """Start it, wait until it answers, and stop it at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ["--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--threads", str(THREADS)]
    words += ["--workers", "2", "--log-level", "warning", "--keep-alive", "30"]
    started = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *words, "wsgi:app"],
        cwd=ROOT,
        env={"MALLOC_ARENA_MAX": "2", **os.environ, **environment},
    )
    try:
        while not _answers(port):
            if started.poll() is not None:
                raise RuntimeError("the server did not start")
            time.sleep(0.05)
        yield Server(port, psutil.Process(started.pid))
    finally:
        started.terminate()
        started.wait(30)


def _answers(port: int) -> bool:
    try:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False


def _peak_kib(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1])
    return 0
