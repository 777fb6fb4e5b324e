"""The words of a checklist paper that only people need: forms of acts and lists, routes, and languages."""

from collections.abc import Mapping
from dataclasses import dataclass

from fieldops.domain.checklist.paper import Checklist, parse_checklist
from fieldops.domain.ids import AgencyCode
from fieldops.domain.reading import Part, as_part


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One part of a filled form: its label, its type, and the words of its options."""

    name: str
    label: str
    type: str
    options: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What is recorded as one thing with several parts: an act, an exhibit, a referral passed on."""

    title: str
    fields: tuple[FormField, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What values are put into words with."""

    checklist: Checklist
    acts: Mapping[str, Form]  # by kind
    items: Mapping[str, Form]  # by the question's type
    languages: Mapping[str, str]
    agencies: Mapping[AgencyCode, str]


def read_wording(paper: object, agencies: Mapping[AgencyCode, str]) -> Wording:
    """The words of a published checklist; agencies are called what this installation calls them."""
    part = as_part(paper, "checklist")
    routes = {one.text("code"): one.text("words") for one in part.parts("routes")}
    return Wording(
        checklist=parse_checklist(paper),
        acts={one.text("kind"): _form(one, routes) for one in part.parts("acts")},
        items={name: _form(one, routes) for name, one in part.part("items").named()},
        languages={one.text("code"): one.text("name") for one in part.parts("languages")},
        agencies=agencies,
    )


def _form(part: Part, routes: Mapping[str, str]) -> Form:
    return Form(title=part.text("title"), fields=tuple(_field(one, routes) for one in part.parts("fields")))


def _field(part: Part, routes: Mapping[str, str]) -> FormField:
    options = {one.text("value"): one.text("label") for one in part.parts("options")}
    return FormField(
        name=part.text("name"),
        label=part.text("label"),
        type=part.text("type"),
        options=routes if part.has("options_from") else options,
    )
