"""A referral counts as accepted only where somebody sent it, and what was sent still stands."""

from typing import Any

import pytest

from fieldops.domain.counting import Site, count
from fieldops.domain.counting_rules import parse_counting
from fieldops.domain.ids import PremisesId, VisitId
from tests.support.checklists import paper
from tests.support.entries import known, rights_of

COUNTING = parse_counting(paper("counting/counting.yaml"))
AUTHORS = {"lead": {"agency": "POL", "visit_lead": True}, "fwa": {"agency": "FWA"}}
WORKER = "worker:wwwwwwwwwwwwwwww"
SENT, OTHER = "a" * 64, "b" * 64


def sent(**changed: Any) -> dict[str, Any]:
    value = {"to": "DWP", "route": "dwp", "reference": "R1"}
    return {"id": SENT, "kind": "referral_sent", "field": "referral_sent", "value": value} | changed


def accepted(name: str = "c" * 64, **changed: Any) -> dict[str, Any]:
    value = {"to": "DWP", "route": "dwp", "reference": "T1", "sent": SENT} | changed.pop("says", {})
    return {"id": name, "kind": "referral_accepted", "field": "referral_accepted", "value": value} | changed


TAKEN_BACK = {
    "id": OTHER,
    "kind": "withdrawal",
    "field": "referral_sent",
    "value": {"reason": "Wrong business."},
    "supersedes": [SENT],
}


def counted(rule: str, *entries: dict[str, Any]) -> int:
    site = Site(
        visit=VisitId("v" * 16),
        premises=PremisesId("p" * 16),
        tier="A",
        known=known(entries, AUTHORS, rights_of({})),
        children=frozenset(),
    )
    splits = count(COUNTING, [site])[rule].splits
    return sum(int(amount) for by_visit in splits.values() for amount in by_visit.values())


@pytest.mark.parametrize(
    ("entries", "amount"),
    [
        ([sent(), accepted()], 1),
        ([sent(), accepted(), accepted("d" * 64)], 1),
        ([accepted()], 0),
        ([sent(), accepted(says={"sent": OTHER})], 0),
        ([sent(), accepted(says={"route": "council"})], 0),
        ([sent(subject=WORKER), accepted()], 0),
        ([sent(), accepted(), TAKEN_BACK], 0),
    ],
)
def test_an_acceptance_counts_if_it_answers_a_referral_that_stands(
    entries: list[dict[str, Any]], amount: int
) -> None:
    assert counted("business_referrals_accepted", *entries) == amount


def test_what_goes_to_tax_is_a_figure_of_its_own() -> None:
    to_tax = {"to": "HMRC", "route": "hmrc", "reference": "H1"}
    entries = (sent(value=to_tax), accepted(says=to_tax))
    assert counted("hmrc_referrals_sent", *entries) == counted("hmrc_referrals", *entries) == 1
    assert counted("business_referrals_sent", *entries) == 0
    assert counted("business_referrals_accepted", *entries) == 0
