"""The ledger: streams, logs, arrivals, quarantine; papers; the database's epoch."""

import base64
import os

import sqlalchemy as sa
from alembic import op

revision = "0001_ledger"
down_revision = None
branch_labels = None
depends_on = None

_ID_BYTES = 10


def upgrade() -> None:
    """The ledger, its quarantine, the papers, and the epoch in which the ledger's numbers count."""
    _streams()
    _logs()
    _arrivals()
    _quarantine()
    _papers()
    _meta()


def downgrade() -> None:
    """Takes the tables away again, the last made first."""
    for table in ("meta", "papers", "quarantine", "arrivals", "logs", "streams"):
        op.drop_table(table)


def _streams() -> None:
    op.create_table(
        "streams",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=21), nullable=False),
        sa.Column("scope", sa.String(length=16), nullable=False),
        sa.Column("class_code", sa.String(length=4), nullable=False),
        sa.Column("head", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_streams"),
        sa.UniqueConstraint("id", name="uq_streams_id"),
    )
    op.create_index("ix_streams_scope", "streams", ["scope"])


def _logs() -> None:
    op.create_table(
        "logs",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=65), nullable=False),
        sa.Column("stream", sa.Integer(), nullable=False),
        sa.Column("signer", sa.String(length=26), nullable=False),
        sa.Column("have", sa.Integer(), nullable=False),
        sa.Column("head", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["stream"], ["streams.key"], name="fk_logs_stream"),
        sa.PrimaryKeyConstraint("key", name="pk_logs"),
        sa.UniqueConstraint("id", name="uq_logs_id"),
    )
    op.create_index("ix_logs_stream", "logs", ["stream"])
    op.create_index("ix_logs_signer", "logs", ["signer"])


def _arrivals() -> None:
    op.create_table(
        "arrivals",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("log", sa.Integer(), nullable=False),
        sa.Column("stream", sa.Integer(), nullable=False),
        sa.Column("first_seq", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_n", sa.Integer(), nullable=False),
        sa.Column("statement", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(length=64), nullable=False),
        sa.Column("lines", sa.LargeBinary(), nullable=False),
        sa.Column("received_ms", sa.BigInteger(), nullable=False),
        sa.Column("offset_ms", sa.BigInteger(), nullable=True),
        sa.Column("via", sa.String(length=26), nullable=True),
        sa.Column("held_back", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["log"], ["logs.key"], name="fk_arrivals_log"),
        sa.ForeignKeyConstraint(["stream"], ["streams.key"], name="fk_arrivals_stream"),
        sa.PrimaryKeyConstraint("key", name="pk_arrivals"),
    )
    op.create_index("ix_arrivals_log", "arrivals", ["log"])
    for name, columns in (
        ("uq_arrivals_stream_first_seq", ["stream", "first_seq"]),
        ("uq_arrivals_log_first_n", ["log", "first_n"]),
    ):
        only = sa.text("count > 0")
        op.create_index(name, "arrivals", columns, unique=True, sqlite_where=only, postgresql_where=only)


def _quarantine() -> None:
    op.create_table(
        "quarantine",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("log", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("id", sa.LargeBinary(length=32), nullable=False),
        sa.Column("forked", sa.Boolean(), nullable=False),
        sa.Column("head", sa.LargeBinary(length=32), nullable=False),
        sa.Column("arrival", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("header", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["log"], ["logs.key"], name="fk_quarantine_log"),
        sa.ForeignKeyConstraint(["arrival"], ["arrivals.key"], name="fk_quarantine_arrival"),
        sa.PrimaryKeyConstraint("key", name="pk_quarantine"),
        sa.UniqueConstraint("log", "n", "id", name="uq_quarantine_log_n_id"),
    )


def _papers() -> None:
    op.create_table(
        "papers",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_papers"),
        sa.UniqueConstraint("hash", name="uq_papers_hash"),
    )
    op.create_index("ix_papers_kind", "papers", ["kind"])


def _meta() -> None:
    meta = op.create_table(
        "meta",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_meta"),
    )
    fresh = base64.b32encode(os.urandom(_ID_BYTES)).decode("ascii").lower()
    op.bulk_insert(meta, [{"name": "epoch", "value": fresh}])
