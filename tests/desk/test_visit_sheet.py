"""What the agreement keeps back is a number or nothing; what is missing is told to those who could see it."""

from datetime import date
from typing import Any

from fieldops.desk.visit_sheet import VisitSheet, visit_sheet
from fieldops.domain.access import unseen
from fieldops.domain.checklist.evaluation import Tables, evaluate
from fieldops.domain.ids import ClassCode
from fieldops.domain.rates import parse_rates
from fieldops.domain.who import Reader, Role
from fieldops.store.records import VisitRecord
from tests.desk.plans import visit
from tests.desk.reference import book, classes, paper, reader, received, wording

LEAD = reader("POL", Role.LEAD)
VISIT = visit(1, "T1")
SAFETY = reader("HSE", Role.PARTNER)


def sheet(
    entries: list[dict[str, Any]],
    who: Reader,
    withheld: dict[ClassCode, int] | None = None,
    about: str = "visit",
) -> VisitSheet:
    told = book(received(entries), who)
    tables = Tables(
        rates=parse_rates(paper("rates", "minimum_wage")),
        day=date(2027, 2, 9),
        sections_on=who.agreement.sections_on,
        unseen=unseen(who, VISIT.id, classes()),
    )
    evaluation = evaluate(told.checklist, told.known, tables)
    record = VisitRecord(standings=tuple(told.standings), withheld=withheld or {})
    return visit_sheet(told, evaluation, classes(), record, {}, about)


def test_withheld_answers_show_as_a_number_with_the_name_of_their_class_and_the_rule() -> None:
    told = sheet([], SAFETY, {ClassCode("C4"): 12, ClassCode("C2"): 1})
    assert [(one.count, one.code, one.name) for one in told.withheld] == [
        ("1 answer withheld", "C2", "Business person"),
        ("12 answers withheld", "C4", "Worker account"),
    ]
    assert told.withheld[0].rule == "Your agency is given what its own officers recorded of this class."
    assert told.withheld[1].rule == "Your agency is not given this class."


def test_a_reader_from_whom_nothing_is_withheld_is_told_nothing_of_withholding() -> None:
    assert sheet([], LEAD).withheld == ()


def test_an_urgent_flag_names_the_answers_that_put_it_up() -> None:
    told = sheet([{"id": "a", "field": "SAFE-02", "value": "U"}], LEAD)
    assert any(alert.title == "A child may be here" for alert in told.alerts)
    assert all(line.endswith("(The visit)") for alert in told.alerts for line in alert.lines)


def test_what_must_be_answered_is_missing_until_it_is_answered_or_given_a_reason() -> None:
    def lines(entries: list[dict[str, Any]]) -> str:
        return "\n".join(line for _, group in sheet(entries, LEAD).missing for line in group)

    asked = "What happened when we arrived?"
    assert asked in lines([])
    assert asked not in lines([{"id": "a", "field": "START-03", "value": "entered"}])


def test_a_question_is_not_called_missing_to_somebody_who_could_not_see_its_answer() -> None:
    entered = [{"id": "a", "field": "START-03", "value": "entered"}]
    to_lead, to_partner = (
        {line for _, group in sheet(entered, who).missing for line in group} for who in (LEAD, SAFETY)
    )
    questions, table = wording().checklist.questions, classes().questions
    kept_back = {f"The visit: {questions[one].ask}" for one, code in table.items() if code == "C2"}
    assert to_lead & kept_back
    assert to_partner
    assert not to_partner & kept_back


MET = [
    {"id": "a", "field": "START-03", "value": "entered"},
    {
        "id": "w",
        "field": "worker",
        "kind": "worker",
        "value": {"label": "W1-1"},
        "subject": "worker:" + "a" * 16,
    },
    {"id": "b", "field": "WK2-03", "value": "cash", "subject": "worker:" + "a" * 16},
]


def test_the_record_is_read_part_by_part_and_all_on_one_page() -> None:
    told = sheet(MET, LEAD)
    assert [part.title for part in told.parts] == ["The visit"]
    assert [(one.title, one.current) for one in told.contents] == [
        ("The visit", True),
        ("Worker W1-1", False),
        ("Everything on one page", False),
    ]
    worker = sheet(MET, LEAD, about=told.contents[1].key)
    assert [part.title for part in worker.parts] == ["Worker W1-1"]
    assert not worker.whole
    assert len(sheet(MET, LEAD, about="all").parts) == 2


def test_an_unknown_part_shows_the_visit() -> None:
    told = sheet(MET, LEAD, about="worker-zzz")
    assert [part.title for part in told.parts] == ["The visit"]
    assert told.whole
