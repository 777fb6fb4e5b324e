"""Chunks of attached files, each under the SHA-256 of its bytes: written once, never changed.

A chunk is durable, and its name too, before `put` comes back. What calls it is the row that is committed
after that: a chunk without a row is only room lost.
"""

import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from errno import EDQUOT, ENOSPC
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from fieldops.domain.errors import Refusal

NAME = re.compile("[0-9a-f]{64}")


class Blobs(Protocol):
    """Where chunks lie."""

    def put(self, data: bytes) -> str:
        """Keeps these bytes and gives their name. Raises Refusal `storage_full`, or as every method where
        the place cannot be reached `files_away`."""
        ...

    def get(self, name: str) -> bytes | None:
        """The bytes of this name; None where they are not here, or are other bytes by now."""
        ...

    def has(self, name: str) -> bool:
        """Whether there is something of this name."""
        ...

    def held(self, names: Iterable[str]) -> frozenset[str]:
        """Those of these names of which there is something."""
        ...

    def names(self) -> Iterator[str]:
        """Every name that is here."""
        ...

    def written(self, name: str) -> datetime | None:
        """Since when there is something of this name."""
        ...

    def remove(self, name: str) -> None:
        """Takes away what is here of this name, if anything."""
        ...


class FolderBlobs:
    """Chunks as files, in one folder for each first two letters of their names."""

    def __init__(self, folder: Path) -> None:
        """The folder is made with the first chunk."""
        self.folder = folder

    def put(self, data: bytes) -> str:
        name = sha256(data).hexdigest()
        try:
            self._keep(self._file(name), data)
        except OSError as fault:
            if fault.errno in (ENOSPC, EDQUOT):
                raise Refusal("storage_full", "The server cannot store more at the moment.") from fault
            raise
        return name

    def get(self, name: str) -> bytes | None:
        try:
            data = self._file(name).read_bytes()
        except FileNotFoundError:
            return None
        return data if sha256(data).hexdigest() == name else None

    def has(self, name: str) -> bool:
        return self._file(name).is_file()

    def held(self, names: Iterable[str]) -> frozenset[str]:
        return frozenset(filter(self.has, names))

    def names(self) -> Iterator[str]:
        for file in sorted(self.folder.glob("[0-9a-f][0-9a-f]/*")):
            name = file.parent.name + file.name
            if is_name(name):
                yield name

    def written(self, name: str) -> datetime | None:
        with suppress(FileNotFoundError):
            return datetime.fromtimestamp(self._file(name).stat().st_mtime, UTC)
        return None

    def remove(self, name: str) -> None:
        self._file(name).unlink(missing_ok=True)

    def _file(self, name: str) -> Path:
        return self.folder / name[:2] / name[2:]

    def _keep(self, file: Path, data: bytes) -> None:
        """Whole or not at all. A file that is there may be another request's, a moment old, so that its
        folder is brought to the disk in any case; one that has rotted is written anew."""
        if not file.parent.is_dir():
            file.parent.mkdir(parents=True, exist_ok=True)
            _to_disk(self.folder)
        if not file.exists() or file.read_bytes() != data:
            write_whole(file, data)
        _to_disk(file.parent)


def is_name(name: str) -> bool:
    """Whether this is how a chunk is named."""
    return NAME.fullmatch(name) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """How many chunks were copied, were there already, and are no longer what they were."""

    new: int
    there: int
    damaged: int


def copy_blobs(source: Blobs, target: Blobs) -> Copied:
    """Brings every sound chunk of one place to another. What is there already is not copied again."""
    new = there = damaged = 0
    for name in source.names():
        if target.has(name):
            there += 1
        elif (data := source.get(name)) is not None:
            target.put(data)
            new += 1
        else:
            damaged += 1
    return Copied(new=new, there=there, damaged=damaged)


def write_whole(file: Path, data: bytes) -> None:
    """The file with these bytes, on the disk before it takes its name."""
    made = file.with_name(f".{os.getpid()}.{secrets.token_hex(6)}")
    try:
        with made.open("xb") as opened:
            opened.write(data)
            opened.flush()
            os.fsync(opened.fileno())
        made.replace(file)
    finally:
        with suppress(FileNotFoundError):
            made.unlink()


def _to_disk(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
