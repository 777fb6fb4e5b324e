"""The counting rules as printed on the second page. They are fixed, so that reports can be compared.

The one rule: what defines a figure that a copy does not hold is left out of it, for even the word would tell.
"""

from collections.abc import Collection
from dataclasses import dataclass

from fieldops.reports.suppression import FLOOR, SHARES_FROM


@dataclass(frozen=True, slots=True)
class Definition:
    """A word and what is counted under it; `figures` are those it defines, none if it is always needed."""

    word: str
    meaning: str
    figures: tuple[str, ...] = ()


DEFINITIONS: tuple[Definition, ...] = (
    Definition("Premises", "One address unit, known by its property reference number (UPRN)."),
    Definition("Business", "One legal entity. One unit can hold several, and one business several units."),
    Definition(
        "Attempt",
        "A team stood at the door. A refusal, a locked door and an empty unit are attempts.",
        ("attempts", "arrivals"),
    ),
    Definition("Visit", "Somebody went in. Only visits are counted as visits."),
    Definition(
        "Attendance",
        "One agency at one visit. A visit by five agencies is one visit and five attendances.",
        ("attendances",),
    ),
    Definition(
        "Workers present", "The best count of people working when the team went in.", ("workers_present",)
    ),
    Definition(
        "Talk offered, held, private",
        "Offered: a worker was asked to talk. Held: the worker agreed. Private: out of sight and hearing of "
        "anybody in charge. Each is a part of the one before.",
        ("talks_offered", "talks_held", "talks_private"),
    ),
    Definition(
        "Person who may be a victim",
        "One person about whom an officer recorded: yes, may be a victim of slavery, servitude, forced "
        "labour or trafficking. Not sure is counted apart and never added.",
        ("potential_victims",),
    ),
    Definition(
        "Referral",
        "Counted when the receiver has accepted it. Referrals sent and not yet accepted stand beside it.",
        ("person_referrals_accepted", "business_referrals_accepted"),
    ),
    Definition(
        "Notice",
        "A paper that was served. Advice and letters are counted as actions, not as notices.",
        ("notices",),
    ),
    Definition(
        "Pay owed",
        "Estimated on the day, assessed by the authority, paid to the workers: three columns, never added.",
        ("arrears_estimated", "arrears_assessed", "arrears_paid"),
    ),
    Definition(
        "Result of a visit",
        "The gravest outcome that the visit's lead recorded. It is a working view, not a finding in law.",
        ("results", "breaches"),
    ),
    Definition(
        "Indicator pattern",
        "Scored from direct answers alone, after the officer's own view was recorded. Not known is not no.",
        ("categories", "dimension", "premises_indicator"),
    ),
    Definition(
        "Disputed",
        "Officers recorded different things and nobody has ruled yet. Until then the visit lead's word is "
        "counted, or else the latest, and the figure says that it is disputed.",
    ),
    Definition(
        f"Under {FLOOR}",
        f"1 to {FLOOR - 1} people, and also nobody where the group is smaller than {SHARES_FROM}. A second "
        f"number is then hidden, so that the total does not give the first back.",
    ),
    Definition("Percentages", f"Of people only where the group is {SHARES_FROM} or more."),
)
ACTION = Definition(
    "Action by an inspector",
    "The highest action recorded at a visit. None includes visits where no such inspector was present.",
)


def definitions(told: Collection[str], actions: Collection[str]) -> tuple[tuple[str, str], ...]:
    """The definitions that a copy needs which tells these figures; `actions` are those of inspectors."""
    names = {key.partition(".")[0] for key in told}
    needed = [one for one in DEFINITIONS if not one.figures or names.intersection(one.figures)]
    if names.intersection(actions):
        needed.append(ACTION)
    return tuple((one.word, one.meaning) for one in needed)
