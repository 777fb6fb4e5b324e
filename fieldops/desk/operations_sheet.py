"""What the list of operations says of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from fieldops.domain.operation import Operation


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationLine:
    """One operation in the list."""

    code: str
    name: str
    days: str
    state: str


def operation_lines(operations: Sequence[Operation], now: datetime) -> tuple[OperationLine, ...]:
    """The operations in the order given."""
    return tuple(
        OperationLine(code=one.code, name=one.name, days=days_words(one.days), state=_state(one, now))
        for one in operations
    )


def days_words(days: Sequence[date]) -> str:
    """`9 to 11 February 2027`, or each day where they do not follow on."""
    if not days:
        return "no days set"
    first, last = min(days), max(days)
    if first == last:
        return f"{first.day} {first:%B %Y}"
    if (last - first).days + 1 > len(set(days)):
        return ", ".join(f"{day.day} {day:%B %Y}" for day in sorted(set(days)))
    opening = f"{first.day}" if first.month == last.month else f"{first.day} {first:%B}"
    return f"{opening} to {last.day} {last:%B %Y}"


def _state(operation: Operation, now: datetime) -> str:
    if operation.closed_at is not None:
        return "Closed"
    today = now.date()
    if not operation.days or today < min(operation.days):
        return "To come"
    return "Running" if today <= max(operation.days) else "Visits over"
