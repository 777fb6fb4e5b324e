"""Loads an operation file as a demo: its plan, its people, and as much of its truth as has happened.

One call is one unit of work, and an operation that is there already is left as it is.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from sqlalchemy.orm import Session

from fieldops.domain.ids import OperationId
from fieldops.domain.operation import PaperSet
from fieldops.planning.assign import assign
from fieldops.planning.check import judge
from fieldops.planning.problem import Plan
from fieldops.seeding.agreements import publish_agreement
from fieldops.seeding.cast import Cast
from fieldops.seeding.happen import World, let_it_happen, open_story
from fieldops.seeding.operation_file import OperationFile, moved, planning_problem, read_operation_file
from fieldops.seeding.people import Staff, read_people
from fieldops.seeding.plan import open_operation, plan_visits
from fieldops.seeding.reference import papers_for, publish_reference, read_yaml
from fieldops.seeding.welcome import publish_welcome
from fieldops.store.agreements import must_open
from fieldops.store.blobs import Blobs
from fieldops.store.operations import operation_coded
from fieldops.store.plans import visits
from fieldops.store.visit_papers import publish_visit_papers
from fieldops.sync.enrol import Server
from fieldops.web.passwords import hash_password

SEEDS = Path(__file__).resolve().parents[2] / "seeds"

Say = Callable[[str], None]


class Enact(StrEnum):
    """How much of the truth has happened."""

    ALL = "all"
    UNTIL = "until"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoOrder:
    """What is to be loaded: a file, its first day, under which code, and how far it is.

    With `until`, the visits of days before that one have been made.
    """

    file: Path
    start: date
    code: str | None = None
    enact: Enact = Enact.ALL
    until: date | None = None
    seeds: Path = SEEDS

    @property
    def end(self) -> date | None:
        """The first day of which nothing has happened yet; None when all has."""
        if self.enact is Enact.ALL:
            return None
        return self.start if self.enact is Enact.NONE else self.until or self.start


def load_demo(
    session: Session, order: DemoOrder, server: Server, now: datetime, say: Say, blobs: Blobs
) -> bool:
    """Loads the operation; False when one of its code is there already. Refuses a file that cannot be."""
    file = moved(read_operation_file(order.file), order.start, order.code)
    if _is_over(session, file, order):
        say(f"{file.code}: over by now, so a fresh one is loaded beside it.")
        file = moved(read_operation_file(order.file), order.start, f"{file.code}-{order.until:%m%d}")
    if operation_coded(session, file.code) is not None:
        say(f"{file.code}: loaded already.")
        return False
    papers = _papers(session, order, file, say)
    story = open_story(session, file, order.file, order.seeds / "demo", papers)
    plan = planned(file, say)
    agreement = must_open(session, papers, min(now.date(), file.days[0]), file.days[-1])
    operation = open_operation(session, file, papers, agreement.posture, now)
    cast = _cast(session, order, file, operation.id)
    outings = plan_visits(session, file, operation.id, plan)
    world = World(session=session, server=server, chance=os.urandom, say=say, blobs=blobs)
    unruled = let_it_happen(world, story, cast, outings, papers, order.end)
    publish_visit_papers(session, operation.id)
    publish_welcome(session, cast, _state(order, file), unruled)
    return True


def _is_over(session: Session, file: OperationFile, order: DemoOrder) -> bool:
    """Whether an operation is wanted that is under way, and the one that has the file's code has no visit on
    that day. An order that names a code wants that one and no other."""
    there = operation_coded(session, file.code)
    if there is None or order.until is None or order.code is not None:
        return False
    return all(one.day != order.until for one in visits(session, there.id))


def _papers(session: Session, order: DemoOrder, file: OperationFile, say: Say) -> PaperSet:
    """What the operation is run by: the reference papers, and an agreement of its own."""
    reference = order.seeds / "reference"
    papers = papers_for(publish_reference(session, reference), file.code)
    return replace(papers, agreement=publish_agreement(session, file, reference, say))


def planned(file: OperationFile, say: Say) -> Plan:
    """The plain feasible assignment, judged before anybody relies on it."""
    problem = planning_problem(file)
    plan = assign(problem)
    say(f"{file.code}: {len(plan.stops)} visits planned for {len(file.teams)} teams, {len(file.days)} days.")
    for left in plan.unplaced:
        say(f"{file.code}: {left.site} has no visit: {left.why}.")
    for broken in judge(problem, plan):
        say(f"{file.code}: {broken.where} breaks a rule of the plan ({broken.rule}): {broken.words}.")
    return plan


def _cast(session: Session, order: DemoOrder, file: OperationFile, operation: OperationId) -> Cast:
    people = read_people(read_yaml(order.seeds / "demo" / "people.yaml"))
    agencies = read_yaml(order.seeds / "reference" / "agencies" / "agencies.yaml")
    known = {one.text("code"): one.text("name") for one in agencies.parts("agencies")}
    called = {**known, **dict(file.agencies)}
    cast = Cast(
        session=session,
        operation=operation,
        file=file,
        people=people,
        staff=Staff(session, people, hash_password(people.password), called),
        agencies=known,
        capabilities={one.text("code"): one.text("agency") for one in agencies.parts("capabilities")},
        words={one.text("code"): one.text("words") for one in agencies.parts("capabilities")},
    )
    cast.open_agencies()
    cast.open_command()
    cast.open_teams()
    return cast


def _state(order: DemoOrder, file: OperationFile) -> str:
    """Which sentence the first page says of the operation."""
    if order.end is None or order.end > file.days[-1]:
        return "done"
    return "planned" if order.end <= file.days[0] else "open"
