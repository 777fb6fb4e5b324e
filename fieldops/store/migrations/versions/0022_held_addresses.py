"""The addresses of a strike can be held back until a while before it."""

import sqlalchemy as sa
from alembic import op

revision = "0022_held_addresses"
down_revision = "0021_agreements"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """All begin empty: nothing was held back before."""
    op.create_table(
        "strike_holds",
        sa.Column("operation", sa.String(length=16), nullable=False),
        sa.Column("strike_group", sa.String(length=16), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("meeting_point", sa.String(length=200), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("held_by", sa.String(length=16), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_by", sa.String(length=16), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["operation", "strike_group"],
            ["strikes.operation", "strikes.strike_group"],
            name="fk_strike_holds_operation",
        ),
        sa.ForeignKeyConstraint(["held_by"], ["officers.id"], name="fk_strike_holds_held_by"),
        sa.ForeignKeyConstraint(["released_by"], ["officers.id"], name="fk_strike_holds_released_by"),
        sa.PrimaryKeyConstraint("operation", "strike_group", "edition", name="pk_strike_holds"),
    )
    _opened_and_shown()


def _opened_and_shown() -> None:
    op.create_table(
        "addresses_opened",
        sa.Column("signer", sa.String(length=26), nullable=False),
        sa.Column("operation", sa.String(length=16), nullable=False),
        sa.Column("strike_group", sa.String(length=16), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("how", sa.String(length=8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["signer"], ["signers.id"], name="fk_addresses_opened_signer"),
        sa.PrimaryKeyConstraint("signer", "operation", "strike_group", "edition", name="pk_addresses_opened"),
    )
    op.create_table(
        "codes_shown",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("operation", sa.String(length=16), nullable=False),
        sa.Column("strike_group", sa.String(length=16), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("team", sa.String(length=16), nullable=False),
        sa.Column("officer", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["team"], ["teams.id"], name="fk_codes_shown_team"),
        sa.ForeignKeyConstraint(["officer"], ["officers.id"], name="fk_codes_shown_officer"),
        sa.PrimaryKeyConstraint("key", name="pk_codes_shown"),
    )
    op.create_index("ix_codes_shown_operation", "codes_shown", ["operation"])


def downgrade() -> None:
    """Takes the tables away again."""
    for table in ("codes_shown", "addresses_opened", "strike_holds"):
        op.drop_table(table)
