"""The first page: what was sought, what was found, and what happens to the workers now."""

from fieldops.reports.figures import Answer, Figure
from fieldops.reports.ground import Ground
from fieldops.reports.parts.done import together
from fieldops.reports.parts.saying import bars, say

NOTHING: tuple[Figure | None, ...] = (None,)
NOTHING_YET = "Nothing that this copy may tell has been recorded yet."


def answer(g: Ground) -> Answer:
    mandate = g.eyes.reader.agreement.mandate
    return Answer(
        sought=(mandate.hypothesis, f"The test for ending it: {_begun_small(mandate.exit_test)}"),
        found=(tiles := _tiles(g)),
        found_sentences=_found(g) or (() if tiles else (NOTHING_YET,)),
        charts=bars("first_results", "Gravest result of each visit", g.split("results")[1]),
        workers=_workers(g) or (NOTHING_YET,),
    )


def _begun_small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _tiles(g: Ground) -> tuple[Figure, ...]:
    talks = g.steps("talks_offered", "talks_held", "talks_private")
    tiles = [
        g.one("attempts"),
        g.one("visits"),
        g.one("workers_present"),
        *talks[2:],
        identified(g)[0],
        g.one("breaches"),
        g.one("pay_cases"),
        g.money("arrears_estimated", "workers_maybe_underpaid"),
    ]
    return tuple(tile for tile in tiles if tile is not None)


def _found(g: Ground) -> tuple[str, ...]:
    _, results = g.split("results")
    talks = g.steps("talks_offered", "talks_held", "talks_private")
    gravest = [f"{figure.label.lower()}: {figure.said}" for figure in results if figure.value]
    lines = [
        *say(
            "The teams stood at the door {} times and went in {} times.", g.one("attempts"), g.one("visits")
        ),
        *together(g),
        *(
            (f"What the leads of the visits recorded, gravest first: {'; '.join(gravest)}.",)
            if gravest
            else ()
        ),
        *say(
            "{} people were at work. {} were offered a talk, {} talked, {} of them in private.",
            g.one("workers_present"),
            *(talks or NOTHING),
        ),
        *say(
            "People who may be victims: {}. Not sure, and a second view is wanted: {}.",
            identified(g)[0],
            g.one("second_view"),
        ),
    ]
    return tuple(lines)


def _workers(g: Ground) -> tuple[str, ...]:
    lines = [
        *say(
            "Referred to the National Referral Mechanism and accepted: {} adults, and {} under 18 or of "
            "unsettled age.",
            *_told(g, "nrm_adult", "nrm_child"),
        ),
        *say("Duty to Notify reports that name nobody: {}.", *_told(g, "dtn_adult")),
        *say("Want time before they choose: {}.", g.one("need_time")),
        *say(
            "Pay: {} cases are open for {} workers. Assessed so far: {}. Paid to workers so far: {}.",
            g.one("pay_cases"),
            g.one("workers_maybe_underpaid"),
            g.money("arrears_assessed", "workers_maybe_underpaid"),
            g.money("arrears_paid", "workers_maybe_underpaid"),
        ),
        *say(
            "At {} visits the lead wrote down who could be punished for our coming, and the plan.",
            g.one("retaliation_plans"),
        ),
    ]
    return tuple(lines)


def _told(g: Ground, *names: str) -> list[Figure | None]:
    """These parts of the people who may be victims, masked as the identification section masks them."""
    _, each = identified(g)
    by_key = {figure.key: figure for figure in each}
    return [by_key.get(name) for name in names]


def identified(g: Ground) -> tuple[Figure | None, list[Figure]]:
    """People who may be victims, by what was accepted for them: one family, masked as one."""
    return g.family("potential_victims", "nrm_adult", "dtn_adult", "nrm_child", "need_time")
