"""The sharing agreement of an operation that comes as a file: its own, or one derived for it.

A derived agreement has the terms of the one that is there, and everything else of the operation itself: its
name, its mandate, and the posture that its file declares, so that the sentence read to workers is true.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from fieldops.domain.agreement import parse_agreement
from fieldops.domain.ids import AgencyCode, PaperHash
from fieldops.domain.reading import Part, expect_schema, malformed
from fieldops.seeding.operation_file import MANDATE, OperationFile
from fieldops.seeding.reference import as_paper, read_yaml
from fieldops.store.published import publish

SCHEMA = "fieldops/postures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Postures:
    """The reference file: the postures by letter, whose officers they are about, and what is derived."""

    by_letter: Mapping[str, Part]
    immigration: frozenset[str]
    derived: Part


def publish_agreement(
    session: Session, file: OperationFile, reference: Path, say: Callable[[str], None]
) -> PaperHash:
    """Publishes the operation's agreement. Refuses a posture that is not known, or that its own agreement
    does not take; says which agencies of the operation it gives nothing."""
    postures = _postures(reference)
    letter = posture_letter(file)
    if letter not in postures.by_letter:
        raise malformed("operation.firewall", f"must begin with one of {', '.join(postures.by_letter)}")
    own = reference / "agreements" / f"{file.code.lower()}.yaml"
    if own.exists():
        words = dict(read_yaml(own).value)
    else:
        base = read_yaml(min((reference / "agreements").glob("*.yaml")))
        words = _derived(base, postures, file, letter)
    agreement = parse_agreement(words)
    if agreement.posture.code != letter:
        raise malformed(
            "operation.firewall", f"must be {agreement.posture.code}, as in the operation's agreement"
        )
    given = {agency for agency, _ in agreement.terms}
    for code, name in file.agencies:
        if AgencyCode(code) not in given:
            say(f"{file.code}: the agreement gives {name} ({code}) nothing.")
    return publish(session, "agreement", file.code.lower(), as_paper(words))


def posture_letter(file: OperationFile) -> str:
    """`B: off site` is posture B."""
    return file.firewall.split(":", 1)[0].strip()


def _postures(reference: Path) -> Postures:
    paper = read_yaml(reference / "postures" / "postures.yaml")
    expect_schema(paper, SCHEMA)
    return Postures(
        by_letter={one.text("code"): one for one in paper.parts("postures")},
        immigration=frozenset(paper.texts("immigration")),
        derived=paper.part("derived"),
    )


def _derived(base: Part, postures: Postures, file: OperationFile, letter: str) -> dict[str, object]:
    posture, words = postures.by_letter[letter], postures.derived
    out = frozenset() if posture.flag("partner") else postures.immigration
    unstated = words.text("unstated")
    last = file.days[-1]
    return {
        **base.value,
        "id": f"{file.code.lower()}-sharing",
        "title": words.text("title").format(operation=file.name),
        "dpia": unstated,
        "breach_contact": unstated,
        "review_on": (last + timedelta(days=words.whole("review_after_days"))).isoformat(),
        "ends_on": (last + timedelta(days=words.whole("ends_after_days"))).isoformat(),
        "mandate": {key: file.mandate.get(key, unstated) for key in MANDATE},
        "posture": {
            "code": letter,
            "meaning": posture.text("meaning"),
            "statement": posture.text("statement").format(who=_who(postures, file, letter)),
        },
        "gateways": [dict(one.value) for one in base.parts("gateways") if one.text("agency") not in out],
        "terms": {agency: dict(row.value) for agency, row in base.part("terms").named() if agency not in out},
    }


def _who(postures: Postures, file: OperationFile, letter: str) -> str:
    """What the operation calls its immigration officers. A sentence that must name them needs them named."""
    named = [name for code, name in file.agencies if code in postures.immigration]
    if not named and "{who}" in postures.by_letter[letter].text("statement"):
        raise malformed("operation.agencies", f"must name the immigration officers that posture {letter} has")
    return " and ".join(named)
