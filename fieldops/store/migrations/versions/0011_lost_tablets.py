"""A tablet that was reported lost is told from one that was revoked for another reason."""

import sqlalchemy as sa
from alembic import op

revision = "0011_lost_tablets"
down_revision = "0010_attached"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of tablets revoked before nobody said that they were lost."""
    with op.batch_alter_table("devices") as devices:
        devices.add_column(sa.Column("lost", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Takes the column away again."""
    with op.batch_alter_table("devices") as devices:
        devices.drop_column("lost")
