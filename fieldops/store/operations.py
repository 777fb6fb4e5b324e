"""Operations, their strikes and their premises: what is known before anybody goes."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import (
    JSON,
    Date,
    Float,
    ForeignKey,
    Select,
    String,
    Text,
    Time,
    UniqueConstraint,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from fieldops.domain.errors import Refusal
from fieldops.domain.ids import OfficerId, OperationId, PaperHash, PremisesId
from fieldops.domain.operation import Operation, PaperSet, Place, Premises, Strike
from fieldops.store.base import Base, Instant
from fieldops.store.directory import RoleRow


class OperationRow(Base):
    """An operation. The five paper hashes name what it is run by."""

    __tablename__ = "operations"
    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    nation: Mapped[str] = mapped_column(String(32))
    time_zone: Mapped[str] = mapped_column(String(64))
    days: Mapped[list[str]] = mapped_column(JSON)
    firewall: Mapped[str] = mapped_column(String(16))
    firewall_statement: Mapped[str] = mapped_column(Text)
    checklist: Mapped[str] = mapped_column(String(64))
    indicators: Mapped[str] = mapped_column(String(64))
    classes: Mapped[str] = mapped_column(String(64))
    agreement: Mapped[str] = mapped_column(String(64))
    rates: Mapped[str] = mapped_column(String(64))
    base_name: Mapped[str | None] = mapped_column(String(200))
    base_lat: Mapped[float | None] = mapped_column(Float)
    base_lon: Mapped[float | None] = mapped_column(Float)
    opened_at: Mapped[datetime] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)


class StrikeRow(Base):
    """A linked group and the moment at which all its premises are entered, local time."""

    __tablename__ = "strikes"
    operation: Mapped[str] = mapped_column(ForeignKey("operations.id"), primary_key=True)
    group: Mapped[str] = mapped_column("strike_group", String(16), primary_key=True)
    day: Mapped[date] = mapped_column(Date)
    at: Mapped[time] = mapped_column(Time)
    tolerance_min: Mapped[int]


class PremisesRow(Base):
    """One address unit and the business expected there."""

    __tablename__ = "premises"
    __table_args__ = (UniqueConstraint("operation", "code"),)
    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    operation: Mapped[str] = mapped_column(ForeignKey("operations.id"))
    code: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(200))
    company_no: Mapped[str] = mapped_column(String(8))
    sic: Mapped[str] = mapped_column(String(8))
    building: Mapped[str] = mapped_column(String(100))
    address: Mapped[str] = mapped_column(String(300))
    uprn: Mapped[str] = mapped_column(String(12))
    lat: Mapped[float] = mapped_column(Float)
    lon: Mapped[float] = mapped_column(Float)
    languages: Mapped[list[str]] = mapped_column(JSON)
    workers_expected: Mapped[int]
    tier: Mapped[str] = mapped_column(String(8))
    strike_group: Mapped[str | None] = mapped_column(String(16))
    needs: Mapped[list[str]] = mapped_column(JSON)
    minutes: Mapped[int]
    window_from: Mapped[time] = mapped_column(Time)
    window_to: Mapped[time] = mapped_column(Time)


def add_operation(session: Session, new: Operation) -> None:
    """Opens an operation; a code that is taken is refused."""
    if session.scalar(select(OperationRow.id).where(OperationRow.code == new.code)) is not None:
        raise Refusal("operation_exists", "Another operation has this code.", operation=new.code)
    session.add(
        OperationRow(
            id=new.id,
            code=new.code,
            name=new.name,
            nation=new.nation,
            time_zone=new.time_zone,
            days=[day.isoformat() for day in new.days],
            firewall=new.firewall,
            firewall_statement=new.firewall_statement,
            checklist=new.papers.checklist,
            indicators=new.papers.indicators,
            classes=new.papers.classes,
            agreement=new.papers.agreement,
            rates=new.papers.rates,
            base_name=new.base.name if new.base else None,
            base_lat=new.base.lat if new.base else None,
            base_lon=new.base.lon if new.base else None,
            opened_at=new.opened_at,
            closed_at=new.closed_at,
        )
    )
    session.flush()


def operation(session: Session, operation_id: OperationId) -> Operation | None:
    """The operation of this id."""
    row = session.get(OperationRow, operation_id)
    return None if row is None else _operation(row)


def operation_coded(session: Session, code: str) -> Operation | None:
    """The operation of this code."""
    row = session.scalar(select(OperationRow).where(OperationRow.code == code))
    return None if row is None else _operation(row)


def operations(session: Session) -> list[Operation]:
    """All operations, the newest first: for administrators and commands."""
    return [_operation(row) for row in session.scalars(_newest_first())]


def operations_of(session: Session, officer: OfficerId) -> list[Operation]:
    """The operations on which an officer holds a role, the newest first."""
    serving = select(RoleRow.operation).where(RoleRow.officer == officer)
    rows = session.scalars(_newest_first().where(OperationRow.id.in_(serving)))
    return [_operation(row) for row in rows]


def close_operation(session: Session, operation_id: OperationId, at: datetime) -> None:
    """The operation is over; what was recorded stays readable to those who may read it."""
    session.get_one(OperationRow, operation_id).closed_at = at
    session.flush()


def add_strike(session: Session, operation_id: OperationId, new: Strike) -> None:
    """Sets the moment of a linked group, or moves it."""
    minutes = int(new.tolerance.total_seconds() // 60)
    session.merge(
        StrikeRow(operation=operation_id, group=new.group, day=new.day, at=new.at, tolerance_min=minutes)
    )
    session.flush()


def strikes(session: Session, operation_id: OperationId) -> dict[str, Strike]:
    """The operation's strikes by their group."""
    query = select(StrikeRow).where(StrikeRow.operation == operation_id).order_by(StrikeRow.group)
    return {
        row.group: Strike(
            group=row.group, day=row.day, at=row.at, tolerance=timedelta(minutes=row.tolerance_min)
        )
        for row in session.scalars(query)
    }


