"""A file of addresses imports and corrects the position and BAN id (id in the French address register) of an address.

If a later file leaves them empty, the stored values stay.
"""

import pytest

from exchange.portfolio.reasons import REASONS
from tests.builders import run
from tests.exchange.portfolio.landlord import small, write
from tests.exchange.test_portfolio import refused, taken

POSITIONS = (
    "SELECT number, ban_id, latitude::float, longitude::float FROM buildings_address ORDER BY building_id, number DESC"
)
FIRST = ("3 bis", "75119_0342_00003_bis", 48.8821, -2.3874)


def later(tmp_path, number=0, **cells):
    """Return a folder with only the file of addresses, in which the given cells of one line are replaced."""
    rows = small()["adresses.csv"]
    rows[number] |= cells
    return write(tmp_path / "later", {"adresses.csv": rows})


@pytest.fixture
def imported(bare, tmp_path):
    taken(write(tmp_path / "in", small()))


def test_line_without_a_position_leaves_the_known_one(imported, tmp_path):
    assert FIRST in run(POSITIONS)
    assert "rien ne change" in taken(later(tmp_path, ban="", latitude="", longitude=""))
    assert FIRST in run(POSITIONS)


def test_later_file_corrects_a_position_and_adds_another(imported, tmp_path):
    folder = later(tmp_path, ban="75119_0342_00003", latitude="48,9", longitude="2,4")
    assert "1 lignes corrigées" in taken(folder)
    assert ("3 bis", "75119_0342_00003", 48.9, 2.4) in run(POSITIONS)
    assert "rien ne change" in taken(folder)


def test_position_is_rounded_to_six_decimals(imported, tmp_path):
    taken(later(tmp_path, 1, latitude="48.1234567", longitude="2.5"))
    assert ("1", "", 48.123457, 2.5) in run(POSITIONS)


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"longitude": ""}, "longitude", "position"),
        ({"latitude": ""}, "latitude", "position"),
        ({"latitude": "91"}, "latitude", "degrees"),
        ({"longitude": "180,5"}, "longitude", "degrees"),
        ({"latitude": "48°52’"}, "latitude", "degrees"),
        ({"ban": "75119 0342"}, "ban", "ban_id"),
    ],
)
def test_wrong_position_is_refused_with_its_column(imported, tmp_path, cells, column, reason):
    output = refused(later(tmp_path, **cells))
    assert f"({column})\u00a0: {REASONS[reason]}" in output and "rien n’est écrit" in output
    assert FIRST in run(POSITIONS)
