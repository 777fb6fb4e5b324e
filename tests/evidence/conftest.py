"""A small operation whose ledger holds what an export must show: two agencies, a fork, an entry put aside."""

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from fieldops.domain.certificate import signed_bytes
from fieldops.evidence.bundle import Means, write_bundle
from fieldops.evidence.checkpoints import make_checkpoint
from fieldops.store.blobs import FolderBlobs
from fieldops.store.devices import SignerRow
from fieldops.store.operations import operation
from fieldops.sync import keys
from fieldops.sync.enrol import server_key
from fieldops.verify import verify
from tests.support.database import Database
from tests.support.field import OPEN, Field, open_field

SEED = bytes(range(32))
PAGE = b"<p>the page that checks bundles</p>"
OTHER_SEED = bytes(range(1, 33))


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A ledger, and what somebody outside kept of it before anything happened to it."""

    field: Field
    folder: Path
    witness: Path

    @property
    def blobs(self) -> FolderBlobs:
        return FolderBlobs(self.folder / "blobs")

    def sql(self, statement: str, **bound: object) -> None:
        """What somebody with the database in their hands may do, the checks of the database put aside."""
        with self.field.database.writing() as session:
            session.execute(text(statement), bound)

    def sealed_anew(self, seed: bytes = SEED) -> None:
        """Tree and checkpoints made anew over what is there now, by whoever has the server's secret."""
        self.sql("DELETE FROM leaves")
        self.sql("DELETE FROM tiles")
        self.sql("DELETE FROM checkpoints")
        checkpoint(self.field, seed)

    def export(self, name: str = "bundle.zip", seed: bytes = SEED) -> Path:
        """The bundle as the command writes it."""
        file = self.folder / name
        file.write_bytes(bundle_of(self.field, self.blobs, seed))
        return file

    def codes(self, *witnesses: Path) -> set[str]:
        """What the verifier finds."""
        return {one["code"] for one in verify(self.export(), witnesses)["findings"]}


def checkpoint(field: Field, seed: bytes = SEED) -> str:
    with field.database.writing() as session:
        return make_checkpoint(session, field.operation, seed, field.now)


def bundle_of(field: Field, blobs: FolderBlobs, seed: bytes = SEED) -> bytes:
    made = BytesIO()
    with field.database.reading() as session:
        serving = operation(session, field.operation)
        assert serving is not None
        write_bundle(session, serving, Means(seed=seed, blobs=blobs, page=PAGE), made)
    return made.getvalue()


def vouch(field: Field, seed: bytes = SEED) -> None:
    """The server's signature on each certificate, which the small operation leaves out."""
    with field.database.writing() as session:
        for row in session.scalars(select(SignerRow)):
            data = signed_bytes(row.certificate.encode())
            row.signature = keys.encode(keys.sign(server_key(seed), data, repeatable=True))


def worked(database: Database) -> Field:
    """An hour of work: answers in several streams, one on a cloned tablet, one in too weak a class."""
    field = open_field(database, {"lead": "PO", "police": "PO", "safety": "HS"})
    for name in ("police", "safety"):
        tablet = field.tablet(name)
        for n in range(1, 4):
            field.record(tablet, field.visits[0], f"PLACE-{n:02}", f"{name} {n}")
            field.record(tablet, field.visits[1], f"HEADS-{n:02}", n)
    police = field.tablet("police")
    clone = replace(police, logs=deepcopy(police.logs))
    field.record(field.tablet("police"), field.visits[0], "SAID-01", "too open", class_code=OPEN)
    for name in ("police", "safety"):
        field.sync(name)
        field.forward(minutes=20)
    field.record(clone, field.visits[0], "PLACE-09", "on the clone")
    for body in clone.push_bodies():
        field.push(body, clone.signer)
    vouch(field)
    return field


@pytest.fixture
def kept(database: Database, tmp_path: Path) -> Kept:
    """Both databases in turn; a witness has kept a checkpoint, and work has gone on since."""
    field = worked(database)
    witness = tmp_path / "witness.txt"
    witness.write_text(checkpoint(field), encoding="utf-8")
    field.record(field.tablet("safety"), field.visits[0], "PLACE-11", "after the checkpoint")
    field.sync("safety")
    vouch(field)
    checkpoint(field)
    return Kept(field=field, folder=tmp_path, witness=witness)


Tamper = Callable[[Kept], None]


def said(kept: Kept, *witnesses: Path) -> Any:
    """The verifier's whole report, as it stands in JSON."""
    return json.loads(json.dumps(verify(kept.export(), witnesses)))
