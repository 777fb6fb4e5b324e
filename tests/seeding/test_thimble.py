"""Operation THIMBLE, enacted whole: every figure of its truth comes back out of the ledger."""

from datetime import UTC, date, datetime, timedelta
from itertools import chain

import pytest
import yaml

from fieldops.domain.counting_rules import WHOLE
from fieldops.domain.kinds import CONTINUITY, EXHIBIT
from fieldops.domain.visit import Known, Standing
from fieldops.reports.outcome import as_json, outcome_facts
from fieldops.seeding.demo import DemoOrder
from fieldops.seeding.operation_file import read_operation_file
from fieldops.store.attached import files_of
from tests.support.demo_replay import held, replay
from tests.support.demo_world import DemoWorld, Figures, lead_reader, the_operation
from tests.support.thimble import THIMBLE
from tests.support.truth_totals import expected, truths

START = date(2027, 2, 9)
NAMES = {
    "premises_planned": "attempts",
    "visits_attempted": "attempts",
    "visits_entered": "visits",
    "arrival": "arrivals",
    "result": "results",
    "nmw_cases": "pay_cases",
    "arrears_estimate_gbp": "arrears_estimated",
    "tip_off_visits": "tip_offs",
}
IN_THE_REPORT = {
    "dwp_referrals": "business_referrals_accepted.dwp",
}
ARMS = {"random_arm": "lot", "intelligence_led": "led"}
TOTALS = yaml.safe_load(THIMBLE.read_text(encoding="utf-8"))["totals"]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> DemoWorld:
    made = DemoWorld.in_folder(tmp_path_factory.mktemp("thimble"))
    made.load(DemoOrder(file=THIMBLE, start=START))
    return made


@pytest.fixture(scope="module")
def figures(world: DemoWorld) -> Figures:
    return world.figures("THIMBLE")


@pytest.fixture(scope="module")
def reported(world: DemoWorld) -> dict[str, str]:
    """The figures of the outcome report as the operation's lead has it."""
    with world.session() as session:
        operation = the_operation(session, "THIMBLE")
        reader = lead_reader(session, operation)
        report = as_json(outcome_facts(session, reader, operation.id, datetime(2027, 2, 12, tzinfo=UTC)))
    return {key: str(figure["value"]) for key, figure in report["figures"].items()}


@pytest.fixture(scope="module")
def known(world: DemoWorld) -> dict[str, Known]:
    return world.known("THIMBLE")


def current(known: Known, field: str) -> list[Standing]:
    """What stands in a field, of whatever subject."""
    found = [register.current for (_, name), register in known.registers.items() if name == field]
    return list(chain.from_iterable(found))


@pytest.mark.parametrize("figure", sorted(expected(THIMBLE)))
def test_each_figure_of_the_truth_comes_out_of_the_ledger(figures: Figures, figure: str) -> None:
    counted = {split.replace(WHOLE, ""): amount for split, amount in figures[figure].items() if amount}
    assert counted == expected(THIMBLE)[figure]


@pytest.mark.parametrize("figure", sorted(expected(THIMBLE)))
def test_the_report_of_the_lead_says_the_same(reported: dict[str, str], figure: str) -> None:
    for split, amount in expected(THIMBLE)[figure].items():
        key = IN_THE_REPORT.get(figure, figure)
        assert reported[f"{key}.{split}" if split else key] == str(amount)


@pytest.mark.parametrize("total", sorted(TOTALS.keys() - ARMS.keys() - {"buildings"}))
def test_each_total_of_the_file_is_reproduced(figures: Figures, total: str) -> None:
    counted = {split: amount for split, amount in figures[NAMES.get(total, total)].items() if amount}
    wanted = TOTALS[total] if isinstance(TOTALS[total], dict) else {WHOLE: TOTALS[total]}
    assert counted == wanted


@pytest.mark.parametrize("arm", sorted(ARMS))
def test_places_led_to_and_drawn_by_lot_are_told_apart(figures: Figures, arm: str) -> None:
    assert figures["visits_by_arm"][ARMS[arm]] == TOTALS[arm]["n"]
    assert figures["breaches"][ARMS[arm]] == TOTALS[arm]["with_breach"]


def test_six_buildings_hold_more_than_one_unit() -> None:
    buildings = {line.building for line in read_operation_file(THIMBLE).premises} - {""}
    assert len(buildings) == TOTALS["buildings"]


@pytest.mark.parametrize("strike", read_operation_file(THIMBLE).strikes, ids=lambda strike: strike.group)
def test_linked_premises_are_entered_within_the_tolerance(known: dict[str, Known], strike: object) -> None:
    entry = next(one for one in read_operation_file(THIMBLE).strikes if one == strike)
    moments = sorted(current(known[code], "START-03")[0].entry.happened for code in entry.sites)
    assert moments[-1] - moments[0] <= timedelta(minutes=entry.tolerance_minutes)
    assert moments[0].date() == entry.day


def test_whoever_acts_was_sent_to_the_visit_and_signed_in(world: DemoWorld, known: dict[str, Known]) -> None:
    rosters = world.rosters("THIMBLE")
    for code, visit in known.items():
        wrote = {one.author.agency for one in every(visit)}
        signed_in = {one.entry.value["agency"] for one in visit.acts if one.entry.kind == "attendance"}
        assert wrote <= signed_in == {member.agency for member in rosters[code]}


