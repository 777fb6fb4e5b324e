"""Runs the numbered migrations in the transaction of the connection that the caller hands over."""

from alembic import context
from sqlalchemy import Connection

from fieldops.store.base import Base

connection: Connection = context.config.attributes["connection"]

context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
