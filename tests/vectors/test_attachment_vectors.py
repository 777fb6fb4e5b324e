"""What the vectors say of attached files holds on the server; the tablet's suite reads the same file."""

import json
from pathlib import Path

import pytest

from fieldops.domain import attachment
from fieldops.domain.errors import Refusal

ROOT = Path(__file__).resolve().parents[2]
CASES = json.loads((ROOT / "fieldops/sync/protocol/vectors/attachment.json").read_text(encoding="utf-8"))


def test_the_published_types_are_the_same_in_both_languages() -> None:
    assert CASES["types"] == list(attachment.MEDIA_TYPES)


@pytest.mark.parametrize("case", CASES["good"], ids=lambda case: case["rule"])
def test_a_file_has_one_manifest_and_one_name_for_it(case: dict[str, object]) -> None:
    content = bytes([int(str(case["byte"]))]) * int(str(case["size"]))
    manifest = attachment.manifest_of(content, str(case["type"]))
    line = str(case["line"]).encode()
    assert attachment.manifest_line(manifest) == line
    assert attachment.manifest_name(line) == case["name"]
    assert attachment.read_manifest(line) == manifest
    assert sum(manifest.chunk_bytes(n) for n in range(len(manifest.chunks))) == len(content)


@pytest.mark.parametrize("case", CASES["bad"], ids=lambda case: case["rule"])
def test_what_is_no_manifest_is_refused_by_its_code(case: dict[str, str]) -> None:
    with pytest.raises(Refusal) as refused:
        attachment.read_manifest(case["line"].encode())
    assert refused.value.code == case["code"]


@pytest.mark.parametrize("case", CASES["bitmaps"], ids=lambda case: f"{case['count']} {case['text']}")
def test_a_bitmap_names_the_same_chunks_in_both_languages(case: dict[str, object]) -> None:
    count, held = int(str(case["count"])), case["held"]
    read = attachment.read_bitmap(str(case["text"]), count)
    assert read == (frozenset(held) if isinstance(held, list) else None)
    if read is not None:
        assert attachment.bitmap(read, count) == case["text"]
