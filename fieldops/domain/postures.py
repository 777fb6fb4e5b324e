"""The firewall postures as data: where immigration officers may stand, and what they can be given there."""

from collections.abc import Mapping
from dataclasses import dataclass

from fieldops.domain.agreement import Posture, SignOff, Terms, read_terms
from fieldops.domain.ids import AgencyCode, ClassCode
from fieldops.domain.reading import Part, as_part, expect_schema

SCHEMA = "fieldops/postures"
WHO = "{who}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostureRule:
    """One posture. `at_most` is all that immigration officers can be given under it."""

    code: str
    meaning: str
    statement: str  # with {who} where the agency has to be named
    partner: bool
    needs_sign_off: bool
    at_most: Mapping[ClassCode, Terms]

    @property
    def names_them(self) -> bool:
        """Whether the sentence read to workers names the immigration officers' agency."""
        return WHO in self.statement

    def posture(self, who: str, sign_off: SignOff | None = None) -> Posture:
        """The posture in force. `who` is what the operation calls its immigration officers."""
        return Posture(
            code=self.code,
            meaning=self.meaning,
            statement=self.statement.replace(WHO, who),
            sign_off=sign_off if self.needs_sign_off else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Postures:
    """The published paper. Postures stand from the furthest away to the nearest."""

    version: str
    by_code: Mapping[str, PostureRule]
    immigration: frozenset[AgencyCode]

    def nearer(self, code: str, than: str) -> bool:
        """Whether immigration officers stand nearer to the operation; an unknown posture counts as near."""
        order = list(self.by_code)
        return code not in order or (than in order and order.index(code) > order.index(than))


def parse_postures(data: object) -> Postures:
    """The postures from their published JSON."""
    paper = as_part(data, "postures")
    expect_schema(paper, SCHEMA)
    rules = (_rule(one) for one in paper.parts("postures"))
    return Postures(
        version=paper.text("version"),
        by_code={one.code: one for one in rules},
        immigration=frozenset(AgencyCode(code) for code in paper.texts("immigration")),
    )


def _rule(part: Part) -> PostureRule:
    return PostureRule(
        code=part.text("code"),
        meaning=part.text("meaning"),
        statement=part.text("statement"),
        partner=part.flag("partner"),
        needs_sign_off=part.flag("sign_off"),
        at_most={ClassCode(code): read_terms(cell) for code, cell in part.part("at_most").named()},
    )
