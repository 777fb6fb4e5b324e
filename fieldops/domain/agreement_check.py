"""What an agreement lacks before an operation may be opened under it, or a new version of it published."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from fieldops.domain.access import promises_no_names
from fieldops.domain.agreement import Agreement
from fieldops.domain.classes import DataClass
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import AgencyCode, ClassCode
from fieldops.domain.postures import PostureRule, Postures
from fieldops.domain.sharing import within

MUST_SAY = {
    "id": "its reference",
    "version": "its version",
    "marking": "the marking of what is made under it",
    "dpia": "the reference of the impact assessment",
    "retention": "how long records are kept",
    "breach_contact": "whom to tell of a breach",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """One thing that is missing or cannot be. `at` names it as the form does: `law.HSE`, `ends_on`."""

    at: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Against what an agreement is held: the classes there are, the postures, today, and the last day."""

    classes: tuple[DataClass, ...]
    postures: Postures | None
    today: date
    last_day: date


def must_be_whole(agreement: Agreement, asked: Asked) -> None:
    """Refuses an agreement under which nothing may be opened or put in force, naming all that it lacks."""
    found = lacks(agreement, asked)
    if found:
        said = ". ".join(one.text for one in found)
        facts = [{"at": one.at, "text": one.text} for one in found]
        raise Refusal(
            "agreement_incomplete", f"The sharing agreement cannot be used: {said}.", {"lacks": facts}
        )


def lacks(agreement: Agreement, asked: Asked) -> tuple[Lack, ...]:
    """Everything that keeps the agreement from being put in force."""
    found = (
        _texts(agreement),
        _parties(agreement),
        _labels(agreement, asked.classes),
        _dates(agreement, asked),
        _posture(agreement, asked),
    )
    return tuple(lack for part in found for lack in part)


def _texts(agreement: Agreement) -> Iterator[Lack]:
    for key, what in MUST_SAY.items():
        if not str(getattr(agreement, key)).strip():
            yield Lack(at=key, text=f"Say {what}")
    if not agreement.purposes or not all(one.strip() for one in agreement.purposes):
        yield Lack(at="purposes", text="Say at least one purpose")


def _parties(agreement: Agreement) -> Iterator[Lack]:
    """Whoever is given anything says who answers for its data, and by which law."""
    named = {one.agency: one for one in agreement.gateways}
    if agreement.controller not in named:
        yield Lack(at="controller", text="The lead controller must be one of the agencies of the agreement")
    for agency in sorted(agreement.agencies):
        gateway = named.get(agency)
        if gateway is None or not gateway.law.strip():
            yield Lack(at=f"law.{agency}", text=f"Say by which law {agency} shares and is given data")
        if gateway is None or not gateway.controller.strip():
            yield Lack(at=f"controller.{agency}", text=f"Say who answers for the data of {agency}")


def _labels(agreement: Agreement, classes: Iterable[DataClass]) -> Iterator[Lack]:
    """What is promised without names must name nobody."""
    for known in classes:
        for agency in sorted(agreement.agencies):
            if not known.by_label and promises_no_names(agreement.given(agency, known.code)):
                yield Lack(
                    at=f"level.{agency}.{known.code}",
                    text=f"{known.name} names people and cannot be given without names",
                )


def _dates(agreement: Agreement, asked: Asked) -> Iterator[Lack]:
    if agreement.ends_on < asked.today:
        yield Lack(at="ends_on", text=f"The agreement ended on {agreement.ends_on.isoformat()}")
    elif agreement.ends_on < asked.last_day:
        last = asked.last_day.isoformat()
        yield Lack(at="ends_on", text=f"The agreement must not end before the last day of visits, {last}")
    if agreement.review_on > agreement.ends_on:
        yield Lack(at="review_on", text="The review must not be later than the end")


def _posture(agreement: Agreement, asked: Asked) -> Iterator[Lack]:
    if asked.postures is None:
        return
    rule = asked.postures.by_code.get(agreement.posture.code)
    if rule is None:
        yield Lack(at="posture", text=f"There is no firewall posture {agreement.posture.code}")
        return
    yield from _signed(agreement, rule, asked.today)
    for agency in sorted(asked.postures.immigration & agreement.agencies):
        yield from _too_much(agreement, rule, agency, (one.code for one in asked.classes))


def _signed(agreement: Agreement, rule: PostureRule, today: date) -> Iterator[Lack]:
    signed = agreement.posture.sign_off
    if not rule.needs_sign_off:
        return
    if signed is None or not signed.by.strip():
        yield Lack(at="signed_by", text=f"Posture {rule.code} needs the name of the strategic lead")
    if signed is None or not signed.reason.strip():
        yield Lack(at="signed_why", text=f"Posture {rule.code} needs the strategic lead's reason")
    if signed is not None and signed.on > today:
        yield Lack(at="signed_on", text="The sign-off cannot be in the future")


def _too_much(
    agreement: Agreement, rule: PostureRule, agency: AgencyCode, codes: Iterable[ClassCode]
) -> Iterator[Lack]:
    for code in codes:
        if not within(agreement, (agency, code), rule.at_most.get(code)):
            yield Lack(
                at=f"level.{agency}.{code}",
                text=f"Under posture {rule.code}, {agency} cannot be given so much of class {code}",
            )
