"""Exhibits at the desk: what was taken, who has had it since, and its files, for those who may see."""

from tests.desk.reading import at_the_desk
from tests.evidence.hostile_files import picture
from tests.support.exhibits import Pen
from tests.support.station import Station

VISIT_PAGE = "/desk/operations/BOBBIN/visits/P04"
PHOTO = picture((2000, 1500))
RECORDING = b"RIFF0000WAVE" + b"x" * 300_000


def taken(station: Station) -> tuple[Pen, str]:
    """A photo with its small picture, handed over twice, the second told first."""
    pen = Pen.of(station, "police")
    entry = pen.exhibit(PHOTO, picture((160, 120)), from_whom="The manager", seal="A 4711")
    station.clock.forward(minutes=30)
    later = station.clock()
    station.clock.forward(minutes=30)
    pen.hand_over(entry, to="The court", seal="B 1", **{"from": "Exhibits store"})
    pen.hand_over(
        entry, at=later.isoformat(timespec="milliseconds"), place="Bobbin Street", why="For the night"
    )
    return pen, entry


def test_the_visit_page_lists_an_exhibit_with_whose_it_is_its_seal_and_what_has_come(
    station: Station,
) -> None:
    pen, entry = taken(station)
    pen.push()
    page = at_the_desk(station, "lead").open(VISIT_PAGE)
    assert "JS/1 Photo The cutting room" in page.text
    assert "Officer police, Agency POL" in page.text
    assert "The manager B 1 Nothing of it received yet" in page.text
    assert f"{VISIT_PAGE}/exhibits/{entry}" in page.links
    assert "Continuity" not in page.text


def test_what_has_come_of_a_file_is_told_in_parts_and_then_with_its_time(station: Station) -> None:
    pen = Pen.of(station, "police")
    pen.exhibit(RECORDING, media_type="audio/webm", what="audio")
    pen.push()
    (name,) = pen.outbox.lines
    pen.need(pen.outbox.lines[name].decode())
    pen.must_put(name, 1, pen.outbox.chunk(name, 1))
    visitor = at_the_desk(station, "lead")
    assert "1 of 2 parts received" in visitor.open(VISIT_PAGE).text
    pen.send()
    assert "Received 07:00:00" in visitor.open(VISIT_PAGE).text


def test_the_exhibits_page_tells_who_has_had_it_in_the_order_of_the_times(station: Station) -> None:
    pen, entry = taken(station)
    pen.sync()
    page = at_the_desk(station, "lead").open(f"{VISIT_PAGE}/exhibits/{entry}")
    first, second, third = (
        page.text.index(one) for one in ("07:00:00 The manager", "07:30:00", "08:00:00 Exhibits store")
    )
    assert first < second < third
    assert "Bobbin Street. For the night" in page.text


def test_the_exhibits_page_shows_the_picture_and_the_hash_of_the_original(station: Station) -> None:
    pen, entry = taken(station)
    manifest = pen.outbox.manifest(next(iter(pen.outbox.lines)))
    pen.sync()
    visitor = at_the_desk(station, "lead")
    page = visitor.open(f"{VISIT_PAGE}/exhibits/{entry}")
    assert manifest.sha256 in page.text
    assert f"/api/attachments/{entry}/0" in page.links
    assert visitor.client.get(f"/api/attachments/{entry}/0").data == PHOTO
    shown = visitor.client.get(f"/api/attachments/{entry}/0/view")
    assert (shown.mimetype, shown.data[:3]) == ("image/jpeg", b"\xff\xd8\xff")
    assert len(shown.data) < len(PHOTO)


def test_a_file_that_is_no_picture_is_handed_out_with_a_sentence_and_a_warning(station: Station) -> None:
    pen = Pen.of(station, "police")
    entry = pen.exhibit(RECORDING, media_type="audio/webm", what="audio")
    pen.sync()
    visitor = at_the_desk(station, "lead")
    page = visitor.open(f"{VISIT_PAGE}/exhibits/{entry}")
    assert "Files of this type are not shown here. It is kept as it was captured" in page.text
    assert "does not begin as a file of its type does" in page.text
    assert visitor.client.get(f"/api/attachments/{entry}/0/view").json["code"] == "not_shown"


def test_an_object_without_a_file_has_a_page_and_a_record(station: Station) -> None:
    pen = Pen.of(station, "police")
    entry = pen.exhibit(what="object", found="A ledger under the till")
    pen.sync()
    visitor = at_the_desk(station, "lead")
    assert (
        "A ledger under the till The visit Officer police, Agency POL 07:00:00 – – No file"
        in visitor.open(VISIT_PAGE).text
    )
    page = visitor.open(f"{VISIT_PAGE}/exhibits/{entry}")
    assert "A ledger under the till" in page.text
    assert "Files" not in page.text


def test_an_exhibit_that_a_reader_may_not_see_looks_like_none(station: Station) -> None:
    pen, entry = taken(station)
    pen.sync()
    visitor = at_the_desk(station, "borders")
    assert "Exhibits" not in visitor.open(VISIT_PAGE).text
    hidden = visitor.open(f"{VISIT_PAGE}/exhibits/{entry}", 404).text
    absent = visitor.open(f"{VISIT_PAGE}/exhibits/{'0' * 64}", 404).text
    assert hidden == absent
