"""Undoing a change of a lease (signature, notice, arrival...) must restore every row that the change has written.

A change may be undone only once, on its own day, by permitted people, and if nothing depends on it.
"""

import json
import re
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, connections

from access.compartments import Compartment as C
from access.models import Person
from casework.actions.expiry import expire_facts
from tenants.models import Account, Lease, LeaseChange, Residence, Tenant
from tests.builders import OWNER, events, note, paris_day, post, restrict, run, seal_sentence
from tests.database.test_policies import as_role
from tests.tenants.test_leases import AT_A, lease_page, sign, typed, vacant

TABLES = (
    "tenants_lease",
    "tenants_leaseunit",
    "tenants_leaseparty",
    "tenants_residence",
    "tenants_account",
    "tenants_tenant",
    "tenants_leasechange",
)


def stored() -> dict[str, list]:
    return {table: run(f"SELECT * FROM {table} ORDER BY id") for table in TABLES}


def undo_link(client, account: Account) -> str:
    """Return the URL of the undo link on the lease page of an account, or "" if the page has no such link."""
    links = re.findall(r'href="(/comptes/[^"]+/bail/annuler/[^"]+)"', client.get(lease_page(account)).content.decode())
    return links[0] if links else ""


def make_change(client, landlord, which: str) -> Account:
    """Change a lease through a form. `which` is the kind of change, such as "notice" or "arrival".

    Returns the account on whose lease page the change can be undone.
    """
    account = landlord.account(AT_A)
    moves = {"unit": str(vacant(landlord, "Glycines B").pk), "first_day": typed(0)}
    pages = {
        "notice": ("conge/", {"notice_on": typed(-1), "ends_on": typed(40)}),
        "arrival": ("arrivee/", {"last_name": "Arrivé", "first_name": "Max", "day": typed(0)}),
        "departure": (f"depart/{landlord.residence(AT_A).pk}/", {"last_day": typed(0)}),
        "transfer": ("mutation/", moves),
    }
    if which == "lease":
        assert sign(client, landlord, vacant(landlord, "Glycines A")).status_code == 302
        return landlord.account("Neuf")
    page, form = pages[which]
    assert client.post(lease_page(account, page), form).status_code == 302
    if which == "transfer":
        return Account.objects.using(OWNER).get(lease__main_unit=vacant(landlord, "Glycines B"))
    return account


ACTS = ("lease", "notice", "arrival", "departure", "transfer")


@pytest.mark.parametrize("which", ACTS)
def test_change_of_today_is_undone_to_the_row_and_recorded(landlord, sign_in, which):
    elise, before = sign_in("elise"), stored()
    account = make_change(elise, landlord, which)
    assert stored() != before
    url = undo_link(elise, account)
    assert "jusqu’à minuit" in elise.get(url).content.decode()
    assert elise.post(url).status_code == 302
    assert stored() == before
    [event] = events(kind="lease_change_undone")
    assert event["about"] == account.pk and event["facts"]["lease"] == str(account.lease_id)
    assert elise.post(url).status_code == 404


def test_lease_of_a_household_is_undone_with_all_its_people(landlord, sign_in):
    elise, before = sign_in("elise"), stored()
    more = {"second-last_name": "Neuve", "other0-last_name": "Enfant"}
    assert sign(elise, landlord, vacant(landlord, "Glycines A"), **more).status_code == 302
    assert elise.post(undo_link(elise, landlord.account("Neuf"))).status_code == 302
    assert stored() == before


def test_corrected_notice_is_undone_step_by_step(landlord, sign_in):
    elise, account = sign_in("elise"), landlord.account(AT_A)
    elise.post(lease_page(account, "conge/"), {"notice_on": typed(-1), "ends_on": typed(40)})
    first = stored()
    elise.post(lease_page(account, "conge/"), {"notice_on": typed(-1), "ends_on": typed(60)})
    elise.post(undo_link(elise, account))
    assert stored() == first and Lease.objects.using(OWNER).get(pk=account.lease_id).ends_on == paris_day(40)
    elise.post(undo_link(elise, account))
    assert Lease.objects.using(OWNER).get(pk=account.lease_id).ends_on is None and undo_link(elise, account) == ""


def test_only_the_latest_change_can_be_undone(landlord, sign_in):
    elise = sign_in("elise")
    account = make_change(elise, landlord, "notice")
    [older] = LeaseChange.objects.using(OWNER).all()
    make_change(elise, landlord, "arrival")
    page = elise.post(f"/comptes/{account.reference}/bail/annuler/{older.pk}/").content.decode()
    assert "Seul le dernier acte du jour peut être annulé" in page
    assert Lease.objects.using(OWNER).get(pk=account.lease_id).ends_on is not None


def test_change_cannot_be_undone_after_midnight_in_paris(landlord, sign_in):
    elise = sign_in("elise")
    account = make_change(elise, landlord, "notice")
    url = undo_link(elise, account)
    run("UPDATE tenants_leasechange SET day = day - 1")
    assert undo_link(elise, account) == "" and elise.post(url).status_code == 404
    assert Lease.objects.using(OWNER).get(pk=account.lease_id).ends_on is not None


