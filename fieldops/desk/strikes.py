"""Strikes at the desk: holding their addresses back, releasing them, and the radio code of a team."""

import os
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session

from fieldops.desk.forms import Fault, fault_of, faults_summary
from fieldops.desk.layout import onward, show_operation
from fieldops.desk.plan import Plan, read_plan
from fieldops.desk.strikes_sheet import Facts, code_faults, hold_faults, is_try, minutes_of, strike_cards
from fieldops.domain.access import may_do
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import OfficerId
from fieldops.domain.operation import PlannedVisit, Team
from fieldops.domain.radio_code import grouped, spoken
from fieldops.domain.visit import Standing
from fieldops.domain.who import Action, Reader
from fieldops.store.address_seal import Place, team_code
from fieldops.store.devices import signers_on
from fieldops.store.directory import officers_of
from fieldops.store.holds import (
    Holding,
    Shown,
    codes_shown,
    hold_back,
    holds,
    note_shown,
    opened_on,
    release,
)
from fieldops.store.plans import roster
from fieldops.store.records import read_visit
from fieldops.store.visit_papers import publish_visit_papers
from fieldops.web.guard import needs
from fieldops.web.installation import now
from fieldops.web.looks import shows_nothing
from fieldops.web.session import csrf_token
from fieldops.web.transaction import reading, transaction

pages = Blueprint("strikes", __name__, url_prefix="/desk/operations/<code>/strikes")
TAB = "desk.strikes.page"


@pages.get("")
@needs(Action.STRIKE_READ)
@shows_nothing("Addresses of premises, and whose tablets have them; nothing of people.")
def page(reader: Reader, code: str) -> Response:
    at = now()
    with reading() as session:
        plan = read_plan(session, reader)
        cards = strike_cards(plan.strikes, _facts(session, reader, plan, at))
    return show_operation(
        "desk/strikes.html",
        reader,
        plan.operation,
        "Strikes",
        at,
        tab=TAB,
        csrf=csrf_token(),
        cards=cards,
        may_release=may_do(reader, Action.STRIKE_RELEASE),
    )


@pages.get("/<group>/hold")
@needs(Action.STRIKE_RELEASE)
@shows_nothing("Addresses of premises, and whose tablets have them; nothing of people.")
def ask(reader: Reader, code: str, group: str) -> Response:
    return _ask(reader, group, ())


@pages.post("/<group>/hold")
@needs(Action.STRIKE_RELEASE)
@shows_nothing("Addresses of premises, and whose tablets have them; nothing of people.")
def hold(reader: Reader, code: str, group: str) -> Response:
    """Hold the addresses of a strike back, and give its teams sealed papers."""
    faults = hold_faults(request.form) or _hold(reader, group)
    return _ask(reader, group, faults) if faults else onward(url_for(TAB, code=code))


@pages.post("/<group>/release")
@needs(Action.STRIKE_RELEASE)
@shows_nothing("Addresses of premises, and whose tablets have them; nothing of people.")
def let_go(reader: Reader, code: str, group: str) -> Response:
    """Release the addresses of a strike now: tablets have the key at their next contact."""
    with transaction() as session:
        release(session, reader.operation, group, reader.officer, now())
    return onward(url_for(TAB, code=code))


@pages.get("/<group>/code/<team>")
@needs(Action.STRIKE_RELEASE)
@shows_nothing("Addresses of premises, and whose tablets have them; nothing of people.")
def ask_code(reader: Reader, code: str, group: str, team: str) -> Response:
    return _code_page(reader, group, team, ())


@pages.post("/<group>/code/<team>")
@needs(Action.STRIKE_RELEASE)
@shows_nothing("Addresses of premises, and whose tablets have them; nothing of people.")
def show_code(reader: Reader, code: str, group: str, team: str) -> Response:
    """Show a team's radio code, once it is noted to whom and why."""
    faults = code_faults(request.form)
    made = None if faults else _noted_code(reader, group, team, request.form["reason"].strip())
    return _code_page(reader, group, team, faults, made)


