"""Legal minimum pay by age as dated rows, and a careful comparison with what somebody was paid.

Amounts are whole ten-thousandths of a pound, hours whole hundredths, so that every language computes alike.
"""

import re
from dataclasses import dataclass
from datetime import date

from fieldops.domain.checklist.conditions import Truth
from fieldops.domain.reading import Part, as_part, expect_schema

SCHEMA = "fieldops/rates"
ADULT_AGE = 18
UNITS_PER_POUND = 10_000
UNITS_PER_HOUR = 100
MOST_HOURS = 400  # in one stated pay period; anything longer is more likely a misreading

_DECIMAL = re.compile(r"([0-9]{1,7})(?:\.([0-9]{1,4}))?")
_POUNDS = r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,6})(?:\.([0-9]{2}))?"
_AMOUNT = re.compile(rf"£ ?{_POUNDS}(?![0-9.,])|(?<![0-9.,]){_POUNDS} ?(?:pounds|gbp)(?![a-z])")
_HOURS = re.compile(r"(?<![0-9.,])([0-9]{1,3})(?:\.([0-9]{1,2}))? ?(?:hours|hour|hrs|hr|h)(?![a-z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """The least that people of one age may be paid; `special` for those on terms of their own."""

    id: str
    words: str
    from_age: int
    special: bool
    gbp: str
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The bands in force from a day on."""

    starts: date
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """The dated table. `rows` are in the order of their days."""

    id: str
    version: str
    rows: tuple[Row, ...]

    def bands_on(self, day: date, *, adult: bool) -> tuple[Band, ...]:
        """The bands that somebody may fall in on a day; all ages unless they are known to be adult."""
        in_force = [row for row in self.rows if row.starts <= day]
        bands = in_force[-1].bands if in_force else ()
        return tuple(one for one in bands if not one.special and (not adult or one.from_age >= ADULT_AGE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pay:
    """An amount for a number of hours."""

    units: int
    hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """`result` is yes only if the pay is below every rate that may apply; `below` names those it is below."""

    result: Truth
    below: tuple[str, ...]


def hourly(text: str) -> Pay | None:
    """An hourly amount such as "12.71"."""
    found = _DECIMAL.fullmatch(text)
    if found is None:
        return None
    return Pay(units=_units(found[1], found[2] or ""), hours=UNITS_PER_HOUR)


def stated(text: str) -> Pay | None:
    """Pay and hours from a worker's words, if they hold one amount in pounds, one number of hours, no more.

    Whatever could be read in two ways is not read at all.
    """
    plain = text.lower()
    amounts, hours = list(_AMOUNT.finditer(plain)), list(_HOURS.finditer(plain))
    if len(amounts) != 1 or len(hours) != 1:
        return None
    rest = _HOURS.sub("", _AMOUNT.sub("", plain))
    worked = int(hours[0][1]) * UNITS_PER_HOUR + int((hours[0][2] or "").ljust(2, "0"))
    if re.search("[0-9]", rest) or not 0 < worked <= MOST_HOURS * UNITS_PER_HOUR:
        return None
    whole, part = (amounts[0][1], amounts[0][2]) if amounts[0][1] else (amounts[0][3], amounts[0][4])
    return Pay(units=_units(whole.replace(",", ""), part or ""), hours=worked)


def compare(pay: Pay | None, bands: tuple[Band, ...]) -> Comparison:
    """Pay against the rates that may apply."""
    if pay is None or not bands:
        return Comparison(result=Truth.OPEN, below=())
    below = tuple(one.id for one in bands if pay.units * UNITS_PER_HOUR < one.units * pay.hours)
    if len(below) == len(bands):
        return Comparison(result=Truth.YES, below=below)
    return Comparison(result=Truth.OPEN if below else Truth.NO, below=below)


def parse_rates(data: object) -> Rates:
    """The table from its published JSON."""
    paper = as_part(data, "rates")
    expect_schema(paper, SCHEMA)
    rows = [_row(one) for one in paper.parts("rows")]
    return Rates(
        id=paper.text("id"),
        version=paper.text("version"),
        rows=tuple(sorted(rows, key=lambda row: row.starts)),
    )


def _row(part: Part) -> Row:
    try:
        starts = date.fromisoformat(part.text("from"))
    except ValueError as error:
        raise part.fault("from", "a date") from error
    return Row(starts=starts, bands=tuple(_band(one) for one in part.parts("bands")))


def _band(part: Part) -> Band:
    least = hourly(part.text("gbp"))
    if least is None:
        raise part.fault("gbp", "an amount such as 12.71")
    return Band(
        id=part.text("id"),
        words=part.text("words"),
        from_age=part.whole("from_age"),
        special=part.has("only_for"),
        gbp=part.text("gbp"),
        units=least.units,
    )


def _units(whole: str, part: str) -> int:
    return int(whole) * UNITS_PER_POUND + int(part.ljust(4, "0"))
