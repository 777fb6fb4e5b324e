"""What an agreement says, in plain words: what an agency will see, will only be told of, and will not see.

Every sentence is made of what the rules answer (`domain/sharing`), never of what stands in a cell.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from fieldops.desk.attention_sheet import Warned
from fieldops.domain.access import promises_no_names
from fieldops.domain.agreement import Agreement, Level, Scope, Withheld
from fieldops.domain.classes import DataClass
from fieldops.domain.ids import AgencyCode, ClassCode
from fieldops.domain.sharing import Difference, Sight, Sights, sights

LEVELS: Mapping[Level, str] = {
    Level.FULL: "Everything",
    Level.PSEUDONYM: "Everything, by label and without names",
    Level.COUNTS: "Figures only",
    Level.SUPPRESSED: "Figures, small numbers hidden",
    Level.OWN: "What its own officers wrote",
    Level.NONE: "Nothing",
}
SCOPES: Mapping[Scope, str] = {
    Scope.OPERATION: "The whole operation",
    Scope.ASSIGNED: "Visits they are sent to",
}
WITHHELD: Mapping[Withheld, str] = {
    Withheld.ANNOUNCED: "Is told how much",
    Withheld.HIDDEN: "No trace of it",
}
SHORT: Sequence[tuple[Sight, str]] = (
    (Sight.EVERYWHERE, "reads"),
    (Sight.WHERE_SENT, "reads where sent"),
    (Sight.COUNTED, "figures"),
    (Sight.MASKED, "masked figures"),
    (Sight.TOLD, "told how much"),
)
CHANGED: Mapping[Sight, str] = {
    Sight.EVERYWHERE: "reading it at every visit",
    Sight.WHERE_SENT: "reading it where its officers are sent",
    Sight.DETAILS: "names, addresses or times that go with it",
    Sight.COUNTED: "figures over the whole operation",
    Sight.MASKED: "figures with small numbers hidden",
    Sight.TOLD: "being told how much there is",
}
IMPLIED: Mapping[Sight, Sights] = {  # what need not be said beside it
    Sight.EVERYWHERE: frozenset({Sight.WHERE_SENT, Sight.COUNTED, Sight.MASKED, Sight.TOLD}),
    Sight.COUNTED: frozenset({Sight.MASKED}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyWords:
    """One agency under an agreement."""

    code: AgencyCode
    name: str
    sees: tuple[str, ...]
    told: tuple[str, ...]
    not_sees: tuple[str, ...]
    gained: tuple[str, ...]
    lost: tuple[str, ...]

    @property
    def changed(self) -> bool:
        return bool(self.gained or self.lost)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What the classes and agencies of an operation are called."""

    classes: tuple[DataClass, ...]
    agencies: Mapping[AgencyCode, str]

    @property
    def codes(self) -> tuple[ClassCode, ...]:
        return tuple(one.code for one in self.classes)

    def agency(self, code: AgencyCode) -> str:
        return self.agencies.get(code, code)


def party_words(
    agreement: Agreement, agency: AgencyCode, named: Named, changed: Difference | None = None
) -> PartyWords:
    """What an agency will see, will only be told of, and will not see; and what of that changes."""
    sees: list[str] = []
    told: list[str] = []
    not_sees: list[str] = []
    for known in named.classes:
        seen = sights(agreement, agency, known.code)
        if seen <= {Sight.TOLD}:
            (told if seen else not_sees).append(known.name)
        else:
            sees.append(f"{known.name}: {_seen_words(agreement, agency, known.code, seen)}")
    return PartyWords(
        code=agency,
        name=named.agency(agency),
        sees=tuple(sees),
        told=tuple(told),
        not_sees=tuple(not_sees),
        gained=() if changed is None else _changes(changed.gained, agency, named),
        lost=() if changed is None else _changes(changed.lost, agency, named),
    )


def cell_words(agreement: Agreement, agency: AgencyCode, code: ClassCode) -> str:
    """One cell of the table, in two or three words; a dash where there is no trace of it."""
    seen = sights(agreement, agency, code)
    return next((words for one, words in SHORT if one in seen), "–")


def table_rows(agreement: Agreement, named: Named) -> list[list[str]]:
    """The whole table: a class a row, an agency a column."""
    parties = sorted(agreement.agencies)
    return [
        [known.name, *(cell_words(agreement, agency, known.code) for agency in parties)]
        for known in named.classes
    ]


def reserved_words(agreement: Agreement, named: Named) -> tuple[str, ...]:
    """The classes that a named role alone reads, whatever the table says."""
    by_code = {one.code: one.name for one in named.classes}
    return tuple(
        f"{by_code.get(code, code)} is read by the officers with the role “{role}” alone. "
        "No agreement opens it to anybody else."
        for code, role in agreement.reserved.items()
    )


def agreement_warnings(agreement: Agreement, today: date, waiting: int) -> list[Warned]:
    """What the lead has to see to: an end or a review that is over, what nobody has said, what waits."""
    found = []
    if agreement.ends_on < today:
        found.append(
            f"The sharing agreement ended on {day_words(agreement.ends_on)}. Agree on a later end, or close "
            "the operation: what is here stays readable as it was agreed, so that it can be reported."
        )
    elif agreement.review_on < today:
        found.append(f"The sharing agreement was to be reviewed by {day_words(agreement.review_on)}.")
    if agreement.unstated:
        found.append("The sharing agreement leaves open what has to be said before the first visit.")
    if waiting:
        found.append("A change of the sharing agreement waits for a second person to confirm it.")
    return [Warned(text=one, endpoint="desk.agreement.page", link="See the agreement") for one in found]


def day_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _seen_words(agreement: Agreement, agency: AgencyCode, code: ClassCode, seen: Sights) -> str:
    label = ", by label and without names" if promises_no_names(agreement.given(agency, code)) else ""
    if Sight.EVERYWHERE in seen:
        return f"at every visit{label}"
    if Sight.WHERE_SENT in seen:
        return f"at the visits that its officers are sent to{label}"
    return "figures only" if Sight.COUNTED in seen else "figures only, with small numbers hidden"


def _changes(
    cells: Mapping[tuple[AgencyCode, ClassCode], Sights], agency: AgencyCode, named: Named
) -> tuple[str, ...]:
    moved = ((known.name, cells.get((agency, known.code), frozenset())) for known in named.classes)
    return tuple(f"{name}: {', '.join(_plain(seen))}" for name, seen in moved if seen)


def _plain(seen: Sights) -> list[str]:
    implied = frozenset(other for one in seen for other in IMPLIED.get(one, ()))
    return [words for one, words in CHANGED.items() if one in seen - implied]
