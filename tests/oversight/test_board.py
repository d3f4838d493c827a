"""The managers' board: neither a number nor a difference of two numbers is about only a few households."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError

from access.compartments import Compartment as C
from access.grants.cover_gaps import buildings_without_caretaker
from access.models import Level
from formats.months import months_after
from oversight.board import read_board
from oversight.models import BoardFigure
from tenants.models import Account, DiscreetMark
from tests.allocations.builders import give_terms, make_vacancy
from tests.builders import (
    OWNER,
    assign,
    events,
    let,
    make_building,
    make_place,
    make_tenant,
    make_unit,
    paris_day,
    post,
    run,
    stand_wall,
)
from tests.clock import stand_after_midnight
from tests.database.test_policies import as_role

BOARD = "/tableau/"
GLYCINES = "Secteur Glycines"


def measure() -> None:
    call_command("measure_board")


def recount() -> None:
    """Delete the board's figures and count them again, because measure() alone never counts a month twice."""
    run("DELETE FROM oversight_boardfigure")
    measure()


def figures(place: str = GLYCINES) -> dict[tuple[str, object], tuple[int | None, int | None]]:
    """Return the board's stored figures for a place: (kind of figure, month) -> (number, cents)."""
    rows = BoardFigure.objects.using(OWNER).filter(place__name=place)
    return {(row.kind, row.month): (row.number, row.cents) for row in rows}


def of_month(kind: str, place: str = GLYCINES, ago: int = 0) -> tuple[int | None, int | None] | None:
    return figures(place).get((kind, months_after(paris_day().replace(day=1), -ago)))


def owe(landlord, number: int, cents: int = 100_000, building: str = "Glycines A", day: int = -120) -> list[Account]:
    """Create households that each owe one charge, dated `day` days from today."""
    accounts = []
    for _number in range(number):
        door = str(100 + len(run("SELECT id FROM buildings_unit")))
        account = let(make_unit(landlord.building(building), door), make_tenant(f"Nom{door}"))
        post(account, cents, day=day)
        accounts.append(account)
    return accounts


def hide(account: Account) -> None:
    """Hide a household from every employee by a discreet mark."""
    days = {"first_day": paris_day(-1), "last_day": paris_day(60)}
    DiscreetMark(lease=account.lease, building_id=account.building_id, **days).save(using=OWNER)


def main_of(client, query: str = "") -> str:
    """Return the text of the page, with single spaces."""
    page = client.get(f"{BOARD}{query}").content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page[page.index("<main") : page.index("</main>")]))


# --- What is stored --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("accounts", "number"), [(9, None), (10, 10), (14, 10), (15, 15)])
def test_debts_are_stored_from_ten_accounts_on_and_rounded_down(landlord, accounts, number):
    owe(landlord, accounts)
    measure()
    assert of_month("debt_3_months") == (number, None if number is None else accounts * 100_000)


def test_sums_are_rounded_to_thousands_of_euros(landlord):
    owe(landlord, 10, cents=12_345)
    measure()
    assert of_month("debt_3_months") == (10, 100_000)
    assert of_month("debt_6_months") == (None, None)


def test_debts_are_counted_by_the_age_of_the_oldest_unpaid_charge(landlord):
    for day, kind in ((-10, "debt_recent"), (-45, "debt_1_month"), (-120, "debt_3_months"), (-300, "debt_6_months")):
        for account in owe(landlord, 10, day=day):
            post(account, 1_000, day=-5)
        recount()
        assert of_month(kind)[0] == 10


def test_a_month_is_counted_once(landlord):
    """The month's debts must not be counted again each night.

    The difference between the sums of two nights would disclose what one household paid on the day between them.
    """
    owe(landlord, 12)
    measure()
    before = figures()
    owe(landlord, 20)
    measure()
    owe(landlord, 3, day=-300)
    measure()
    exact = {"dwellings", "vacant_unknown"}
    assert {key: value for key, value in figures().items() if key[0] not in exact} == {
        key: value for key, value in before.items() if key[0] not in exact
    }
    assert of_month("dwellings")[0] == before["dwellings", paris_day().replace(day=1)][0] + 23


def test_sector_of_one_building_has_no_debts(landlord):
    owe(landlord, 30, building="Quai 9")
    measure()
    assert of_month("arriving", "Secteur Quai") == (None, None)
    assert not [kind for kind, _month in figures("Secteur Quai") if kind.startswith("debt")]


