"""What is looked at once, before an installation opens its doors to more than http://localhost."""

import logging

from flask import Flask
from sqlalchemy.exc import DBAPIError

from fieldops.settings import Settings
from fieldops.store.published import latest
from fieldops.web.transaction import reading

LOG = logging.getLogger(__name__)


def demand_no_demo(app: Flask, settings: Settings) -> None:
    """Raises ValueError where the start page shows accounts with their passwords and nobody has said that it
    should. A database that is away or not set up has no start page yet."""
    if settings.demo or not settings.secure_cookies:
        return
    try:
        with app.app_context(), reading() as session:
            shown = latest(session, "welcome", "start")
    except DBAPIError as fault:
        LOG.warning("no database to look for a demo in: %s", type(fault).__name__)
        return
    if shown is not None:
        raise ValueError(
            "The database holds a demo, whose passwords the start page shows. Use another database, or say"
            " FIELDOPS_DEMO=yes if everybody may sign in to it."
        )
