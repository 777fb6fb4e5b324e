"""A file from a tablet, taken in at the desk, at a tablet's door and by command."""

import io
import json
import os
import secrets
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from werkzeug.test import TestResponse

from fieldops.cli import commands
from fieldops.settings import RateLimit
from fieldops.sync import keys
from fieldops.sync.sealing import sealing_point
from tests.desk.pen import Pen, pen
from tests.desk.reading import Visitor, at_the_desk, read
from tests.support.sealer import Sealer
from tests.support.station import OPERATION, OTHER_OPERATION, Station, open_station

HERE = "/desk/operations/BOBBIN/bundle"


def saved(station: Station, by: Pen, **changed: Any) -> bytes:
    """The file that the tablet saves of what it has not sent."""
    operation = changed.pop("operation", OPERATION)
    sealer = Sealer(
        operation=operation,
        point=sealing_point(station.settings.server_key_seed, operation),
        content_key=os.urandom(32),
        ephemeral=keys.key_from_number(secrets.randbelow(2**255) + 1),
    )
    return json.dumps({**sealer.bundle(list(by.tablet.outgoing())), **changed}).encode()


def upload(visitor: Visitor, file: bytes, page: str = HERE) -> TestResponse:
    hidden = visitor.open(page).fields
    given = {name: value for name, value in hidden.items() if name != "bundle"}
    return visitor.client.post(HERE, data={**given, "bundle": (io.BytesIO(file), "tablet.fieldops")})


def recorded(station: Station) -> Pen:
    police = pen(station, "police")
    for n, value in enumerate(("Y", "N"), start=1):
        police.write(f"PREM-0{n}", value)
    return police


def test_the_lead_takes_in_a_file_and_the_tablet_learns_of_it_later(station: Station) -> None:
    police = recorded(station)
    page = read(upload(at_the_desk(station, "lead"), saved(station, police)))
    assert "names 2 entries; 2 of 2 are here" in page.text
    assert "All of it is in the record" in page.text
    assert police.tablet.unsent() == 2
    police.send()
    assert police.tablet.setbacks == []


def test_what_a_carrier_left_out_is_said_with_its_author_and_number(station: Station) -> None:
    said = json.loads(saved(station, recorded(station)))
    page = read(upload(at_the_desk(station, "lead"), json.dumps({**said, "parts": []}).encode()))
    assert "0 of 2 are here" in page.text
    assert "Officer police Visit P04 no. 1 to 2 The file names these, and they are not here" in page.text


def test_a_file_that_is_none_is_told_so_beside_the_field(station: Station) -> None:
    police, lead = recorded(station), at_the_desk(station, "lead")
    whole = saved(station, police)
    for file, words in (
        (b"", "Choose the file that the tablet saved"),
        (b"\x89PNG", "This is no file of a tablet, or it was cut short"),
        (whole[: len(whole) // 2], "This is no file of a tablet, or it was cut short"),
        (saved(station, police, operation=OTHER_OPERATION), "This file belongs to another operation"),
    ):
        assert words in read(upload(lead, file), 400).text
    assert police.tablet.unsent() == 2


def test_only_the_command_of_the_operation_takes_files_in(station: Station) -> None:
    for username, status in (("partner", 403), ("stranger", 404)):
        at_the_desk(station, username).open(HERE, status)


def test_a_colleagues_tablet_hands_in_what_it_cannot_read(station: Station) -> None:
    police, wages = recorded(station), pen(station, "wages")
    file = json.loads(saved(station, police))
    wages.at_hand.sign_in()
    answer = wages.at_hand.post("/api/sync/bundle", file)
    assert answer.status_code == 200, answer.json
    assert (answer.json["named"], answer.json["came"], answer.json["exceptions"]) == (2, 2, [])
    assert [row["have"] for row in answer.json["logs"]] == [2]
    malformed = wages.at_hand.post("/api/sync/bundle", {**file, "operation": ""})
    assert (malformed.status_code, malformed.json["code"]) == (422, "bundle_malformed")


def test_a_tablet_that_nobody_unlocked_sends_what_it_holds_and_is_told_a_number(station: Station) -> None:
    police = recorded(station)
    file = json.loads(saved(station, police))
    for _ in range(2):
        answer = station.browser().post("/api/sync/sealed", json=file)
        assert (answer.status_code, answer.json) == (200, {"brought": 2})
    answer = station.browser().post("/api/sync/sealed", json={**file, "parts": []})
    assert (answer.status_code, answer.json) == (200, {"brought": 0})
    elsewhere = station.browser().post("/api/sync/sealed", json={**file, "operation": OTHER_OPERATION})
    assert elsewhere.json == {"brought": 0}
    police.send()
    assert (police.tablet.unsent(), police.tablet.setbacks) == (0, [])


def test_the_open_door_cannot_be_knocked_at_without_end(tmp_path: Path) -> None:
    station = open_station(tmp_path, bundle_by_address=RateLimit(attempts=2, window_s=300))
    file = json.loads(saved(station, recorded(station)))
    codes = [station.browser().post("/api/sync/sealed", json=file).status_code for _ in range(3)]
    assert codes == [200, 200, 429]


def test_the_page_says_who_took_in_which_file(station: Station) -> None:
    police, lead = recorded(station), at_the_desk(station, "lead")
    file = json.loads(saved(station, police))
    claims_more = {**file, "logs": [{**run, "to": 3} for run in file["logs"]]}
    assert station.browser().post("/api/sync/sealed", json=claims_more).status_code == 200
    upload(lead, json.dumps(file).encode())
    wages = pen(station, "wages")
    wages.at_hand.sign_in()
    assert wages.at_hand.post("/api/sync/bundle", file).status_code == 200
    words = lead.open(HERE).text
    carried = words.index("Carried by Officer wages on tablet 2 2 entries")
    at_desk = words.index("Taken in here by Officer lead 2 entries")
    locked = words.index("Sent by a tablet that nobody unlocked 2 entries; not all that it named")
    assert carried < at_desk < locked


def test_a_file_on_a_stick_is_taken_in_by_command(station: Station, tmp_path: Path) -> None:
    whole = saved(station, recorded(station))
    (tmp_path / "good.fieldops").write_bytes(whole)
    (tmp_path / "cut.fieldops").write_bytes(whole[:-50])
    environment = {"FIELDOPS_DATA": str(station.settings.data_folder)}
    names = [str(tmp_path / name) for name in ("cut.fieldops", "good.fieldops")]
    done = CliRunner().invoke(commands, ["import-bundle", *names], env=environment)
    assert "good.fieldops: names 2, here 2" in done.output
    assert (done.exit_code, "Not whole: cut.fieldops" in done.output) == (1, True)
    again = CliRunner().invoke(commands, ["import-bundle", names[1]], env=environment)
    assert (again.exit_code, again.output) == (0, "good.fieldops: names 2, here 2\n")
