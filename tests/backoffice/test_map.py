"""The map of the housing stock is drawn from stored positions. It shows buildings and no resident."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.map_drawing import MARGIN, WIDTH, frame_around, outline
from buildings.models import Address
from tests.builders import OWNER, events

URL = "/patrimoine/carte/"
POSITIONS = st.tuples(st.floats(-80, 80), st.floats(-170, 170))
PLACES = st.tuples(st.integers(0, 30), st.integers(0, 30))


@pytest.fixture
def placed(landlord):
    """Give positions to the buildings Glycines A and Glycines B."""
    for number, name in enumerate(("Glycines A", "Glycines B")):
        position = {"latitude": Decimal("48.8821") + number, "longitude": Decimal("2.3874")}
        Address.objects.using(OWNER).filter(building=landlord.building(name)).update(**position)
    return landlord


def test_map_lists_postcodes_and_counts_buildings_without_a_position(placed, sign_in):
    client = sign_in("elise")
    page = client.get(URL).content.decode()
    assert 'href="/patrimoine/carte/75019/"' in page and page.count("<polygon") == 1
    hidden = Address.objects.using(OWNER).filter(latitude=None).values("building").distinct().count()
    assert f"{hidden} bâtiments sans position" in page
    assert [event["count"] for event in events(kind="patrimony_shown")] == [2]


def test_map_of_a_postcode_numbers_its_buildings(placed, sign_in):
    page = sign_in("elise").get(f"{URL}75019/").content.decode()
    for name in ("Glycines A", "Glycines B"):
        assert page.count(str(placed.building(name).pk)) == 2, "once on the map and once in the table"
    assert page.count(' r="15"') == 2 and "Calme-" not in page and "Dette-" not in page


@pytest.mark.parametrize("postcode", ["75 01", "7/5", "7501é", "..", "?"])
def test_postcode_that_is_no_postcode_does_not_break_the_map(placed, sign_in, postcode):
    Address.objects.using(OWNER).filter(building=placed.building("Glycines A")).update(postcode=postcode)
    answer = sign_in("elise").get(URL)
    assert answer.status_code == 200 and "75019" in answer.content.decode()
    unplaced = Address.objects.using(OWNER).values("building").distinct().count() - 1
    assert f"{unplaced} bâtiments sans position" in answer.content.decode()


def test_map_without_positions_says_where_they_come_from(landlord, sign_in):
    page = sign_in("elise").get(URL).content.decode()
    assert '<svg class="map"' not in page and "importée avec les adresses" in page


@pytest.mark.parametrize("postcode", ["75020", "x", "75019-"])
def test_postcode_without_buildings_on_the_map_is_404(placed, sign_in, postcode):
    assert sign_in("elise").get(f"{URL}{postcode}/").status_code == 404


@pytest.mark.parametrize("name", ["awa", "ines", "noel"])
def test_map_needs_the_permission(placed, sign_in, name):
    assert sign_in(name).get(URL).status_code == 403


@given(st.lists(POSITIONS, min_size=1, max_size=40))
def test_every_position_is_inside_the_frame(positions):
    frame = frame_around(positions)
    for x, y in map(frame.place, positions):
        assert MARGIN - 0.1 <= x <= WIDTH - MARGIN + 0.1 and MARGIN - 0.1 <= y <= frame.height - MARGIN + 0.1


def test_north_is_up_and_east_is_right():
    frame = frame_around([(48.8, 2.3), (48.9, 2.4)])
    (x1, y1), (x2, y2) = frame.place((48.8, 2.3)), frame.place((48.9, 2.4))
    assert x1 < x2 and y1 > y2


@given(st.lists(PLACES, min_size=3, max_size=40, unique=True))
def test_outline_contains_all_points(points):
    hull = outline(points)
    assert set(hull) <= set(points)
    corners = [*hull, hull[0]]
    for (x1, y1), (x2, y2) in pairwise(corners):
        assert all((x2 - x1) * (y - y1) - (y2 - y1) * (x - x1) >= 0 for x, y in points)
