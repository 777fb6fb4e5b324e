"""A one-time code names the tablet that it puts a further officer on."""

import sqlalchemy as sa
from alembic import op

revision = "0006_shared_tablets"
down_revision = "0005_sent"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Codes made before are for new tablets."""
    with op.batch_alter_table("enrolments") as enrolments:
        enrolments.add_column(sa.Column("device", sa.String(length=16), nullable=True))
        enrolments.create_foreign_key("fk_enrolments_device", "devices", ["device"], ["id"])


def downgrade() -> None:
    """Takes the column away again."""
    with op.batch_alter_table("enrolments") as enrolments:
        enrolments.drop_constraint("fk_enrolments_device", type_="foreignkey")
        enrolments.drop_column("device")
