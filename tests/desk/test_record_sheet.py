"""The record of a visit as a page: nothing overwritten, everything told with who, when and why."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from fieldops.desk.listed_sheet import act_lines, item_lines, note_lines
from fieldops.desk.record_sheet import (
    WITHDRAWN_WORDS,
    Row,
    conflict_links,
    parts,
)
from fieldops.domain.ids import EntryId
from fieldops.domain.visit import Standing
from fieldops.domain.who import Role
from tests.desk.reference import book, reader, received

LEAD = reader("POL", Role.LEAD)
REVIEWER = reader("POL", Role.REVIEWER)
PARTNER = reader("HSE", Role.PARTNER)


def entry(name: str, field: str, value: Any, **rest: Any) -> dict[str, Any]:
    return {"id": name, "field": field, "value": value, **rest}


def row(held: list[Standing], question: str, who: Any = LEAD) -> Row:
    rows = {
        one.id: one for part in parts(book(held, who)) for section in part.sections for one in section.rows
    }
    return rows[question]


def test_an_answer_is_told_in_the_checklists_words_with_author_agency_and_three_times() -> None:
    (said,) = row(received([entry("a", "START-03", "entered")]), "START-03").said
    assert said.value == "We went in"
    assert said.by == "Officer lead, Police"
    assert said.happened.text == "09:30:00"
    assert said.recorded.text == "09:30:00"
    assert said.received is not None
    assert said.received.text == "09:30:02"
    assert (said.waited, said.remarks) == ("", ())


def test_an_answer_recorded_without_signal_says_how_long_it_waited() -> None:
    held = received([entry("a", "START-03", "entered")], after=timedelta(hours=7, minutes=58))
    assert row(held, "START-03").said[0].waited == "7 hours 58 minutes"


def test_a_tablet_clock_that_was_wrong_is_named_beside_what_it_signed() -> None:
    held = received([entry("a", "START-03", "entered")])
    told = book(held, LEAD)
    fast = replace(told, teller=replace(told.teller, offsets={EntryId("a"): 7 * 60 * 1000}))
    (said,) = parts(fast)[0].sections[0].rows[0].said
    assert said.remarks == ("The tablet's clock was 7 minutes fast.",)


def test_two_officers_who_disagree_stand_side_by_side_until_somebody_rules() -> None:
    held = received([entry("a", "OBS-05", "N"), entry("b", "OBS-05", "Y", by="fwa")])
    told = row(held, "OBS-05")
    assert told.conflict
    assert {one.by for one in told.said} == {"Officer lead, Police", "Officer fwa, Fair Work Agency"}
    assert len({one.value for one in told.said}) == 2
    assert "operation's lead" in told.who_may_rule
    (link,) = conflict_links(parts(book(held, LEAD)))
    assert link[0] == f"?about=visit#{told.anchor}"


def test_nothing_seen_by_one_and_a_sign_by_another_are_not_agreed() -> None:
    held = received([entry("a", "START-04:none", "Y"), entry("b", "START-04:locked", "Y", by="fwa")])
    told = row(held, "START-04")
    assert told.conflict
    assert {one.by for one in told.said} == {"Officer lead, Police", "Officer fwa, Fair Work Agency"}
    assert [text for _, text in conflict_links(parts(book(held, LEAD)))] == [f"The visit: {told.question}"]


def test_not_asked_by_one_beside_a_choice_of_another_is_not_agreed_until_somebody_rules() -> None:
    rivals = [
        entry("a", "OBS-03", "not_safe", kind="not_asked", by="fwa"),
        entry("b", "OBS-03:beds", "Y", by="hse"),
    ]
    assert row(received(rivals), "OBS-03").conflict
    ruled = {"value": "Y", "reason": "Seen by two of us"}
    ruling = entry("c", "OBS-03:beds", ruled, kind="ruling", supersedes=["a", "b"])
    told = row(received([*rivals, ruling]), "OBS-03")
    assert not told.conflict
    assert [(one.how, one.why) for one in told.struck] == [("Ruled on", "Seen by two of us")] * 2


def test_not_asked_and_then_a_choice_by_the_same_officer_is_no_disagreement() -> None:
    held = received(
        [entry("a", "OBS-03", "not_safe", kind="not_asked"), entry("b", "OBS-03:beds", "Y")],
    )
    assert not row(held, "OBS-03").conflict


def test_a_ruling_strikes_both_answers_through_with_its_reason() -> None:
    held = received(
        [
            entry("a", "OBS-05", "N"),
            entry("b", "OBS-05", "Y", by="fwa"),
            entry(
                "c",
                "OBS-05",
                {"value": "Y", "reason": "Seen by two of us at 10:05"},
                kind="ruling",
                supersedes=["a", "b"],
            ),
        ]
    )
    told = row(held, "OBS-05")
    assert not told.conflict
    assert len(told.said) == 1
    assert [(one.how, one.why) for one in told.struck] == [("Ruled on", "Seen by two of us at 10:05")] * 2


def test_a_correction_strikes_the_old_value_through_and_never_removes_it() -> None:
    held = received(
        [
            entry("a", "START-05", 23),
            entry("b", "START-05", 32, supersedes=["a"], note="Typing slip"),
        ]
    )
    told = row(held, "START-05")
    assert [one.value for one in told.said] == ["32"]
    (struck,) = told.struck
    assert (struck.said.value, struck.how, struck.by, struck.why) == (
        "23",
        "Corrected",
        "Officer lead, Police",
        "Typing slip",
    )


def withdrawn() -> list[Standing]:
    return received(
        [
            entry("w", "worker", {"label": "W1-1"}, kind="worker", subject="worker:aaaaaaaaaaaaaaaa"),
            entry("a", "WK2-03", "cash", subject="worker:aaaaaaaaaaaaaaaa", note="he said it twice"),
            entry(
                "b",
                "WK2-03",
                {"reason": "The worker asked for it"},
                kind="withdrawal",
                supersedes=["a"],
                subject="worker:aaaaaaaaaaaaaaaa",
            ),
        ]
    )


def test_a_corrected_answer_that_is_withdrawn_takes_its_earlier_words_along() -> None:
    held = received(
        [
            entry("a", "EVD-03", "the first words", note="beside them"),
            entry("b", "EVD-03", "the second words", supersedes=["a"], note="why corrected"),
            entry("c", "EVD-03", {"reason": "the words again"}, kind="withdrawal", supersedes=["b"]),
        ]
    )
    told = repr(row(held, "EVD-03", PARTNER))
    for words in ("first words", "second words", "beside them", "why corrected", "the words again"):
        assert words not in told
        assert words in repr(row(held, "EVD-03", LEAD))
    assert told.count(WITHDRAWN_WORDS) == 2


def test_a_withdrawn_answer_keeps_its_words_for_those_who_disclose_alone() -> None:
    (struck,) = row(withdrawn(), "WK2-03").struck
    assert struck.how == "Withdrawn"
    assert struck.why == "The worker asked for it"
    assert struck.said.value != WITHDRAWN_WORDS
    (struck,) = row(withdrawn(), "WK2-03", REVIEWER).struck
    assert (struck.said.value, struck.said.note) == (WITHDRAWN_WORDS, "")
    assert struck.why == ""


def test_each_worker_has_a_part_of_their_own_under_their_label() -> None:
    titles = [part.title for part in parts(book(withdrawn(), LEAD))]
    assert titles == ["Worker W1-1"]


def test_a_question_left_out_gives_its_reason() -> None:
    (said,) = row(received([entry("a", "OBS-05", "no_time", kind="not_asked")]), "OBS-05").said
    assert said.value == "Not asked: There was no time"


def test_options_chosen_at_one_moment_stand_together_and_one_taken_back_is_struck_through() -> None:
    held = received(
        [
            entry("a", "START-04:left", "Y", at=0),
            entry("b", "START-04:locked", "Y", at=0),
            entry("c", "START-04:lookout", "Y", at=0),
            entry("d", "START-04:lookout", "N", at=9000, supersedes=["c"]),
        ]
    )
    told = row(held, "START-04")
    assert len(told.said) == 1
    assert len(told.said[0].value.splitlines()) == 2
    assert [one.how for one in told.struck] == ["Corrected"]


def test_an_officer_of_another_agency_is_not_named_to_a_partner_who_is_not_given_names() -> None:
    (said,) = row(received([entry("a", "START-03", "entered")]), "START-03", PARTNER).said
    assert said.by == "An officer of Police"


def test_acts_lists_and_notes_are_told_in_the_words_of_their_forms() -> None:
    held = received(
        [
            entry("a", "arrest", {"offence": "Assault"}, kind="arrest"),
            entry("b", "pay_case", {"workers": 6, "estimate_gbp": "7770.00"}, kind="pay_case", by="fwa"),
            entry("c", "EVD-01", {"what": "Ledger", "from": "Office", "by": "X", "power": "Y"}, kind="item"),
            entry("d", "note", "The back door was chained", kind="note"),
        ]
    )
    told = book(held, LEAD)
    acts = act_lines(told)
    assert [one.title for one in acts] == ["An arrest", "A pay case"]
    assert acts[1].said is not None
    assert "£7,770.00" in acts[1].said.value
    (item,) = item_lines(told)
    assert item.said is not None
    assert item.said.value.splitlines()[0] == "What it is: Ledger"
    (note,) = note_lines(told)
    assert note.said is not None
    assert note.said.value == "The back door was chained"


def test_an_act_that_was_corrected_stays_struck_through() -> None:
    held = received(
        [
            entry("a", "arrest", {"offence": "Assault"}, kind="arrest"),
            entry("b", "arrest", {"offence": "Affray"}, kind="arrest", supersedes=["a"]),
        ]
    )
    standing, old = act_lines(book(held, LEAD))
    assert standing.said is not None
    assert standing.said.value == "Offence: Affray"
    assert [one.said.value for one in old.struck] == ["Offence: Assault"]
