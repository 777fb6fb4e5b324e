"""The sharing agreement of an operation that comes as a file: its own, or one derived for it.

A derived agreement has the terms of the one that is there, and everything else of the operation itself: its
name, its mandate, and the posture that its file declares, so that the sentence read to workers is true.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from fieldops.domain.agreement import SignOff, parse_agreement
from fieldops.domain.ids import AgencyCode, PaperHash
from fieldops.domain.postures import PostureRule, Postures, parse_postures
from fieldops.domain.reading import Part, malformed
from fieldops.seeding.operation_file import MANDATE, OperationFile
from fieldops.seeding.reference import as_paper, read_yaml
from fieldops.store.published import publish

DAYS = ("review_on", "ends_on")
UNSTATED = ("dpia", "breach_contact")  # what an operation file does not say


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    """What an agreement is derived by: the postures, and what stands where the file says nothing."""

    postures: Postures
    derived: Part

    def rule(self, file: OperationFile) -> PostureRule:
        found = self.postures.by_code.get(posture_letter(file))
        if found is None:
            known = ", ".join(self.postures.by_code)
            raise malformed("operation.firewall", f"must begin with one of {known}")
        return found


def publish_agreement(
    session: Session, file: OperationFile, reference: Path, say: Callable[[str], None]
) -> PaperHash:
    """Publishes the operation's agreement. Refuses a posture that is not known, or that its own agreement
    does not take; says which agencies of the operation it gives nothing."""
    ground = _ground(reference)
    rule = ground.rule(file)
    own = reference / "agreements" / f"{file.code.lower()}.yaml"
    if own.exists():
        words = _moved(dict(read_yaml(own).value), file.moved_by)
    else:
        base = read_yaml(min((reference / "agreements").glob("*.yaml")))
        words = _derived(base, ground, file, rule)
    agreement = parse_agreement(words)
    if agreement.posture.code != rule.code:
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


def _ground(reference: Path) -> _Ground:
    paper = read_yaml(reference / "postures" / "postures.yaml")
    return _Ground(postures=parse_postures(paper.value), derived=paper.part("derived"))


def _moved(words: dict[str, object], by: timedelta) -> dict[str, object]:
    """An operation's own agreement, its review and end moved along with the days of the operation."""
    return words | {key: (date.fromisoformat(str(words[key])) + by).isoformat() for key in DAYS}


def _derived(base: Part, ground: _Ground, file: OperationFile, rule: PostureRule) -> dict[str, object]:
    words = ground.derived
    out = frozenset() if rule.partner else ground.postures.immigration
    unstated = words.text("unstated")
    last = file.days[-1]
    return {
        **base.value,
        "id": f"{file.code.lower()}-sharing",
        "title": words.text("title").format(operation=file.name),
        **dict.fromkeys(UNSTATED, unstated),
        "unstated": list(UNSTATED),
        "review_on": (last + timedelta(days=words.whole("review_after_days"))).isoformat(),
        "ends_on": (last + timedelta(days=words.whole("ends_after_days"))).isoformat(),
        "mandate": {key: file.mandate.get(key, unstated) for key in MANDATE},
        "posture": _posture(ground, file, rule),
        "gateways": [dict(one.value) for one in base.parts("gateways") if one.text("agency") not in out],
        "terms": {agency: dict(row.value) for agency, row in base.part("terms").named() if agency not in out},
    }


def _posture(ground: _Ground, file: OperationFile, rule: PostureRule) -> dict[str, object]:
    """The posture with its sentence. One that names the immigration officers needs them named; one that
    somebody has to answer for needs their name, day and reason."""
    named = [name for code, name in file.agencies if code in ground.postures.immigration]
    if rule.names_them and not named:
        what = f"must name the immigration officers that posture {rule.code} has"
        raise malformed("operation.agencies", what)
    found = rule.posture(" and ".join(named), _sign_off(file) if rule.needs_sign_off else None)
    said: dict[str, object] = {"code": found.code, "meaning": found.meaning, "statement": found.statement}
    if found.sign_off is not None:
        signed = found.sign_off
        said["sign_off"] = {"by": signed.by, "on": signed.on.isoformat(), "reason": signed.reason}
    return said


def _sign_off(file: OperationFile) -> SignOff:
    part = Part("operation.sign_off", file.sign_off)
    try:
        return SignOff(by=part.text("by"), on=date.fromisoformat(part.text("on")), reason=part.text("reason"))
    except ValueError as error:
        raise part.fault("on", "a day such as 2027-02-09") from error
