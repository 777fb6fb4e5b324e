"""What the page of strikes says: how each one's addresses stand, which tablets have them, and every try."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from fieldops.desk.forms import Fault
from fieldops.desk.words import State, clock, count, moment
from fieldops.domain.hold import MOST_MINUTES, Hold
from fieldops.domain.ids import OfficerId, PremisesId, SignerId, TeamId, VisitId
from fieldops.domain.kinds import ADDRESS_TRY
from fieldops.domain.operation import PlannedVisit, Premises, Strike, Team
from fieldops.domain.people import Signer
from fieldops.domain.visit import Standing
from fieldops.store.holds import Opened, Shown

HOW: Mapping[str, str] = {"sync": "by sync", "code": "by radio code"}
OUTCOMES: Mapping[str, str] = {"opened": "opened", "wrong": "wrong code", "misheard": "misheard"}
LONGEST_PLACE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamLine:
    """One team of a strike. `tablets` says of each tablet whether it has the addresses."""

    code: str
    name: str
    premises: str
    tablets: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StrikeCard:
    """One strike on the page."""

    group: str
    planned: str
    state: State
    about: str
    closed: bool
    ever_held: bool
    teams: tuple[TeamLine, ...]
    tries: tuple[str, ...]
    shown: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that the page is made from, as the reader may see it; moments are told in the operation's zone."""

    zone: tzinfo
    now: datetime
    premises: Mapping[PremisesId, Premises]
    teams: Mapping[TeamId, Team]
    visits: Sequence[PlannedVisit]
    officers: Mapping[OfficerId, str]
    sent: Mapping[VisitId, frozenset[OfficerId]]
    signers: Sequence[Signer]
    holds: Mapping[str, Hold]
    opened: Sequence[Opened]
    shown: Sequence[Shown]
    tries: Mapping[VisitId, Sequence[Standing]]

    def at(self, moment_: datetime) -> str:
        """A moment, its date left out where it is today's."""
        return moment(moment_.astimezone(self.zone), beside=self.now.astimezone(self.zone)).text

    def team(self, team: TeamId) -> str:
        return self.teams[team].code if team in self.teams else "that was dissolved"

    def who(self, officer: OfficerId | None) -> str:
        return "" if officer is None else self.officers.get(officer, "an officer who has left")


def strike_cards(strikes: Mapping[str, Strike], facts: Facts) -> tuple[StrikeCard, ...]:
    """The strikes in the order of their time."""
    ordered = sorted(strikes.values(), key=lambda one: (one.day, one.at, one.group))
    return tuple(_card(one, facts) for one in ordered)


def _card(strike: Strike, facts: Facts) -> StrikeCard:
    hold = facts.holds.get(strike.group)
    visits = [one for one in facts.visits if facts.premises[one.premises].strike_group == strike.group]
    closed = hold is not None and hold.closed(facts.now)
    return StrikeCard(
        group=strike.group,
        planned=f"{strike.day.day} {strike.day:%B}, {strike.at:%H:%M}",
        state=_state(hold, facts),
        about=_about(hold, facts),
        closed=closed,
        ever_held=hold is not None,
        teams=_teams(visits, hold, facts),
        tries=_tries(visits, hold, facts),
        shown=tuple(
            f"{facts.at(one.at)}, team {facts.team(one.team)}, to {facts.who(one.officer)}: {one.reason}"
            for one in facts.shown
            if one.group == strike.group
        ),
    )


def _state(hold: Hold | None, facts: Facts) -> State:
    if hold is None:
        return State(text="Not held back", colour="grey")
    if hold.closed(facts.now):
        local = hold.opens_at.astimezone(facts.zone)
        return State(text=f"Held back until {local:%H:%M}", colour="orange")
    return State(text="Released", colour="green")


def _about(hold: Hold | None, facts: Facts) -> str:
    if hold is None:
        return "Tablets of its teams are given the addresses with the plan."
    held = f"Held back by {facts.who(hold.held_by)}, {facts.at(hold.held_at)}."
    place = f"Meeting point: {hold.meeting_point}."
    if hold.released_at is not None:
        return f"{held} Released by {facts.who(hold.released_by)}, {facts.at(hold.released_at)}. {place}"
    ends = facts.at(hold.opens_at)
    if hold.closed(facts.now):
        return f"{held} Ends by itself {ends}, {count(hold.minutes, 'minute')} before the strike. {place}"
    return f"{held} Ended by itself {ends}. {place}"


