"""Writes the vectors that fix the wire format: `python -m tests.support.write_vectors [name ...]`.

Run it only to add a case. A vector that changes is a format that changes, and entries already signed
would no longer verify.
"""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.support import (
    vector_addresses,
    vector_attachments,
    vector_entries,
    vector_papers,
    vector_sealed,
    vector_segments,
    vector_shared,
    vector_strict_json,
    vector_tree,
    vector_wipe,
    vector_witness,
)

VECTORS = Path(__file__).resolve().parents[2] / "fieldops" / "sync" / "protocol" / "vectors"

WRITERS: Mapping[str, Callable[[], object]] = {
    "strict_json": vector_strict_json.cases,
    "entry": vector_entries.entries,
    "kinds": vector_entries.kinds,
    "hlc": vector_entries.clocks,
    "segment": vector_segments.segments,
    "heads": vector_segments.heads,
    "certificate": vector_segments.certificates,
    "radio_code": vector_addresses.radio_codes,
    "held_address": vector_addresses.held_addresses,
    "visit_paper": vector_papers.visit_papers,
    "tree": vector_tree.trees,
    "witness": vector_witness.witnesses,
    "sealed": vector_sealed.sealed,
    "shared": vector_shared.shared,
    "wipe": vector_wipe.wipes,
    "attachment": vector_attachments.attachments,
}


def write(name: str) -> Path:
    """Writes one file and gives its path."""
    path = VECTORS / f"{name}.json"
    path.write_text(json.dumps(WRITERS[name](), indent=1, ensure_ascii=True) + "\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    for wanted in sys.argv[1:] or WRITERS:
        print(write(wanted))
