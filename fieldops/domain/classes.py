"""Into which class of data an entry falls, which settles the stream it lies in for ever.

The table is data. An entry that the table does not know falls into the strictest class of all.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from fieldops.domain.ids import ClassCode
from fieldops.domain.kinds import ITEM, KINDS, WITHDRAWAL, Sort
from fieldops.domain.reading import Part, as_part, expect_schema, malformed
from fieldops.domain.strict_json import Json

SCHEMA = "fieldops/classes"
_SEPARATOR = ":"
_SAYS_NOTHING = frozenset({"not_asked", "clear", WITHDRAWAL})  # of a question as a whole


@dataclass(frozen=True, slots=True, kw_only=True)
class DataClass:
    """One class of data, in words. `personal`: what lies in it is about people, and may have to be erased."""

    code: ClassCode
    name: str
    holds: str
    personal: bool = True
    by_label: bool = False  # it names nobody, so that it can be promised without names


@dataclass(frozen=True, slots=True, kw_only=True)
class Classes:
    """The published table. `order` runs from the most open class to the strictest."""

    version: str
    order: tuple[DataClass, ...]
    questions: Mapping[str, ClassCode]
    apart: Mapping[str, Mapping[str, ClassCode]]  # every option of a question that has one in another class
    kinds: Mapping[tuple[str, str], ClassCode]  # (kind, "visit" | "worker" | "operation"), for acts
    words: Mapping[tuple[str, str, str], ClassCode]  # (kind, part, what it says) that closes an act

    @property
    def strictest(self) -> ClassCode:
        return self.order[-1].code

    def strictness(self, class_code: ClassCode) -> int:
        """Higher is stricter; a class that the table does not know is stricter than all."""
        for place, known in enumerate(self.order):
            if known.code == class_code:
                return place
        return len(self.order)

    def raises(self, kind: str, value: Json) -> list[ClassCode]:
        """The classes into which an act is put by what it says, beside that of its kind."""
        if not isinstance(value, dict):
            return []
        found = [self.words.get((kind, part, str(said))) for part, said in value.items()]
        return [code for code in found if code is not None]

    def holding(self, question: str) -> frozenset[ClassCode]:
        """Every class in which an answer to a question may lie."""
        return frozenset({self.questions[question], *self.apart.get(question, {}).values()})

    def personal(self, class_code: ClassCode) -> bool:
        """Whether words of this class are about people; those of an unknown class are taken to be."""
        return all(known.personal for known in self.order if known.code == class_code)

    def name(self, class_code: ClassCode) -> str:
        for known in self.order:
            if known.code == class_code:
                return known.name
        return class_code


def class_of(classes: Classes, *, field: str, kind: str, subject: str, value: Json = None) -> ClassCode:
    """The class of an entry: of an answer by its question, of all else by its kind and what it is about.

    A field that names a question never opens the class of another kind, only ever closes it further. An entry
    made under a checklist that the table was not published with belongs in `classes.strictest`.
    """
    asked = _of_field(classes, field, kind)
    if _answers(kind):
        if asked is None and kind == WITHDRAWAL:
            # what takes an act or a note back has that kind's name as its field, and belongs beside it
            return classes.kinds.get((field, _family(subject)), classes.strictest)
        return asked or classes.strictest
    known = [classes.kinds.get((kind, _family(subject)), classes.strictest)]
    known += [] if asked is None else [asked]
    known += classes.raises(kind, value)
    return max(known, key=classes.strictness)


def _answers(kind: str) -> bool:
    return kind == ITEM or (kind in KINDS and KINDS[kind].sort is Sort.REGISTER)


def _of_field(classes: Classes, field: str, kind: str) -> ClassCode | None:
    """The class of a question or of one of its options; None if the field is neither.

    Where options lie apart they are all listed. What is not, or speaks of all of them at once, may be the
    strictest of them.
    """
    question, _, option = field.partition(_SEPARATOR)
    own = classes.questions.get(question)
    apart = classes.apart.get(question)
    if own is None or not apart or (not option and kind in _SAYS_NOTHING):
        return own
    return apart.get(option) or max([own, *apart.values()], key=classes.strictness)


def parse_classes(data: object) -> Classes:
    """The table from its published JSON."""
    paper = as_part(data, "classes")
    expect_schema(paper, SCHEMA)
    order = tuple(
        DataClass(
            code=ClassCode(one.text("code")),
            name=one.text("name"),
            holds=one.text("holds"),
            personal=not one.flag("impersonal"),
            by_label=one.flag("by_label"),
        )
        for one in paper.parts("classes")
    )
    if not order:
        raise malformed("classes.classes", "must name at least one class")
    known = {one.code for one in order}
    return Classes(
        version=paper.text("version"),
        order=order,
        questions=_codes(paper.part("questions"), known),
        apart={question: _codes(row, known) for question, row in paper.part("options").named()},
        kinds=_kinds(paper.part("kinds"), known),
        words={
            (kind, part, said): code
            for kind, row in paper.part("words").named()
            for part, table in row.named()
            for said, code in _codes(table, known).items()
        },
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
