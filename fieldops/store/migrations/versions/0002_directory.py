"""Agencies, officers, desk sessions, nonces and the counting of attempts."""

import sqlalchemy as sa
from alembic import op

revision = "0002_directory"
down_revision = "0001_ledger"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Agencies, officers, desk sessions, nonces and the counting of attempts."""
    _agencies()
    _officers()
    _desk_sessions()
    _nonces()
    _attempts()


def downgrade() -> None:
    """Takes the tables away again, the last made first."""
    for table in ("attempts", "nonces", "desk_sessions", "officers", "agencies"):
        op.drop_table(table)


def _agencies() -> None:
    op.create_table(
        "agencies",
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_agencies"),
    )


def _officers() -> None:
    op.create_table(
        "officers",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("agency", sa.String(length=16), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("administrator", sa.Boolean(), nullable=False),
        sa.Column("deactivated_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["agency"], ["agencies.code"], name="fk_officers_agency"),
        sa.PrimaryKeyConstraint("id", name="pk_officers"),
        sa.UniqueConstraint("username", name="uq_officers_username"),
    )


def _desk_sessions() -> None:
    op.create_table(
        "desk_sessions",
        sa.Column("id", sa.String(length=43), nullable=False),
        sa.Column("officer", sa.String(length=16), nullable=False),
        sa.Column("newest", sa.String(length=43), nullable=False),
        sa.Column("former", sa.String(length=43), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("renewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_for", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["officer"], ["officers.id"], name="fk_desk_sessions_officer"),
        sa.PrimaryKeyConstraint("id", name="pk_desk_sessions"),
    )
    op.create_index("ix_desk_sessions_officer", "desk_sessions", ["officer"])


def _nonces() -> None:
    op.create_table(
        "nonces",
        sa.Column("nonce_hash", sa.String(length=64), nullable=False),
        sa.Column("signer", sa.String(length=26), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("nonce_hash", name="pk_nonces"),
    )
    op.create_index("ix_nonces_expires_at", "nonces", ["expires_at"])


def _attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_attempts"),
    )
    op.create_index("ix_attempts_since", "attempts", ["since"])
