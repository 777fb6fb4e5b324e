"""What the agencies found and did: pay, safety, referrals, arrests, and places drawn by lot."""

from math import sqrt

from fieldops.reports.figures import Cell, Figure, Given, Piece, Section, Span, Spans
from fieldops.reports.ground import Ground
from fieldops.reports.parts.saying import bars, grid, list_of, section
from fieldops.reports.suppression import SHARES_FROM

LIKELY = 1.96  # standard deviations to either side that hold 95 % of chance
NOT_A_RATE = (
    "These are small numbers: they compare the places visited and are not a rate for the sector. The line "
    "shows every share that chance alone leaves open (Wilson interval, 95 %)."
)


def results(g: Ground) -> Section | None:
    _, each = g.split("results")
    return section(
        "results", "Results of the visits", (), bars("results", "Gravest result of each visit", each)
    )


def pay(g: Ground) -> Section | None:
    """Estimated, assessed and paid stand side by side and are never added."""
    cases = [g.one("pay_cases"), g.one("workers_maybe_underpaid")]
    owed = [
        g.money(name, "workers_maybe_underpaid")
        for name in ("arrears_estimated", "arrears_assessed", "arrears_paid")
    ]
    columns = (("", 25), ("Early estimate", 25), ("Assessed", 25), ("Paid to workers", 25))
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
    """Businesses passed to a partner: sent and accepted side by side."""
    sent = {figure.key.split(".", 1)[-1]: figure for figure in g.split("business_referrals_sent")[1]}
    rows: list[tuple[Cell, Cell, Cell]] = []
    for figure in g.split("business_referrals_accepted")[1]:
        route = figure.key.split(".", 1)[-1]
        rows.append((figure.label, sent.pop(route) if route in sent else "-", figure))
    rows.extend((figure.label, figure, "none yet") for figure in sent.values())
    columns = (("Route", 50), ("Sent", 25), ("Accepted", 25))
    pieces = grid("referrals", "Businesses passed to a partner", columns, rows)
    return section("referrals", "Council, benefits and tax", (), pieces)


def arrests(g: Ground) -> Section | None:
    total, orders = g.split("orders")
    found = [g.one("arrests"), *orders, *(() if orders else (total,))]
    return section(
        "arrests", "Arrests and orders", (), list_of("arrests", "Arrests, orders and undertakings", found)
    )


def comparison(g: Ground) -> Section | None:
    """What choosing by intelligence added, against places drawn by lot."""
    visits = {figure.key.split(".", 1)[-1]: figure for figure in g.split("visits_by_arm")[1]}
    breaches = {figure.key.split(".", 1)[-1]: figure for figure in g.split("breaches")[1]}
    spans = [_span(visits[arm], breaches[arm]) for arm in visits if arm in breaches]
    rows = [(visits[arm].label, visits[arm], breaches[arm]) for arm in visits if arm in breaches]
    columns = (("How the place was chosen", 50), ("Visits", 20), ("Breach or worse", 30))
    chart = tuple(span for span in spans if span is not None)
    pieces = [
        *grid("arms", "Labour-rights breach or worse", columns, rows),
        *(
            (Spans(key="arm_spans", title="Share of visits with a breach or worse", spans=chart),)
            if chart
            else ()
        ),
    ]
    return section(
        "comparison", "Led by intelligence, or drawn by lot", (), pieces, (NOT_A_RATE,) if rows else ()
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
    total = g.one("attendances")
    sentences: tuple[str, ...] = ()
    if total is not None and total.value is not None:
        sentences = (f"{total.shown} attendances at {len(g.counts('visits'))} visits.",)
    return section(
        "agencies", "By agency", sentences, bars("agencies", "Visits attended by each agency", each)
    )
