"""What an operation calls the agencies that take part in it."""

import sqlalchemy as sa
from alembic import op

revision = "0004_agency_names"
down_revision = "0003_operations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What an operation calls the agencies that take part in it."""
    op.create_table(
        "operation_agencies",
        sa.Column("operation", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["operation"], ["operations.id"], name="fk_operation_agencies_operation"),
        sa.ForeignKeyConstraint(["code"], ["agencies.code"], name="fk_operation_agencies_code"),
        sa.PrimaryKeyConstraint("operation", "code", name="pk_operation_agencies"),
    )


def downgrade() -> None:
    """Takes the table away again."""
    op.drop_table("operation_agencies")
