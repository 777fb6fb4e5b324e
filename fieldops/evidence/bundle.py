"""The evidence bundle: all that an operation's ledger holds, provable without the server.

It holds the bytes that were signed, not what we make of them, and the verifier beside them. The same ledger
gives the same bundle, byte for byte. Whoever writes one has the whole operation in hand: a command does it.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from sqlalchemy.orm import Session

from fieldops import __version__, verify
from fieldops.domain.attachment import read_manifest
from fieldops.domain.checkpoint import Receipt
from fieldops.domain.looks import look_bytes
from fieldops.domain.operation import Operation
from fieldops.evidence.checkpoints import public_key_for
from fieldops.store.attached import manifests_of
from fieldops.store.blobs import Blobs
from fieldops.store.evidence_rows import asides_of, log_heads, papers_of
from fieldops.store.meta import epoch
from fieldops.store.sealed import leaf_hashes, notes, sealed_looks, sealed_receipts, sealed_signers
from fieldops.sync.enrol import server_key
from fieldops.sync.keys import encode, public_point

FORMAT = "fieldops/evidence/2"  # 1 held no places of the access log
CHUNKS = "chunks/"
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # of zip files: a bundle says nothing of when it was written
_READABLE_BY_ALL = 0o100644 << 16
_README = """This is all that the ledger of a Fieldops operation holds, as it was signed.
Photos and other files lie in parts in chunks/; manifests.txt says in which order they make a file.

Open verify.html in a browser and choose this file, or run

    python3 verify.py THIS_FILE.zip [--witness NOTE ...]

Either says what is whole, what is missing and what was altered, in the same words, and needs no server and
no network; verify.py needs Python 3.11 and the package `cryptography`. A witness is a checkpoint that
somebody kept earlier: without one nobody can tell whether the whole was made anew. Take the verifier from a
source that you trust, not from the bundle alone.

It holds personal data of the whole operation. Keep it as you keep the exhibits.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a bundle is made with: the server's secret, where files lie, and the page that checks bundles."""

    seed: bytes
    blobs: Blobs
    page: bytes


def write_bundle(session: Session, serving: Operation, means: Means, target: IO[bytes]) -> None:
    """Writes the bundle of all that has a place in the operation's tree, and of the files that came with it.
    The checking page is in it only for readers: nothing in it is proven, and no verifier looks at it."""
    with ZipFile(target, "w") as bundle:
        _put(bundle, "README.txt", [_README.encode()])
        _put(bundle, "verify.py", [Path(verify.__file__).read_bytes()])
        _put(bundle, "verify.html", [means.page])
        _put(bundle, "bundle.json", [_line(_head(session, serving, means.seed))])
        hashes = leaf_hashes(session, serving.id)
        _put(bundle, "leaves.txt", (one.hex().encode() + b"\n" for one in hashes))
        _put(bundle, "certificates.jsonl", map(_line, _certificates(session, serving)))
        _put(bundle, "arrivals.jsonl", map(_line, _arrivals(session, serving)))
        _put(bundle, "looks.jsonl", map(_line, _looks(session, serving)))
        _put(bundle, "asides.jsonl", map(_line, asides_of(session, serving.id)))
        _put(bundle, "logs.jsonl", map(_line, log_heads(session, serving.id)))
        for size, note in notes(session, serving.id).items():
            _put(bundle, f"checkpoints/{size:09}.txt", [note.encode()])
        for paper in papers_of(session, serving):
            _put(bundle, f"papers/{paper.kind}-{paper.hash}.json", [paper.data])
        _put_files(bundle, manifests_of(session, serving.id), means.blobs)


def _put_files(bundle: ZipFile, manifests: Sequence[bytes], blobs: Blobs) -> None:
    """The manifests, and each chunk that is here once; the verifier says which are not."""
    _put(bundle, "manifests.txt", (line + b"\n" for line in manifests))
    for name in sorted({chunk for line in manifests for chunk in read_manifest(line).chunks}):
        data = blobs.get(name)
        if data is not None:
            _put(bundle, CHUNKS + name, [data])


def _head(session: Session, serving: Operation, seed: bytes) -> dict[str, object]:
    return {
        "format": FORMAT,
        "build": __version__,
        "operation": {"id": serving.id, "code": serving.code, "name": serving.name},
        "epoch": epoch(session),
        "server_key": encode(public_point(server_key(seed))),
        "checkpoint_key": public_key_for(serving.id, seed),
    }


def _certificates(session: Session, serving: Operation) -> Iterator[dict[str, object]]:
    for position, one in sealed_signers(session, serving.id):
        yield {
            "position": position,
            "signer": one.id,
            "certificate": one.certificate,
            "signature": one.signature,
        }


def _arrivals(session: Session, serving: Operation) -> Iterator[dict[str, object]]:
    for position, receipt, lines in sealed_receipts(session, serving.id):
        yield {"position": position, **_receipt(receipt), "lines": _text(lines)}


def _looks(session: Session, serving: Operation) -> Iterator[dict[str, object]]:
    """The places of the access log, by the hash of each line: what it says is for the regulator alone."""
    for position, _, look in sealed_looks(session, serving.id):
        yield {"position": position, "line": hashlib.sha256(look_bytes(look)).hexdigest()}


def _receipt(one: Receipt) -> dict[str, object]:
    return {
        "log": one.log,
        "seq": one.first_seq,
        "count": one.count,
        "n": one.first_n,
        "statement": _text(one.statement),
        "signature": one.signature.hex(),
        "received": one.received_ms,
        "offset_ms": one.offset_ms,
        "via": one.via,
        "held_back": one.held_back,
    }


def _text(data: bytes) -> str:
    """Signed bytes are UTF-8; a byte that has rotted is carried so that it comes out again as it is."""
    return data.decode("utf-8", "surrogateescape")


def _line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode("ascii") + b"\n"


def _put(bundle: ZipFile, name: str, parts: Iterable[bytes]) -> None:
    """One file of the bundle, without a trace of when and where it was written."""
    info = ZipInfo(name, _FIRST_DAY)
    info.compress_type = ZIP_STORED if name.startswith(CHUNKS) else ZIP_DEFLATED
    info.external_attr, info.create_system = _READABLE_BY_ALL, 3
    with bundle.open(info, "w") as file:
        for part in parts:
            file.write(part)
