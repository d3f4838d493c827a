"""Letting terms of dwellings (financing, zone, rent…) are imported, corrected and exported in the file of dwellings."""

import pytest

from exchange.portfolio.reasons import REASONS
from tests.builders import run
from tests.exchange.portfolio.landlord import small, write
from tests.exchange.test_portfolio import refused, taken

TERMS = (
    "SELECT k.key, financing, zone, qpv, qpv_on::text, rent_cents, charges_cents, equipment, first_letting"
    " FROM buildings_unitterms t JOIN tenants_sourcekey k ON k.kind = 'unit' AND k.target = t.unit_id ORDER BY 1"
)
FIRST = ("L1", "PLUS", "paris", False, "2024-12-28", 45_120, 8_500, ["lift", "shower"], True)
NEEDED = {"financement": "PLAI", "zone": "idf", "qpv": "oui", "liste_qpv_du": "2024-12-28", "loyer": "300"}


def later(tmp_path, number=0, **cells):
    """Return a folder with only the file of dwellings, in which the given cells of one line are replaced."""
    rows = small()["logements.csv"]
    rows[number] |= cells
    return write(tmp_path / "later", {"logements.csv": rows})


@pytest.fixture
def imported(bare, tmp_path):
    taken(write(tmp_path / "in", small()))


def test_terms_are_imported_for_the_lines_that_give_them(imported):
    assert run(TERMS) == [FIRST]
    assert run(
        "SELECT count(*) FROM buildings_unitterms t JOIN buildings_unit u ON u.id = t.unit_id"
        " WHERE t.building_id = u.building_id"
    ) == [(1,)]


def test_later_file_corrects_terms(imported, tmp_path):
    output = taken(later(tmp_path, loyer="460,00", qpv="oui", charges="", equipements="", premiere_location=""))
    assert "1 lignes corrigées" in output
    assert run(TERMS) == [("L1", "PLUS", "paris", True, "2024-12-28", 46_000, 0, [], False)]


def test_later_file_gives_terms_to_a_known_dwelling(imported, tmp_path):
    assert "1 lignes corrigées" in taken(later(tmp_path, 1, **NEEDED))
    assert run(TERMS) == [FIRST, ("L2", "PLAI", "idf", True, "2024-12-28", 30_000, 0, [], False)]
    assert "rien ne change" in taken(tmp_path / "later")


def test_line_without_terms_leaves_those_that_are_known(imported, tmp_path):
    cells = dict.fromkeys(
        ("financement", "zone", "qpv", "liste_qpv_du", "loyer", "charges", "equipements", "premiere_location"), ""
    )
    assert "rien ne change" in taken(later(tmp_path, **cells))
    assert run(TERMS) == [FIRST]


@pytest.mark.parametrize("missing", NEEDED)
def test_incomplete_terms_are_refused_with_the_missing_column(imported, tmp_path, missing):
    output = refused(later(tmp_path, 1, **(NEEDED | {missing: ""})))
    assert f"({missing})\u00a0: {REASONS['terms']}." in output and "logements.csv, ligne 3, colonne " in output
    assert "1 refus, rien n’est écrit" in output
    assert run(TERMS) == [FIRST]