def add_premises(session: Session, new: Premises) -> None:
    """Adds premises to their operation; a code that is taken there is refused."""
    taken = select(PremisesRow.id).where(PremisesRow.operation == new.operation, PremisesRow.code == new.code)
    if session.scalar(taken) is not None:
        raise Refusal("premises_exist", "Other premises of this operation have this code.", premises=new.code)
    session.add(
        PremisesRow(
            id=new.id,
            operation=new.operation,
            code=new.code,
            name=new.name,
            company_no=new.company_no,
            sic=new.sic,
            building=new.building,
            address=new.address,
            uprn=new.uprn,
            lat=new.lat,
            lon=new.lon,
            languages=list(new.languages),
            workers_expected=new.workers_expected,
            tier=new.tier,
            strike_group=new.strike_group,
            needs=list(new.needs),
            minutes=new.minutes,
            window_from=new.window[0],
            window_to=new.window[1],
        )
    )
    session.flush()


def premises_of(session: Session, operation_id: OperationId) -> list[Premises]:
    """The operation's premises, by code."""
    query = select(PremisesRow).where(PremisesRow.operation == operation_id).order_by(PremisesRow.code)
    return [_premises(row) for row in session.scalars(query)]


def premises(session: Session, ids: Sequence[PremisesId]) -> dict[PremisesId, Premises]:
    """The premises of these ids; an unknown id is left out."""
    rows = session.scalars(select(PremisesRow).where(PremisesRow.id.in_(set(ids))))
    return {PremisesId(row.id): _premises(row) for row in rows}


def _newest_first() -> Select[tuple[OperationRow]]:
    return select(OperationRow).order_by(OperationRow.opened_at.desc(), OperationRow.code)


def _operation(row: OperationRow) -> Operation:
    base = None
    if row.base_name is not None and row.base_lat is not None and row.base_lon is not None:
        base = Place(name=row.base_name, lat=row.base_lat, lon=row.base_lon)
    return Operation(
        id=OperationId(row.id),
        code=row.code,
        name=row.name,
        nation=row.nation,
        time_zone=row.time_zone,
        days=tuple(date.fromisoformat(day) for day in row.days),
        firewall=row.firewall,
        firewall_statement=row.firewall_statement,
        papers=PaperSet(
            checklist=PaperHash(row.checklist),
            indicators=PaperHash(row.indicators),
            classes=PaperHash(row.classes),
            agreement=PaperHash(row.agreement),
            rates=PaperHash(row.rates),
        ),
        base=base,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
    )


def _premises(row: PremisesRow) -> Premises:
    return Premises(
        id=PremisesId(row.id),
        operation=OperationId(row.operation),
        code=row.code,
        name=row.name,
        company_no=row.company_no,
        sic=row.sic,
        building=row.building,
        address=row.address,
        uprn=row.uprn,
        lat=row.lat,
        lon=row.lon,
        languages=tuple(row.languages),
        workers_expected=row.workers_expected,
        tier=row.tier,
        strike_group=row.strike_group,
        needs=tuple(row.needs),
        minutes=row.minutes,
        window=(row.window_from, row.window_to),
    )