@pytest.mark.parametrize(("truth", "agency"), [("hse", "HSE"), ("fire", "FRS")])
def test_an_act_that_the_team_cannot_do_brings_a_supporting_officer(
    world: DemoWorld, known: dict[str, Known], truth: str, agency: str
) -> None:
    teams = world.teams("THIMBLE")
    for place in truths(THIMBLE):
        lacking = agency not in {member.agency for member in teams[place["id"]]}
        acted = place["truth"].get(truth, "none") != "none"
        support = world.supports("THIMBLE")[place["id"]]
        sent = [member for member in support if member.agency == agency]
        assert len(sent) == (1 if lacking and acted else 0)
        if acted:
            field = {"hse": "HSE-07", "fire": "FIRE-06"}[truth]
            written = current(known[place["id"]], f"{field}:{place['truth'][truth]}")
            assert [one.author.agency for one in written] == [agency]


def test_nobody_supports_two_visits_at_one_time(world: DemoWorld) -> None:
    for start, end, others in world.support_times("THIMBLE"):
        assert all(end <= since or until <= start for since, until in others)


def every(visit: Known) -> list[Standing]:
    """Every entry of a visit, whatever became of it."""
    written = [one for register in visit.registers.values() for one in register.history]
    return [*written, *visit.notes, *visit.items, *visit.acts]


def test_all_that_was_pushed_is_held_and_pushing_it_again_changes_nothing(world: DemoWorld) -> None:
    with world.session() as session:
        before = held(session)
        assert before["quarantine"] == 0
        assert replay(session, now_ms=1_900_000_000_000) == ()
        assert held(session) == before


def test_loading_it_again_does_nothing(world: DemoWorld) -> None:
    with world.session() as session:
        before = held(session)
    assert world.load(DemoOrder(file=THIMBLE, start=START)) == ["THIMBLE: loaded already."]
    with world.session() as session:
        assert held(session) == before


def test_every_visit_is_signed_off_with_no_question_left_blank(world: DemoWorld) -> None:
    for code, left in world.left_blank("THIMBLE").items():
        assert left.signed, code
        assert left.must <= {"WK3-06"}, code  # taken out at a worker's wish


def test_two_officers_said_different_things_and_the_lead_ruled(known: dict[str, Known]) -> None:
    ruled = known["P04"].registers["visit", "OBS-05"]
    assert not ruled.conflict
    assert {str(one.entry.value) for one in ruled.history if one.entry.kind == "answer"} == {"Y", "N"}
    assert {one.author.agency for one in ruled.history[:2]} == {"POL", "FWA"}
    assert [one.entry.kind for one in ruled.current] == ["ruling"]
    registers = [register for visit in known.values() for register in visit.registers.values()]
    assert [register.field for register in registers if register.conflict] == ["OBS-01"]


def test_a_slip_was_put_right_and_stays_readable(known: dict[str, Known]) -> None:
    count = known["P14"].registers["visit", "START-05"]
    assert [one.entry.value for one in count.current] == [32]
    assert [one.entry.value for one in count.history] == [23, 32]


def test_a_withdrawn_answer_is_gone_from_what_stands_and_kept_in_the_history(known: dict[str, Known]) -> None:
    withdrawn = [one for one in known["P09"].registers.values() if one.withdrawn]
    assert {one.field.split(":")[0] for one in withdrawn} == {"WK3-06"}
    assert all(not any(one.entry.kind == "answer" for one in register.current) for register in withdrawn)


def test_an_adult_who_wanted_time_chose_the_next_morning(known: dict[str, Known]) -> None:
    chosen = [one for (_, name), one in known["P04"].registers.items() if name == "IDN-04"]
    waited = next(one for one in chosen if len(one.history) == 2)
    assert [one.entry.value for one in waited.history] == ["time", "consent_support"]
    assert waited.history[1].entry.happened.date() == START + timedelta(days=1)
    acts = [one for one in known["P04"].acts if one.entry.subject == waited.subject]
    assert all(one.entry.happened > waited.history[1].entry.happened for one in acts)
    assert {one.entry.kind for one in acts} == {"referral_sent", "referral_accepted"}


def test_a_basement_without_signal_sends_in_one_go_in_the_late_afternoon(known: dict[str, Known]) -> None:
    team = {one.author.officer for one in known["P33"].acts if one.author.visit_lead}
    received = {one.received for one in every(known["P33"]) if one.author.officer in team}
    assert {at.strftime("%H:%M") for at in received if at} == {"17:50"}


def test_the_fast_tablet_is_noticed_on_every_entry_it_signed(known: dict[str, Known]) -> None:
    flagged = [one for visit in known.values() for one in every(visit) if one.flags]
    assert flagged
    assert {flag for one in flagged for flag in one.flags} == {"clock_off"}
    assert len({one.author.signer for one in flagged}) == 1


def test_entries_are_received_after_they_were_recorded(known: dict[str, Known]) -> None:
    ahead = timedelta(minutes=8)
    for visit in known.values():
        for one in every(visit):
            assert one.received is not None
            assert one.entry.happened <= one.entry.recorded <= one.received + ahead


def test_exhibits_are_taken_with_their_files_and_change_hands(world: DemoWorld) -> None:
    known = world.known("THIMBLE")
    acts = [one.entry for place in ("P04", "P09") for one in known[place].acts]
    exhibits = {one.id: one for one in acts if one.kind == EXHIBIT}
    moved = [one for one in acts if one.kind == CONTINUITY]
    with world.session() as session:
        files = files_of(session, exhibits)
    assert [len(one.attachments) for one in exhibits.values()] == [2, 0, 2]
    assert len(moved) == 2
    assert {str(one.value["exhibit"]) for one in moved if isinstance(one.value, dict)} <= exhibits.keys()
    assert all(named.upload and named.upload.whole_ms for found in files.values() for named in found)