def _hold(reader: Reader, group: str) -> tuple[Fault, ...]:
    """Holds back; what the form asked for can be too late, and is then a fault of it."""
    order = Holding(
        group=group,
        minutes=minutes_of(request.form) or 0,
        meeting_point=request.form["meeting_point"].strip(),
        by=reader.officer,
    )
    try:
        with transaction() as session:
            plan = read_plan(session, reader)
            hold_back(session, plan.operation, order, now(), os.urandom)
            publish_visit_papers(session, reader.operation, {one.id for one in plan.group(group)})
    except Refusal as refusal:
        if refusal.code not in {"held_already", "hold_over"}:
            raise
        return (Fault(field="minutes", text=refusal.sentence),)
    return ()


def _noted_code(reader: Reader, group: str, team: str, reason: str) -> tuple[str, str]:
    """The code as it is written and as it is spoken."""
    with transaction() as session:
        place, secret = _place(session, reader, group, _team(read_plan(session, reader), group, team))
        shown = Shown(
            group=group,
            edition=place.edition,
            team=place.team,
            officer=reader.officer,
            reason=reason,
            at=now(),
        )
        note_shown(session, reader.operation, shown)
    made = team_code(secret, place)
    return grouped(made), spoken(made)


def _ask(reader: Reader, group: str, faults: tuple[Fault, ...]) -> Response:
    with reading() as session:
        plan = read_plan(session, reader)
    base = plan.operation.base
    return show_operation(
        "desk/strike_hold.html",
        reader,
        plan.operation,
        f"Hold back the addresses of strike {_known(plan, group)}",
        now(),
        tab=TAB,
        csrf=csrf_token(),
        group=group,
        given=request.form,
        base="" if base is None else base.name,
        summary=faults_summary(faults),
        minutes_fault=fault_of(faults, "minutes"),
        place_fault=fault_of(faults, "meeting_point"),
    )


def _code_page(
    reader: Reader, group: str, team: str, faults: tuple[Fault, ...], made: tuple[str, str] | None = None
) -> Response:
    with reading() as session:
        plan = read_plan(session, reader)
        found = _team(plan, group, team)
        held = group in holds(session, reader.operation)
    return show_operation(
        "desk/strike_code.html",
        reader,
        plan.operation,
        f"Radio code for team {found.code}, strike {group}",
        now(),
        tab=TAB,
        csrf=csrf_token(),
        group=group,
        team=found,
        held=held,
        made=made,
        given=request.form,
        summary=faults_summary(faults),
        reason_fault=fault_of(faults, "reason"),
    )


def _known(plan: Plan, group: str) -> str:
    if group not in plan.strikes:
        raise Refusal("not_found", "There is no such strike.")
    return group


def _team(plan: Plan, group: str, code: str) -> Team:
    """A team that is sent to this strike, by its code."""
    sent = {one.team for one in plan.group(_known(plan, group))}
    for team in plan.teams.values():
        if team.id in sent and team.code == code:
            return team
    raise Refusal("not_found", "No such team is sent to this strike.")


def _place(session: Session, reader: Reader, group: str, team: Team) -> tuple[Place, bytes]:
    held = holds(session, reader.operation).get(group)
    if held is None:
        raise Refusal("not_found", "The addresses of this strike are not held back.")
    place = Place(operation=reader.operation, group=group, edition=held.edition, team=team.id)
    return place, held.secret


def _facts(session: Session, reader: Reader, plan: Plan, at: datetime) -> Facts:
    held = holds(session, reader.operation)
    asked = [one for group in held for one in plan.group(group)]
    return Facts(
        zone=ZoneInfo(plan.operation.time_zone),
        now=at,
        premises=plan.premises,
        teams=plan.teams,
        visits=[one for group in plan.strikes for one in plan.group(group)],
        officers={one.id: one.name for one in officers_of(session, reader.operation)},
        sent={one.id: _sent_to(session, one) for one in asked},
        signers=signers_on(session, reader.operation),
        holds=held,
        opened=opened_on(session, reader.operation),
        shown=codes_shown(session, reader.operation),
        tries={one.id: _tries_at(session, reader, one) for one in asked},
    )


def _sent_to(session: Session, visit: PlannedVisit) -> frozenset[OfficerId]:
    return frozenset(member.officer for member in roster(session, visit))


def _tries_at(session: Session, reader: Reader, visit: PlannedVisit) -> Sequence[Standing]:
    return [one for one in read_visit(session, reader, visit.id).standings if is_try(one)]