def test_each_building_is_in_one_sector(landlord):
    """A building without a sector counts for its agency, and no figure of an agency includes those of its sectors."""
    agency = landlord.place("Agence Belleville")
    estate = make_place(Level.ESTATE, "Hors secteur", agency)
    for name in ("Hors A", "Hors B"):
        make_building(name, estate)
    for name in ("Hors A", "Hors B", "Glycines A", "Tour basse"):
        owe(landlord, 10, building=name)
    measure()
    assert of_month("debt_3_months", "Agence Belleville")[0] == 20
    assert of_month("debt_3_months")[0] == of_month("debt_3_months", "Secteur Tour")[0] == 10
    assert not figures("Les Glycines") and not figures("Glycines A") and not figures("Office des Trois-Rives")


@pytest.mark.parametrize("wall", [False, True])
def test_hidden_households_are_not_counted(landlord, wall):
    """A household hidden from any employee must not be counted, because all readers get the same figure."""
    accounts = owe(landlord, 10)
    arriving = [let(make_unit(landlord.building("Glycines B"), f"9{n}"), make_tenant(f"Venu{n}")) for n in range(5)]
    run("UPDATE tenants_residence SET moved_in = CASE WHEN lease_id = ANY (%s) THEN %s ELSE moved_in - 400 END",
        [account.lease_id for account in arriving], paris_day().replace(day=1))  # fmt: skip
    measure()
    assert of_month("debt_3_months")[0] == 10 and of_month("arriving")[0] == 5
    for account in (accounts[0], arriving[0]):
        stand_wall(account.lease, landlord.person("elise")) if wall else hide(account)
    recount()
    hidden = figures()
    assert of_month("debt_3_months") == of_month("arriving") == (None, None)
    for account in (accounts[0], arriving[0]):
        post(account, 5_000_000, day=-300)
        run("UPDATE tenants_lease SET notice_on = loge_today(), ends_on = loge_today() + 90 WHERE id = %s",
            account.lease_id)  # fmt: skip
        run("UPDATE tenants_residence SET moved_out = loge_today() + 3 WHERE lease_id = %s", account.lease_id)
    recount()
    assert figures() == hidden


def test_other_leases_of_a_hidden_household_are_not_counted(landlord):
    accounts = owe(landlord, 9)
    hidden = landlord.account("Calme-Glycines A")
    parking = let(make_unit(landlord.building("Glycines B"), "P1"), landlord.tenant("Calme-Glycines A"))
    post(parking, 100_000, day=-120)
    measure()
    assert of_month("debt_3_months")[0] == len(accounts) + 1
    hide(hidden)
    recount()
    assert of_month("debt_3_months")[0] is None


@pytest.mark.parametrize(("households", "number"), [(4, None), (5, 5), (9, 5)])
def test_moves_are_counted_by_whole_months_from_five_households_on(landlord, households, number):
    first = paris_day().replace(day=1)
    days = {
        ("arrived", "moved_in", 1): first - timedelta(days=1),
        ("left", "moved_out", 1): months_after(first, -1),
        ("arriving", "moved_in", 0): first,
        ("leaving_later", "moved_out", 0): months_after(first, 3) - timedelta(days=1),
    }
    run("UPDATE tenants_residence SET moved_in = loge_today() - 400, moved_out = NULL")
    for number_of_kind, ((_kind, column, _ago), day) in enumerate(days.items()):
        for n in range(households):
            unit = make_unit(landlord.building("Glycines A"), f"{number_of_kind}{n}", 7)
            account = let(unit, make_tenant(f"Un{number_of_kind}{n}"), make_tenant(f"Deux{number_of_kind}{n}"))
            run(f"UPDATE tenants_residence SET {column} = %s WHERE lease_id = %s", day, account.lease_id)
    measure()
    assert [of_month(kind, ago=ago)[0] for kind, _column, ago in days] == [number] * 4
    assert of_month("arrived", ago=2) == of_month("leaving") == of_month("arriving_later") == (None, None)


def test_vacant_dwellings_are_counted_exactly(landlord):
    unit = make_unit(landlord.building("Glycines A"), "77")
    let(unit, make_tenant("Parti"), end=-40)
    measure()
    # Each building of the test landlord has a dwelling that was never let, and one whose lease begins in five days.
    assert of_month("vacant_unknown")[0] == 2 and of_month("vacant_1_month")[0] == 1
    assert of_month("dwellings")[0] == 9
    let(unit, make_tenant("Arrivé"), start=3)
    measure()
    assert of_month("vacant_1_month") is None


def test_figures_are_deleted_three_months_after_their_month(landlord):
    measure()
    first = paris_day().replace(day=1)
    stand_after_midnight(months_after(first, 4) - timedelta(days=1))
    measure()
    assert of_month("arriving", ago=3) is not None
    stand_after_midnight(months_after(first, 4))
    measure()
    assert min(month for _kind, month in figures()) == months_after(first, 1)
    [*_earlier, event] = events(kind="board_measured")
    assert event["facts"]["rows"] > 0


# --- Who reads it ----------------------------------------------------------------------------------------------------


