"""The people met: how many, how many talked and where, in which languages, and what was decided with them."""

from fieldops.reports.figures import Figure, Given, Section
from fieldops.reports.ground import Ground
from fieldops.reports.parts.answer import identified
from fieldops.reports.parts.saying import bars, chosen, list_of, say, section
from fieldops.reports.suppression import SHARES_FROM
from fieldops.reports.wording import sign_off


def people(g: Ground) -> Section | None:
    talks = g.steps("talks_offered", "talks_held", "talks_private")
    present = g.one("workers_present")
    _, languages = g.split("talk_languages", total_known=True)
    _, interpreters = g.split("interpreters", total_known=True)
    pieces = [
        *bars("talks", "From present to a talk in private", [present, *_once(talks)]),
        *bars("languages", "Languages of the talks", chosen(languages)),
        *bars("interpreters", "Who interpreted", chosen(interpreters)),
    ]
    return section("people", "People", _shares(talks), pieces)


def _once(talks: list[Figure]) -> list[Figure]:
    """The three steps; where all are withheld, once is enough."""
    return talks[:1] if talks and talks[0].given is Given.WITHHELD else talks


def _shares(talks: list[Figure]) -> tuple[str, ...]:
    values = [int(figure.value) for figure in talks if figure.value is not None]
    if len(values) < 3 or min(values[:2]) < SHARES_FROM:
        return ()
    offered, held, private = values
    return (
        f"Of those offered a talk {100 * held / offered:.0f} % talked, and {100 * private / held:.0f} % of "
        f"the talks were out of sight and hearing of anybody in charge.",
    )


def identification(g: Ground) -> Section | None:
    total, each = identified(g)
    if total is not None and total.given is Given.WITHHELD:
        return section(
            "identification", "Identification and choice", (), list_of("victims", "People", [total])
        )
    told = total is not None and total.given is Given.EXACT
    choices = g.split("choices", total_known=True)[1] if told else []
    tonight = g.split("tonight", total_known=True)[1] if told else []
    sent, accepted = g.split("person_referrals_sent"), g.split("person_referrals_accepted")
    pieces = [
        *list_of("victims", "People who may be victims, by what was accepted for them", [total, *each]),
        *list_of(
            "second",
            "Counted apart",
            [g.one("second_view"), g.one("made_to_offend"), g.one("choice_explained")],
        ),
        *bars("choices", "What the person chose", chosen(choices)),
        *bars("tonight", "Where they are safe tonight", chosen(tonight)),
        *list_of("sent", "Referrals of people", [sent[0], accepted[0]]),
    ]
    return section("identification", "Identification and choice", _consent(g), pieces)


def _consent(g: Ground) -> tuple[str, ...]:
    return say(
        "For {} of the people who may be victims the officer recorded that the referral, the support and "
        "what may come of it were explained and understood.",
        g.one("choice_explained"),
    )


def harm_check(g: Ground) -> Section | None:
    checks, by_whom = _status_checks(g)
    found = [
        *checks,
        g.one("retaliation_plans"),
        g.one("rights_cards"),
        g.one("child_alerts"),
    ]
    posture = g.eyes.reader.agreement.posture
    signed = sign_off(posture)
    sentences = (
        f"Firewall posture {posture.code}. {posture.meaning}",
        *((f"Posture {posture.code} was {signed}",) if signed else ()),
    )
    pieces = [
        *list_of("harm", "Did the visits themselves do harm?", found),
        *list_of("status_by", "Whose officers checked a status", by_whom),
    ]
    return section("harm", "Harm check", sentences, pieces)


def _status_checks(g: Ground) -> tuple[list[Figure | None], list[Figure]]:
    """How often a status was checked, before or after welfare, and by whom. The counting rules before their
    version 1.3.0 say nothing of who it was."""
    checks = [g.one("status_checks"), g.one("status_checks_before_welfare")]
    if "status_checks_by" not in g.counted:
        return checks, []
    return [*checks, g.one("status_checks_after_welfare")], chosen(g.split("status_checks_by")[1])
