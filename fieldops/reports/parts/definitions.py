"""The counting rules as printed on the second page. They are fixed, so that reports can be compared."""

from fieldops.reports.suppression import FLOOR, SHARES_FROM

DEFINITIONS: tuple[tuple[str, str], ...] = (
    ("Premises", "One address unit, known by its property reference number (UPRN)."),
    ("Business", "One legal entity. One unit can hold several, and one business several units."),
    ("Attempt", "A team stood at the door. A refusal, a locked door and an empty unit are attempts."),
    ("Visit", "Somebody went in. Only visits are counted as visits."),
    (
        "Attendance",
        "One agency at one visit. A visit by five agencies is one visit and five attendances.",
    ),
    ("Workers present", "The best count of people working when the team went in."),
    (
        "Talk offered, held, private",
        "Offered: a worker was asked to talk. Held: the worker agreed. Private: out of sight and hearing of "
        "anybody in charge. Each is a part of the one before.",
    ),
    (
        "Person who may be a victim",
        "One person about whom an officer recorded: yes, may be a victim of slavery, servitude, forced "
        "labour or trafficking. Not sure is counted apart and never added.",
    ),
    (
        "Referral",
        "Counted when the receiver has accepted it. Referrals sent and not yet accepted stand beside it.",
    ),
    ("Notice", "A paper that was served. Advice and letters are counted as actions, not as notices."),
    (
        "Pay owed",
        "Estimated on the day, assessed by the authority, paid to the workers: three columns, never added.",
    ),
    (
        "Result of a visit",
        "The gravest outcome that the visit's lead recorded. It is a working view, not a finding in law.",
    ),
    (
        "Indicator pattern",
        "Scored from direct answers alone, after the officer's own view was recorded. Not known is not no.",
    ),
    (
        "Action by an inspector",
        "The highest action recorded at a visit. None includes visits where no such inspector was present.",
    ),
    (
        f"Under {FLOOR}",
        f"1 to {FLOOR - 1} people, and also nobody where the group is smaller than {SHARES_FROM}. A second "
        f"number is then hidden, so that the total does not give the first back.",
    ),
    (
        "Percentages",
        f"Of people only where the group is {SHARES_FROM} or more.",
    ),
)
