"""The whole report as plain data for one reader: first page, definitions, and the sections in order."""

from dataclasses import replace

from fieldops import __version__
from fieldops.reports.figures import Head, OutcomeFacts, Section
from fieldops.reports.ground import Ground
from fieldops.reports.papers import COUNTING
from fieldops.reports.parts import done, findings, people
from fieldops.reports.parts.answer import answer
from fieldops.reports.parts.definitions import definitions
from fieldops.reports.parts.exhibits import exhibits
from fieldops.reports.parts.indicators import indicators
from fieldops.reports.parts.integrity import integrity
from fieldops.reports.parts.intelligence import intelligence
from fieldops.reports.parts.mandate import mandate
from fieldops.reports.parts.sources import sources
from fieldops.reports.tablets import Tablet
from fieldops.reports.wording import days, listed, many, moment, sign_off

NO_TABLET = "none outstanding"


def facts(g: Ground) -> OutcomeFacts:
    """What this reader's copy holds. A section of which nothing may be told is not there, nor its number."""
    made = (
        sources(g),
        mandate(g),
        done.plan_against_done(g),
        done.at_the_door(g),
        people.people(g),
        indicators(g),
        people.identification(g),
        findings.pay(g),
        findings.safety(g, g.words.actions),
        findings.referrals(g),
        findings.arrests(g),
        exhibits(g),
        intelligence(g),
        findings.comparison(g),
        people.harm_check(g),
        findings.by_agency(g),
        done.site_by_site(g),
        integrity(g),
    )
    held = OutcomeFacts(head=_head(g), answer=answer(g), definitions=(), sections=_numbered(made))
    return replace(held, definitions=definitions(held.figures(), g.words.counting))


def _numbered(made: tuple[Section | None, ...]) -> tuple[Section, ...]:
    held = [section for section in made if section is not None]
    return tuple(replace(one, title=f"{number}. {one.title}") for number, one in enumerate(held, 1))


def _outstanding(tablets: tuple[Tablet, ...] | None) -> str:
    if tablets is None:
        return "not told in this copy; some entries may still be on their way"
    if not tablets:
        return NO_TABLET
    missing = sum(tablet.missing for tablet in tablets)
    number = f", at least {many(missing, 'entry', 'entries')}" if missing else ""
    names = listed([tablet.name for tablet in tablets], 6)
    return f"{many(len(tablets), 'tablet', 'tablets')} outstanding{number}: {names}"


def _head(g: Ground) -> Head:
    reader, paper = g.eyes.reader, g.eyes.reader.agreement
    return Head(
        code=g.operation.code,
        name=g.operation.name,
        days=days(g.operation.days) if g.planned else "",
        marking=paper.marking,
        handling=paper.handling,
        as_of=g.now,
        as_of_words=moment(g.now, g.zone),
        recipient=f"{reader.name}, {g.agency(reader.agency)}",
        posture=f"{paper.posture.code}: {paper.posture.meaning}",
        posture_sentence=paper.posture.statement,
        posture_sign_off=sign_off(paper.posture),
        agreement=f"{paper.id}, version {paper.version}",
        agreement_hash=g.operation.papers.agreement,
        outstanding=_outstanding(g.tablets),
        software=__version__,
        checklist=g.operation.papers.checklist,
        counting=f"{COUNTING} {g.words.counting.version}",
        counting_hash=g.words.counting_hash,
    )
