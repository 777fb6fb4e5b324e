"""An installation's database together with the keys under which words about people lie in it."""

import os

from sqlalchemy import Engine

from fieldops.settings import Settings
from fieldops.store.at_rest import keep_keys
from fieldops.store.engine import open_engine
from fieldops.store.person_keys import PersonKeys


def keys_for(settings: Settings) -> PersonKeys:
    """The keys of this installation; opened at their first use."""
    return PersonKeys(settings.keys_url, settings.server_key_seed, os.urandom)


def open_store(settings: Settings) -> Engine:
    """The installation's database, outside of Flask: for commands."""
    engine = open_engine(settings.database_url)
    keep_keys(engine, keys_for(settings))
    return engine
