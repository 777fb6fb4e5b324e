"""What was decided about entries that had been put aside, and what was let into a stream by it."""

import sqlalchemy as sa
from alembic import op

revision = "0014_decisions"
down_revision = "0013_wipes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of what was put aside before, nothing is decided."""
    op.add_column("quarantine", sa.Column("decision", sa.LargeBinary(32)))
    op.add_column(
        "quarantine", sa.Column("released", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("arrivals", sa.Column("decision", sa.LargeBinary(32)))


def downgrade() -> None:
    """Takes the columns away; what was let in stays in its stream."""
    op.drop_column("arrivals", "decision")
    op.drop_column("quarantine", "released")
    op.drop_column("quarantine", "decision")
