"""Orders that wipe a store from its tablet, those refused, and the last words of stores that are gone."""

import sqlalchemy as sa
from alembic import op

revision = "0013_wipes"
down_revision = "0012_bundles_taken"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """All begin empty: nothing was ordered before."""
    op.create_table(
        "wipes",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("signer", sa.String(length=26), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ordered_by", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("forced", sa.Boolean(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("signature", sa.String(length=88), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["signer"], ["signers.id"], name="fk_wipes_signer"),
        sa.ForeignKeyConstraint(["ordered_by"], ["officers.id"], name="fk_wipes_ordered_by"),
        sa.PrimaryKeyConstraint("id", name="pk_wipes"),
    )
    op.create_index("ix_wipes_signer", "wipes", ["signer"])
    op.create_table(
        "wiped",
        sa.Column("signer", sa.String(length=26), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("signature", sa.String(length=88), nullable=False),
        sa.ForeignKeyConstraint(["signer"], ["signers.id"], name="fk_wiped_signer"),
        sa.PrimaryKeyConstraint("signer", name="pk_wiped"),
    )
    op.create_table(
        "refused_wipes",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("signer", sa.String(length=26), nullable=False),
        sa.Column("order", sa.String(length=64), nullable=False),
        sa.Column("why", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["signer"], ["signers.id"], name="fk_refused_wipes_signer"),
        sa.PrimaryKeyConstraint("key", name="pk_refused_wipes"),
    )
    op.create_index("ix_refused_wipes_signer", "refused_wipes", ["signer"])


def downgrade() -> None:
    """Takes the tables away again."""
    for table in ("refused_wipes", "wiped", "wipes"):
        op.drop_table(table)
