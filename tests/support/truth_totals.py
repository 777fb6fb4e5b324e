"""What the figures of an operation must be, added up from the truth in its file."""

from collections import Counter
from pathlib import Path
from typing import Any

import yaml

BREACH = ("labour", "severe", "slavery")
SUMS = {
    "workers_present": "workers_present",
    "talks_offered": "talks_offered",
    "talks_held": "talks_held",
    "talks_private": "talks_private",
    "nrm_adult": "pv_adult_nrm",
    "dtn_adult": "pv_adult_dtn",
    "nrm_child": "pv_child_nrm",
    "arrests": "arrests",
    "pay_cases": "nmw_case",
    "workers_maybe_underpaid": "workers_maybe_underpaid",
    "arrears_estimated": "arrears_estimate_gbp",
    "hmrc_referrals": "hmrc_referral",
    "dwp_referrals": "dwp_referral",
}
SPLITS = {"results": "result", "hse": "hse", "fire": "fire"}


def truths(file: Path) -> list[dict[str, Any]]:
    return yaml.safe_load(file.read_text(encoding="utf-8"))["premises"]


def expected(file: Path) -> dict[str, dict[str, int]]:
    """Figure id -> split -> amount, without the nothings."""
    places = truths(file)
    seen = [place["truth"] for place in places]
    inside = [one for one in seen if one["arrival"] == "entered"]
    found = {name: {"": sum(one.get(key, 0) for one in inside)} for name, key in SUMS.items()}
    found["potential_victims"] = {"": sum(found[one][""] for one in ("nrm_adult", "dtn_adult", "nrm_child"))}
    found["attempts"] = {"": len(seen)}
    found["visits"] = {"": len(inside)}
    found["arrivals"] = dict(Counter(one["arrival"] for one in seen))
    found["tip_offs"] = {"": sum(1 for one in inside if one.get("tip_off"))}
    for name, key in SPLITS.items():
        found[name] = dict(Counter(one[key] for one in inside))
    for name, kept in (("visits_by_arm", None), ("breaches", BREACH)):
        found[name] = dict(
            Counter(
                "lot" if place["tier"] == "R" else "led"
                for place in places
                if place["truth"]["arrival"] == "entered" and (not kept or place["truth"]["result"] in kept)
            )
        )
    return {name: {split: n for split, n in splits.items() if n} for name, splits in found.items()}
