"""Reading the open data file of housing programmes. The tests use the whole published file and small invalid files."""

import csv
import os
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from exchange.open_data.programme_file import COLUMNS, UnreadableFile
from exchange.open_data.programmes import (
    CARETAKER_PART,
    LARGEST_BUILDING,
    NATURES,
    Programme,
    Reading,
    is_home,
    plan_buildings,
    read_file,
)
from exchange.open_data.street_addresses import Address, has_open_range, parse_addresses

REAL = Path("shared", "data", "housing_paris", "paris_habitat_programmes.csv")
GOOD = {
    "id_livraison": "2000264",
    "adresse": "32, RUE DE LA GRANDE TRUANDERIE",
    "code_postal": "75001",
    "ville": "Paris",
    "annee_financement": "2003",
    "bailleur": "PARIS HABITAT",
    "nb_logements": "17",
    "nb_plai": "5",
    "nb_plus": "12",
    "nb_plus_cd": "0",
    "nb_pls": "0",
    "mode_realisation": "acquisition conventionnement",
    "nature_programme": "logement familial",
    "latitude": "48.863078",
    "longitude": "2.348156",
}


@pytest.fixture(scope="module")
def real() -> Reading:
    for folder in Path(__file__).resolve().parents:
        if (folder / REAL).is_file():
            return read_file(folder / REAL)
    where = "in continuous integration" if os.environ.get("CI") else "on this machine"
    pytest.fail(f"{REAL} is in no folder above the tests {where}; the tests need the real file")