def test_manager_reads_figures_of_own_sectors_only(landlord, sign_in, monkeypatch):
    measure()
    places = "SELECT DISTINCT p.name FROM oversight_boardfigure f JOIN access_place p ON p.id = f.place_id"
    assert as_role(C.ASSIGNMENTS, landlord.person("georges").pk, places) == [(GLYCINES,)]
    for name in ("jules", "ines", "awa", "elise", "noel"):
        assert as_role(C.ASSIGNMENTS, landlord.person(name).pk, places) == []
    run("UPDATE access_assignment SET role = 'sector_manager' WHERE person_id = %s", landlord.person("awa").pk)
    assert as_role(C.ASSIGNMENTS, landlord.person("awa").pk, places) == []
    run("UPDATE access_assignment SET ended_on = loge_today(), end_reason = 'x' WHERE person_id = %s",
        landlord.person("georges").pk)  # fmt: skip
    assert as_role(C.ASSIGNMENTS, landlord.person("georges").pk, places) == []
    for wrong in ("SELECT oversight_measure_board()", "UPDATE oversight_boardfigure SET number = NULL"):
        with pytest.raises(DatabaseError, match="permission denied"):
            as_role(C.ASSIGNMENTS, landlord.person("georges").pk, wrong)


def test_queryset_alone_gives_the_same_sectors(landlord):
    measure()
    for name, sectors in (("georges", {GLYCINES}), ("jules", set()), ("elise", set())):
        rows = BoardFigure.objects.using(OWNER).visible_to(landlord.person(name), C.ASSIGNMENTS)
        assert {row.place.name for row in rows} == sectors
    assert not BoardFigure.objects.using(OWNER).visible_to(landlord.person("georges"), C.CARD)


def test_page_names_nobody_and_is_recorded_as_a_list(landlord, sign_in):
    owe(landlord, 12)
    measure()
    page = main_of(sign_in("georges"))
    assert "moins de 10" in page and "12 000 €" in page.replace("\u202f", " ") and "Nom1" not in page
    [event] = events(kind="list_shown")
    assert event["facts"]["list"] == "board" and event["count"] == 1 and event["shown_ids"] == []


def test_another_sector_is_answered_like_an_unknown_one(landlord, sign_in):
    measure()
    georges = sign_in("georges")
    assert georges.get(f"{BOARD}?lieu={landlord.place(GLYCINES).pk}").status_code == 200
    for place in (landlord.place("Secteur Tour").pk, landlord.place("Agence Belleville").pk, "zz", ""):
        assert georges.get(f"{BOARD}?lieu={place}").status_code == 404


def test_page_without_figures_says_when_they_are_counted(landlord, sign_in):
    assert "seront comptées la nuit prochaine" in main_of(sign_in("georges"))


# --- Attacks: subtract two numbers of the page -----------------------------------------------------------------------


@pytest.fixture
def agency(landlord, sign_in):
    """Return the signed-in client of a manager whose assignment at an agency covers its two sectors."""
    assign(landlord.person("noel"), "sector_manager", landlord.place("Agence Belleville"))
    return sign_in("noel")


def test_pages_of_landlords_with_the_same_figures_are_equal(landlord, agency):
    """Landlords with the same rounded counts of debts must get the same pages, totals included.

    So nobody can learn by subtracting two displayed numbers whether nine accounts owe money or none.
    """
    owe(landlord, 10, cents=150_000)
    owe(landlord, 25, cents=150_000, building="Tour basse")
    owe(landlord, 10, cents=150_000, building="Tour basse", day=-300)
    queries = ["", *(f"?lieu={landlord.place(name).pk}" for name in (GLYCINES, "Secteur Tour"))]
    measure()
    before = [main_of(agency, query) for query in queries]
    owe(landlord, 4, cents=100)
    owe(landlord, 8, cents=5_000_000, building="Glycines B", day=-300)
    owe(landlord, 3, cents=100, building="Tour haute")
    run("DELETE FROM oversight_boardfigure WHERE kind LIKE 'debt%'")
    measure()
    dwellings = re.compile(r"sur \d+( logements)?|\d+ sur \d+|inconnue \d+")
    after = [main_of(agency, query) for query in queries]
    assert [dwellings.sub("", page) for page in after] == [dwellings.sub("", page) for page in before]
    assert "au moins 10" in after[0] and "au moins" not in after[1].split("Total")[0]


def test_numbers_of_an_agency_are_sums_of_stored_figures(landlord, agency):
    owe(landlord, 9)
    owe(landlord, 19, building="Tour basse")
    owe(landlord, 11, building="Tour haute", day=-300)
    measure()
    rows = BoardFigure.objects.using(OWNER).filter(place__name__in=(GLYCINES, "Secteur Tour"))
    board = read_board(rows, paris_day())
    late = {line.label: line.tally for line in board.debts}
    assert (late["de trois à six mois"].number, late["de trois à six mois"].is_least) == (15, True)
    assert (late["plus de six mois"].number, late["plus de six mois"].cents) == (10, 1_100_000)
    assert board.all_debts.number == 25 and board.all_debts.is_least and board.all_debts.cents == 3_000_000


