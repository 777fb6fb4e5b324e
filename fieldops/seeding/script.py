"""A visit as it will be recorded: lines in the order of the checklist, each said by one officer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from fieldops.domain.ids import OfficerId, SubjectId, VisitId
from fieldops.domain.operation import Member
from fieldops.domain.strict_json import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry to be. `name` is how other lines of the visit refer to it.

    `block` is the section or the worker's card it belongs to; `after` fixes its time from the arrival on.
    `answers_to` names the line whose entry id goes into the value under `sent`, of
    an exhibit's hand-over under `exhibit`. `attachments` are the manifests of its files.
    """

    name: str
    by: OfficerId
    kind: str
    subject: SubjectId
    field: str
    value: Json
    block: str
    note: str | None = None
    after: timedelta | None = None
    supersedes: tuple[str, ...] = ()
    answers_to: str | None = None
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A line with its times, as the world's clock has them (a tablet's own may differ)."""

    line: Line
    happened: datetime
    recorded: datetime
    late_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One visit as it takes place."""

    visit: VisitId
    premises: str
    team: str
    arrived: datetime
    left: datetime
    present: tuple[Member, ...]
    supporting: tuple[Member, ...]
    words: Mapping[str, str | int | tuple[str, ...]]

    @property
    def lead(self) -> Member:
        """Who leads the visit."""
        return next(member for member in self.present if member.lead)


@dataclass(slots=True, kw_only=True)
class Script:
    """What is recorded at one visit."""

    scene: Scene
    lines: list[Line] = field(default_factory=list)
    groups: dict[SubjectId, str] = field(default_factory=dict)
