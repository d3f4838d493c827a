"""Import of housing programmes.

The import must account for every line, be all or nothing, and change nothing when it runs a second time.
"""

import csv
import io
import os
import threading

import pytest
from django.core.management import CommandError, call_command

from access.models import Place
from buildings.models import Address, Building, Programme, Unit
from exchange.open_data.importing import House, group, group_into_estates
from exchange.open_data.programmes import PlannedBuilding, read_file
from tests.builders import OWNER, events, make_place, run
from tests.exchange.test_programmes import GOOD, raw, written

TABLES = ("access_place", "buildings_building", "buildings_address", "buildings_unit", "buildings_programme")


def imported(path, *options):
    output = io.StringIO()
    call_command("import_programmes", str(path), *options, stdout=output)
    return output.getvalue()


def counts():
    return {table: run(f"SELECT count(*) FROM {table}")[0][0] for table in TABLES}


def test_real_file_is_imported_and_second_run_changes_nothing(bare, shared_data):
    path = shared_data / "housing_paris" / "paris_habitat_programmes.csv"
    output = imported(path)
    assert "36\u202f896 logements" in output and "1\u202f021 programmes repris, 0 lignes refusées" in output
    assert Unit.objects.using(OWNER).count() == 36_896
    assert Programme.objects.using(OWNER).count() == 1_021
    assert Building.objects.using(OWNER).count() == len(group(read_file(path).programmes))
    assert not Building.objects.using(OWNER).filter(units=None).exists()
    assert not Building.objects.using(OWNER).filter(addresses=None).exists()
    [event] = events(kind="programmes_imported")
    assert event["machine"] == "import_programmes" and event["facts"]["dwellings"] == 36_896
    before = counts()
    assert "rien n’a changé" in imported(path)
    assert counts() == before and len(events(kind="programmes_imported")) == 1


def test_home_and_ordinary_dwellings_get_separate_buildings(bare, tmp_path):
    home = {"id_livraison": "2", "nature_programme": "maison relais", "nb_logements": "3"}
    imported(written(tmp_path, {}, home))
    natures = [set(building.programmes.values_list("is_home", flat=True)) for building in Building.objects.using(OWNER)]
    assert sorted(natures, key=str) == [{False}, {True}]
    assert len(set(Place.objects.using(OWNER).filter(level="building").values_list("name", flat=True))) == 1


def test_lines_at_one_address_make_one_building_without_its_nature(bare, tmp_path):
    imported(
        written(tmp_path, {}, {"id_livraison": "7", "nb_logements": "4", "adresse": "32 rue de la Grande Truanderie"})
    )
    [building] = Building.objects.using(OWNER)
    assert building.units.using(OWNER).count() == 21 and building.programmes.using(OWNER).count() == 2
    unit = building.units.using(OWNER).first()
    assert (unit.staircase, unit.floor, unit.type, unit.door) == ("", None, "", "")
    assert building.addresses.using(OWNER).count() == 1
    texts = run("SELECT name || code FROM access_place") + run("SELECT source_key FROM buildings_unit")
    assert "famil" not in str(texts).lower()


def test_sectors_are_created_under_their_agency(bare, tmp_path):
    imported(
        written(
            tmp_path,
            {},
            {"id_livraison": "9", "adresse": "1 RUE DE PARIS", "code_postal": "93100", "ville": "Montreuil"},
        )
    )
    levels = run("SELECT level, name FROM access_place WHERE level IN ('agency', 'sector') ORDER BY name")
    assert levels == [
        ("agency", "Agence Centre"),
        ("agency", "Agence hors Paris"),
        ("sector", "Secteur 93100 Montreuil"),
        ("sector", "Secteur Paris 1er"),
    ]


def test_existing_tree_needs_the_under_option(bare, tmp_path):
    top = make_place("organisation", "Autre organisme")
    agency = make_place("agency", "Agence unique", top)
    path = written(tmp_path, {})
    with pytest.raises(CommandError, match="--under"):
        imported(path)
    with pytest.raises(CommandError, match="NULLE-PART"):
        imported(path, "--under", "NULLE-PART")
    imported(path, "--under", agency.code)
    assert Place.objects.using(OWNER).get(level="sector").parent_id == agency.pk
    assert Place.objects.using(OWNER).filter(level="agency").count() == 1


