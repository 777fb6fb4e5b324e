"""How values of the domain are written in JSON, and the fields that several schemas share."""

from datetime import datetime

from marshmallow import fields, validate

from fieldops.domain.operation import Member, Operation, PlannedVisit, Team

ID = r"^[a-z2-7]{16}\Z"
SIGNER = r"^[a-z2-7]{26}\Z"
HASH = r"^[0-9a-f]{64}\Z"
CODE = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}\Z"
BASE64URL = r"^[A-Za-z0-9_-]+\Z"
DECIMAL = r"^-?[0-9]{1,3}(\.[0-9]{1,8})?\Z"
TIME = r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z"


def id_field(*, required: bool = True) -> fields.String:
    """An opaque id."""
    return fields.String(required=required, validate=validate.Regexp(ID))


def hash_field(*, required: bool = True) -> fields.String:
    """A paper's name."""
    return fields.String(required=required, validate=validate.Regexp(HASH))


def code_field() -> fields.String:
    """A short name that people say."""
    return fields.String(required=True, validate=validate.Regexp(CODE))


def text_field(longest: int, *, required: bool = True, least: int = 1) -> fields.String:
    """Words of a person, up to `longest` characters."""
    return fields.String(required=required, validate=validate.Length(min=least, max=longest))


def number_field(least: int, most: int, *, required: bool = True) -> fields.Integer:
    """A whole number within bounds."""
    return fields.Integer(required=required, strict=True, validate=validate.Range(min=least, max=most))


def time_field() -> fields.String:
    """A local time of day, 24 hours."""
    return fields.String(required=True, validate=validate.Regexp(TIME))


def degrees_field() -> fields.String:
    """Degrees as a decimal string."""
    return fields.String(required=True, validate=validate.Regexp(DECIMAL))


def words_field(most: int = 32) -> fields.List[str]:
    """A short list of short codes: languages, capabilities."""
    one = fields.String(validate=validate.Length(min=1, max=16))
    return fields.List(one, required=True, validate=validate.Length(max=most))


def moment(at: datetime | None) -> str | None:
    """A moment with its zone, to the millisecond."""
    return None if at is None else at.isoformat(timespec="milliseconds")


def operation_words(operation: Operation) -> dict[str, object]:
    """An operation, as everybody who serves on it may read it."""
    return {
        "id": operation.id,
        "code": operation.code,
        "name": operation.name,
        "nation": operation.nation,
        "time_zone": operation.time_zone,
        "days": [day.isoformat() for day in operation.days],
        "firewall": operation.firewall,
        "firewall_statement": operation.firewall_statement,
        "papers": {
            "checklist": operation.papers.checklist,
            "indicators": operation.papers.indicators,
            "classes": operation.papers.classes,
            "agreement": operation.papers.agreement,
            "rates": operation.papers.rates,
        },
        "opened_at": moment(operation.opened_at),
        "closed_at": moment(operation.closed_at),
    }


def team_words(team: Team) -> dict[str, object]:
    """A team without its members."""
    return {
        "id": team.id,
        "code": team.code,
        "name": team.name,
        "languages": list(team.languages),
        "capabilities": list(team.capabilities),
    }


def member_words(member: Member, named: bool) -> dict[str, object]:
    """A member; where the reader is not told names, the agency stands alone."""
    return {
        "officer": member.officer if named else None,
        "name": member.name if named else None,
        "agency": member.agency,
        "capabilities": list(member.capabilities),
        "lead": member.lead,
    }


def visit_words(visit: PlannedVisit) -> dict[str, object]:
    """A planned visit."""
    return {
        "id": visit.id,
        "premises": visit.premises,
        "team": visit.team,
        "day": visit.day.isoformat(),
        "sequence": visit.sequence,
        "planned_start": moment(visit.planned_start),
        "minutes": visit.minutes,
        "paper": visit.paper,
    }
