"""An entry's value in the words of its checklist: option labels, amounts, and parts of composed answers."""

from collections.abc import Mapping
from datetime import datetime

from fieldops.desk.wording import Form, FormField, Wording
from fieldops.desk.words import clock, pounds
from fieldops.domain.checklist.paper import Question
from fieldops.domain.entry import Entry
from fieldops.domain.forms import is_time
from fieldops.domain.ids import AgencyCode
from fieldops.domain.strict_json import Json
from fieldops.domain.visit import State, question_of, said

# The parts of the answers that have several; the checklist's own forms name the parts of everything else.
PART_WORDS: Mapping[str, str] = {
    "name": "Name",
    "role": "Role",
    "who": "Who may answer",
    "how": "How",
    "when": "When",
    "left": "Left at",
}
TICKED = "Y"


def answer_words(wording: Wording, entry: Entry) -> str:
    """What an entry of a question says."""
    meaning = said(entry)
    if meaning.state is State.NOT_ASKED:
        return f"Not asked: {wording.checklist.not_asked.get(str(meaning.value), str(meaning.value))}"
    if meaning.state is State.CLEARED:
        return "No answer: it was taken out"
    if meaning.state is State.ERASED:
        return "The words of this answer were erased by law"
    question = wording.checklist.questions.get(question_of(entry.field))
    if question is None:
        return plain_words(meaning.value)
    if ":" in entry.field:
        label = wording.checklist.label(question.id, entry.field.split(":", 1)[1])
        return label if meaning.value == TICKED else f"Not: {label}"
    return _value_words(wording, question, meaning.value)


def plain_words(value: Json) -> str:
    """A value without a checklist to word it by."""
    if isinstance(value, dict):
        return "\n".join(f"{PART_WORDS.get(key, key)}: {_text(part)}" for key, part in value.items())
    return _text(value)


def _text(value: Json) -> str:
    """A part as it was written; a time as a clock shows it."""
    return clock(datetime.fromisoformat(str(value))) if is_time(value) else str(value)


def form_words(wording: Wording, form: Form | None, value: Json) -> str:
    """A filled form, one line a part, in the form's order; parts that the form does not know come last."""
    if form is None or not isinstance(value, dict):
        return plain_words(value)
    known = {field.name: field for field in form.fields}
    names = list(dict.fromkeys([*known, *value]))
    return "\n".join(_part(wording, known.get(name), name, value[name]) for name in names if name in value)


def _part(wording: Wording, field: FormField | None, name: str, value: Json) -> str:
    if field is None:
        return f"{PART_WORDS.get(name, name)}: {value}"
    words = field.options.get(str(value), str(value))
    if field.type == "agency":
        words = wording.agencies.get(AgencyCode(str(value)), str(value))
    elif field.type == "money":
        words = pounds(str(value))
    elif field.type == "entry":
        words = str(value)[:8]
    return f"{field.label}: {words}"


def _value_words(wording: Wording, question: Question, value: Json) -> str:
    if question.type == "money":
        return pounds(str(value))
    if question.type == "language":
        return wording.languages.get(str(value), str(value))
    if isinstance(value, dict):
        return plain_words(value)
    return wording.checklist.label(question.id, str(value))
