"""What the agencies found and did: pay, safety, referrals, arrests, and places drawn by lot."""

from math import sqrt

from fieldops.reports.figures import Cell, Figure, Given, Piece, Section, Span, Spans
from fieldops.reports.ground import Ground
from fieldops.reports.parts.saying import bars, chosen, grid, list_of, say, section
from fieldops.reports.suppression import SHARES_FROM

LIKELY = 1.96  # standard deviations to either side that hold 95 % of chance
NOT_A_RATE = (
    "These are small numbers: they compare the places visited and are not a rate for the sector. The line "
    "shows every share that chance alone leaves open (Wilson interval, 95 %)."
)


def pay(g: Ground) -> Section | None:
    """Estimated, assessed and paid stand side by side and are never added."""
    cases = [g.one("pay_cases"), g.one("workers_maybe_underpaid")]
    owed = [
        g.money(name, "workers_maybe_underpaid")
        for name in ("arrears_estimated", "arrears_assessed", "arrears_paid")
    ]
    columns = (("", 20), ("Early estimate", 17), ("Assessed", 13), ("Paid to workers", 18))
    note = (
        "Three different things: never to be added. An amount that has not been entered yet stands as nought."
    )
    pieces = [
        *list_of("pay", "Cases", cases),
        *grid("owed", "What is owed", columns, [("Pounds", *owed)], note),
    ]
    return section("pay", "Pay", (), pieces)


def safety(g: Ground, actions: tuple[tuple[str, str], ...]) -> Section | None:
    """`actions`: the rules that count what inspectors did, with their titles, as the checklist names them."""
    pieces: list[Piece] = []
    for name, title in actions:
        _, each = g.split(name)
        pieces.extend(bars(name, title, each, "The highest action at each visit."))
    _, notices = g.split("notices")
    pieces.extend(list_of("notices", "Notices served, by the agency that served them", notices))
    return section("safety", "Safety", (), pieces)


def referrals(g: Ground) -> Section | None:
    """Businesses passed to a partner, sent and accepted; tax apart, for few may be told of it."""
    title = "Council, benefits and tax"
    tax = list_of("tax", "Passed to tax", [g.one("hmrc_referrals_sent"), g.one("hmrc_referrals")])
    total, accepted = g.split("business_referrals_accepted")
    if total is not None and total in accepted:
        passed = list_of("referrals", "Businesses passed on", [total])
        return section("referrals", title, (), [*passed, *tax])
    sent = {figure.key.split(".", 1)[-1]: figure for figure in g.split("business_referrals_sent")[1]}
    rows: list[tuple[Cell, Cell, Cell]] = []
    for figure in accepted:
        route = figure.key.split(".", 1)[-1]
        rows.append((figure.label, sent.pop(route) if route in sent else "-", figure))
    rows.extend((figure.label, figure, "none yet") for figure in sent.values())
    columns = (("Route", 40), ("Sent", 12), ("Accepted", 14))
    pieces = grid("referrals", "Businesses passed to a partner", columns, rows)
    return section("referrals", title, (), [*pieces, *tax])


def arrests(g: Ground) -> Section | None:
    total, orders = g.split("orders")
    found = [g.one("arrests"), *orders, *(() if orders else (total,))]
    return section(
        "arrests", "Arrests and orders", (), list_of("arrests", "Arrests, orders and undertakings", found)
    )


def comparison(g: Ground) -> Section | None:
    """What choosing by intelligence added, against places drawn by lot."""
    visits, breaches = _by_arm(g, "visits_by_arm"), _by_arm(g, "breaches")
    both = [(visits[arm], breaches[arm]) for arm in visits if arm in breaches]
    rows = [(went.label, went, found) for went, found in both]
    columns = (("How the place was chosen", 38), ("Visits", 10), ("Breach or worse", 18))
    pieces = [*grid("arms", "Labour-rights breach or worse", columns, rows), *_spans(both)]
    return section(
        "comparison", "Led by intelligence, or drawn by lot", (), pieces, (NOT_A_RATE,) if rows else ()
    )


def _by_arm(g: Ground, name: str) -> dict[str, Figure]:
    return {figure.key.split(".", 1)[-1]: figure for figure in g.split(name)[1]}


def _spans(both: list[tuple[Figure, Figure]]) -> tuple[Piece, ...]:
    spans = tuple(span for span in (_span(went, found) for went, found in both) if span is not None)
    return (
        (Spans(key="arm_spans", title="Share of visits with a breach or worse", spans=spans),)
        if spans
        else ()
    )


def _span(visits: Figure, breaches: Figure) -> Span | None:
    if visits.given is not Given.EXACT or breaches.given is not Given.EXACT or not visits.value:
        return None
    n, found = int(visits.value), int(breaches.value or 0)
    low, high = wilson(found, n)
    middle = found / n if n >= SHARES_FROM else None
    words = f"{found} of {n}: between {100 * low:.0f} % and {100 * high:.0f} %"
    return Span(label=visits.label, low=low, middle=middle, high=high, words=words)


def wilson(found: int, n: int) -> tuple[float, float]:
    """The 95 % Wilson interval of a share: honest for small numbers, and never outside 0 to 1."""
    share, z = found / n, LIKELY
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, centre - reach), min(1.0, centre + reach)


def by_agency(g: Ground) -> Section | None:
    _, each = g.split("attendances")
    sentences = say("{} attendances at {} visits.", g.one("attendances"), g.one("visits"))
    return section(
        "agencies", "By agency", sentences, bars("agencies", "Visits attended by each agency", chosen(each))
    )
