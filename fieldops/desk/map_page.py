"""The operation on a map of dots, and the same in words."""

from datetime import datetime

from flask import Blueprint, Response

from fieldops.desk.dots import DotMap, Place, distance_words, dot_map
from fieldops.desk.layout import show_operation
from fieldops.desk.operation_sheet import STATES, TOLD_STAGES, Progresses, Stage, stage_shown
from fieldops.desk.plan import Plan, read_plan
from fieldops.desk.progress import read_progress
from fieldops.domain.access import may_read_premises
from fieldops.domain.looks import LookKind
from fieldops.domain.who import Action, Reader
from fieldops.web.guard import needs
from fieldops.web.installation import now
from fieldops.web.looks import shows
from fieldops.web.transaction import reading

pages = Blueprint("map", __name__, url_prefix="/desk/operations/<code>/map")

BLACK, WHITE = "#0b0c0c", "#ffffff"
PAINTS = {
    "grey": {"fill": WHITE, "ink": BLACK},
    "yellow": {"fill": "#ffdd00", "ink": BLACK},
    "blue": {"fill": "#1d70b8", "ink": WHITE},
    "green": {"fill": "#0f7a52", "ink": WHITE},
}
WITHOUT_BASE = "The operation has no base to measure from."
WITHOUT_ADDRESSES = "The sharing agreement does not give your agency the addresses of premises."


@pages.get("")
@needs(Action.VISIT_READ)
@shows(LookKind.CONSULTATION)
def page(reader: Reader, code: str) -> Response:
    at = now()
    with reading() as session:
        plan = read_plan(session, reader)
        progress = read_progress(session, reader, plan)
    drawing = _drawing(reader, plan, progress, at)
    return show_operation(
        "desk/map.html",
        reader,
        plan.operation,
        "Map",
        at,
        tab="desk.map.page",
        drawing=drawing,
        base=plan.operation.base.name if plan.operation.base else "",
        rings=_rings(drawing),
        nearest=[] if drawing is None else sorted(drawing.dots, key=lambda dot: dot.distance_m),
        held_back=_held_back(plan),
        scale="" if drawing is None else distance_words(drawing.scale_m),
        distance_words=distance_words,
        paints=PAINTS,
        states=[STATES[one] for one in TOLD_STAGES] if plan.told_visits else [STATES[Stage.KEPT_BACK]],
        why_not=WITHOUT_ADDRESSES if plan.operation.base else WITHOUT_BASE,
    )


def _drawing(reader: Reader, plan: Plan, progress: Progresses, at: datetime) -> DotMap | None:
    base = plan.operation.base
    if base is None or not may_read_premises(reader):
        return None
    return dot_map((base.lat, base.lon), _places(plan, progress, at))


def _places(plan: Plan, progress: Progresses, at: datetime) -> list[Place]:
    places = []
    for visit in plan.visits:
        premises = plan.premises_of(visit)
        if premises.held_until is not None:
            continue
        state = STATES[stage_shown(plan, visit, progress.of(visit.id), at)]
        places.append(
            Place(
                code=premises.code,
                name=premises.name,
                lat=premises.lat,
                lon=premises.lon,
                state=state.text,
                colour=state.colour,
            )
        )
    return places


def _held_back(plan: Plan) -> list[str]:
    """The premises that are on no map yet, each with until when."""
    sites = {one.code: one for one in map(plan.premises_of, plan.visits) if one.held_until is not None}
    return [f"{code}: {sites[code].name}" for code in sorted(sites)]


def _rings(drawing: DotMap | None) -> list[float]:
    """Circles of one, two and three scale lengths round the base."""
    return [] if drawing is None else [round(drawing.scale_units * times, 1) for times in (1, 2, 3)]