def _teams(visits: Sequence[PlannedVisit], hold: Hold | None, facts: Facts) -> tuple[TeamLine, ...]:
    found = []
    for team in sorted({one.team for one in visits}, key=lambda one: facts.teams[one].code):
        theirs = [one for one in visits if one.team == team]
        people = frozenset[OfficerId]().union(*(facts.sent.get(one.id, frozenset()) for one in theirs))
        found.append(
            TeamLine(
                code=facts.teams[team].code,
                name=facts.teams[team].name,
                premises=", ".join(sorted(facts.premises[one.premises].code for one in theirs)),
                tablets=_tablets(people, hold, facts) if hold is not None else (),
            )
        )
    return tuple(found)


def _tablets(people: frozenset[OfficerId], hold: Hold, facts: Facts) -> tuple[str, ...]:
    have = {one.signer: one for one in facts.opened if (one.group, one.edition) == (hold.group, hold.edition)}
    theirs = [one for one in facts.signers if one.officer in people and one.device_revoked_at is None]
    return tuple(
        f"Tablet {one.device_number}, {one.name}: {_has(have.get(one.id), facts)}"
        for one in sorted(theirs, key=lambda one: (one.device_number, one.name))
    )


def _has(opened: Opened | None, facts: Facts) -> str:
    if opened is None:
        return "has not said that it has the address"
    return f"has the address, {HOW.get(opened.how, opened.how)}, told {facts.at(opened.at)}"


def _tries(visits: Sequence[PlannedVisit], hold: Hold | None, facts: Facts) -> tuple[str, ...]:
    """Every radio code that was typed on this edition, the earliest first."""
    found = [
        one
        for visit in visits
        for one in facts.tries.get(visit.id, ())
        if _of_edition(one, None if hold is None else hold.edition)
    ]
    numbers: Mapping[SignerId, int] = {one.id: one.device_number for one in facts.signers}
    return tuple(_try(one, numbers, facts) for one in sorted(found, key=lambda one: one.entry.hlc))


def is_try(standing: Standing) -> bool:
    """Whether an entry says that a radio code was typed."""
    return standing.entry.kind == ADDRESS_TRY and isinstance(standing.entry.value, dict)


def _of_edition(standing: Standing, edition: int | None) -> bool:
    value = standing.entry.value
    return isinstance(value, dict) and value.get("edition") == edition


def _try(standing: Standing, numbers: Mapping[SignerId, int], facts: Facts) -> str:
    entry, author = standing.entry, standing.author
    value = entry.value if isinstance(entry.value, dict) else {}
    tablet = numbers.get(author.signer)
    where = "" if tablet is None else f", tablet {tablet}"
    told = OUTCOMES.get(str(value.get("outcome")), "unknown")
    at = clock(entry.recorded.astimezone(facts.zone))
    return f"{at}, {author.name or author.agency}{where}: {told} (try {value.get('number')})"


def hold_faults(form: Mapping[str, str]) -> tuple[Fault, ...]:
    """What is missing before addresses are held back."""
    faults = []
    if minutes_of(form) is None:
        text = f"Enter how many minutes before the strike, a whole number from 0 to {MOST_MINUTES:,}"
        faults.append(Fault(field="minutes", text=text))
    place = form.get("meeting_point", "").strip()
    if not place or len(place) > LONGEST_PLACE or not place.isprintable():
        faults.append(Fault(field="meeting_point", text="Say in one line where the teams meet"))
    return tuple(faults)


def minutes_of(form: Mapping[str, str]) -> int | None:
    """How long before the strike the addresses are released; None where the form does not say."""
    typed = form.get("minutes", "").strip()
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 5):
        return None
    return int(typed) if timedelta(minutes=int(typed)) <= timedelta(minutes=MOST_MINUTES) else None


def code_faults(form: Mapping[str, str]) -> tuple[Fault, ...]:
    """A code is shown for a reason, and the reason is kept."""
    reason = form.get("reason", "").strip()
    if reason and len(reason) <= 500:
        return ()
    return (Fault(field="reason", text="Say why the code is needed, in at most 500 characters"),)
