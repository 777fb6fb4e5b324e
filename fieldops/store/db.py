"""The database as Flask holds it. The only file of the store that knows Flask."""

from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from fieldops.settings import Settings
from fieldops.store.at_rest import keep_keys
from fieldops.store.base import Base
from fieldops.store.engine import engine_options, prepare
from fieldops.store.opening import keys_for

db = SQLAlchemy(metadata=Base.metadata, disable_autonaming=True)


def init_database(app: Flask, settings: Settings) -> None:
    """Binds the installation's database, and the keys of those whom its words are about, to the app."""
    url = settings.database_url
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(url)
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
        keep_keys(db.engine, keys_for(settings))
