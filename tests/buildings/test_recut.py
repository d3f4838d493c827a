"""Residents, leases, accounts and entries must move with dwellings that are moved to a neighbouring building."""

from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from access.guard.context import AccessContext, as_database_role
from access.permissions import Permission
from audit import events as kinds
from buildings.actions import recut
from buildings.models import Building, Unit
from ledger.models import Entry
from tenants.models import DiscreetMark, Residence
from tests.builders import OWNER, assign, events, paris_day, post, run

MOVED, KEPT = "Dette-Glycines A", "Calme-Glycines A"
FOLLOW = (
    "tenants_leaseunit",
    "tenants_lease",
    "tenants_leaseparty",
    "tenants_residence",
    "tenants_account",
    "ledger_entry",
    "ledger_balance",
    "tenants_discreetmark",
)


def as_administrator(landlord) -> AccessContext:
    jules = landlord.person("jules")
    passing = {"person": jules, "permission": Permission.PLACES_MANAGE}
    return AccessContext(kind=kinds.FORM_SHOWN, route="", request_id=uuid4(), at=timezone.now(), **passing)


def move(landlord, units: list[Unit], into: Building) -> None:
    """As the administrator Jules, move dwellings to another building.

    The function `recut` runs with the database role of the page on which Jules would do this.
    """
    access = as_administrator(landlord)
    with as_database_role(access, read_only=False):
        moving = list(Unit.objects.select_related("building__place").filter(pk__in=[unit.pk for unit in units]))
        there = Building.objects.select_related("place").get(pk=into.pk)
        recut(by=access.person, units=moving, into=there, context=access.context)


def behind(landlord, building: str) -> dict[str, int]:
    """Count the rows of a building in each table of FOLLOW (tables whose rows must move with a dwelling)."""
    pk = str(landlord.building(building).pk)
    return {table: run(f"SELECT count(*) FROM {table} WHERE building_id = %s", pk)[0][0] for table in FOLLOW}


def cards(client, landlord) -> set[str]:
    names = [f"{kind}-{building}" for kind in ("Calme", "Dette", "Arrive") for building in ("Glycines A", "Glycines B")]
    return {name for name in names if client.get(f"/fiches/{landlord.residence(name).pk}/").status_code == 200}


@pytest.fixture
def flat(landlord) -> Unit:
    """Provide a dwelling of Glycines A whose tenants owe rent, and were hidden by a discreet mark until 200 days ago.

    The tests move the dwelling to another building, and all this data must move with it.
    """
    account = landlord.account(MOVED)
    post(account, -10_000, "direct_debit", "payment", day=-3)
    days = {"first_day": paris_day(-300), "last_day": paris_day(-200)}
    DiscreetMark.objects.using(OWNER).create(lease=account.lease, building_id=account.building_id, **days)
    return landlord.residence(MOVED).unit


def test_the_old_caretaker_loses_exactly_those_residents_and_the_new_one_gains_them(landlord, sign_in, flat):
    awa, bruno = sign_in("awa"), sign_in("bruno")
    hers, his = cards(awa, landlord), cards(bruno, landlord)
    assert MOVED in hers and MOVED not in his
    move(landlord, [flat], landlord.building("Glycines B"))
    assert cards(awa, landlord) == hers - {MOVED}
    assert cards(bruno, landlord) == his | {MOVED}


def test_everything_follows_and_no_amount_changes(landlord, flat):
    before, there = behind(landlord, "Glycines A"), behind(landlord, "Glycines B")
    entries = run("SELECT to_jsonb(e) - 'building_id' FROM ledger_entry e ORDER BY id")
    balance = run("SELECT account_id, sum(amount_cents) FROM ledger_entry GROUP BY 1 ORDER BY 1")
    move(landlord, [flat], landlord.building("Glycines B"))
    after, now = behind(landlord, "Glycines A"), behind(landlord, "Glycines B")
    gone = {table: before[table] - after[table] for table in FOLLOW}
    assert gone == {
        "tenants_leaseunit": 1,
        "tenants_lease": 1,
        "tenants_leaseparty": 2,
        "tenants_residence": 2,
        "tenants_account": 1,
        "ledger_entry": 4,
        "ledger_balance": 1,
        "tenants_discreetmark": 1,
    }
    assert {table: now[table] - there[table] for table in FOLLOW} == gone
    assert run("SELECT to_jsonb(e) - 'building_id' FROM ledger_entry e ORDER BY id") == entries
    assert run("SELECT account_id, sum(amount_cents) FROM ledger_entry GROUP BY 1 ORDER BY 1") == balance


