"""The head of a visit's page: where, when, with whom, and what has come in."""

from collections.abc import Mapping

from markupsafe import Markup, escape

from fieldops.desk.operation_sheet import KEPT_BACK, Progress
from fieldops.desk.plan import Plan
from fieldops.desk.words import count, day, listed, moment
from fieldops.domain.operation import PlannedVisit, Premises

SummaryRow = dict[str, dict[str, str]]


def head_rows(
    plan: Plan,
    visit: PlannedVisit,
    progress: Progress,
    people: tuple[str, ...],
    languages: Mapping[str, str] | None,
) -> list[SummaryRow]:
    """Rows for GOV.UK's summary list.

    `languages` are the names of languages by code; None where the reader is not given premises' particulars.
    """
    premises = plan.premises_of(visit)
    rows = _planned(plan, visit, people) if plan.told(visit) else [("Plan", KEPT_BACK)]
    if languages is not None:
        rows += _place(premises, languages if plan.told(visit) else None)
    if premises.strike_group and premises.strike_group in plan.strikes:
        rows.append(("Linked group", _group(plan, premises.strike_group)))
    rows.append(("Checklist", _edition(plan, visit)))
    rows.append(("Entries you may read", _received(progress)))
    return [{"key": {"text": key}, "value": {"html": escape(value)}} for key, value in rows if value]


def _edition(plan: Plan, visit: PlannedVisit) -> str:
    """Said only where a visit stays with an edition that the operation has replaced."""
    if visit.checklist in (None, plan.operation.papers.checklist):
        return ""
    return "The edition that the visit began with; the operation has another now"


def _planned(plan: Plan, visit: PlannedVisit, people: tuple[str, ...]) -> list[tuple[str, str]]:
    team = plan.teams[visit.team]
    return [
        ("Planned", f"{day(visit.day)}, {visit.planned_start:%H:%M}, {count(visit.minutes, 'minute')}"),
        ("Team", f"{team.code} {team.name}"),
        ("On the visit", Markup("<br>").join(people)),
    ]


def _place(premises: Premises, languages: Mapping[str, str] | None) -> list[tuple[str, str]]:
    """Where it is, and what is expected there for those who are given the plan."""
    if premises.held_until is not None:
        return [("Address", premises.name)]
    return _particulars(premises) + ([] if languages is None else _expected(premises, languages))


def _particulars(premises: Premises) -> list[tuple[str, str]]:
    return [
        ("Address", premises.address),
        ("Company number", premises.company_no),
        ("UPRN", premises.uprn),
    ]


def _expected(premises: Premises, languages: Mapping[str, str]) -> list[tuple[str, str]]:
    return [
        ("Workers expected", f"{premises.workers_expected:,}"),
        ("Languages expected", ", ".join(languages.get(code, code) for code in premises.languages)),
    ]


def _group(plan: Plan, group: str) -> str:
    strike = plan.strikes[group]
    codes = [one.code for one in plan.premises.values() if one.strike_group == group]
    return f"{group}: {listed(sorted(codes))}, to be entered together at {strike.at:%H:%M}"


def _received(progress: Progress) -> str:
    if progress.last_received is None:
        return "none received"
    received = moment(progress.last_received).text
    return f"{count(progress.entries, 'entry', 'entries')}, the last received {received}"
