"""A visit's record in JSON says of each entry whether it stands."""

from tests.desk.pen import pen
from tests.support.station import VISIT, Station

PERSON, OTHER = f"worker:{'a' * 16}", f"worker:{'b' * 16}"


def standing_cards(station: Station) -> dict[str, bool]:
    """Whether each card stands, by what it says."""
    told = station.desk("lead").get(f"/api/visits/{VISIT}/record").json["entries"]
    return {one["value"]["label"]: one["stands"] for one in told if one["kind"] == "worker"}


def test_the_card_of_a_person_met_stands_until_another_takes_its_place(station: Station) -> None:
    police = pen(station, "police")
    first = police.write("worker", {"label": "W1-1"}, kind="worker", subject=PERSON)
    police.write("worker", {"label": "W1-2"}, kind="worker", subject=OTHER)
    police.send()
    assert standing_cards(station) == {"W1-1": True, "W1-2": True}
    police.write("worker", {"label": "W1-3"}, kind="worker", subject=PERSON, supersedes=[first])
    police.send()
    assert standing_cards(station) == {"W1-1": False, "W1-2": True, "W1-3": True}
