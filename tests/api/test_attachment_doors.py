"""Files at the doors: kept only behind an entry, whole or not at all, and given to who sees the entry."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from fieldops.domain.attachment import CHUNK_BYTES, manifest_line, manifest_of, read_bitmap
from fieldops.store.plans import support
from tests.support.database import Database
from tests.support.exhibits import Pen, content_of
from tests.support.station import OPERATION, VISIT, Station, officer_id, open_station, settle

PHOTO = content_of(2 * CHUNK_BYTES + 1000)


@pytest.fixture(params=["sqlite", "postgresql"])
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Station:
    if request.param == "sqlite":
        return open_station(tmp_path / "data")
    database: Database = request.getfixturevalue("postgresql")
    with database.writing() as session:
        settle(session)
    return open_station(tmp_path, database_url=database.url)


def line_of(content: bytes, media_type: str = "image/jpeg") -> str:
    return manifest_line(manifest_of(content, media_type)).decode()


def test_a_photo_sent_after_its_entry_is_read_at_the_desk_byte_for_byte(served: Station) -> None:
    pen = Pen.of(served, "police")
    entry = pen.exhibit(PHOTO, content_of(900, "small picture"))
    pen.sync()
    assert pen.outbox.lines == {}
    answer = served.desk("lead").get(f"/api/attachments/{entry}/0")
    assert (answer.status_code, answer.data) == (200, PHOTO)
    assert answer.mimetype == "image/jpeg"
    assert answer.headers["Content-Disposition"] == "attachment"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert served.desk("lead").get(f"/api/attachments/{entry}/1").data == content_of(900, "small picture")


def test_parts_are_told_apart_and_one_sent_twice_is_held_once(served: Station) -> None:
    pen = Pen.of(served, "police")
    pen.exhibit(PHOTO)
    pen.push()
    (name,) = pen.outbox.lines
    pen.need(line_of(PHOTO))
    for _ in range(2):
        pen.must_put(name, 1, PHOTO[CHUNK_BYTES : 2 * CHUNK_BYTES])
    (row,) = pen.need(line_of(PHOTO))
    assert (read_bitmap(row["have"], 3), row["whole"]) == (frozenset({1}), False)
    pen.send()
    assert pen.need(line_of(PHOTO))[0]["whole"] is True


def test_a_file_that_no_entry_names_is_not_taken_until_one_does(station: Station) -> None:
    pen = Pen.of(station, "police")
    pen.exhibit(PHOTO)
    (name,) = pen.outbox.lines
    assert [row["refused"] for row in pen.need(line_of(PHOTO))] == ["not_named"]
    assert pen.put(name, 0, PHOTO[:CHUNK_BYTES]).json["code"] == "not_named"
    pen.sync()
    assert pen.outbox.lines == {}


def test_what_one_tablet_sent_is_neither_told_to_another_nor_handed_out_for_it(station: Station) -> None:
    police, wages = Pen.of(station, "police"), Pen.of(station, "wages")
    police.exhibit(PHOTO)
    police.sync()
    other = wages.exhibit(PHOTO)
    wages.push()
    (row,) = wages.need(line_of(PHOTO))
    assert (read_bitmap(row["have"], 3), row["whole"]) == (frozenset(), False)
    assert station.desk("lead").get(f"/api/attachments/{other}/0").json["code"] == "file_not_whole"


def test_a_file_of_the_operation_itself_is_handed_out_to_whoever_may_read_it(station: Station) -> None:
    pen = Pen.of(station, "police")
    pen.scope = OPERATION
    entry = pen.exhibit(PHOTO)
    pen.sync()
    assert pen.outbox.lines == {}
    assert station.desk("lead").get(f"/api/attachments/{entry}/0").data == PHOTO
    assert pen.at_hand.get(f"/api/attachments/{entry}/0").data == PHOTO
    for username in ("partner", "borders", "stranger"):
        assert station.desk(username).get(f"/api/attachments/{entry}/0").status_code in (403, 404)
    pen.withdraw(entry)
    pen.push()
    assert pen.at_hand.get(f"/api/attachments/{entry}/0").status_code == 404


def test_a_manifest_that_another_tablets_entry_names_is_not_taken_from_this_one(station: Station) -> None:
    police, wages = Pen.of(station, "police"), Pen.of(station, "wages")
    police.exhibit(PHOTO)
    police.push()
    assert [row["refused"] for row in wages.need(line_of(PHOTO))] == ["not_named"]


def test_a_part_that_is_not_the_one_named_is_refused_and_the_right_one_taken(station: Station) -> None:
    pen = Pen.of(station, "police")
    pen.exhibit(PHOTO)
    pen.push()
    pen.need(line_of(PHOTO))
    (name,) = pen.outbox.lines
    wrong = bytes([PHOTO[0] ^ 1]) + PHOTO[1:CHUNK_BYTES]
    for data in (wrong, PHOTO[: CHUNK_BYTES - 1]):
        answer = pen.put(name, 0, data)
        assert (answer.status_code, answer.json["code"]) == (422, "chunk_hash")
    assert pen.put(name, 0, PHOTO[: CHUNK_BYTES + 1]).status_code == 413
    pen.send()
    assert pen.outbox.lines == {}


@pytest.mark.parametrize(
    "n", ["3", "-1", "1e0", "00000000", "9" * 400, "..%2f..%2fetc", "\N{ARABIC-INDIC DIGIT ONE}"]
)
def test_a_part_that_no_file_has_is_not_expected(station: Station, n: str) -> None:
    pen = Pen.of(station, "police")
    pen.exhibit(PHOTO)
    pen.push()
    pen.need(line_of(PHOTO))
    (name,) = pen.outbox.lines
    assert pen.put(name, n, PHOTO[:100]).status_code == 404


def test_a_manifest_with_a_path_or_an_unknown_type_is_refused_beside_a_good_one(station: Station) -> None:
    pen = Pen.of(station, "police")
    pen.exhibit(PHOTO)
    pen.push()
    said = json.loads(line_of(PHOTO))
    named = json.dumps({**said, "name": "../../etc/passwd"}, separators=(",", ":"))
    program = json.dumps({**said, "type": "application/x-msdownload"}, separators=(",", ":"))
    rows = pen.need(named, program, line_of(PHOTO))
    assert [row.get("refused") for row in rows] == ["manifest", "manifest", None]
    assert "name" in rows[0]["detail"]


def test_parts_that_are_not_the_whole_that_was_named_are_kept_and_said(station: Station) -> None:
    pen = Pen.of(station, "police")
    lying = manifest_line(replace(manifest_of(PHOTO, "image/jpeg"), sha256="0" * 64))
    pen.outbox.lines, pen.outbox.contents = {}, {}
    name = pen.outbox.keep_line(lying, PHOTO)
    entry = pen.exhibit_named(name)
    pen.sync()
    assert pen.outbox.refused == {name: "whole_hash"}
    assert station.desk("lead").get(f"/api/attachments/{entry}/0").json["code"] == "file_not_whole"


def test_a_file_is_read_only_through_an_entry_that_the_reader_may_see(station: Station) -> None:
    pen = Pen.of(station, "police")
    entry = pen.exhibit(PHOTO)
    pen.sync()
    with station.store() as session:
        support(session, VISIT, officer_id("partner"), ["HS"])
    hidden = station.desk("borders").get(f"/api/attachments/{entry}/0")
    absent = station.desk("borders").get(f"/api/attachments/{'0' * 64}/0")
    assert (hidden.status_code, hidden.json) == (404, absent.json)
    stranger = station.desk("stranger").get(f"/api/attachments/{entry}/0")
    assert (stranger.status_code, stranger.json) == (404, absent.json)
    assert station.browser().get(f"/api/attachments/{entry}/0").status_code == 401


def test_a_colleague_on_the_visit_reads_the_file_on_a_tablet(station: Station) -> None:
    pen, colleague = Pen.of(station, "police"), Pen.of(station, "lead", approver="administrator")
    entry = pen.exhibit(PHOTO)
    pen.sync()
    assert colleague.at_hand.get(f"/api/attachments/{entry}/0").data == PHOTO


def test_a_revoked_tablet_still_sends_its_files_and_nobody_is_shown_them(station: Station) -> None:
    pen = Pen.of(station, "police")
    entry = pen.exhibit(PHOTO)
    station.desk("lead").post(f"/api/devices/{pen.at_hand.device}/revocation", {"reason": "lost"})
    pen.push()
    pen.send()
    assert pen.outbox.lines == {}
    assert station.desk("lead").get(f"/api/attachments/{entry}/0").status_code == 404


def test_beyond_what_an_operation_may_hold_files_wait_and_entries_go_on(tmp_path: Path) -> None:
    station = open_station(tmp_path / "data", files_bytes=2 * CHUNK_BYTES)
    pen = Pen.of(station, "police")
    pen.exhibit(PHOTO)
    pen.push()
    pen.need(line_of(PHOTO))
    (name,) = pen.outbox.lines
    pen.must_put(name, 0, PHOTO[:CHUNK_BYTES])
    pen.must_put(name, 1, PHOTO[CHUNK_BYTES : 2 * CHUNK_BYTES])
    answer = pen.put(name, 2, PHOTO[2 * CHUNK_BYTES :])
    assert (answer.status_code, answer.json["code"]) == (507, "storage_full")
    pen.exhibit(b"another")
    assert pen.push().json["exceptions"] == []


def test_the_last_of_the_disk_is_kept_for_entries(tmp_path: Path) -> None:
    station = open_station(tmp_path / "data", least_free_bytes=2**62)
    pen = Pen.of(station, "police")
    pen.exhibit(PHOTO)
    assert pen.push().json["exceptions"] == []
    pen.need(line_of(PHOTO))
    (name,) = pen.outbox.lines
    assert pen.put(name, 0, PHOTO[:CHUNK_BYTES]).status_code == 507


def test_a_part_that_a_disk_lost_is_asked_for_again(station: Station) -> None:
    pen = Pen.of(station, "police")
    entry = pen.exhibit(PHOTO)
    pen.push()
    lines = [line.decode() for line in pen.outbox.lines.values()]
    kept = dict(pen.outbox.contents), dict(pen.outbox.lines)
    pen.send()
    lost = manifest_of(PHOTO, "image/jpeg").chunks[1]
    (station.settings.blobs_folder / lost[:2] / lost[2:]).unlink()
    (row,) = pen.need(*lines)
    assert (read_bitmap(row["have"], 3), row["whole"]) == (frozenset({0, 2}), False)
    assert station.desk("lead").get(f"/api/attachments/{entry}/0").json["code"] == "file_not_whole"
    pen.outbox.contents, pen.outbox.lines = kept
    pen.send()
    assert station.desk("lead").get(f"/api/attachments/{entry}/0").data == PHOTO


def test_the_record_says_of_each_file_what_it_is_and_how_much_of_it_is_here(station: Station) -> None:
    pen = Pen.of(station, "police")
    pen.exhibit(PHOTO)
    pen.push()
    (name,) = pen.outbox.lines
    lead = station.desk("lead")
    (entry,) = lead.get(f"/api/visits/{VISIT}/record").json["entries"]
    assert entry["files"] == [{"manifest": name, "have": 0, "whole": False}]
    pen.send()
    (entry,) = lead.get(f"/api/visits/{VISIT}/record").json["entries"]
    (file,) = entry["files"]
    assert (file["size"], file["have"], file["parts"], file["whole"]) == (len(PHOTO), 3, 3, True)
    assert file["sha256"] == manifest_of(PHOTO, "image/jpeg").sha256


def test_a_withdrawn_exhibit_is_read_by_who_discloses_alone(station: Station) -> None:
    pen, colleague = Pen.of(station, "police"), Pen.of(station, "police")
    entry = pen.exhibit(PHOTO)
    pen.sync()
    assert colleague.at_hand.get(f"/api/attachments/{entry}/0").data == PHOTO
    pen.withdraw(entry)
    pen.sync()
    assert colleague.at_hand.get(f"/api/attachments/{entry}/0").status_code == 404
    assert station.desk("lead").get(f"/api/attachments/{entry}/0").data == PHOTO
