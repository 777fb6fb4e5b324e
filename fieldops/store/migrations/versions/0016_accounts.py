"""An agency keeps its own accounts: who does, one-time links to set a password, and what was done to whom."""

import sqlalchemy as sa
from alembic import op

revision = "0016_accounts"
down_revision = "0015_editions"
branch_labels = None
depends_on = None
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Nobody keeps an agency's accounts yet, and of what was done before nothing is known."""
    op.add_column(
        "officers", sa.Column("agency_administrator", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    for name in ("browser", "address"):
        op.add_column("desk_sessions", sa.Column(name, sa.String(64), nullable=False, server_default=""))
    op.create_table(
        "set_links",
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("officer", sa.String(16), nullable=False),
        sa.Column("made_by", sa.String(16)),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("used_at", AT),
        sa.ForeignKeyConstraint(["officer"], ["officers.id"], name="fk_set_links_officer"),
        sa.ForeignKeyConstraint(["made_by"], ["officers.id"], name="fk_set_links_made_by"),
        sa.PrimaryKeyConstraint("code_hash", name="pk_set_links"),
    )
    op.create_index("ix_set_links_officer", "set_links", ["officer"])
    _account_history()


def downgrade() -> None:
    """Takes both tables and the columns away; accounts stay as they are."""
    op.drop_table("account_history")
    op.drop_table("set_links")
    for name in ("address", "browser"):
        op.drop_column("desk_sessions", name)
    op.drop_column("officers", "agency_administrator")


def _account_history() -> None:
    op.create_table(
        "account_history",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("officer", sa.String(16), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("deed", sa.String(32), nullable=False),
        sa.Column("by", sa.String(16)),
        sa.Column("about", sa.String(200), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["officer"], ["officers.id"], name="fk_account_history_officer"),
        sa.ForeignKeyConstraint(["by"], ["officers.id"], name="fk_account_history_by"),
        sa.PrimaryKeyConstraint("id", name="pk_account_history"),
    )
    op.create_index("ix_account_history_officer", "account_history", ["officer"])
