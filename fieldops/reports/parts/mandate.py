"""Why the operation was held and on what ground: mandate, laws relied on, firewall posture."""

from fieldops.reports.figures import Section
from fieldops.reports.ground import Ground
from fieldops.reports.parts.saying import grid, section
from fieldops.reports.wording import day, grouped, sign_off


def mandate(g: Ground) -> Section | None:
    paper = g.eyes.reader.agreement
    signed = sign_off(paper.posture)
    said = (
        ("Hypothesis", paper.mandate.hypothesis),
        ("Evidence it rests on", paper.mandate.evidence_basis),
        ("What counts as evidence", paper.mandate.evidence_threshold),
        ("When it ends", paper.mandate.exit_test),
        ("Firewall posture", f"{paper.posture.code}. {paper.posture.meaning}"),
        ("Read to workers", paper.posture.statement),
        *((("Who answers for it", signed),) if signed else ()),
        ("Agreement", f"{paper.title}, version {paper.version} ({paper.id})"),
        ("Agreement, SHA-256", grouped(g.operation.papers.agreement)),
        ("Lead controller", g.agency(paper.controller)),
        ("Impact assessment", paper.dpia),
        ("Review, end", f"{day(paper.review_on)}, {day(paper.ends_on)}"),
    )
    laws = [
        (
            f"{g.agency(one.agency)} ({one.agency})",
            one.controller or "not named",
            one.law,
            one.purpose,
            "yes" if one.confirmed else "needs a practitioner",
        )
        for one in paper.gateways
    ]
    columns = (
        ("Agency (code)", 23),
        ("Controller", 21),
        ("Law relied on", 26),
        ("For", 15),
        ("Confirmed", 15),
    )
    pieces = [
        *grid("mandate", "In the words of the sharing agreement", (("", 24), ("", 76)), said),
        *grid("gateways", "Legal gateways", columns, laws),
    ]
    return section("mandate", "Mandate", (), pieces)