def written(folder: Path, *rows: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> Path:
    path = folder / "programmes.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(GOOD | row for row in rows)
    return path


def raw(folder: Path, content: bytes) -> Path:
    path = folder / "programmes.csv"
    path.write_bytes(content)
    return path


def programme_from(folder: Path, **cells: str) -> Programme:
    reading = read_file(written(folder, cells))
    assert not reading.refused
    return reading.programmes[0]


def doors(text: str) -> list[tuple[str | None, str]]:
    return [(address.number, address.street) for address in parse_addresses(text, "75001", "Paris")]


# The next tests read the real file of housing programmes.


def test_every_line_of_the_real_file_is_used(real: Reading) -> None:
    totals = real.reconcile()
    assert (totals.lines, totals.used, totals.refused, totals.dwellings) == (1021, 1021, 0, 36896)


def test_only_repeated_ids_get_a_longer_key(real: Reading) -> None:
    assert len({programme.key for programme in real.programmes}) == 1021
    ids = Counter(programme.id_livraison for programme in real.programmes)
    longer = [programme for programme in real.programmes if programme.key != programme.id_livraison]
    assert {programme.id_livraison for programme in longer} == {name for name, count in ids.items() if count > 1}
    assert len(longer) == 17


def test_natures_of_the_real_file_are_all_classified(real: Reading) -> None:
    assert Counter(programme.nature for programme in real.programmes) == {
        "family": 934,
        "student_residence": 42,
        "young_workers": 12,
        "disabled_home": 11,
        "care_home": 7,
        "social_residence": 6,
        "relay_home": 5,
        "migrant_workers": 2,
        "elderly_residence": 1,
        "emergency_shelter": 1,
    }
    leased = sum(programme.dwellings for programme in real.programmes if not is_home(programme.nature))
    assert leased == 31644


def test_remarks_of_the_real_file(real: Reading) -> None:
    assert Counter(remark.reason for remark in real.remarks) == {"open_range": 190, "no_number": 27}
    assert all(programme.latitude and programme.year for programme in real.programmes)
    assert all(programme.loans.total() == programme.dwellings for programme in real.programmes)


def test_source_line_is_the_line_of_the_file(real: Reading) -> None:
    assert [programme.source_line for programme in real.programmes] == list(range(2, 1023))


def test_planned_buildings_of_the_real_file(real: Reading) -> None:
    planned = [building for programme in real.programmes for building in plan_buildings(programme)]
    keys = [key for building in planned for key in building.dwelling_keys]
    assert len(planned) == len({building.key for building in planned}) == 1716
    assert len(keys) == len(set(keys)) == 36896
    assert max(building.dwellings for building in planned) <= LARGEST_BUILDING


def test_the_largest_programme_is_split_into_caretaker_sized_parts(real: Reading) -> None:
    largest = next(programme for programme in real.programmes if programme.dwellings == 1332)
    planned = plan_buildings(largest)
    assert "".join(building.part or "" for building in planned) == "ABCDEFGHIJKLMN"
    assert {building.dwellings for building in planned} == {95, 96}
    assert {building.addresses for building in planned} == {largest.addresses}


def test_no_street_name_of_the_real_file_contains_another_street(real: Reading) -> None:
    streets = {address.street for programme in real.programmes for address in programme.addresses if address.number}
    assert not [street for street in streets if any(f" {kind} " in street.lower() for kind in ("bd", "av", "rue"))]


# The next tests parse addresses.


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("32, RUE DE LA GRANDE TRUANDERIE", [("32", "rue de la Grande Truanderie")]),
        ("61, BIS RUE DU FBG SAINT DENIS", [("61 bis", "rue du Faubourg Saint Denis")]),
        ("8BIS-10, RUE LACHARRIERE", [("8 bis", "rue Lacharriere"), ("10", "rue Lacharriere")]),
        ("140A ET 144, RUE DE RIVOLI", [("140A", "rue de Rivoli"), ("144", "rue de Rivoli")]),
        ("8 A 12, RUE DE L'OURCQ", [("8", "rue de l’Ourcq"), ("12", "rue de l’Ourcq")]),
        ("48,58,61 RUE DE LA CHINE", [(number, "rue de la Chine") for number in ("48", "58", "61")]),
        ("10 BIS A 14, QUAI HENRI IV", [("10 bis", "quai Henri IV"), ("14", "quai Henri IV")]),
        ("9 AV PIERRE 1ER DE SERBIE", [("9", "avenue Pierre 1er de Serbie")]),
        ("25, RUE LE SUEUR", [("25", "rue Le Sueur")]),
        ("5 RUE DU SQUARE CARPEAUX", [("5", "rue du Square Carpeaux")]),
        ("4 BIS - 6, RUE DE LA COUR DES NOUES", [(n, "rue de la Cour des Noues") for n in ("4 bis", "6")]),
        ("LOT 3 - 1 BIS ET 3 PASSAGE GOIX", [("1 bis", "passage Goix"), ("3", "passage Goix")]),
        ("PORTE D'ASNIERES LOT B1 - B2 -7 RUE STEPHANE GRAPPELLI", [("7", "rue Stephane Grappelli")]),
        ("ILOT LAGNY-DAVOUT LOT 2, RUE DE LAGNY", [(None, "rue de Lagny")]),
        ("45 RUE DU SENTIER - 9, BD POISSONNIERE", [("45", "rue du Sentier"), ("9", "boulevard Poissonniere")]),
        (
            "21 RUE REGAUD / 49 BOUTROUX / 8 - 10 BEDIER",
            [("21", "rue Regaud"), ("49", "Boutroux"), ("8", "Bedier"), ("10", "Bedier")],
        ),
        ("ANGLE 3 RUE DIEU ET RUE BICHAT", [("3", "rue Dieu"), (None, "rue Bichat")]),
        ("48, RUE DE LA GOUTTE D'OR (COUR)", [("48", "rue de la Goutte d’Or")]),
        ("50, SAINTE CROIX DE LA BRETONNERIE", [("50", "Sainte Croix de la Bretonnerie")]),
        ("GROUPE WURTZ", [(None, "Groupe Wurtz")]),
        ("ZAC PRG LOTS M10A1 et M10A2", [(None, "ZAC PRG Lots M10A1 et M10A2")]),
        ("4 AVENUE DE LA SŒUR ROSALIE", [("4", "avenue de la Sœur Rosalie")]),
        ("3 RUE DIEU, 3 RUE DIEU", [("3", "rue Dieu")]),
    ],
)
def test_addresses_are_parsed(text: str, expected: list[tuple[str | None, str]]) -> None:
    assert doors(text) == expected


@pytest.mark.parametrize(
    ("text", "open_range"),
    [("1-11 RUE DIEU", True), ("1 A 5 RUE DIEU", True), ("12-14 RUE DIEU", False), ("1-2-3 RUE DIEU", False)],
)
def test_only_a_range_that_skips_numbers_is_open(text: str, open_range: bool) -> None:
    assert has_open_range(text) is open_range


def test_site_is_the_same_for_two_spellings() -> None:
    left = Address("3", "rue de l’Abbé", "75017", "Paris")
    assert left.site == Address("3", "RUE DE L'ABBE", "75017", "PARIS").site == "3 rue de l abbe 75017"


