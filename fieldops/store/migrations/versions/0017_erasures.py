"""How long words about people are kept, and orders that erase them."""

import sqlalchemy as sa
from alembic import op

revision = "0017_erasures"
down_revision = "0016_accounts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """All begin empty: nobody decided anything before."""
    _retentions()
    _erasures()


def _retentions() -> None:
    op.create_table(
        "retentions",
        sa.Column("operation", sa.String(length=16), nullable=False),
        sa.Column("ref", sa.String(length=32), nullable=False),
        sa.Column("group", sa.String(length=16), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["operation"], ["operations.id"], name="fk_retentions_operation"),
        sa.ForeignKeyConstraint(["by"], ["officers.id"], name="fk_retentions_by"),
        sa.PrimaryKeyConstraint("operation", "ref", name="pk_retentions"),
    )


def _erasures() -> None:
    op.create_table(
        "erasures",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("operation", sa.String(length=16), nullable=False),
        sa.Column("scope", sa.String(length=16), nullable=False),
        sa.Column("ref", sa.String(length=32), nullable=False),
        sa.Column("ground", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.String(length=16), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=16), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused", sa.Text(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["operation"], ["operations.id"], name="fk_erasures_operation"),
        sa.ForeignKeyConstraint(["asked_by"], ["officers.id"], name="fk_erasures_asked_by"),
        sa.ForeignKeyConstraint(["decided_by"], ["officers.id"], name="fk_erasures_decided_by"),
        sa.PrimaryKeyConstraint("id", name="pk_erasures"),
    )
    op.create_index("ix_erasures_operation", "erasures", ["operation"])
    op.create_table(
        "erased_on",
        sa.Column("erasure", sa.String(length=16), nullable=False),
        sa.Column("signer", sa.String(length=26), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["erasure"], ["erasures.id"], name="fk_erased_on_erasure"),
        sa.ForeignKeyConstraint(["signer"], ["signers.id"], name="fk_erased_on_signer"),
        sa.PrimaryKeyConstraint("erasure", "signer", name="pk_erased_on"),
    )


def downgrade() -> None:
    """Takes the tables away again; what was erased stays erased."""
    for table in ("erased_on", "erasures", "retentions"):
        op.drop_table(table)
