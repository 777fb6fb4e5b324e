"""Which officer at a visit writes which answer: the owner's agency first, then whoever the section names.

Nobody writes here what they have no right to; the visit's lead writes down what was left out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fieldops.domain.access import may_write
from fieldops.domain.author import Author
from fieldops.domain.checklist.paper import Checklist, Question
from fieldops.domain.ids import SignerId
from fieldops.domain.operation import Member
from fieldops.seeding.script import Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Writers:
    """The people at one visit. `lead_mark` is the checklist's word for whoever leads it."""

    checklist: Checklist
    lead_mark: str
    scene: Scene

    def of(self, question: Question, holder: Member | None) -> Member | None:
        """Who writes this answer; the holder of the worker's card if they may. None if nobody there may."""
        if question.owner == self.lead_mark:
            return self.scene.lead
        if holder is not None and self._may(holder, question):
            return holder
        section = self.checklist.sections[question.section]
        for group in ((question.owner,), section.who):
            able = self._from(group)
            if able:
                return able[_turn(question.section) % len(able)]
        open_to_lead = {self.lead_mark, self.checklist.anybody} & {question.owner, *section.who}
        return self.scene.lead if open_to_lead else None

    def holders(self, question: Question) -> Sequence[Member]:
        """Who talks with workers: the team's members whom the section names, or else the lead."""
        named = [
            one for one in self._from(self.checklist.sections[question.section].who) if self._in_team(one)
        ]
        return named or [self.scene.lead]

    def agency(self, code: str | None) -> Member:
        """The first officer of an agency, the team's before those in support; the lead for none."""
        able = self._from((code,)) if code else []
        return able[0] if able else self.scene.lead

    def _from(self, agencies: Iterable[str | None]) -> list[Member]:
        wanted = set(agencies)
        return [member for member in self.scene.present if member.agency in wanted]

    def _in_team(self, member: Member) -> bool:
        return member not in self.scene.supporting

    def _may(self, member: Member, question: Question) -> bool:
        author = Author(signer=SignerId(""), officer=member.officer, name=member.name, agency=member.agency)
        return may_write(author, self.checklist.right(question.id))


def _turn(section: str) -> int:
    """Sections of one visit go to different people where several may write them."""
    return sum(section.encode("utf-8"))
