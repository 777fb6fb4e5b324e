"""Publishes the reference data: each YAML file of seeds/reference becomes one JSON paper, named by its hash.

Papers are immutable: a file that has changed becomes another paper, and an operation keeps the one it has.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import yaml
from sqlalchemy.orm import Session

from fieldops.domain.ids import PaperHash
from fieldops.domain.operation import PaperSet
from fieldops.domain.reading import Part, as_part
from fieldops.store.published import publish

KINDS = {"checklists": "checklist", "agreements": "agreement"}
"""The kind of paper in a folder, where it is not the folder's own name."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same in C, where it was built

Published = Mapping[tuple[str, str], PaperHash]


def read_yaml(path: Path) -> Part:
    """The object that a YAML file holds."""
    return as_part(yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER), path.name)


def as_paper(value: object) -> bytes:
    """The bytes of a paper: compact JSON, in the order of the file."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")


def publish_reference(session: Session, folder: Path) -> Published:
    """Every file in the folder's folders, by kind and name (the file's stem)."""
    found: dict[tuple[str, str], PaperHash] = {}
    for path in sorted(folder.glob("*/*.yaml")):
        kind = KINDS.get(path.parent.name, path.parent.name)
        found[kind, path.stem] = publish(session, kind, path.stem, as_paper(read_yaml(path).value))
    return found


def papers_for(published: Published, operation_code: str) -> PaperSet:
    """The papers an operation is run by: those under its own code, else the first of each kind."""

    def one(kind: str) -> PaperHash:
        own = published.get((kind, operation_code.lower()))
        return own or next(found for (each, _), found in sorted(published.items()) if each == kind)

    return PaperSet(
        checklist=one("checklist"),
        indicators=one("indicators"),
        classes=one("classes"),
        agreement=one("agreement"),
        rates=one("rates"),
    )
