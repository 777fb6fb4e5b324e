"""Exhibits of the demo: taken at a visit by its lead, sent with their files, and handed over."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from fieldops.domain.kinds import CONTINUITY, EXHIBIT
from fieldops.domain.reading import Part
from fieldops.domain.strict_json import Json
from fieldops.seeding.drawn import photo_of, small
from fieldops.seeding.reference import read_yaml
from fieldops.seeding.script import Event, Line, Scene
from fieldops.seeding.settle import VISIT
from fieldops.seeding.tablets import Tablets
from fieldops.store.blobs import Blobs
from fieldops.sync.outbox import Outbox

PHOTO = "image/jpeg"
TO_SEND = timedelta(minutes=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """An exhibit to be: at which premises, how many minutes after the arrival, and what a photo of it shows.

    `moved` are its hand-overs: minutes after the arrival, and what is written down.
    """

    premises: str
    minute: int
    value: Mapping[str, str]
    picture: str
    moved: tuple[tuple[int, Mapping[str, str]], ...]


def read_exhibits(source: Path) -> tuple[Taken, ...]:
    """The exhibits that lie beside an operation's own file; none where there is no such file."""
    beside = source.with_name(f"{source.stem}.exhibits.yaml")
    return tuple(map(_taken, read_yaml(beside).parts("exhibits"))) if beside.exists() else ()


def take_exhibits(
    exhibits: Iterable[Taken], scenes: Iterable[Scene], tablets: Tablets, blobs: Blobs, until: datetime | None
) -> int:
    """Takes what was to be taken at these visits, and sends it; nothing has happened from `until` on."""
    at = {scene.premises: scene for scene in scenes}
    taken = 0
    for number, one in enumerate(exhibits):
        scene = at.get(one.premises)
        if scene is not None and (until is None or _over(scene, one) < until):
            outbox = Outbox()
            for event in _events(scene, one, f"exhibit {number}", outbox):
                tablets.record(scene.visit, event)
            tablets.send(scene.lead.officer, _over(scene, one))
            tablets.send_files(scene.lead.officer, blobs, outbox)
            taken += 1
    return taken


def _events(scene: Scene, one: Taken, name: str, outbox: Outbox) -> Iterator[Event]:
    photo = photo_of(one.picture) if one.picture else b""
    files = tuple(outbox.keep(file, PHOTO) for file in (photo, small(photo))) if photo else ()
    at = scene.arrived + timedelta(minutes=one.minute)
    line = Line(
        name=name,
        by=scene.lead.officer,
        kind=EXHIBIT,
        subject=VISIT,
        field=EXHIBIT,
        value=dict(one.value),
        block=name,
        attachments=files,
    )
    yield Event(line=line, happened=at, recorded=at)
    for n, (minute, words) in enumerate(one.moved):
        then = scene.arrived + timedelta(minutes=minute)
        value: dict[str, Json] = {**words, "at": then.isoformat(timespec="milliseconds")}
        moved = replace(
            line,
            name=f"{name}, {n}",
            kind=CONTINUITY,
            field=CONTINUITY,
            value=value,
            attachments=(),
            answers_to=name,
        )
        yield Event(line=moved, happened=then, recorded=then)


def _over(scene: Scene, one: Taken) -> datetime:
    """When the tablet has written all of it and sends."""
    last = max([one.minute, *(minute for minute, _ in one.moved)])
    return max(scene.left, scene.arrived + timedelta(minutes=last)) + TO_SEND


def _taken(part: Part) -> Taken:
    return Taken(
        premises=part.text("premises"),
        minute=part.whole("minute"),
        value=part.part("value").words(),
        picture=part.text("picture"),
        moved=tuple((one.whole("minute"), one.part("words").words()) for one in part.parts("moved")),
    )
