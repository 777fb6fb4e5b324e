"""The report of Operation THIMBLE tells its lead every total of its truth, with the visits behind each."""

from decimal import Decimal

import pytest
import yaml

from fieldops.reports.as_json import as_json
from fieldops.reports.outcome import as_pdf, headline
from tests.reports.copies import Copy, copy_for
from tests.support.demo_world import DemoWorld
from tests.support.thimble import THIMBLE

TOTALS = yaml.safe_load(THIMBLE.read_text(encoding="utf-8"))["totals"]
FIGURES = {
    "premises_planned": "attempts",
    "visits_attempted": "attempts",
    "visits_entered": "visits",
    "arrival": "arrivals",
    "result": "results",
    "nmw_cases": "pay_cases",
    "arrears_estimate_gbp": "arrears_estimated",
    "dwp_referrals": "business_referrals_accepted.dwp",
    "tip_off_visits": "tip_offs",
    "potential_victims": "potential_victims",
}
NOT_COUNTED = {"buildings"}
ARMS = {"random_arm": "lot", "intelligence_led": "led"}


def wanted() -> dict[str, int]:
    """Figure key -> what the file says it must be."""
    found: dict[str, int] = {}
    for total, amount in TOTALS.items():
        key = FIGURES.get(total, total)
        if total in ARMS:
            found[f"visits_by_arm.{ARMS[total]}"] = amount["n"]
            found[f"breaches.{ARMS[total]}"] = amount["with_breach"]
        elif isinstance(amount, dict):
            found |= {f"{key}.{part}": count for part, count in amount.items()}
        elif total not in NOT_COUNTED:
            found[key] = amount
    return found


@pytest.fixture(scope="module")
def lead(thimble: DemoWorld) -> Copy:
    return copy_for(thimble, "THIMBLE")


@pytest.mark.parametrize("key", sorted(wanted()))
def test_the_lead_is_told_each_total_as_it_was(lead: Copy, key: str) -> None:
    figure = lead.facts.figures()[key]
    assert figure.value == wanted()[key]
    assert figure.shown.replace(",", "").removeprefix("£") == str(wanted()[key])


def test_every_figure_opens_to_the_visits_behind_it(lead: Copy) -> None:
    told = as_json(lead.facts)["figures"]
    assert isinstance(told, dict)
    for key, figure in told.items():
        assert bool(figure["visits"]) == (figure["value"] not in (0, "0", None)), key
    assert len(told["visits"]["visits"]) == 33
    assert len(told["results.slavery"]["visits"]) == 2


def test_money_travels_as_text_and_is_never_added_up(lead: Copy) -> None:
    told = as_json(lead.facts)["figures"]
    assert isinstance(told, dict)
    assert Decimal(told["arrears_estimated"]["value"]) == 39584
    assert {told[key]["value"] for key in ("arrears_assessed", "arrears_paid")} == {"0"}


def test_the_first_page_answers_and_the_second_defines(lead: Copy) -> None:
    first, second = lead.pages[:2]
    for words in ("What we set out to find", "What we found", "What happens to the workers now", "716"):
        assert words in first
    assert "How things are counted" in second
    assert "A visit by five agencies is one visit and five attendances" in second


def test_every_page_says_what_it_is_whose_it_is_and_how_far_it_goes(lead: Copy) -> None:
    for number, page in enumerate(lead.pages, 1):
        assert page.count("OFFICIAL-SENSITIVE") == 2
        assert f"Page {number} of {len(lead.pages)}" in page
        for words in (
            "As of 1 Sep 2029",
            "Tablets:",
            "Firewall posture B",
            "Copy for Det Supt",
            "Fieldops 0.",
        ):
            assert words in page


def test_small_samples_are_said_to_be_no_rate(lead: Copy) -> None:
    assert "11 of 27: between 25 % and 59 %" in lead.words
    assert "1 of 6: between 3 % and 56 %" in lead.words
    assert "are not a rate for the sector" in lead.words


def test_rivals_rulings_and_a_fast_clock_are_listed(lead: Copy) -> None:
    annex = next(section for section in lead.facts.sections if section.key == "integrity")
    tables = {piece.key: piece for piece in annex.pieces}
    assert {"streams", "changes", "conflicts", "rulings", "clocks"} <= tables.keys()
    assert "7 min" in lead.words


def test_the_headline_is_the_first_pages_figures(lead: Copy) -> None:
    assert dict(headline(lead.facts))["Workers present"] == "716"


def test_the_same_facts_make_the_same_paper(lead: Copy) -> None:
    assert as_pdf(lead.facts) == lead.pdf


def test_each_figure_that_the_rules_count_can_be_read_by_a_machine(lead: Copy) -> None:
    rules = yaml.safe_load(
        (THIMBLE.parents[1] / "reference/counting/counting.yaml").read_text(encoding="utf-8")
    )
    told = {key.split(".")[0] for key in lead.facts.figures()}
    # as a part of the referrals of a business; and of checks only where it was recorded whose they were
    told_by_route = {"dwp_referrals", "status_checks_by"}
    assert {one["id"] for one in rules["figures"]} - told == told_by_route
