"""A visit stays with the edition of the checklist that it began with."""

import sqlalchemy as sa
from alembic import op

revision = "0015_editions"
down_revision = "0014_decisions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No operation had another edition than its one until now."""
    op.add_column("visits", sa.Column("checklist", sa.String(64)))


def downgrade() -> None:
    """Takes the column away: every visit is then run by its operation's edition."""
    op.drop_column("visits", "checklist")
