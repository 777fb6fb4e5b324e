"""Operations with their roles, premises, tablets, teams and visits."""

import sqlalchemy as sa
from alembic import op

revision = "0003_operations"
down_revision = "0002_directory"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Operations with their roles, premises, tablets, teams and visits."""
    _operations()
    _roles()
    _strikes()
    _premises()
    _devices()
    _signers()
    _enrolments()
    _teams()
    _members()
    _visits()
    _supports()


def downgrade() -> None:
    """Takes the tables away again, the last made first."""
    for table in (
        "supports",
        "visits",
        "members",
        "teams",
        "enrolments",
        "signers",
        "devices",
        "premises",
        "strikes",
        "roles",
        "operations",
    ):
        op.drop_table(table)


def _operations() -> None:
    op.create_table(
        "operations",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("nation", sa.String(length=32), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("days", sa.JSON(), nullable=False),
        sa.Column("firewall", sa.String(length=16), nullable=False),
        sa.Column("firewall_statement", sa.Text(), nullable=False),
        sa.Column("checklist", sa.String(length=64), nullable=False),
        sa.Column("indicators", sa.String(length=64), nullable=False),
        sa.Column("classes", sa.String(length=64), nullable=False),
        sa.Column("agreement", sa.String(length=64), nullable=False),
        sa.Column("rates", sa.String(length=64), nullable=False),
        sa.Column("base_name", sa.String(length=200), nullable=True),
        sa.Column("base_lat", sa.Float(), nullable=True),
        sa.Column("base_lon", sa.Float(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_operations"),
        sa.UniqueConstraint("code", name="uq_operations_code"),
    )


def _roles() -> None:
    op.create_table(
        "roles",
        sa.Column("operation", sa.String(length=16), nullable=False),
        sa.Column("officer", sa.String(length=16), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["officer"], ["officers.id"], name="fk_roles_officer"),
        sa.ForeignKeyConstraint(["operation"], ["operations.id"], name="fk_roles_operation"),
        sa.PrimaryKeyConstraint("operation", "officer", "role", name="pk_roles"),
    )
    op.create_index("ix_roles_officer", "roles", ["officer"])


def _strikes() -> None:
    op.create_table(
        "strikes",
        sa.Column("operation", sa.String(length=16), nullable=False),
        sa.Column("strike_group", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.Time(), nullable=False),
        sa.Column("tolerance_min", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["operation"], ["operations.id"], name="fk_strikes_operation"),
        sa.PrimaryKeyConstraint("operation", "strike_group", name="pk_strikes"),
    )


def _premises() -> None:
    op.create_table(
        "premises",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("operation", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("company_no", sa.String(length=8), nullable=False),
        sa.Column("sic", sa.String(length=8), nullable=False),
        sa.Column("building", sa.String(length=100), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("uprn", sa.String(length=12), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("workers_expected", sa.Integer(), nullable=False),
        sa.Column("tier", sa.String(length=8), nullable=False),
        sa.Column("strike_group", sa.String(length=16), nullable=True),
        sa.Column("needs", sa.JSON(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("window_from", sa.Time(), nullable=False),
        sa.Column("window_to", sa.Time(), nullable=False),
        sa.ForeignKeyConstraint(["operation"], ["operations.id"], name="fk_premises_operation"),
        sa.PrimaryKeyConstraint("id", name="pk_premises"),
        sa.UniqueConstraint("operation", "code", name="uq_premises_operation_code"),
    )


def _devices() -> None:
    op.create_table(
        "devices",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("operation", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(length=16), nullable=True),
        sa.Column("revoked_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["operation"], ["operations.id"], name="fk_devices_operation"),
        sa.ForeignKeyConstraint(["revoked_by"], ["officers.id"], name="fk_devices_revoked_by"),
        sa.PrimaryKeyConstraint("id", name="pk_devices"),
        sa.UniqueConstraint("operation", "number", name="uq_devices_operation_number"),
    )


def _signers() -> None:
    op.create_table(
        "signers",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("key", sa.String(length=88), nullable=False),
        sa.Column("device", sa.String(length=16), nullable=False),
        sa.Column("officer", sa.String(length=16), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("signature", sa.String(length=88), nullable=False),
        sa.Column("issued", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_after", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["device"], ["devices.id"], name="fk_signers_device"),
        sa.ForeignKeyConstraint(["officer"], ["officers.id"], name="fk_signers_officer"),
        sa.PrimaryKeyConstraint("id", name="pk_signers"),
    )
    op.create_index("ix_signers_device", "signers", ["device"])
    op.create_index("ix_signers_officer", "signers", ["officer"])


def _enrolments() -> None:
    op.create_table(
        "enrolments",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("operation", sa.String(length=16), nullable=False),
        sa.Column("officer", sa.String(length=16), nullable=False),
        sa.Column("issued_by", sa.String(length=16), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signer", sa.String(length=26), nullable=True),
        sa.ForeignKeyConstraint(["issued_by"], ["officers.id"], name="fk_enrolments_issued_by"),
        sa.ForeignKeyConstraint(["officer"], ["officers.id"], name="fk_enrolments_officer"),
        sa.ForeignKeyConstraint(["operation"], ["operations.id"], name="fk_enrolments_operation"),
        sa.ForeignKeyConstraint(["signer"], ["signers.id"], name="fk_enrolments_signer"),
        sa.PrimaryKeyConstraint("code_hash", name="pk_enrolments"),
    )


def _teams() -> None:
    op.create_table(
        "teams",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("operation", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("capabilities", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["operation"], ["operations.id"], name="fk_teams_operation"),
        sa.PrimaryKeyConstraint("id", name="pk_teams"),
        sa.UniqueConstraint("operation", "code", name="uq_teams_operation_code"),
    )


def _members() -> None:
    op.create_table(
        "members",
        sa.Column("team", sa.String(length=16), nullable=False),
        sa.Column("officer", sa.String(length=16), nullable=False),
        sa.Column("capabilities", sa.JSON(), nullable=False),
        sa.Column("lead", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["officer"], ["officers.id"], name="fk_members_officer"),
        sa.ForeignKeyConstraint(["team"], ["teams.id"], name="fk_members_team"),
        sa.PrimaryKeyConstraint("team", "officer", name="pk_members"),
    )
    op.create_index("ix_members_officer", "members", ["officer"])


def _visits() -> None:
    op.create_table(
        "visits",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("operation", sa.String(length=16), nullable=False),
        sa.Column("premises", sa.String(length=16), nullable=False),
        sa.Column("team", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("planned_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("paper", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["operation"], ["operations.id"], name="fk_visits_operation"),
        sa.ForeignKeyConstraint(["premises"], ["premises.id"], name="fk_visits_premises"),
        sa.ForeignKeyConstraint(["team"], ["teams.id"], name="fk_visits_team"),
        sa.PrimaryKeyConstraint("id", name="pk_visits"),
    )
    op.create_index("ix_visits_operation", "visits", ["operation"])
    op.create_index("ix_visits_premises", "visits", ["premises"])
    op.create_index("ix_visits_team", "visits", ["team"])


def _supports() -> None:
    op.create_table(
        "supports",
        sa.Column("visit", sa.String(length=16), nullable=False),
        sa.Column("officer", sa.String(length=16), nullable=False),
        sa.Column("capabilities", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["officer"], ["officers.id"], name="fk_supports_officer"),
        sa.ForeignKeyConstraint(["visit"], ["visits.id"], name="fk_supports_visit"),
        sa.PrimaryKeyConstraint("visit", "officer", name="pk_supports"),
    )
    op.create_index("ix_supports_officer", "supports", ["officer"])
