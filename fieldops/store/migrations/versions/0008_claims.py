"""What tablets say they hold, log by log, and what they say of themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0008_claims"
down_revision = "0007_checkpoints"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """All three begin empty: tablets tell at their next contact."""
    op.create_table(
        "claims",
        sa.Column("log", sa.String(length=65), nullable=False),
        sa.Column("signer", sa.String(length=26), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("file_bytes", sa.BigInteger(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["signer"], ["signers.id"], name="fk_claims_signer"),
        sa.PrimaryKeyConstraint("log", name="pk_claims"),
    )
    op.create_index("ix_claims_signer", "claims", ["signer"])
    op.create_table(
        "stores",
        sa.Column("signer", sa.String(length=26), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["signer"], ["signers.id"], name="fk_stores_signer"),
        sa.PrimaryKeyConstraint("signer", name="pk_stores"),
    )
    op.create_table(
        "storages",
        sa.Column("device", sa.String(length=16), nullable=False),
        sa.Column("persisted", sa.Boolean(), nullable=True),
        sa.Column("quota_mib", sa.Integer(), nullable=True),
        sa.Column("usage_mib", sa.Integer(), nullable=True),
        sa.Column("build", sa.String(length=64), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["device"], ["devices.id"], name="fk_storages_device"),
        sa.PrimaryKeyConstraint("device", name="pk_storages"),
    )


def downgrade() -> None:
    """Takes the tables away again."""
    op.drop_table("storages")
    op.drop_table("stores")
    op.drop_table("claims")
