"""A new edition of a running operation's checklist: read, held against the classes, published."""

from pathlib import Path

from sqlalchemy.orm import Session

from fieldops.domain.checklist.paper import Checklist, parse_checklist
from fieldops.domain.classes import Classes, parse_classes
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import PaperHash
from fieldops.domain.look_rules import parse_look_rules
from fieldops.domain.operation import Operation
from fieldops.domain.strict_json import read_document
from fieldops.seeding.reference import as_paper, read_yaml
from fieldops.store.accesslog import KIND as LOOK_RULES
from fieldops.store.published import paper, publish

SHOWN = 5  # questions that a refusal names


def publish_edition(session: Session, serving: Operation, file: Path) -> PaperHash:
    """The paper of the edition.

    Raises Refusal `paper_malformed` where it is no checklist, or where the operation's table of classes does
    not know a question of it: answers would fall into the strictest class, and nobody would see them.
    """
    data = as_paper(read_yaml(file).value)
    edition = parse_checklist(read_document(data, max_bytes=len(data)))
    found = paper(session, serving.papers.classes)
    if found is None:
        raise Refusal("paper_missing", "The operation's table of classes is not published.")
    if strange := unclassed(edition, parse_classes(read_document(found, max_bytes=len(found)))):
        named = ", ".join(strange[:SHOWN])
        raise Refusal("paper_malformed", f"The operation's table of classes does not know: {named}.")
    return publish(session, "checklist", file.stem, data)


def publish_look_rules(session: Session, file: Path) -> PaperHash:
    """Rules of the access log, for every operation from now on; raises Refusal `paper_malformed`."""
    data = as_paper(read_yaml(file).value)
    parse_look_rules(read_document(data, max_bytes=len(data)))
    return publish(session, LOOK_RULES, file.stem, data)


def unclassed(checklist: Checklist, classes: Classes) -> list[str]:
    """The questions, and options of questions whose options lie apart, that the table does not name."""
    questions = [name for name in checklist.questions if name not in classes.questions]
    options = [
        f"{question.id}:{option.value}"
        for question in checklist.questions.values()
        for option in question.options
        if question.id in classes.apart and option.value not in classes.apart[question.id]
    ]
    return questions + options