def test_higher_count_adds_dwellings_and_lower_count_removes_none(bare, tmp_path):
    imported(written(tmp_path, {}))
    imported(written(tmp_path, {"nb_logements": "19", "nb_plus": "14"}))
    assert Unit.objects.using(OWNER).count() == 19 and Programme.objects.using(OWNER).get().dwellings == 19
    output = imported(written(tmp_path, {}))
    assert "2 logements importés avant" in output and Unit.objects.using(OWNER).count() == 19


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"\xff\xfe", "UTF-8"), (b"", "vide"), (b"a,b\n1,2\n", "Colonnes absentes"), (b"adresse\n1\n", "CSV")],
)
def test_unreadable_file_is_refused(bare, tmp_path, content, sentence):
    with pytest.raises(CommandError, match=sentence):
        imported(raw(tmp_path, content))
    assert set(counts().values()) == {0} and not events()


def test_missing_file_is_refused(bare, tmp_path):
    with pytest.raises(CommandError, match="ne peut pas être ouvert"):
        imported(tmp_path / "absent.csv")


@pytest.mark.parametrize("command", ["import_programmes", "import_entries", "import_notes"])
def test_pipe_is_refused_without_blocking(bare, tmp_path, command):
    """A named pipe instead of a file must be refused, because reading from it could block the nightly job for ever."""
    pipe = tmp_path / "jour.csv"
    os.mkfifo(pipe)
    # If the command wrongly reads the pipe, this timer closes the pipe after five seconds, and the test fails.
    other_end = os.open(pipe, os.O_RDWR)
    late = threading.Timer(5, os.close, [other_end])
    late.start()
    with pytest.raises(CommandError, match="fichier ordinaire"):
        call_command(command, str(pipe), stdout=io.StringIO())
    late.cancel()
    os.close(other_end)


def test_hostile_lines_are_reported_and_others_imported(bare, tmp_path):
    long_id, long_city = {"id_livraison": "x" * 40}, {"id_livraison": "3", "ville": "V" * 80}
    script = {"id_livraison": "4", "adresse": "1 RUE '); DROP TABLE access_place; --"}
    output = imported(written(tmp_path, long_id, long_city, {"id_livraison": "5", "nb_logements": "-3"}, script))
    assert "Ligne 2 refusée" in output and "Ligne 3 refusée" in output and "Ligne 4 refusée" in output
    assert "4 lignes" in output and "3 lignes refusées" in output
    assert Programme.objects.using(OWNER).count() == 1 and Address.objects.using(OWNER).count() == 1


def test_failure_rolls_the_import_back(bare, tmp_path, monkeypatch):
    monkeypatch.setattr("exchange.open_data.importing.add_links", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        imported(written(tmp_path, {}))
    assert set(counts().values()) == {0} and not events()


def test_building_codes_do_not_depend_on_line_order(tmp_path):
    rows = [{}, {"adresse": "5 RUE CLER"}, {"id_livraison": "8", "adresse": "9 RUE CLER"}]
    codes = [
        {house.code for house in group(read_file(written(tmp_path, *order)).programmes)} for order in (rows, rows[::-1])
    ]
    assert codes[0] == codes[1] and len(codes[0]) == 3


def test_test_file_has_the_expected_columns(tmp_path):
    with written(tmp_path, {}).open(encoding="utf-8") as file:
        assert next(csv.reader(file)) == list(GOOD)


def house_of(code: str, *programmes: str) -> House:
    return House(code, None, [PlannedBuilding("", programme, (), None, 1, 1) for programme in programmes])


def test_houses_that_share_a_programme_through_others_are_one_estate():
    houses = [house_of("A", "1"), house_of("B", "1", "2"), house_of("C", "3"), house_of("D", "2")]
    estates = group_into_estates(houses)
    assert [[house.code for house in estate] for estate in estates] == [["A", "B", "D"], ["C"]]
