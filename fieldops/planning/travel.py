"""Minutes between two places: great-circle distance by the haversine formula, lengthened by circuity."""

from math import asin, ceil, cos, radians, sin, sqrt

from fieldops.planning.problem import Point, Travel

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the earth (IUGG)."""


def distance_km(here: Point, there: Point) -> float:
    """Great-circle distance in kilometres."""
    lat_here, lat_there = radians(here.lat), radians(there.lat)
    half_lat = sin((lat_there - lat_here) / 2) ** 2
    half_lon = sin(radians(there.lon - here.lon) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(half_lat + cos(lat_here) * cos(lat_there) * half_lon)))


def travel_minutes(travel: Travel, here: Point, there: Point) -> int:
    """Whole minutes from door to door, rounded up; a walk within one building still takes the handover."""
    hours = distance_km(here, there) * travel.circuity / travel.speed_kmh
    return travel.handover_minutes + ceil(hours * 60)
