"""Attached files: what is still needed of them, a chunk that comes in, and the file as it was captured.

As with entries, a tablet that was revoked may still send what it holds. What is handed out is never shown as
a page: a browser saves it.
"""

from flask import Blueprint, Response, jsonify
from marshmallow import Schema, fields, validate

from fieldops.domain.attachment import CHUNK_BYTES, MAX_LINE_BYTES
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import EntryId
from fieldops.domain.looks import LookKind
from fieldops.domain.who import Action, Reader
from fieldops.evidence.files import HandedOut, file_for, parts_of, picture_for
from fieldops.evidence.picture import MADE_TYPE
from fieldops.store.attached import log_of_entry
from fieldops.store.meta import epoch
from fieldops.sync.attachments import MAX_MANIFESTS, MAX_NEED_BYTES, Chunk, Place, need, take_chunk
from fieldops.sync.collected import shown_of
from fieldops.web.body import read_body, read_bytes
from fieldops.web.clock import now
from fieldops.web.disk import free_bytes
from fieldops.web.guard import carrier, needs, nothing_here
from fieldops.web.headers import SAVED_POLICY
from fieldops.web.installation import blobs, settings
from fieldops.web.looks import looked, shows, shows_nothing
from fieldops.web.spoken import speaks
from fieldops.web.transaction import reading, transaction

NEED = Schema.from_dict(
    {
        "manifests": fields.List(
            fields.String(validate=validate.Length(max=MAX_LINE_BYTES)),
            required=True,
            validate=validate.Length(max=MAX_MANIFESTS),
        )
    },
    name="Need",
)()
FILE = Schema.from_dict(
    {
        "manifest": fields.String(required=True),
        "have": fields.String(),
        "whole": fields.Boolean(),
        "refused": fields.String(),
        "detail": fields.String(),
    },
    name="FileNeeded",
)
NEEDED = Schema.from_dict(
    {
        "time": fields.Integer(required=True),
        "epoch": fields.String(required=True),
        "files": fields.List(fields.Nested(FILE), required=True),
    },
    name="Needed",
)()
BYTES = "application/octet-stream"
SAVED = {"Content-Disposition": "attachment", "Content-Security-Policy": SAVED_POLICY}

blueprint = Blueprint("attachments", __name__, url_prefix="/api")


@blueprint.post("/sync/need")
@needs(Action.ENTRY_PUSH, even_revoked=True)
@shows_nothing("It names parts of files by their hashes.")
@speaks(takes=NEED, gives=NEEDED, refuses=("database_away", "files_away", "storage_full"))
def needed(_: Reader) -> Response:
    """Which chunks of these files the server has from this tablet. An entry that names a file goes first."""
    lines = read_body(NEED, MAX_NEED_BYTES)["manifests"]
    files = need(_place(), carrier().key.device, lines)
    with reading() as session:
        return jsonify(time=_now_ms(), epoch=epoch(session), files=files)


@blueprint.put("/sync/attachments/<manifest>/<n>")
@needs(Action.ENTRY_PUSH, even_revoked=True)
@shows_nothing("Part of a file whose coming was logged with the entry that names it.")
@speaks(
    gives=None,
    status=204,
    refuses=("not_named", "chunk_hash", "body_truncated", "files_away", "storage_full"),
)
def chunk(_: Reader, manifest: str, n: str) -> tuple[str, int]:
    """Hand in one chunk of a file. It is durable before the answer; sending it again changes nothing."""
    data = read_bytes(CHUNK_BYTES)
    take_chunk(_place(), Chunk(device=carrier().key.device, manifest=manifest, n=_number(n), data=data))
    return "", 204


@blueprint.get("/attachments/<entry_id>/<n>")
@needs(Action.EXHIBIT_READ)
@shows(LookKind.CONSULTATION)
@speaks(gives=BYTES, refuses=("reason_needed", "file_not_whole", "files_away"))
def original(reader: Reader, entry_id: str, n: str) -> Response:
    """A file that an entry names, byte for byte as it was captured."""
    found = _file(reader, entry_id, n)
    headers = {**SAVED, "Content-Length": str(found.manifest.size)}
    return Response(parts_of(blobs(), found.manifest), mimetype=found.manifest.type, headers=headers)


@blueprint.get("/attachments/<entry_id>/<n>/view")
@needs(Action.EXHIBIT_READ)
@shows(LookKind.CONSULTATION)
@speaks(gives=MADE_TYPE, refuses=("reason_needed", "file_not_whole", "files_away", "not_shown"))
def view(reader: Reader, entry_id: str, n: str) -> Response:
    """A picture to look at, made anew from the original: smaller, and without what a camera adds."""
    found = _file(reader, entry_id, n)
    shown = picture_for(blobs(), settings().views_folder, found)
    return Response(shown, mimetype=MADE_TYPE, headers=SAVED)


def _file(reader: Reader, entry_id: str, n: str) -> HandedOut:
    with reading() as session:
        found = file_for(session, reader, EntryId(entry_id), n)
        log = log_of_entry(session, entry_id)
    if found is None or log is None:
        raise nothing_here()
    looked(shown_of(reader.operation, [(log, 1)]))
    return found


def _place() -> Place:
    """Where chunks go. Entries need the last of the disk more than files do."""
    return Place(
        blobs=blobs(),
        reading=reading,
        writing=transaction,
        most_bytes=settings().files_bytes,
        has_room=_has_room,
        now_ms=_now_ms(),
    )


def _has_room() -> bool:
    return free_bytes(settings().data_folder) > settings().least_free_bytes


def _number(n: str) -> int:
    if not (n.isascii() and n.isdigit() and len(n) < 6):
        raise Refusal("not_named", "No such part is expected. Ask first what is needed.")
    return int(n)


def _now_ms() -> int:
    return int(now().timestamp() * 1000)
