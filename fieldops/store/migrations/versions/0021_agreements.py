"""Changes of sharing agreements: who asked for which version, why, and who put it in force."""

import sqlalchemy as sa
from alembic import op

revision = "0021_agreements"
down_revision = "0020_look_reviews"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Until now an operation kept the agreement that it was opened under."""
    op.create_table(
        "agreement_changes",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("operation", sa.String(length=16), nullable=False),
        sa.Column("base", sa.String(length=64), nullable=False),
        sa.Column("paper", sa.String(length=64), nullable=False),
        sa.Column("asked_by", sa.String(length=16), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("decided_by", sa.String(length=16), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["operation"], ["operations.id"], name="fk_agreement_changes_operation"),
        sa.ForeignKeyConstraint(["asked_by"], ["officers.id"], name="fk_agreement_changes_asked_by"),
        sa.ForeignKeyConstraint(["decided_by"], ["officers.id"], name="fk_agreement_changes_decided_by"),
        sa.PrimaryKeyConstraint("key", name="pk_agreement_changes"),
    )
    op.create_index("ix_agreement_changes_operation", "agreement_changes", ["operation"])


def downgrade() -> None:
    """Each operation keeps the agreement that is in force; who changed it is forgotten."""
    op.drop_table("agreement_changes")
