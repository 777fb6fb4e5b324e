"""Serves the tablet app's built files under /app/, which is also as far as its service worker reaches."""

from pathlib import Path

from flask import Blueprint, Response, redirect, request, send_from_directory, url_for
from werkzeug.security import safe_join
from werkzeug.wrappers import Response as AnyResponse

from fieldops.web.guard import open_door
from fieldops.web.installation import settings
from fieldops.web.looks import shows_nothing
from fieldops.web.spoken import speaks

ALWAYS_ASKED = frozenset(
    {
        "index.html",
        "sw.js",
        "manifest.webmanifest",
        "build.json",
        "verify.html",
        "desk-witness.js",
        "desk-keys.js",
    }
)
FOR_EVER = "public, max-age=31536000, immutable"  # every other file carries its hash in its name
TYPES = {
    "js": "text/javascript",
    "css": "text/css",
    "html": "text/html",
    "json": "application/json",
    "wasm": "application/wasm",
    "webmanifest": "application/manifest+json",
    "svg": "image/svg+xml",
    "png": "image/png",
    "woff2": "font/woff2",
}
PACKED = (("br", ".br"), ("gzip", ".gz"))  # the build lays these beside whatever they make smaller
PUBLIC = "The app's files hold no data; they are the same for everybody."

blueprint = Blueprint("tablet_app", __name__, url_prefix="/app")


@blueprint.get("")
@open_door(PUBLIC)
@shows_nothing("Files that are the same for everybody.")
@speaks(status=308)
def without_slash() -> AnyResponse:
    """Leads to the app."""
    return redirect(url_for("tablet_app.shell"), 308)


@blueprint.get("/")
@open_door(PUBLIC)
@shows_nothing("Files that are the same for everybody.")
@speaks(gives="text/html")
def shell() -> Response:
    """The app's page."""
    return built_file("index.html")


@blueprint.get("/<path:name>")
@open_door(PUBLIC)
@shows_nothing("Files that are the same for everybody.")
@speaks(gives="application/octet-stream", refuses=("not_found",))
def file(name: str) -> Response:
    """One of the app's files."""
    return built_file(name)


def built_file(name: str) -> Response:
    """One of the files that the build made, in the smallest form that the browser reads."""
    folder = settings().tablet_app_folder.resolve()
    coding, ending = _coding(folder, name)
    response = send_from_directory(folder, name + ending, mimetype=TYPES.get(name.rpartition(".")[2]))
    response.headers["Cache-Control"] = "no-cache" if name in ALWAYS_ASKED else FOR_EVER
    response.vary.add("Accept-Encoding")
    if coding:
        response.content_encoding = coding
    return response


def _coding(folder: Path, name: str) -> tuple[str | None, str]:
    """The smallest form of a file that the browser reads, and how its name ends; none older than it."""
    plain = safe_join(str(folder), name)
    if plain is None or not Path(plain).is_file():
        return None, ""
    made = Path(plain).stat().st_mtime_ns
    for coding, ending in PACKED:
        packed = Path(plain + ending)
        if request.accept_encodings[coding] > 0 and packed.is_file() and packed.stat().st_mtime_ns >= made:
            return coding, ending
    return None, ""
