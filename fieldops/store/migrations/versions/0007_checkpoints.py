"""The order of what was received in each operation's tree, and the signed checkpoints over it."""

import sqlalchemy as sa
from alembic import op

revision = "0007_checkpoints"
down_revision = "0006_shared_tablets"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Both begin empty: the first checkpoint takes in all that was received before."""
    op.create_table(
        "leaves",
        sa.Column("operation", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("arrival", sa.Integer(), nullable=True),
        sa.Column("signer", sa.String(length=26), nullable=True),
        sa.ForeignKeyConstraint(["operation"], ["operations.id"], name="fk_leaves_operation"),
        sa.ForeignKeyConstraint(["arrival"], ["arrivals.key"], name="fk_leaves_arrival"),
        sa.ForeignKeyConstraint(["signer"], ["signers.id"], name="fk_leaves_signer"),
        sa.PrimaryKeyConstraint("operation", "position", name="pk_leaves"),
        sa.UniqueConstraint("arrival", name="uq_leaves_arrival"),
        sa.UniqueConstraint("signer", name="uq_leaves_signer"),
    )
    op.create_table(
        "checkpoints",
        sa.Column("operation", sa.String(length=16), nullable=False),
        sa.Column("size", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["operation"], ["operations.id"], name="fk_checkpoints_operation"),
        sa.PrimaryKeyConstraint("operation", "size", name="pk_checkpoints"),
    )


def downgrade() -> None:
    """Takes the tables away again."""
    op.drop_table("checkpoints")
    op.drop_table("leaves")
