"""Who serves on an operation, and who goes in which team."""

from flask import Blueprint, Response

from fieldops.desk.layout import show_operation
from fieldops.desk.people_sheet import person_lines, team_cards
from fieldops.desk.plan import read_operation_head, read_plan
from fieldops.domain.access import may_do
from fieldops.domain.looks import LookKind
from fieldops.domain.who import Action, Reader
from fieldops.store.directory import agencies_of, officers_of, roles_on
from fieldops.store.plans import members
from fieldops.web.guard import needs
from fieldops.web.installation import now
from fieldops.web.looks import shows
from fieldops.web.transaction import reading

pages = Blueprint("people", __name__, url_prefix="/desk/operations/<code>/people")


@pages.get("")
@needs(Action.OPERATION_READ)
@shows(LookKind.CONSULTATION)
def page(reader: Reader, code: str) -> Response:
    with reading() as session:
        head = read_operation_head(session, reader)
        serving = officers_of(session, head.id)
        held = roles_on(session, head.id)
        named = agencies_of(session, head.id)
        known = read_plan(session, reader).teams.values()
        manned = [(team, members(session, team.id)) for team in known]
    return show_operation(
        "desk/people.html",
        reader,
        head,
        "People",
        now(),
        tab="desk.people.page",
        people=person_lines(reader, serving, held, named),
        teams=team_cards(reader, manned, named),
        may_give=may_do(reader, Action.ROLE_GIVE),
    )
