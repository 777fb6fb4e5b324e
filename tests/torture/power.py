"""What may lie on a disk after the power went: all that was synced, and of the rest whatever chance left.

A write that was not synced is there, or not, or torn at a sector; a later one may be there alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.torture.sqlite_files import Change

SECTOR = 512
TORN = 0.3  # of the writes that were under way


@dataclass(slots=True)
class _File:
    """One file: its bytes as the platters have them, and what was asked for since the last sync."""

    synced: bytearray
    pending: list[Change] = field(default_factory=list)

    def sync(self) -> None:
        for change in self.pending:
            _apply(self.synced, change, _sectors(change))
        self.pending.clear()

    def after_the_cut(self, rng: Random) -> bytes:
        left = bytearray(self.synced)
        for change in self.pending:
            if rng.random() < TORN:
                _apply(left, change, [part for part in _sectors(change) if rng.random() < 0.5])
            elif rng.random() < 0.5:
                _apply(left, change, _sectors(change))
        return bytes(left)


def _sectors(change: Change) -> Sequence[int]:
    """Where each sector of a write begins within it; a truncation is one piece."""
    return range(0, max(1, len(change.written)), SECTOR)


def _apply(held: bytearray, change: Change, parts: Sequence[int]) -> None:
    if change.kind == "truncate":
        if parts:
            del held[change.at :]
        return
    for part in parts:
        piece = change.written[part : part + SECTOR]
        end = change.at + part + len(piece)
        held.extend(bytes(max(0, end - len(held))))
        held[change.at + part : end] = piece


class Disk:
    """The files of a folder as they lay there when the watch began, and what happened to them since."""

    def __init__(self, before: dict[Path, bytes]) -> None:
        """`before` is taken for synced."""
        self.files = {path: _File(bytearray(data)) for path, data in before.items()}

    def happen(self, changes: Sequence[Change]) -> None:
        """These changes in their order."""
        for change in changes:
            if change.kind == "delete":
                self.files.pop(change.path, None)
                continue
            file = self.files.setdefault(change.path, _File(bytearray()))
            if change.kind == "sync":
                file.sync()
            else:
                file.pending.append(change)

    def cut(self, folder: Path, rng: Random) -> None:
        """Lay out in `folder` what a power cut at this moment might leave."""
        for path, file in self.files.items():
            (folder / path.name).write_bytes(file.after_the_cut(rng))
