"""Roots of whole stretches of each tree, the epochs that ended, and what keepers of checkpoints reported."""

import sqlalchemy as sa
from alembic import op

revision = "0009_witnesses"
down_revision = "0008_claims"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """All begin empty: the next checkpoint adds the stretches of what is there."""
    op.create_table(
        "tiles",
        sa.Column("operation", sa.String(length=16), nullable=False),
        sa.Column("height", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["operation"], ["operations.id"], name="fk_tiles_operation"),
        sa.PrimaryKeyConstraint("operation", "height", "place", name="pk_tiles"),
    )
    op.create_table(
        "restores",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("operation", sa.String(length=16), nullable=False),
        sa.Column("epoch", sa.String(length=32), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["operation"], ["operations.id"], name="fk_restores_operation"),
        sa.PrimaryKeyConstraint("key", name="pk_restores"),
    )
    op.create_index("ix_restores_operation", "restores", ["operation"])
    op.create_table(
        "alarms",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("operation", sa.String(length=16), nullable=False),
        sa.Column("device", sa.String(length=16), nullable=False),
        sa.Column("signer", sa.String(length=26), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sort", sa.String(length=16), nullable=False),
        sa.Column("kept", sa.Text(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["operation"], ["operations.id"], name="fk_alarms_operation"),
        sa.ForeignKeyConstraint(["device"], ["devices.id"], name="fk_alarms_device"),
        sa.ForeignKeyConstraint(["signer"], ["signers.id"], name="fk_alarms_signer"),
        sa.PrimaryKeyConstraint("key", name="pk_alarms"),
    )
    op.create_index("ix_alarms_operation", "alarms", ["operation"])


def downgrade() -> None:
    """Takes the tables away again."""
    for table in ("alarms", "restores", "tiles"):
        op.drop_table(table)
