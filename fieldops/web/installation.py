"""What the running app was made with: its settings and its clock, both handed in by the composition root."""

from datetime import datetime

from flask import current_app

from fieldops.settings import Settings


def settings() -> Settings:
    """The settings of this installation."""
    found = current_app.config["SETTINGS"]
    assert isinstance(found, Settings)
    return found


def now() -> datetime:
    """The server's time, with its zone."""
    told = current_app.config["CLOCK"]()
    assert isinstance(told, datetime)
    return told
