"""Which bundles were taken in, and at whose hand."""

import sqlalchemy as sa
from alembic import op

revision = "0012_bundles_taken"
down_revision = "0011_lost_tablets"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of bundles taken in before nobody remembers."""
    op.create_table(
        "bundles_taken",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("operation", sa.String(length=16), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("way", sa.String(length=16), nullable=False),
        sa.Column("taken_by", sa.String(length=16), nullable=True),
        sa.Column("via", sa.String(length=26), nullable=True),
        sa.Column("brought", sa.Integer(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["operation"], ["operations.id"], name="fk_bundles_taken_operation"),
        sa.ForeignKeyConstraint(["taken_by"], ["officers.id"], name="fk_bundles_taken_taken_by"),
        sa.ForeignKeyConstraint(["via"], ["signers.id"], name="fk_bundles_taken_via"),
        sa.PrimaryKeyConstraint("key", name="pk_bundles_taken"),
    )
    op.create_index("ix_bundles_taken_operation", "bundles_taken", ["operation"])


def downgrade() -> None:
    """Takes the table away again."""
    op.drop_table("bundles_taken")
