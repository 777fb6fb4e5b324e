"""The access log, and where each of its lines lies in its operation's tree."""

import sqlalchemy as sa
from alembic import op

revision = "0019_looks"
down_revision = "0018_second_factor"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of what was looked at before, nothing is known."""
    op.create_table(
        "looks",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("operation", sa.String(16), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("door", sa.String(64), nullable=False),
        sa.Column("officer", sa.String(16)),
        sa.Column("agency", sa.String(16)),
        sa.Column("roles", sa.String(200), nullable=False),
        sa.Column("through", sa.String(16), nullable=False),
        sa.Column("session", sa.String(32), nullable=False),
        sa.Column("request", sa.String(32), nullable=False),
        sa.Column("visits", sa.Text(), nullable=False),
        sa.Column("person", sa.String(64)),
        sa.Column("classes", sa.String(200), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(32), nullable=False),
        sa.Column("covered", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("told_ms", sa.BigInteger()),
        sa.ForeignKeyConstraint(["operation"], ["operations.id"], name="fk_looks_operation"),
        sa.PrimaryKeyConstraint("key", name="pk_looks"),
    )
    op.create_index("ix_looks_operation_officer", "looks", ["operation", "officer"])
    op.create_table(
        "look_reasons",
        sa.Column("session", sa.String(64), nullable=False),
        sa.Column("about", sa.String(64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("session", "about", name="pk_look_reasons"),
    )
    with op.batch_alter_table("leaves") as leaves:
        leaves.add_column(sa.Column("look", sa.Integer()))
        leaves.create_foreign_key("fk_leaves_look", "looks", ["look"], ["key"])
        leaves.create_unique_constraint("uq_leaves_look", ["look"])


def downgrade() -> None:
    """Takes the log away. Leaves of its lines keep their place and their hash."""
    with op.batch_alter_table("leaves") as leaves:
        leaves.drop_constraint("uq_leaves_look", type_="unique")
        leaves.drop_constraint("fk_leaves_look", type_="foreignkey")
        leaves.drop_column("look")
    op.drop_table("look_reasons")
    op.drop_table("looks")