def test_hidden_class_does_not_follow_from_the_total(landlord, sign_in):
    """The attack: subtract the displayed lines from the total of the same table."""
    owe(landlord, 7)
    owe(landlord, 20, building="Glycines B", day=-300)
    measure()
    rows = BoardFigure.objects.using(OWNER).filter(place__name=GLYCINES)
    board = read_board(rows, paris_day())
    assert board.all_debts.number - sum(line.tally.number or 0 for line in board.debts) == 0
    assert "Total indiqué au moins 20" in main_of(sign_in("georges"))


def test_page_does_not_tell_whether_a_dwelling_has_a_candidate(landlord, sign_in):
    """The board must not reveal how far the allocation of a vacant dwelling is.

    Managers know which dwelling of a sector is vacant, but have no part in its allocation.
    """
    unit = make_unit(landlord.building("Glycines A"), "77")
    give_terms(unit)
    let(unit, make_tenant("Parti"), end=-40)
    vacancy = make_vacancy(unit)
    georges, pages = sign_in("georges"), set()
    for state in ("oriented", "decided", "offered"):
        run("ALTER TABLE allocations_vacancy DISABLE TRIGGER USER")
        run(
            "UPDATE allocations_vacancy SET state = %s, outside_flow = 'transfer', oriented_on = loge_today()"
            " WHERE id = %s",
            state, vacancy.pk,
        )  # fmt: skip
        run("ALTER TABLE allocations_vacancy ENABLE TRIGGER USER")
        measure()
        pages.add(main_of(georges))
    assert len(pages) == 1


# --- Buildings without a caretaker, and requests ---------------------------------------------------------------------


def gaps_of(landlord, place: str, last: int = 14):
    return buildings_without_caretaker([landlord.place(place).path], paris_day(), paris_day(last), 8)


def test_buildings_without_a_caretaker_are_counted_and_named(landlord, sign_in):
    assert gaps_of(landlord, GLYCINES).total == 0
    bruno = landlord.person("bruno").pk
    run("UPDATE access_assignment SET last_day = %s WHERE person_id = %s", paris_day(5), bruno)
    gaps = gaps_of(landlord, GLYCINES)
    assert (gaps.total, gaps.on_first_day) == (1, 0)
    assert [(gap.name, gap.above, gap.day) for gap in gaps.buildings] == [
        ("Glycines B", "Les Glycines", paris_day(6)),
    ]
    assert gaps_of(landlord, GLYCINES, last=5).total == 0
    assert "Les Glycines, Glycines B" in main_of(sign_in("georges"))
    run("UPDATE access_person SET is_active = false WHERE id = %s", landlord.person("awa").pk)
    gaps = gaps_of(landlord, GLYCINES)
    assert (gaps.total, gaps.on_first_day, gaps.buildings[0].name) == (2, 1, "Glycines A")


def test_caretaker_of_a_whole_estate_covers_its_buildings_and_on_call_duty_does_not(landlord):
    assert gaps_of(landlord, "Secteur Tour").on_first_day == 2
    assign(landlord.person("noel"), "caretaker", landlord.place("Secteur Tour"), last=3)
    gaps = gaps_of(landlord, "Secteur Tour")
    assert (gaps.total, gaps.on_first_day, gaps.buildings[0].day) == (2, 0, paris_day(4))
    run("UPDATE access_assignment SET ended_on = loge_today(), end_reason = 'x' WHERE person_id = %s",
        landlord.person("noel").pk)  # fmt: skip
    assert gaps_of(landlord, "Secteur Tour").on_first_day == 2
    assert gaps_of(landlord, "Office des Trois-Rives").total == 2


def test_requests_are_late_after_seven_days(landlord, sign_in):
    run(
        "INSERT INTO access_accessrequest (id, asked_by_id, asked_at, person_id, name, email, role, place_id,"
        " first_day, last_day, reason, permissions, decision, refusal) SELECT gen_random_uuid(), %s,"
        " loge_now() - days * interval '1 day', %s, '', '', 'caretaker', %s, loge_today(), loge_today() + 100,"
        " 'posting', '{}', '', '' FROM unnest(ARRAY[1, 6, 8, 15]) AS days",
        landlord.person("georges").pk, landlord.person("noel").pk, landlord.place(GLYCINES).pk,
    )  # fmt: skip
    assert "Demandes d’accès à décider 3 1" in main_of(sign_in("georges"))
