"""The map of an operation as dots: where premises lie from the base, drawn and said.

A map is never the only way to a fact: every dot is also a row with bearing and distance.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, atan2, cos, degrees, radians, sin, sqrt

EARTH_RADIUS_M = 6_371_008.8
COMPASS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")
SIDE = 600  # units of the drawing's square view box
MARGIN = 40
NEAREST_TOGETHER = 27  # drawing units; dots nearer than this are fanned out so that each can be seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A point on the ground, with what the page says of it."""

    code: str
    name: str
    lat: float
    lon: float
    state: str
    colour: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A place on the drawing (x to the east, y to the south, in drawing units) and from the base."""

    place: Place
    x: float
    y: float
    bearing_deg: int
    compass: str
    distance_m: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DotMap:
    """The drawing: a square of `side` units, north up; `scale_m` metres are `scale_units` long on it."""

    side: int
    base_x: float
    base_y: float
    dots: tuple[Dot, ...]
    scale_m: int
    scale_units: float


def distance_m(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Great-circle distance in metres (haversine)."""
    half_lat, half_lon = radians(lat2 - lat1) / 2, radians(lon2 - lon1) / 2
    chord = sin(half_lat) ** 2 + cos(radians(lat1)) * cos(radians(lat2)) * sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(chord)))


def bearing_deg(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Initial bearing in degrees clockwise from north, 0 <= bearing < 360."""
    turn = radians(lon2 - lon1)
    east = sin(turn) * cos(radians(lat2))
    north = cos(radians(lat1)) * sin(radians(lat2)) - sin(radians(lat1)) * cos(radians(lat2)) * cos(turn)
    return degrees(atan2(east, north)) % 360


def distance_words(metres: float) -> str:
    """`350 m` below a kilometre, to the nearest ten; `2.4 km` from there."""
    return f"{round(metres / 10) * 10} m" if metres < 995 else f"{metres / 1000:.1f} km"


def dot_map(base: tuple[float, float], places: Sequence[Place]) -> DotMap:
    """Draw places round a base (lat, lon), to one scale both ways; places that coincide are fanned out."""
    lats = [base[0], *(place.lat for place in places)]
    lons = [base[1], *(place.lon for place in places)]
    mid_lat, mid_lon = (max(lats) + min(lats)) / 2, (max(lons) + min(lons)) / 2
    metres = [_flat(mid_lat, mid_lon, lat, lon) for lat, lon in zip(lats, lons, strict=True)]
    reach = max([50.0, *(max(abs(east), abs(north)) for east, north in metres)])
    unit = (SIDE / 2 - MARGIN) / reach
    drawn = _fanned([(SIDE / 2 + east * unit, SIDE / 2 - north * unit) for east, north in metres])
    scale_m = _round_length(reach / 2)
    return DotMap(
        side=SIDE,
        base_x=drawn[0][0],
        base_y=drawn[0][1],
        dots=tuple(_dot(base, place, at) for place, at in zip(places, drawn[1:], strict=True)),
        scale_m=scale_m,
        scale_units=round(scale_m * unit, 1),
    )


def _dot(base: tuple[float, float], place: Place, at: tuple[float, float]) -> Dot:
    bearing = bearing_deg(*base, place.lat, place.lon)
    return Dot(
        place=place,
        x=at[0],
        y=at[1],
        bearing_deg=round(bearing) % 360,
        compass=COMPASS[round(bearing / 45) % 8],
        distance_m=round(distance_m(*base, place.lat, place.lon)),
    )


def _flat(mid_lat: float, mid_lon: float, lat: float, lon: float) -> tuple[float, float]:
    """Metres east and north of the middle; good to centimetres over a city."""
    per_degree = radians(1) * EARTH_RADIUS_M
    return (lon - mid_lon) * per_degree * cos(radians(mid_lat)), (lat - mid_lat) * per_degree


def _fanned(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Move each point that would cover an earlier one round it on a widening spiral (a golden-angle turn)."""
    placed: list[tuple[float, float]] = []
    for x, y in points:
        step, at = 0, (x, y)
        while any((at[0] - px) ** 2 + (at[1] - py) ** 2 < NEAREST_TOGETHER**2 for px, py in placed):
            step += 1
            turn, out = radians(137.508 * step), 8 * sqrt(step)
            at = (x + out * cos(turn), y + out * sin(turn))
        placed.append((round(at[0], 1), round(at[1], 1)))
    return placed


def _round_length(metres: float) -> int:
    """The largest of 1, 2, 5 x 10^n metres that is not longer."""
    best = 10
    for power in (10, 100, 1_000, 10_000, 100_000):
        for lead in (1, 2, 5):
            if lead * power <= metres:
                best = lead * power
    return best
