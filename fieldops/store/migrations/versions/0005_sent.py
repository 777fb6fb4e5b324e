"""Who was ever sent to a visit or led it, and the roles that were ever held."""

import sqlalchemy as sa
from alembic import op

revision = "0005_sent"
down_revision = "0004_agency_names"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes both tables and begins them with what is planned now."""
    op.create_table(
        "sent",
        sa.Column("visit", sa.String(length=16), nullable=False),
        sa.Column("officer", sa.String(length=16), nullable=False),
        sa.Column("operation", sa.String(length=16), nullable=False),
        sa.Column("led", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["visit"], ["visits.id"], name="fk_sent_visit"),
        sa.ForeignKeyConstraint(["officer"], ["officers.id"], name="fk_sent_officer"),
        sa.ForeignKeyConstraint(["operation"], ["operations.id"], name="fk_sent_operation"),
        sa.PrimaryKeyConstraint("visit", "officer", name="pk_sent"),
    )
    op.create_index("ix_sent_operation", "sent", ["operation"])
    op.create_index("ix_sent_officer", "sent", ["officer", "operation"])
    op.create_table(
        "roles_held",
        sa.Column("operation", sa.String(length=16), nullable=False),
        sa.Column("officer", sa.String(length=16), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["operation"], ["operations.id"], name="fk_roles_held_operation"),
        sa.ForeignKeyConstraint(["officer"], ["officers.id"], name="fk_roles_held_officer"),
        sa.PrimaryKeyConstraint("operation", "officer", "role", name="pk_roles_held"),
    )
    op.execute(
        "INSERT INTO sent (visit, officer, operation, led)"
        " SELECT visits.id, members.officer, visits.operation, members.lead"
        " FROM visits JOIN members ON members.team = visits.team"
    )
    op.execute(
        "INSERT INTO sent (visit, officer, operation, led)"
        " SELECT visits.id, supports.officer, visits.operation, false"
        " FROM supports JOIN visits ON visits.id = supports.visit"
        " WHERE NOT EXISTS (SELECT 1 FROM sent"
        " WHERE sent.visit = supports.visit AND sent.officer = supports.officer)"
    )
    op.execute("INSERT INTO roles_held (operation, officer, role) SELECT operation, officer, role FROM roles")


def downgrade() -> None:
    """Takes the tables away again."""
    op.drop_table("roles_held")
    op.drop_table("sent")