DEPENDENT = {
    "an entry": lambda account: post(account, 30_800),
    "a fact": lambda account: note(account, "payment_difficulty", offer="instalments", date=paris_day().isoformat()),
    "a sealed sentence": lambda account: seal_sentence(account, Person.objects.using(OWNER).get(name="Élise Bernard")),
}


@pytest.mark.parametrize("dependent", DEPENDENT)
@pytest.mark.parametrize("which", ["lease", "transfer"])
def test_change_with_dependent_rows_cannot_be_undone(landlord, sign_in, which, dependent):
    elise = sign_in("elise")
    account = make_change(elise, landlord, which)
    url = undo_link(elise, account)
    DEPENDENT[dependent](account)
    before = stored()
    assert "D’autres enregistrements dépendent de cet acte" in elise.post(url).content.decode()
    assert stored() == before and not events(kind="lease_change_undone")


def test_lease_of_a_person_whose_data_are_restricted_cannot_be_undone(landlord, sign_in):
    elise = sign_in("elise")
    url = undo_link(elise, make_change(elise, landlord, "lease"))
    restrict(landlord.tenant("Neuf"))
    before = stored()
    assert "D’autres enregistrements dépendent de cet acte" in elise.post(url).content.decode()
    assert stored() == before and not events(kind="lease_change_undone")


def test_notice_cannot_be_undone_once_the_dwelling_is_let_again(landlord, sign_in):
    elise, account = sign_in("elise"), landlord.account(AT_A)
    elise.post(lease_page(account, "conge/"), {"notice_on": typed(-5), "ends_on": typed(-1)})
    url = undo_link(elise, account)
    assert sign(elise, landlord, landlord.residence(AT_A).unit).status_code == 302
    assert "Ce logement a déjà un bail à ces dates." in elise.post(url).content.decode()
    assert Lease.objects.using(OWNER).get(pk=account.lease_id).ends_on == paris_day(-1)


@pytest.mark.parametrize(("name", "status"), [("fatou", 404), ("denis", 404), ("awa", 403), ("georges", 403)])
def test_person_without_access_cannot_undo(landlord, sign_in, name, status):
    elise = sign_in("elise")
    url = undo_link(elise, make_change(elise, landlord, "notice"))
    before = stored()
    client = sign_in(name)
    assert {client.get(url).status_code, client.post(url).status_code} == {status} and stored() == before


def test_change_cannot_be_undone_at_the_address_of_another_account(landlord, sign_in):
    elise = sign_in("elise")
    url = undo_link(elise, make_change(elise, landlord, "notice"))
    other = landlord.account("Calme-Glycines A")
    assert elise.post(url.replace(landlord.account(AT_A).reference, other.reference)).status_code == 404


def test_database_refuses_undo_without_reach_of_the_building(landlord, sign_in):
    elise = sign_in("elise")
    make_change(elise, landlord, "notice")
    [change] = LeaseChange.objects.using(OWNER).all()
    for who in ("fatou", "awa"):
        with connections[OWNER].cursor() as cursor, pytest.raises(Exception, match="not the latest act"):
            cursor.execute("SELECT set_config('loge.person', %s, false)", [str(landlord.person(who).pk)])
            cursor.execute("SELECT tenants_undo_change(%s)", [change.pk])
        connections[OWNER].close()
    assert LeaseChange.objects.using(OWNER).count() == 1


def test_database_refuses_undo_without_reach_of_the_new_building(landlord, sign_in):
    """To undo a transfer, an officer must have access to the new lease's building, not only to the former lease's."""
    make_change(sign_in("elise"), landlord, "transfer")
    [change] = LeaseChange.objects.using(OWNER).filter(kind="transferred")
    elsewhere = landlord.building("Quai 9").place.parent_id
    run("UPDATE access_place SET parent_id = %s WHERE id = %s", elsewhere, landlord.building("Glycines B").place_id)
    with connections[OWNER].cursor() as cursor, pytest.raises(Exception, match="not the latest act"):
        cursor.execute("SELECT set_config('loge.person', %s, false)", [str(landlord.person("elise").pk)])
        cursor.execute("SELECT tenants_undo_change(%s)", [change.pk])
    connections[OWNER].close()


def test_database_refuses_undo_of_another_days_change(landlord, sign_in):
    make_change(sign_in("elise"), landlord, "notice")
    run("UPDATE tenants_leasechange SET day = day - 1")
    [change] = LeaseChange.objects.using(OWNER).all()
    with connections[OWNER].cursor() as cursor, pytest.raises(Exception, match="not the latest act"):
        cursor.execute("SELECT set_config('loge.person', %s, false)", [str(landlord.person("elise").pk)])
        cursor.execute("SELECT tenants_undo_change(%s)", [change.pk])
    connections[OWNER].close()


