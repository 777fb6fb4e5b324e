"""Runs the numbered migrations on the database whose engine the caller hands over."""

from alembic import context
from sqlalchemy import Engine

from fieldops.store.base import Base

engine: Engine = context.config.attributes["engine"]

with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
