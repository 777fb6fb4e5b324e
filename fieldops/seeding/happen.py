"""Opens what an enactment reads, hands out tablets, and lets the visits take place."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import repeat
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from fieldops.domain.agreement import Agreement, parse_agreement
from fieldops.domain.checklist.paper import parse_checklist
from fieldops.domain.classes import parse_classes
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import PaperHash
from fieldops.domain.operation import PaperSet
from fieldops.domain.reading import as_part
from fieldops.seeding.book import read_book
from fieldops.seeding.cast import Cast
from fieldops.seeding.enact import Story, perform, run, stage
from fieldops.seeding.exhibits import read_exhibits, take_exhibits
from fieldops.seeding.moments import Moments, read_moments
from fieldops.seeding.operation_file import OperationFile
from fieldops.seeding.plan import Outing, moment
from fieldops.seeding.reference import read_yaml
from fieldops.seeding.rules import check_truth, read_enactment
from fieldops.seeding.script import Scene
from fieldops.seeding.tablets import Papers, Tablets
from fieldops.store.blobs import Blobs
from fieldops.store.published import paper
from fieldops.sync.enrol import Server

BRIEFING = timedelta(hours=2)
"""Before the first visit: when tablets are handed out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What lies outside the story: where it is written, the server's key, and chance for keys and salts."""

    session: Session
    server: Server
    chance: Callable[[int], bytes]
    say: Callable[[str], None]
    blobs: Blobs


def open_story(session: Session, file: OperationFile, source: Path, demo: Path, papers: PaperSet) -> Story:
    """The story of a file; refuses a truth that cannot be. Moments lie beside the operation's own file."""
    enactment = read_enactment(read_yaml(demo / "enactment.yaml"))
    for line in file.premises:
        check_truth(enactment, line.code, line.truth)
    beside = source.with_name(f"{source.stem}.moments.yaml")
    checklist = published(session, papers.checklist)
    parsed = parse_checklist(checklist)
    on = agreement_of(session, papers).sections_on
    return Story(
        file=file,
        enactment=enactment,
        book=read_book(read_yaml(demo / "answers.yaml")),
        moments=read_moments(read_yaml(beside)) if beside.exists() else Moments(),
        checklist=parsed,
        exhibits=read_exhibits(source),
        lead_mark=as_part(checklist, "checklist").text("visit_lead"),
        hidden=parsed.meaning.switched_sections - on,
        spoken={team.code: frozenset(team.languages) for team in file.teams},
    )


def let_it_happen(
    world: World, story: Story, cast: Cast, outings: Sequence[Outing], papers: PaperSet, end: date | None
) -> list[str]:
    """All visits of days before `end` (None: of all days), by the tablets of those who were there.

    Answers the premises where officers have said different things and nobody has ruled.
    """
    until = None if end is None else moment(story.file, end, 0)
    past = list(_before(outings, until))
    if not past:
        world.say(f"{story.file.code}: nobody has gone yet.")
        return []
    tablets = _tablets(world, story, cast, papers, past[0].visit.planned_start - BRIEFING)
    scenes = [stage(story, cast, outing) for outing in past]
    for scene in scenes:
        _hand_out(story, tablets, scene)
    world.say(f"{story.file.code}: {len(tablets.carried)} tablets enrolled.")
    played = list(map(perform, repeat(story), past, scenes))
    sent = run(played, tablets, until)
    world.say(f"{story.file.code}: {len(past)} visits made, {sent} entries sent and received.")
    taken = take_exhibits(story.exhibits, scenes, tablets, world.blobs, until)
    world.say(f"{story.file.code}: exhibits taken: {taken}.")
    if tablets.setbacks:
        raise Refusal("enactment_rejected", "The server did not take in all that the tablets sent.")
    return [one.premises for one in played if one.unruled]


def _before(outings: Sequence[Outing], until: datetime | None) -> Iterator[Outing]:
    return (one for one in outings if until is None or one.visit.planned_start < until)


def _hand_out(story: Story, tablets: Tablets, scene: Scene) -> None:
    """A tablet for everybody at the visit who has none yet."""
    for member in scene.present:
        fast = story.moments.fast_minutes(scene.team, member.capabilities)
        tablets.give(member.officer, f"Tablet of {scene.team}", timedelta(minutes=fast))


def agreement_of(session: Session, papers: PaperSet) -> Agreement:
    """The sharing agreement among these papers."""
    return parse_agreement(published(session, papers.agreement))


def published(session: Session, name: PaperHash) -> object:
    """A published paper's JSON."""
    found: object = json.loads(paper(session, name) or b"null")
    return found


def _tablets(world: World, story: Story, cast: Cast, papers: PaperSet, at: datetime) -> Tablets:
    return Tablets(
        session=world.session,
        operation=cast.operation,
        approver=cast.approver,
        server=world.server,
        papers=Papers(
            checklist=papers.checklist,
            questions=frozenset(story.checklist.questions),
            classes=parse_classes(published(world.session, papers.classes)),
        ),
        zone=ZoneInfo(story.file.time_zone),
        chance=world.chance,
        now=at,
    )
