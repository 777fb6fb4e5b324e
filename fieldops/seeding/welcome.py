"""What the first page says of the demo data: whom to sign in as, and what each of them can try."""

import json
from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from fieldops.seeding.cast import Cast, Shown
from fieldops.seeding.reference import as_paper
from fieldops.store.published import latest, publish

KIND, NAME = "welcome", "start"


def publish_welcome(session: Session, cast: Cast, state: str, unruled: Sequence[str]) -> None:
    """Adds this operation and its people to the paper, beside those of operations loaded before.

    `unruled` names the premises where officers differ.
    """
    file, sentence = cast.file, cast.people.sentences[state]
    if unruled:
        sentence += cast.people.unruled.format(premises=", ".join(unruled))
    before = json.loads(latest(session, KIND, NAME) or b"{}")
    people = {one["username"]: one for one in before.get("people", [])}
    people |= {shown.officer.username: _person(shown, cast) for shown in cast.shown}
    operations = {one["code"]: one for one in before.get("operations", [])}
    operations[file.code] = {
        "code": file.code,
        "name": file.name,
        "sentence": sentence,
    }
    paper = {"people": list(people.values()), "operations": list(operations.values())}
    publish(session, KIND, NAME, as_paper(paper))


def _person(shown: Shown, cast: Cast) -> Mapping[str, str]:
    agencies = {**cast.agencies, **dict(cast.file.agencies)}
    return {
        "username": shown.officer.username,
        "password": cast.people.password,
        "name": shown.officer.name,
        "agency": agencies.get(shown.officer.agency, shown.officer.agency),
        "role": shown.line.post.format(**shown.words),
        "can": shown.line.can.format(**shown.words),
    }
