"""Into which class of data an entry falls, which settles the stream it lies in for ever.

The table is data. An entry that the table does not know falls into the strictest class of all.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from fieldops.domain.ids import ClassCode
from fieldops.domain.reading import Part, as_part, expect_schema, malformed

SCHEMA = "fieldops/classes"
_SEPARATOR = ":"


@dataclass(frozen=True, slots=True, kw_only=True)
class DataClass:
    """One class of data, in words."""

    code: ClassCode
    name: str
    holds: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Classes:
    """The published table. `order` runs from the most open class to the strictest."""

    version: str
    order: tuple[DataClass, ...]
    questions: Mapping[str, ClassCode]
    options: Mapping[str, ClassCode]  # "QUESTION:option" for single options that leave their question's class
    kinds: Mapping[tuple[str, str], ClassCode]  # (kind, "visit" | "worker" | "operation"), for acts

    @property
    def strictest(self) -> ClassCode:
        return self.order[-1].code

    def strictness(self, class_code: ClassCode) -> int:
        """Higher is stricter; a class that the table does not know is stricter than all."""
        for place, known in enumerate(self.order):
            if known.code == class_code:
                return place
        return len(self.order)

    def name(self, class_code: ClassCode) -> str:
        for known in self.order:
            if known.code == class_code:
                return known.name
        return class_code


def class_of(classes: Classes, *, field: str, kind: str, subject: str) -> ClassCode:
    """The class of an entry, by its field where that is a question, otherwise by its kind and subject.

    `field` may name one option (`QUESTION:option`), which may lie in a stricter class than its question.
    An entry made under a checklist that the table was not published with belongs in `classes.strictest`.
    """
    known = classes.questions.get(field.split(_SEPARATOR, 1)[0])
    if known is None:
        # what takes an act or a note back has that kind's name as its field, and belongs beside it
        family = _family(subject)
        return classes.kinds.get((kind, family)) or classes.kinds.get((field, family), classes.strictest)
    return classes.options.get(field, known)


def parse_classes(data: object) -> Classes:
    """The table from its published JSON."""
    paper = as_part(data, "classes")
    expect_schema(paper, SCHEMA)
    order = tuple(
        DataClass(code=ClassCode(one.text("code")), name=one.text("name"), holds=one.text("holds"))
        for one in paper.parts("classes")
    )
    if not order:
        raise malformed("classes.classes", "must name at least one class")
    known = {one.code for one in order}
    return Classes(
        version=paper.text("version"),
        order=order,
        questions=_codes(paper.part("questions"), known),
        options=_codes(paper.part("options"), known),
        kinds=_kinds(paper.part("kinds"), known),
    )


def _codes(table: Part, known: set[ClassCode]) -> dict[str, ClassCode]:
    return {name: _known(table, name, code, known) for name, code in table.words().items()}


def _kinds(table: Part, known: set[ClassCode]) -> dict[tuple[str, str], ClassCode]:
    return {
        (kind, family): _known(row, family, code, known)
        for kind, row in table.named()
        for family, code in row.words().items()
    }


def _known(table: Part, name: str, code: str, known: set[ClassCode]) -> ClassCode:
    if code not in known:
        raise malformed(f"{table.at}.{name}", f"names the class {code}, which the table does not define")
    return ClassCode(code)


def _family(subject: str) -> str:
    return subject.split(_SEPARATOR, 1)[0]
