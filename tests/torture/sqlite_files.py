"""A hand between SQLite and its files: everything that SQLite writes, cuts or syncs passes through it.

It is a VFS of SQLite's own kind, made by wrapping the default one inside the very library that Python uses:
the product's own code, connections and pragmas are what is tried. The rule: reads, locks and shared memory
go straight through; only what changes a file is told, and may be made to fail.
"""

import ctypes
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, Final

SQLITE_OK: Final = 0
SQLITE_IOERR: Final = 10
NAME: Final = b"watched"

_Pointer = ctypes.c_void_p
_WRITE = ctypes.CFUNCTYPE(ctypes.c_int, _Pointer, _Pointer, ctypes.c_int, ctypes.c_int64)
_TRUNCATE = ctypes.CFUNCTYPE(ctypes.c_int, _Pointer, ctypes.c_int64)
_SYNC = ctypes.CFUNCTYPE(ctypes.c_int, _Pointer, ctypes.c_int)
_OPEN = ctypes.CFUNCTYPE(ctypes.c_int, _Pointer, _Pointer, _Pointer, ctypes.c_int, _Pointer)
_DELETE = ctypes.CFUNCTYPE(ctypes.c_int, _Pointer, ctypes.c_char_p, ctypes.c_int)


class _Methods(ctypes.Structure):
    """sqlite3_io_methods, version 3."""

    _fields_: Sequence[Any] = (
        ("version", ctypes.c_int),
        ("close", _Pointer),
        ("read", _Pointer),
        ("write", _Pointer),
        ("truncate", _Pointer),
        ("sync", _Pointer),
        ("others", _Pointer * 13),
    )


class _File(ctypes.Structure):
    """The beginning of every sqlite3_file."""

    _fields_: Sequence[Any] = (("methods", ctypes.POINTER(_Methods)),)


class _Vfs(ctypes.Structure):
    """sqlite3_vfs, version 3."""

    _fields_: Sequence[Any] = (
        ("version", ctypes.c_int),
        ("file_size", ctypes.c_int),
        ("most_path", ctypes.c_int),
        ("next", _Pointer),
        ("name", ctypes.c_char_p),
        ("data", _Pointer),
        ("open", _Pointer),
        ("delete", _Pointer),
        ("others", _Pointer * 14),
    )


@dataclass(frozen=True, slots=True)
class Change:
    """What SQLite did to a file: it wrote bytes at a place, cut it to a length, synced or removed it."""

    kind: str
    path: Path
    at: int = 0
    written: bytes = b""


Judge = Callable[[Change], bool]  # whether this change goes through; otherwise SQLite is told of an I/O error


@dataclass(slots=True)
class Watch:
    """What SQLite did to the files of one folder, in order. `judge` may refuse a change before it is made."""

    folder: Path
    judge: Judge = lambda _: True
    changes: list[Change] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def goes_through(self, change: Change) -> bool:
        with self.lock:
            if self.folder not in change.path.parents:
                return True
            if not self.judge(change):
                return False
            self.changes.append(change)
            return True


class _Shim:
    """The wrapped VFS. There is one for the life of the process, for connections keep pointers into it."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self.library = library
        self.watch: Watch | None = None
        self.paths: dict[int, Path] = {}
        self.patched: dict[
            int, tuple[_Methods, _Methods]
        ] = {}  # by the address of the methods that were there
        self.kept = (
            _OPEN(self._open),
            _DELETE(self._delete),
            _WRITE(self._write),
            _TRUNCATE(self._truncate),
            _SYNC(self._sync),
        )
        library.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
        self.below: _Vfs = library.sqlite3_vfs_find(None).contents
        self.vfs = _Vfs.from_buffer_copy(self.below)
        self.vfs.name = NAME
        self.vfs.open = ctypes.cast(self.kept[0], _Pointer)
        self.vfs.delete = ctypes.cast(self.kept[1], _Pointer)

    def _open(self, _: int, name: int | None, file: int, flags: int, given: int | None) -> int:
        below = ctypes.cast(self.below.open, _OPEN)
        code: int = below(ctypes.addressof(self.below), name, file, flags, given)
        opened = _File.from_address(file)
        if code == SQLITE_OK and name is not None and opened.methods:
            self.paths[file] = Path(ctypes.string_at(name).decode())
            opened.methods = ctypes.pointer(self._patched(opened.methods.contents))
        return code

    def _patched(self, there: _Methods) -> _Methods:
        where = ctypes.addressof(there)
        if where not in self.patched:
            ours = _Methods.from_buffer_copy(there)
            _, _, write, truncate, sync = self.kept
            ours.write, ours.truncate, ours.sync = (
                ctypes.cast(one, _Pointer) for one in (write, truncate, sync)
            )
            self.patched[where] = (there, ours)
            self.patched[ctypes.addressof(ours)] = (there, ours)
        return self.patched[where][1]

    def _below(self, file: int) -> _Methods:
        return self.patched[ctypes.addressof(_File.from_address(file).methods.contents)][0]

    def _told(self, change: Change) -> bool:
        return self.watch is None or self.watch.goes_through(change)

    def _write(self, file: int, data: int, amount: int, at: int) -> int:
        if not self._told(Change("write", self.paths[file], at, ctypes.string_at(data, amount))):
            return SQLITE_IOERR
        return int(ctypes.cast(self._below(file).write, _WRITE)(file, data, amount, at))

    def _truncate(self, file: int, size: int) -> int:
        if not self._told(Change("truncate", self.paths[file], size)):
            return SQLITE_IOERR
        return int(ctypes.cast(self._below(file).truncate, _TRUNCATE)(file, size))

    def _sync(self, file: int, flags: int) -> int:
        if not self._told(Change("sync", self.paths[file])):
            return SQLITE_IOERR
        return int(ctypes.cast(self._below(file).sync, _SYNC)(file, flags))

    def _delete(self, _: int, name: bytes, sync_folder: int) -> int:
        if not self._told(Change("delete", Path(name.decode()))):
            return SQLITE_IOERR
        below = ctypes.cast(self.below.delete, _DELETE)
        return int(below(ctypes.addressof(self.below), name, sync_folder))


_shims: list[_Shim] = []


def _shim() -> _Shim:
    """The one shim, made over the library that Python's own `sqlite3` is linked with."""
    if not _shims:
        mapped = {line.split()[-1] for line in Path("/proc/self/maps").read_text().splitlines()}
        linked = next((path for path in sorted(mapped) if "/libsqlite3.so" in path), None)
        _shims.append(_Shim(ctypes.CDLL(linked)))
    return _shims[0]


@contextmanager
def watched(folder: Path, judge: Judge = lambda _: True) -> Iterator[Watch]:
    """Files that are opened meanwhile, of whatever connection, are watched where they lie in the folder."""
    shim = _shim()
    shim.watch = Watch(folder, judge)
    shim.library.sqlite3_vfs_register(ctypes.byref(shim.vfs), 1)
    try:
        yield shim.watch
    finally:
        shim.library.sqlite3_vfs_unregister(ctypes.byref(shim.vfs))
        shim.watch = None
