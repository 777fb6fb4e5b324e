"""What the running app was made with: its settings and its clock, both handed in by the composition root."""

from datetime import datetime

from flask import current_app

from fieldops.settings import Settings
from fieldops.store.at_rest import keys_kept
from fieldops.store.blobs import Blobs
from fieldops.store.db import db
from fieldops.store.files_place import blobs_for
from fieldops.store.person_keys import PersonKeys


def settings() -> Settings:
    """The settings of this installation."""
    found = current_app.config["SETTINGS"]
    assert isinstance(found, Settings)
    return found


def blobs() -> Blobs:
    """Where the chunks of attached files lie."""
    return blobs_for(settings())


def person_keys() -> PersonKeys:
    """The keys under which words about people lie."""
    found = keys_kept(db.engine)
    assert found is not None
    return found


def now() -> datetime:
    """The server's time, with its zone."""
    told = current_app.config["CLOCK"]()
    assert isinstance(told, datetime)
    return told
