"""Which entries name which files, and what of each file came from which tablet."""

import sqlalchemy as sa
from alembic import op

revision = "0010_attached"
down_revision = "0009_witnesses"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """All three begin empty: no program before this one let an entry name a file."""
    op.create_table(
        "attached",
        sa.Column("entry", sa.String(length=64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("manifest", sa.String(length=64), nullable=False),
        sa.Column("log", sa.String(length=65), nullable=False),
        sa.Column("signer", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(["signer"], ["signers.id"], name="fk_attached_signer"),
        sa.PrimaryKeyConstraint("entry", "place", name="pk_attached"),
    )
    op.create_index("ix_attached_manifest", "attached", ["manifest"])
    op.create_table(
        "uploads",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(length=16), nullable=False),
        sa.Column("manifest", sa.String(length=64), nullable=False),
        sa.Column("line", sa.LargeBinary(), nullable=False),
        sa.Column("have", sa.Integer(), nullable=False),
        sa.Column("whole_ms", sa.BigInteger(), nullable=True),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["device"], ["devices.id"], name="fk_uploads_device"),
        sa.PrimaryKeyConstraint("key", name="pk_uploads"),
        sa.UniqueConstraint("device", "manifest", name="uq_uploads_device"),
    )
    op.create_table(
        "upload_chunks",
        sa.Column("upload", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["upload"], ["uploads.key"], name="fk_upload_chunks_upload"),
        sa.PrimaryKeyConstraint("upload", "n", name="pk_upload_chunks"),
    )


def downgrade() -> None:
    """Takes the tables away again. The chunks stay in their folder."""
    op.drop_table("upload_chunks")
    op.drop_table("uploads")
    op.drop_table("attached")
