"""The map of dots: true bearing and distance in words, and every dot to be seen."""

from math import hypot

from hypothesis import given
from hypothesis import strategies as st

from fieldops.desk.dots import (
    NEAREST_TOGETHER,
    SIDE,
    Place,
    bearing_deg,
    distance_m,
    distance_words,
    dot_map,
)

BASE = (53.98382, 2.04587)


def place(code: str, lat: float, lon: float) -> Place:
    return Place(code=code, name=code, lat=lat, lon=lon, state="Planned", colour="grey")


def test_a_degree_of_latitude_is_sixty_nautical_miles() -> None:
    assert abs(distance_m(53.0, 2.0, 54.0, 2.0) - 111_195) < 1


def test_bearings_go_clockwise_from_north() -> None:
    assert bearing_deg(54.0, 2.0, 54.1, 2.0) == 0
    assert round(bearing_deg(54.0, 2.0, 54.0, 2.1)) == 90
    assert round(bearing_deg(54.0, 2.0, 53.9, 2.0)) == 180
    assert round(bearing_deg(54.0, 2.0, 54.0, 1.9)) == 270


def test_the_list_says_compass_point_and_distance_of_each_dot() -> None:
    drawing = dot_map(BASE, [place("P01", 53.99983, 1.9996), place("P36", 53.98382, 2.05)])
    far, near = drawing.dots
    assert (far.compass, distance_words(far.distance_m)) == ("NW", "3.5 km")
    assert (near.compass, distance_words(near.distance_m)) == ("E", "270 m")


def test_units_of_one_building_do_not_cover_each_other() -> None:
    same = [place(f"P{n:02}", 54.0, 2.0) for n in range(12)]
    spots = [(dot.x, dot.y) for dot in dot_map(BASE, same).dots]
    nearest = min(hypot(a[0] - b[0], a[1] - b[1]) for i, a in enumerate(spots) for b in spots[:i])
    assert nearest >= NEAREST_TOGETHER - 0.2


@given(
    st.lists(
        st.tuples(st.floats(53.9, 54.1), st.floats(1.9, 2.1)).map(lambda at: place("P", *at)),
        min_size=1,
        max_size=20,
    )
)
def test_every_premises_stays_on_the_drawing(places: list[Place]) -> None:
    drawing = dot_map(BASE, places)
    assert len(drawing.dots) == len(places)
    for dot in drawing.dots:
        assert 0 <= dot.x <= SIDE
        assert 0 <= dot.y <= SIDE


def test_the_scale_is_a_round_length_that_fits() -> None:
    drawing = dot_map(BASE, [place("P01", 53.99983, 1.9996)])
    assert str(drawing.scale_m).rstrip("0") in {"1", "2", "5"}
    assert 0 < drawing.scale_units < SIDE / 2