# --- Files that are refused as a whole ---


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \n", "empty"),
        (b"\xff\xfei\x00d\x00", "not_utf8"),
        (b"PK\x03\x04\x00\x00", "not_csv"),
        (b"<html>", "not_csv"),
        ((";".join(COLUMNS) + "\n").encode(), "not_csv"),
        ((",".join(COLUMNS) + "\n").encode(), "no_lines"),
        ((",".join(COLUMNS) + ",ville\n").encode(), "repeated_columns"),
        ((",".join(COLUMNS) + '\n"never closed\n').encode(), "not_csv"),
        ((",".join(COLUMNS) + "\n" + "x" * 200_000).encode(), "not_csv"),
    ],
)
def test_unreadable_files(tmp_path: Path, content: bytes, code: str) -> None:
    with pytest.raises(UnreadableFile) as failure:
        read_file(raw(tmp_path, content))
    assert failure.value.code == code
    assert str(failure.value).startswith(("Le fichier", "Colonnes"))


def test_missing_columns_are_named(tmp_path: Path) -> None:
    columns = tuple(name for name in COLUMNS if name not in {"adresse", "ville"})
    with pytest.raises(UnreadableFile, match="adresse, ville"):
        read_file(written(tmp_path, {}, columns=columns))


def test_windows_1252_is_refused_with_the_place_of_the_byte(tmp_path: Path) -> None:
    content = written(tmp_path, {"adresse": "3 RUE DU CHÂTEAU"}).read_text(encoding="utf-8").encode("cp1252")
    with pytest.raises(UnreadableFile) as failure:
        read_file(raw(tmp_path, content))
    assert failure.value.code == "not_utf8"
    assert f"octet {content.index(0xC2) + 1}" in str(failure.value)


def test_a_byte_order_mark_changes_nothing(tmp_path: Path) -> None:
    plain = read_file(written(tmp_path, {}))
    assert read_file(raw(tmp_path, b"\xef\xbb\xbf" + (tmp_path / "programmes.csv").read_bytes())) == plain


# The next tests check which lines are refused.


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"id_livraison": " "}, "no_id"),
        ({"adresse": "--"}, "no_address"),
        ({"adresse": "R" * 301}, "address_too_long"),
        ({"nb_logements": ""}, "no_count"),
        ({"nb_logements": "douze"}, "count_not_whole"),
        ({"nb_logements": "12,5"}, "count_not_whole"),
        ({"nb_logements": "1_2"}, "count_not_whole"),
        ({"nb_logements": "１２"}, "count_not_whole"),
        ({"nb_logements": "-3"}, "count_negative"),
        ({"nb_logements": "0"}, "no_dwelling"),
        ({"nb_logements": "10001"}, "count_too_large"),
        ({"nb_logements": "9" * 5000}, "count_too_large"),
    ],
)
def test_an_unusable_line_is_refused(tmp_path: Path, cells: dict[str, str], reason: str) -> None:
    reading = read_file(written(tmp_path, cells, {"id_livraison": "other"}))
    assert [(refused.line, refused.reason) for refused in reading.refused] == [(2, reason)]
    assert reading.refused[0].sentence.endswith(".")
    assert (reading.reconcile().lines, reading.reconcile().used) == (2, 1)


def test_ragged_lines_are_refused_and_blank_ones_are_not_lines(tmp_path: Path) -> None:
    path = written(tmp_path, {})
    path.write_text(path.read_text(encoding="utf-8") + "\n1,2,3\n" + "," * 20 + "\n", encoding="utf-8")
    reading = read_file(path)
    assert [(refused.line, refused.reason) for refused in reading.refused] == [(4, "field_count"), (5, "field_count")]
    assert reading.reconcile().lines == 3


def test_a_line_repeated_word_for_word_is_counted_once(tmp_path: Path) -> None:
    reading = read_file(written(tmp_path, {}, {}, {"nb_plai": "4"}))
    assert [(refused.line, refused.reason) for refused in reading.refused] == [(3, "same_line")]
    assert "ligne 2" in reading.refused[0].sentence
    assert len({programme.key for programme in reading.programmes}) == 2


def test_a_lost_line_raises(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError):
        replace(read_file(written(tmp_path, {})), lines=2).reconcile()


# --- Cells with unexpected values: the line is imported with a remark ---


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"code_postal": ""}, "postcode"),
        ({"code_postal": "7501"}, "postcode"),
        ({"ville": ""}, "city"),
        ({"bailleur": ""}, "landlord"),
        ({"annee_financement": "vers 2003"}, "year"),
        ({"annee_financement": "0003"}, "year"),
        ({"mode_realisation": "don"}, "mode"),
        ({"nature_programme": "phalanstère"}, "nature"),
        ({"nb_plai": "-5"}, "loan_count"),
        ({"nb_plai": "6"}, "loans_sum"),
        ({"latitude": ""}, "coordinates"),
        ({"latitude": "nan"}, "coordinates"),
        ({"latitude": "148.8"}, "coordinates"),
        ({"latitude": "0", "longitude": "0"}, "coordinates"),
        ({"adresse": "GROUPE WURTZ"}, "no_number"),
        ({"adresse": "1-11 RUE DIEU"}, "open_range"),
    ],
)
def test_a_doubtful_column_keeps_the_line(tmp_path: Path, cells: dict[str, str], reason: str) -> None:
    programme = programme_from(tmp_path, **cells)
    assert [remark.reason for remark in programme.remarks] == [reason]
    assert (programme.remarks[0].line, programme.dwellings) == (2, 17)


