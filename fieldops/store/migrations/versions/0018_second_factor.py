"""A second factor at the desk: an app, security keys, recovery codes, and sign-ins that are half done."""

import sqlalchemy as sa
from alembic import op

revision = "0018_second_factor"
down_revision = "0017_erasures"
branch_labels = None
depends_on = None
AT = sa.DateTime(timezone=True)
TABLES = ("half_signed_in", "security_keys", "recovery_codes", "authenticators")


def upgrade() -> None:
    """Nobody has a second factor yet."""
    op.add_column(
        "desk_sessions", sa.Column("factor", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_table(
        "authenticators",
        sa.Column("officer", sa.String(16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["officer"], ["officers.id"], name="fk_authenticators_officer"),
        sa.PrimaryKeyConstraint("officer", name="pk_authenticators"),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("officer", sa.String(16), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["officer"], ["officers.id"], name="fk_recovery_codes_officer"),
        sa.PrimaryKeyConstraint("officer", "code_hash", name="pk_recovery_codes"),
    )
    _keys()
    _half()


def downgrade() -> None:
    """Takes every second factor away: the password alone signs in then."""
    for table in TABLES:
        op.drop_table(table)
    op.drop_column("desk_sessions", "factor")


def _keys() -> None:
    op.create_table(
        "security_keys",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("officer", sa.String(16), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("uses", sa.BigInteger(), nullable=False),
        sa.Column("added_at", AT, nullable=False),
        sa.Column("used_at", AT),
        sa.ForeignKeyConstraint(["officer"], ["officers.id"], name="fk_security_keys_officer"),
        sa.PrimaryKeyConstraint("id", name="pk_security_keys"),
    )
    op.create_index("ix_security_keys_officer", "security_keys", ["officer"])


def _half() -> None:
    op.create_table(
        "half_signed_in",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("officer", sa.String(16), nullable=False),
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.ForeignKeyConstraint(["officer"], ["officers.id"], name="fk_half_signed_in_officer"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_half_signed_in"),
    )
    op.create_index("ix_half_signed_in_expires_at", "half_signed_in", ["expires_at"])
