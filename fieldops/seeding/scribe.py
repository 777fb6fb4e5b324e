"""Turns the sheet of a visit into the lines that officers write: one register each, by who may write it."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from random import Random

from fieldops.domain.checklist.paper import LIST_TYPES, Question
from fieldops.domain.ids import SubjectId
from fieldops.domain.operation import Member
from fieldops.domain.strict_json import Json
from fieldops.seeding.fill import Asked, Place, Sheet
from fieldops.seeding.script import Line, Script
from fieldops.seeding.settle import VISIT, Act, Card, Settled

Holder = tuple[Member, str]  # who holds a worker's card, and the card's block
DONE_BY = timedelta(minutes=2)
"""Acts are over this long before the team leaves."""


def write(asked: Asked, settled: Settled, sheet: Sheet, rng: Random) -> Script:
    """Every line of the visit, section by section and card by card."""
    script = Script(scene=asked.writers.scene)
    for question in asked.checklist.questions.values():
        if not asked.checklist.repeated(question.id):
            script.lines += _lines(asked, sheet, question, VISIT, None)
    holders = _holders(asked, settled)
    for number, card in enumerate(settled.cards):
        script.lines += _card(asked, sheet, card, (holders[card.subject], f"card {number}"))
        script.groups |= {card.subject: card.group} if card.group else {}
    for number, act in enumerate(settled.acts):
        script.lines += _acts(asked, act, f"act {number}", rng)
    script.lines += _attendances(asked)
    return script


def _holders(asked: Asked, settled: Settled) -> dict[SubjectId, Member]:
    """Workers are met in turn by those who may talk with them."""
    if not settled.cards:
        return {}
    first = next(one for one in asked.checklist.questions.values() if asked.checklist.repeated(one.id))
    able = asked.writers.holders(first)
    return {card.subject: able[number % len(able)] for number, card in enumerate(settled.cards)}


def _card(asked: Asked, sheet: Sheet, card: Card, holder: Holder) -> Iterator[Line]:
    """A card is made on the holder's tablet, which labels it; then everything asked of the worker."""
    yield Line(
        name=f"{card.subject} card",
        by=holder[0].officer,
        kind="worker",
        subject=card.subject,
        field="worker",
        value={},
        block=holder[1],
    )
    for question in asked.checklist.questions.values():
        if asked.checklist.repeated(question.id):
            yield from _lines(asked, sheet, question, card.subject, holder)


def _lines(
    asked: Asked, sheet: Sheet, question: Question, subject: SubjectId, holder: Holder | None
) -> Iterator[Line]:
    block = question.section if holder is None else holder[1]
    writer = asked.writers.of(question, holder[0] if holder else None) or asked.writers.scene.lead
    for field, kind, value in _registers(sheet, question, (subject, question.id)):
        yield Line(
            name=f"{subject} {field}",
            by=writer.officer,
            kind=kind,
            subject=subject,
            field=field,
            value=value,
            block=block,
        )


def _registers(sheet: Sheet, question: Question, place: Place) -> Iterator[tuple[str, str, Json]]:
    """Field, kind and value of each entry that says this answer: every option is a register of its own."""
    answer = sheet.answers.get(place)
    if place in sheet.left_out:
        yield question.id, "not_asked", sheet.left_out[place]
    elif isinstance(answer, tuple):
        for option in answer:
            yield f"{question.id}:{option}", "answer", "Y"
    elif isinstance(answer, str | int):
        yield question.id, "answer", answer
    elif answer is not None:
        yield question.id, *_object(question, answer)


def _object(question: Question, answer: Mapping[str, str | int]) -> tuple[str, Json]:
    """An answer of several parts: an item of a list, a reason for not asking, or one answer."""
    if answer.keys() == {"not_asked"}:
        return "not_asked", answer["not_asked"]
    return "item" if question.type in LIST_TYPES else "answer", dict(answer)


def _acts(asked: Asked, act: Act, name: str, rng: Random) -> Iterator[Line]:
    """The act near the end of the visit, and its acceptance when the receiver answered."""
    scene = asked.writers.scene
    stay = scene.left - scene.arrived - DONE_BY
    after = stay * rng.uniform(0.7, 1.0)
    by = asked.writers.agency(act.agency).officer
    done = Line(
        name=name,
        by=by,
        kind=act.kind,
        subject=act.subject,
        field=act.kind,
        value=dict(act.value),
        block=name,
        after=after,
    )
    yield done
    if act.accepted_after_minutes is not None:
        yield Line(
            name=f"{name} accepted",
            by=by,
            kind="referral_accepted",
            subject=act.subject,
            field="referral_accepted",
            value=dict(act.value),
            block=name,
            after=after + timedelta(minutes=act.accepted_after_minutes),
            answers_to=name,
        )


def _attendances(asked: Asked) -> Iterator[Line]:
    """Everybody who was there writes it down, whoever came with the team and whoever was called in."""
    scene = asked.writers.scene
    for member in scene.present:
        yield Line(
            name=f"attendance {member.officer}",
            by=member.officer,
            kind="attendance",
            subject=VISIT,
            field="attendance",
            value={
                "agency": member.agency,
                "officer": member.officer,
                "arrived": _time(scene.arrived),
                "left": _time(scene.left),
            },
            block="attendance",
            after=scene.left - scene.arrived,
        )


def _time(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")
