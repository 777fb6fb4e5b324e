"""The database as Flask holds it. The only file of the store that knows Flask."""

from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from fieldops.store.base import Base
from fieldops.store.engine import engine_options, prepare

db = SQLAlchemy(metadata=Base.metadata, disable_autonaming=True)


def init_database(app: Flask, url: str) -> None:
    """Binds the database at `url` to the app."""
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(url)
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