def test_it_is_one_event_with_a_number_and_no_name(landlord, flat):
    move(landlord, [flat], landlord.building("Glycines B"))
    [event] = events(kind="building_recut")
    origin, into = landlord.building("Glycines A").pk, landlord.building("Glycines B").pk
    assert (event["about"], event["actor"]) == (origin, landlord.person("jules").pk)
    assert event["facts"] == {"units": 1, "into": str(into)}


def test_the_agencys_officer_keeps_the_account_and_another_agency_does_not_get_it(landlord, sign_in, flat):
    path = f"/comptes/{landlord.account(MOVED).reference}/"
    move(landlord, [flat], landlord.building("Glycines B"))
    assert sign_in("elise").get(path).status_code == 200
    assert sign_in("fatou").get(path).status_code == 404


@pytest.mark.parametrize("into", ["Glycines A", "Tour basse", "Quai 9"])
def test_dwellings_move_only_within_one_estate(landlord, flat, into):
    with pytest.raises(ValidationError):
        move(landlord, [flat], landlord.building(into))
    assert not events(kind="building_recut") and landlord.residence(MOVED).building_id == flat.building_id


def test_dwellings_of_two_buildings_or_none_are_refused(landlord, flat):
    other = landlord.residence("Calme-Glycines B").unit
    for units in ([flat, other], []):
        with pytest.raises(ValidationError):
            move(landlord, units, landlord.building("Glycines B"))


def test_permissions_at_different_places_do_not_add_up(landlord, flat, sign_in):
    """A permission that a user has at one place must not count at another place.

    Here, Noël is sector manager of the building's sector, but may move dwellings only in another agency, so he must be
    refused.
    """
    assign(landlord.person("noel"), "sector_manager", landlord.place("Secteur Glycines"))
    assign(landlord.person("noel"), "access_administrator", landlord.place("Agence Bercy"))
    typed = {"into": str(landlord.building("Glycines B").pk)}
    answer = sign_in("noel").post(f"/acces/lieux/{landlord.place('Glycines A').pk}/redecouper/", typed)
    assert answer.status_code == 200 and "périmètre" in answer.content.decode()
    assert not events(kind="building_recut")
    assert Unit.objects.using(OWNER).get(pk=flat.pk).building_id == flat.building_id


@pytest.mark.parametrize("table", FOLLOW)
def test_no_row_moves_without_its_dwelling(landlord, flat, table):
    """A row about a dwelling must not move to another building if the dwelling stays where it is.

    A composite foreign key must refuse this.
    """
    into = str(landlord.building("Glycines B").pk)
    with pytest.raises(Exception, match="stands_in_its"):
        run(f"UPDATE {table} SET building_id = %s WHERE building_id = %s", into, str(flat.building_id))


@pytest.mark.parametrize(
    "change", ["amount_cents = 1", "effective_on = effective_on - 1", "label = 'rls', building_id = %s"]
)
def test_only_the_building_of_an_entry_can_be_changed(landlord, flat, change):
    entry = Entry.objects.using(OWNER).filter(account=landlord.account(MOVED)).first()
    params = [str(landlord.building("Glycines B").pk)] if "%s" in change else []
    with pytest.raises(Exception, match="only ever added"):
        run(f"UPDATE ledger_entry SET {change} WHERE id = %s", *params, str(entry.pk))


@pytest.mark.parametrize("role", ["card", "help", "account", "identity", "patrimony", "books"])
def test_other_compartments_cannot_move_dwellings(landlord, flat, role):
    into = str(landlord.building("Glycines B").pk)
    with pytest.raises(Exception, match="permission denied"):
        run(f"SET ROLE loge_{role}; UPDATE buildings_unit SET building_id = '{into}'", alias="default")
    assert Residence.objects.using(OWNER).get(pk=landlord.residence(MOVED).pk).building_id == flat.building_id
