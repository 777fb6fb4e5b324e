"""What was said about looks that a rule had raised."""

import sqlalchemy as sa
from alembic import op

revision = "0020_look_reviews"
down_revision = "0019_looks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing was said yet."""
    op.create_table(
        "look_reviews",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("operation", sa.String(16), nullable=False),
        sa.Column("raised", sa.String(32), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by", sa.String(16), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["operation"], ["operations.id"], name="fk_look_reviews_operation"),
        sa.ForeignKeyConstraint(["by"], ["officers.id"], name="fk_look_reviews_by"),
        sa.PrimaryKeyConstraint("key", name="pk_look_reviews"),
    )
    op.create_index("ix_look_reviews_operation", "look_reviews", ["operation"])


def downgrade() -> None:
    """Takes the words away; the log stays."""
    op.drop_table("look_reviews")
