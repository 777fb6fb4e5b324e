"""Whether the server answers, whether it is ready for work, and how it stands in numbers.

What a monitor reads here are counts and ages: no name, no code of an operation or a visit, no address.
"""

import hmac
from collections.abc import Iterator
from datetime import timedelta

from flask import Blueprint, Response, jsonify, request
from marshmallow import Schema, fields
from sqlalchemy import text
from sqlalchemy.orm import Session

from fieldops.domain.errors import Refusal
from fieldops.store.revision import newest_revision, revision_of
from fieldops.store.vitals import Vitals, vitals
from fieldops.web.clock import now
from fieldops.web.disk import free_bytes
from fieldops.web.gate import gate
from fieldops.web.guard import open_door
from fieldops.web.installation import settings
from fieldops.web.looks import shows_nothing
from fieldops.web.spoken import speaks
from fieldops.web.transaction import reading

METRICS_TYPE = "text/plain; version=0.0.4"
HEALTH = Schema.from_dict({"ready": fields.Boolean(required=True)}, name="Health")()

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@open_door("It says that the server answers, and nothing else.")
@shows_nothing("It speaks of the server alone.")
@speaks(gives=HEALTH, refuses=("database_away",))
def health() -> Response:
    """Answers 200 when the database can be read, 503 when it cannot."""
    with reading() as session:
        session.execute(text("SELECT count(*) FROM operations")).scalar_one()
    return jsonify(ready=True)


@blueprint.get("/readyz")
@open_door("It says that the server is ready for work, and nothing else.")
@shows_nothing("It speaks of the server alone.")
@speaks(gives=HEALTH, refuses=("database_away", "not_migrated", "storage_low"))
def ready() -> Response:
    """Answers 200 when the database has had every migration and the disk has room, 503 when not."""
    with reading() as session:
        _demand_migrated(session)
    _demand_room()
    return jsonify(ready=True)


@blueprint.get("/metrics")
@open_door("A monitor shows the token of the installation. Where none is set there is nothing here.")
@shows_nothing("It speaks of the server alone.")
@speaks(gives=METRICS_TYPE, refuses=("not_found", "database_away"))
def metrics() -> Response:
    """Counts and ages as Prometheus reads them."""
    _demand_token()
    with reading() as session:
        told = vitals(session, now(), timedelta(hours=settings().silent_hours))
    return Response("\n".join((*_lines(told), "")), content_type=METRICS_TYPE)


def _demand_migrated(session: Session) -> None:
    if revision_of(session.connection()) != newest_revision():
        raise Refusal("not_migrated", "The database has not had every migration of this program.")


def _demand_room() -> None:
    if free_bytes(settings().data_folder) < settings().least_free_bytes:
        raise Refusal("storage_low", "The disk of the server has too little room left.")


def _demand_token() -> None:
    """Without the installation's token the address is like one that does not exist."""
    shown = request.headers.get("Authorization", "").encode()
    token = settings().metrics_token
    if not token or not hmac.compare_digest(shown, f"Bearer {token}".encode()):
        raise Refusal("not_found", "There is nothing here, or nothing for you.")


def _lines(told: Vitals) -> Iterator[str]:
    """Each gauge with its meaning. A time that is not known is left out."""
    gauges: dict[str, tuple[str, float | None]] = {
        "fieldops_entries": ("Entries in streams.", told.entries),
        "fieldops_quarantined_entries": ("Entries in quarantine.", told.quarantined),
        "fieldops_tablets": ("Tablets in use on operations that are not over.", told.tablets),
        "fieldops_silent_tablets": (
            f"Of these, not heard of for {settings().silent_hours} hours.",
            told.silent_tablets,
        ),
        "fieldops_last_arrival_age_seconds": ("Since entries last arrived.", _age_s(told.newest_arrival_ms)),
        "fieldops_requests_inside": ("Requests that this process works on.", gate().inside),
        "fieldops_requests_waiting": ("Requests that wait in this process.", gate().waiting),
        "fieldops_requests_refused": ("Told since it started that it is busy.", gate().refused),
        "fieldops_disk_free_bytes": ("Room under the data folder.", free_bytes(settings().data_folder)),
    }
    for name, (meaning, value) in gauges.items():
        if value is not None:
            yield from (f"# HELP {name} {meaning}", f"# TYPE {name} gauge", f"{name} {value}")


def _age_s(then_ms: int | None) -> float | None:
    return None if then_ms is None else round(now().timestamp() - then_ms / 1000, 3)