def test_a_sound_line_has_no_remark(tmp_path: Path) -> None:
    programme = programme_from(tmp_path, nature_programme="RÉSIDENCE  ÉTUDIANTE")
    assert (programme.nature, programme.remarks, programme.mode) == ("student_residence", (), "bought_and_regulated")


def test_unknown_natures_are_homes_and_only_family_housing_is_leased(tmp_path: Path) -> None:
    assert is_home(programme_from(tmp_path, nature_programme="phalanstère").nature)
    assert [nature.code for nature in NATURES.values() if not is_home(nature.code)] == ["family"]
    assert all(nature.reason for nature in NATURES.values())


def test_keys_do_not_depend_on_the_order_of_lines_or_on_a_corrected_count(tmp_path: Path) -> None:
    rows = [{"adresse": "3 RUE DIEU"}, {"annee_financement": "2010"}, {}, {"id_livraison": "CPE94"}]
    before = {programme.source_line: programme.key for programme in read_file(written(tmp_path, *rows)).programmes}
    corrected = [row | {"nb_logements": "18"} for row in reversed(rows)]
    after = {programme.source_line: programme.key for programme in read_file(written(tmp_path, *corrected)).programmes}
    assert list(before.values()) == list(reversed(after.values()))
    assert before[5] == "CPE94"


# --- Division of a programme's dwellings into buildings, according to its addresses ---


def test_dwellings_are_divided_over_the_numbers(tmp_path: Path) -> None:
    planned = plan_buildings(programme_from(tmp_path, adresse="14, 18 ET 30 RUE DIEU, RUE BICHAT"))
    assert [(building.first, building.dwellings) for building in planned] == [(1, 6), (7, 6), (13, 5)]
    assert [building.addresses[0].number for building in planned] == ["14", "18", "30"]
    assert planned[0].addresses[1].street == "rue Bichat"
    assert planned[1].dwelling_keys[0] == ("2000264", 7)


def test_no_building_is_empty_and_no_address_is_lost(tmp_path: Path) -> None:
    planned = plan_buildings(programme_from(tmp_path, adresse="1-3-5 RUE DIEU", nb_logements="2"))
    assert [[address.number for address in building.addresses] for building in planned] == [["1", "3"], ["5"]]


@pytest.mark.parametrize(("dwellings", "parts"), [(150, [None]), (151, ["A", "B"]), (201, ["A", "B", "C"])])
def test_a_large_number_is_split_into_parts(tmp_path: Path, dwellings: int, parts: list[str | None]) -> None:
    planned = plan_buildings(programme_from(tmp_path, nb_logements=str(dwellings)))
    assert [building.part for building in planned] == parts


def test_parts_are_named_beyond_the_alphabet(tmp_path: Path) -> None:
    planned = plan_buildings(programme_from(tmp_path, nb_logements="2800"))
    assert [building.part for building in planned][24:] == ["Y", "Z", "AA", "AB"]


def test_dwellings_of_planned_buildings_add_up(tmp_path: Path) -> None:
    model = programme_from(tmp_path)
    draw = random.Random(20011)
    for _ in range(2000):
        numbers = [str(rank) if draw.random() < 0.8 else None for rank in range(draw.randint(1, 40))]
        addresses = tuple(Address(number, f"rue {rank}", "75001", "Paris") for rank, number in enumerate(numbers))
        programme = replace(model, addresses=addresses, dwellings=draw.choice([1, 2, draw.randint(1, 3000)]))
        planned = plan_buildings(programme)
        keys = [key for building in planned for key in building.dwelling_keys]
        assert keys == [(programme.key, ordinal) for ordinal in range(1, programme.dwellings + 1)]
        assert {address for building in planned for address in building.addresses} == set(addresses)
        assert all(building.dwellings >= 1 for building in planned)
        assert all(
            building.dwellings <= (CARETAKER_PART if building.part else LARGEST_BUILDING) for building in planned
        )
        assert plan_buildings(programme) == planned