def test_concurrent_undo_happens_once(landlord, sign_in):
    clients = [sign_in("elise"), sign_in("elise")]
    url, answers = undo_link(clients[0], make_change(clients[0], landlord, "notice")), []

    def send(client) -> None:
        answers.append(client.post(url).status_code)
        connections.close_all()

    threads = [threading.Thread(target=send, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count(302) == 1 and len(events(kind="lease_change_undone")) == 1


def test_nightly_job_deletes_lease_changes_of_past_days(landlord, sign_in):
    make_change(sign_in("elise"), landlord, "notice")
    expire_facts(by="expire_notes")
    assert LeaseChange.objects.using(OWNER).count() == 1
    run("UPDATE tenants_leasechange SET day = day - 1")
    expire_facts(by="expire_notes")
    assert not LeaseChange.objects.using(OWNER).exists()


def test_undone_arrival_does_not_delete_a_tenant_known_before(landlord, sign_in):
    elise, account, left = sign_in("elise"), landlord.account(AT_A), landlord.residence(AT_A)
    run("UPDATE tenants_residence SET moved_out = %s WHERE id = %s", paris_day() - timedelta(days=3), left.pk)
    form = {"who": str(left.tenant_id), "day": typed(0)}
    assert elise.post(lease_page(account, "arrivee/"), form).status_code == 302
    elise.post(undo_link(elise, account))
    assert Tenant.objects.using(OWNER).filter(pk=left.tenant_id).exists()
    assert Residence.objects.using(OWNER).filter(tenant=left.tenant_id).count() == 1


# --- A database role that inserts a change of its own making ---

INSERT = (
    "INSERT INTO tenants_leasechange (id, lease_id, building_id, kind, made_by_id, made_at, day, before)"
    " VALUES (%s, %s, %s, %s, %s, now(), loge_today() + %s, %s)"
)
FAR, OWN = "Calme-Quai 9", "Calme-Glycines A"


def insert_change(landlord, kind: str, before: dict, made_by: str = "elise", days: int = 0) -> str:
    """Insert a forged change of a lease with the database role of an officer's pages, as an SQL injection could do.

    `before` has the ids and values that undoing the change would restore or delete.
    """
    account, change = landlord.account(OWN), str(uuid4())
    values = [change, str(account.lease_id), str(account.building_id), kind, str(landlord.person(made_by).pk), days]
    as_role(C.ACCOUNT, landlord.person("elise").pk, INSERT, *values, json.dumps(before))
    return change


def undo_as_role(landlord, change: str) -> None:
    as_role(C.ACCOUNT, landlord.person("elise").pk, "SELECT tenants_undo_change(%s)", change)


def test_a_role_inserts_changes_only_in_its_own_name_and_of_today(landlord):
    for terms in ({"made_by": "fatou"}, {"days": -1}):
        with pytest.raises(ProgrammingError, match="row-level security"):
            insert_change(landlord, "notice", {}, **terms)


def test_an_inserted_change_ends_no_lease_out_of_reach(landlord):
    far = landlord.account(FAR).lease_id
    change = insert_change(landlord, "notice", {"former": str(far), "lease": ["2026-01-01", "2026-01-31"]})
    before = stored()
    with pytest.raises(IntegrityError, match="latest act"):
        undo_as_role(landlord, change)
    assert stored() == before


@pytest.mark.parametrize("rows", ["units", "parties", "residences"])
def test_an_inserted_change_moves_no_row_of_another_lease(landlord, rows):
    lease, table = landlord.account(FAR).lease, f"tenants_{LEASE_TABLES[rows]}"
    values = [[str(pk), "2026-01-31", False] for (pk,) in run(f"SELECT id FROM {table} WHERE lease_id = %s", lease.pk)]
    assert values
    before = run(f"SELECT * FROM {table} ORDER BY id")
    undo_as_role(landlord, insert_change(landlord, "moved_out", {rows: values}))
    assert run(f"SELECT * FROM {table} ORDER BY id") == before


LEASE_TABLES = {"units": "leaseunit", "parties": "leaseparty", "residences": "residence"}


@pytest.mark.parametrize("kind", ["signed", "transferred", "moved_in"])
def test_an_inserted_change_deletes_nothing_that_was_not_made_today(landlord, kind):
    """Undoing a forged change must not delete a residence, whether or not the officer may act in its building.

    The database refuses because the audit log has no event that the residence was created today.
    """
    for name in (OWN, FAR):
        residence = landlord.residence(name)
        before = stored()
        change = insert_change(landlord, kind, {"residence": str(residence.pk), "tenants": [str(residence.tenant_id)]})
        with pytest.raises(IntegrityError, match="not made today"):
            undo_as_role(landlord, change)
        run("DELETE FROM tenants_leasechange")
        assert stored() == before


def test_an_inserted_change_deletes_no_tenant_of_another_lease(landlord):
    tenant = landlord.tenant(FAR)
    undo_as_role(landlord, insert_change(landlord, "moved_out", {"tenants": [str(tenant.pk)]}))
    assert Tenant.objects.using(OWNER).filter(pk=tenant.pk).exists()
