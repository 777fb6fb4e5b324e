"""The composition root of what serves: the one file that knows every room of it and puts them together.

The commands are not among them: a server that starts again after a failure should load what it serves alone.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from fieldops.api import (
    account,
    accounts,
    addresses,
    attachments,
    bundles,
    completeness,
    devices,
    enrolment,
    health,
    openapi,
    operations,
    papers,
    premises,
    reader_keys,
    reports,
    roles,
    session,
    sync,
    tablet_app,
    tablet_token,
    teams,
    verifier,
    visits,
    wipes,
    witness,
)
from fieldops.desk.pages import add_desk
from fieldops.domain.access import role_names
from fieldops.settings import Settings
from fieldops.store.db import init_database
from fieldops.web.gate import Gate, init_gate
from fieldops.web.headers import init_headers
from fieldops.web.lookbook import init_lookbook
from fieldops.web.opening import demand_no_demo
from fieldops.web.problems import init_problems
from fieldops.web.tokens import init_tokens
from fieldops.web.transaction import init_transactions

DOORS = (
    session,
    account,
    accounts,
    enrolment,
    tablet_token,
    reader_keys,
    devices,
    operations,
    premises,
    teams,
    roles,
    visits,
    papers,
    reports,
    sync,
    addresses,
    bundles,
    witness,
    wipes,
    attachments,
    completeness,
    tablet_app,
    verifier,
    health,
    openapi,
)
MOST_BODY_BYTES = 1024 * 1024


def create_app(settings: Settings, clock: Callable[[], datetime] | None = None) -> Flask:
    """The application for these settings. Tests hand in a clock of their own."""
    role_names(settings.second_factor)
    app = Flask("fieldops", static_folder=None)
    app.config.update(
        SETTINGS=settings,
        CLOCK=clock or _server_time,
        MAX_CONTENT_LENGTH=MOST_BODY_BYTES,
        SECRET_KEY=settings.token_secret,
        TRUSTED_HOSTS=list(settings.hosts) or None,
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    init_database(app, settings)
    init_gate(
        app,
        Gate(at_once=settings.at_once, waiting=settings.waiting, patience_s=settings.patience_s),
    )
    init_transactions(app)
    init_lookbook(app)
    init_tokens(app, settings)
    init_problems(app)
    init_headers(app)
    for door in DOORS:
        app.register_blueprint(door.blueprint)
    add_desk(app)
    demand_no_demo(app, settings)
    return app


def _server_time() -> datetime:
    return datetime.now(UTC)
