"""What is shown of a captured file: its pixels and nothing else, and nothing at all of a trap."""

import io
import resource

import pytest
from PIL import Image

from fieldops.domain.attachment import manifest_of
from fieldops.domain.errors import Refusal
from fieldops.evidence.picture import EDGE, begins_as, check_shown, picture_of
from tests.evidence.hostile_files import corpus, picture

PLACE = "51.5007N"
MEMORY_MIB = 250  # more than a trap may make a server take beside what the tests themselves hold


def with_place(size: tuple[int, int] = (640, 480), turned: int = 1) -> bytes:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x9286] = turned, "Maker 4711", PLACE
    return picture(size, exif=exif)


def test_a_picture_to_look_at_holds_no_place_and_no_camera() -> None:
    captured = with_place()
    assert PLACE.encode() in captured
    shown = picture_of(captured, "image/jpeg")
    assert PLACE.encode() not in shown
    assert b"Maker 4711" not in shown
    assert dict(Image.open(io.BytesIO(shown)).getexif()) == {}


def test_a_photo_taken_sideways_is_shown_upright() -> None:
    shown = Image.open(io.BytesIO(picture_of(with_place((640, 480), turned=6), "image/jpeg")))
    assert shown.size == (480, 640)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_large_picture_is_made_small_and_keeps_its_shape(form: str) -> None:
    shown = Image.open(io.BytesIO(picture_of(picture((4000, 3000), form), f"image/{form.lower()}")))
    assert (shown.format, shown.size) == ("JPEG", (EDGE, EDGE * 3 // 4))


def test_what_was_clear_is_shown_white() -> None:
    made = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(made, "PNG")
    assert Image.open(io.BytesIO(picture_of(made.getvalue(), "image/png"))).getpixel((5, 5)) == (
        255,
        255,
        255,
    )


def look(content: bytes, media_type: str) -> bytes:
    check_shown(manifest_of(content, media_type))
    return picture_of(content, media_type)


@pytest.mark.parametrize("name", corpus())
def test_a_trap_is_refused_with_a_sentence_and_is_not_unpacked(name: str) -> None:
    media_type, content = corpus()[name]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(Refusal) as refused:
        look(content, media_type)
    assert refused.value.code == "not_shown"
    assert "kept as it was captured" in refused.value.sentence
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < MEMORY_MIB


def test_a_file_that_does_not_begin_as_its_type_does_is_known() -> None:
    false = [name for name, (kind, content) in corpus().items() if not begins_as(kind, content[:16])]
    assert "a zip that calls itself a photo" in false
    assert "a recording that is none" in false
    assert "a document that unpacks and runs" not in false
    assert begins_as("image/jpeg", picture()[:16])
