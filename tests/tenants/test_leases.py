"""Follows a lease from its signature to its end, through the pages, and checks the audit event of each step."""

import re

import pytest

from buildings.models import Unit
from tenants.models import Account, Lease, LeaseParty, LeaseUnit, Residence, Tenant
from tests.builders import OWNER, events, make_tenant, make_unit, paris_day, settle_in

AT_A = "Dette-Glycines A"


def typed(days: int) -> str:
    return f"{paris_day(days):%d/%m/%Y}"


def vacant(landlord, building: str) -> Unit:
    return Unit.objects.using(OWNER).get(building=landlord.building(building), door="22")


def sign(client, landlord, unit: Unit, building: str = "Glycines A", **more: str):
    form = {"unit": str(unit.pk), "starts_on": typed(0), "first-title": "mr", "first-last_name": "Neuf"}
    form |= {"first-first_name": "Jean", "first-phone": "06 39 98 55 66"}
    return client.post(f"/immeubles/{landlord.building(building).pk}/baux/nouveau/", form | more)


def lease_page(account: Account, rest: str = "") -> str:
    return f"/comptes/{account.reference}/bail/{rest}"


def test_lease_page_shows_units_parties_and_household_and_records_them(landlord, sign_in):
    account = landlord.account(AT_A)
    answer = sign_in("elise").get(lease_page(account))
    assert answer.status_code == 200
    for words in ("Marie Dette-Glycines A", "Paul Dette-Glycines A", "porte 12", "titulaire"):
        assert words in answer.content.decode()
    [event] = events(kind="lease_opened")
    tenants = {party.tenant_id for party in LeaseParty.objects.using(OWNER).filter(lease=account.lease)}
    assert (event["outcome"], event["about"]) == ("shown", account.pk) and tenants <= set(event["shown_ids"])


PAGES = ("", "conge/", "mutation/", "arrivee/", "representants/")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("name", "status"),
    [("elise", 200), ("fatou", 404), ("denis", 404), ("awa", 403), ("georges", 403), ("helene", 403)],
)
def test_lease_pages_are_open_to_officers_of_the_agency_only(landlord, sign_in, page, name, status):
    assert sign_in(name).get(lease_page(landlord.account(AT_A), page)).status_code == status


@pytest.mark.parametrize(
    ("name", "status"), [("elise", 200), ("fatou", 404), ("denis", 404), ("awa", 403), ("georges", 403)]
)
def test_departure_and_new_lease_are_open_to_officers_of_the_agency_only(landlord, sign_in, name, status):
    client, residence = sign_in(name), landlord.residence(AT_A)
    assert client.get(lease_page(landlord.account(AT_A), f"depart/{residence.pk}/")).status_code == status
    assert client.get(f"/immeubles/{landlord.building('Glycines A').pk}/baux/nouveau/").status_code == status


@pytest.mark.parametrize("name", ["fatou", "denis", "awa", "georges"])
def test_post_without_access_changes_nothing(landlord, sign_in, name):
    account, client = landlord.account(AT_A), sign_in(name)
    client.post(lease_page(account, "conge/"), {"notice_on": typed(0), "ends_on": typed(30)})
    client.post(lease_page(account, "mutation/"), {"unit": vacant(landlord, "Glycines B").pk, "first_day": typed(0)})
    sign(client, landlord, vacant(landlord, "Glycines A"))
    assert Lease.objects.using(OWNER).filter(ends_on__isnull=False).count() == 0
    assert not Lease.objects.using(OWNER).filter(main_unit=vacant(landlord, "Glycines A")).exists()
    assert not events(outcome="changed")


def test_signing_creates_lease_residence_and_account(landlord, sign_in):
    unit = vacant(landlord, "Glycines A")
    cellar = make_unit(landlord.building("Glycines A"), "C4", floor=-1, kind="annexe")
    second = {"second-last_name": "Neuve", "second-first_name": "Ada", "annexes": [str(cellar.pk)]}
    answer = sign(sign_in("elise"), landlord, unit, **second)
    account = landlord.account("Neuf")
    assert answer.status_code == 302 and answer["Location"] == lease_page(account)
    assert account.opened_on == paris_day() and account.building_id == unit.building_id
    assert {row.unit_id for row in LeaseUnit.objects.using(OWNER).filter(lease=account.lease)} == {unit.pk, cellar.pk}
    parties = LeaseParty.objects.using(OWNER).filter(lease=account.lease)
    assert {(p.tenant.last_name, p.capacity) for p in parties} == {("Neuf", "holder"), ("Neuve", "co_holder")}
    residence = landlord.residence("Neuf")
    assert (residence.unit_id, residence.tenant.phone) == (unit.pk, "+33639985566")
    [event] = events(kind="lease_signed")
    assert (event["about"], event["facts"]["lease"]) == (account.pk, str(account.lease_id))
    assert len(events(kind="tenant_added")) == 2


def test_account_page_lists_the_main_unit_and_the_others(landlord, sign_in):
    unit, elise = vacant(landlord, "Glycines A"), sign_in("elise")
    page = elise.get(f"/comptes/{landlord.account(AT_A).reference}/").content.decode()
    assert re.search(r"<dt>Lots</dt><dd>T3[^,<]*</dd>", page)
    cellar = make_unit(landlord.building("Glycines A"), "C4", floor=-1, kind="annexe")
    sign(elise, landlord, unit, annexes=[str(cellar.pk)])
    page = elise.get(f"/comptes/{landlord.account('Neuf').reference}/").content.decode()
    assert re.search(r"<dt>Lots</dt><dd>[^<]*C4[^<]*</dd>", page) and re.search(r"<dt>Lots</dt><dd>[^<]*T3", page)


HOUSEHOLD = {
    "second-last_name": "Neuve",
    "other0-last_name": "Troisième",
    "other0-signs": "yes",
    "other1-last_name": "Enfant",
    "other1-first_name": "Zoé",
    "other7-last_name": "Aïeule",
}


def test_household_of_five_is_signed_on_one_page(landlord, sign_in):
    elise = sign_in("elise")
    assert sign(elise, landlord, vacant(landlord, "Glycines A"), **HOUSEHOLD).status_code == 302
    lease = landlord.account("Neuf").lease
    parties = LeaseParty.objects.using(OWNER).filter(lease=lease).values_list("tenant__last_name", "capacity")
    assert set(parties) == {("Neuf", "holder"), ("Neuve", "co_holder"), ("Troisième", "co_holder")}
    living = Residence.objects.using(OWNER).filter(lease=lease, moved_in=paris_day())
    assert {row.tenant.last_name for row in living} == {"Neuf", "Neuve", "Troisième", "Enfant", "Aïeule"}
    assert len(events(kind="tenant_added")) == 5 and len(events(kind="lease_signed")) == 1


@pytest.mark.reads_back
def test_each_person_of_a_new_lease_is_read_back(landlord, sign_in):
    answer = sign(sign_in("elise"), landlord, vacant(landlord, "Glycines A"), **HOUSEHOLD)
    body = answer.content.decode()
    for words in ("Neuf", "Neuve", "Troisième", "Zoé Enfant", "Aïeule", "Cotitulaire", "Occupant"):
        assert words in body, words
    assert not Tenant.objects.using(OWNER).filter(last_name="Neuf").exists()


def test_person_of_a_new_lease_without_a_last_name_is_an_error(landlord, sign_in):
    answer = sign(sign_in("elise"), landlord, vacant(landlord, "Glycines A"), **{"other3-first_name": "Zoé"})
    body = answer.content.decode()
    assert answer.status_code == 200 and "Autre personne 4" in body and "<details open>" in body
    assert not Tenant.objects.using(OWNER).filter(last_name="Neuf").exists()


def test_refused_name_of_a_new_lease_is_an_error_of_this_person(landlord, sign_in):
    typed = HOUSEHOLD | {"other1-last_name": "Enfant qui est très malade du cœur"}
    body = sign(sign_in("elise"), landlord, vacant(landlord, "Glycines A"), **typed).content.decode()
    assert "Autre personne 2</h2>" in body and 'href="#id_other1-last_name"' in body
    assert "Écrivez seulement un nom" in body and body.count('aria-invalid="true"') == 1
    assert not Tenant.objects.using(OWNER).filter(last_name="Neuf").exists()


@pytest.mark.reads_back
def test_read_back_warns_of_two_people_with_the_same_names(landlord, sign_in):
    elise, unit, warning = sign_in("elise"), vacant(landlord, "Glycines A"), "Deux personnes ont le même nom"
    twice = HOUSEHOLD | {"other7-last_name": "ENFANT", "other7-first_name": "Zoe"}
    assert warning in sign(elise, landlord, unit, **twice).content.decode()
    assert warning not in sign(elise, landlord, unit, **HOUSEHOLD).content.decode()


def test_vacant_dwelling_leads_to_its_lease(landlord, sign_in):
    unit, elise = vacant(landlord, "Glycines A"), sign_in("elise")
    address = f"/immeubles/{unit.building_id}/baux/nouveau/?logement={unit.pk}"
    assert address in elise.get(f"/immeubles/{unit.building_id}/vacants/").content.decode()
    assert f'<option value="{unit.pk}" selected>' in elise.get(address).content.decode()
    taken = landlord.residence(AT_A).unit
    assert str(taken.pk) not in elise.get(address.replace(str(unit.pk), str(taken.pk))).content.decode()


def test_let_dwelling_is_neither_offered_nor_accepted(landlord, sign_in):
    taken = landlord.residence(AT_A).unit
    client = sign_in("elise")
    page = client.get(f"/immeubles/{taken.building_id}/baux/nouveau/").content.decode()
    assert str(vacant(landlord, "Glycines A").pk) in page and str(taken.pk) not in page
    answer = sign(client, landlord, taken)
    assert answer.status_code == 200 and "n’est pas libre" in answer.content.decode()


def test_overlapping_lease_is_refused_and_writes_nothing(landlord, sign_in):
    unit = vacant(landlord, "Glycines A")
    client = sign_in("elise")
    sign(client, landlord, unit)
    client.post(lease_page(landlord.account("Neuf"), "conge/"), {"notice_on": typed(0), "ends_on": typed(20)})
    answer = sign(client, landlord, unit, starts_on=typed(10), **{"first-last_name": "Trop"})
    assert answer.status_code == 200 and "Ce logement a déjà un bail à ces dates." in answer.content.decode()
    assert not Tenant.objects.using(OWNER).filter(last_name="Trop").exists()
    assert Account.objects.using(OWNER).filter(lease__main_unit=unit).count() == 1
    assert sign(client, landlord, unit, starts_on=typed(21), **{"first-last_name": "Apres"}).status_code == 302


def test_dwelling_of_another_building_cannot_be_signed_here(landlord, sign_in):
    answer = sign(sign_in("elise"), landlord, vacant(landlord, "Quai 9"))
    assert answer.status_code == 200 and not Lease.objects.using(OWNER).filter(main_unit=vacant(landlord, "Quai 9"))


def test_notice_ends_lease_units_parties_and_residences_on_one_day(landlord, sign_in):
    account, last = landlord.account(AT_A), paris_day(40)
    client = sign_in("elise")
    answer = client.post(lease_page(account, "conge/"), {"notice_on": typed(-1), "ends_on": typed(40)})
    assert answer.status_code == 302
    lease = Lease.objects.using(OWNER).get(pk=account.lease_id)
    assert (lease.notice_on, lease.ends_on) == (paris_day(-1), last)
    assert {row.last_day for row in lease.units.using(OWNER).all()} == {last}
    assert {row.last_day for row in lease.parties.using(OWNER).all()} == {last}
    assert {(row.moved_out, row.transferred) for row in lease.residences.using(OWNER).all()} == {(last, False)}
    assert Account.objects.using(OWNER).get(pk=account.pk).settled_on is None
    [event] = events(kind="notice_given")
    assert event["facts"] == {"lease": str(lease.pk), "ends_on": last.isoformat()}
    client.post(lease_page(account, "conge/"), {"notice_on": typed(-1), "ends_on": typed(60)})
    assert {row.last_day for row in lease.units.using(OWNER).all()} == {paris_day(60)}


@pytest.mark.parametrize(
    ("ends", "words"),
    [(-900, "La fin du bail doit être postérieure à son début."), (None, "Écrivez la date sous la forme jour/mois")],
)
def test_impossible_end_is_refused_with_a_sentence(landlord, sign_in, ends, words):
    form = {"notice_on": typed(0), "ends_on": "demain" if ends is None else typed(ends)}
    answer = sign_in("elise").post(lease_page(landlord.account(AT_A), "conge/"), form)
    assert answer.status_code == 200 and words in answer.content.decode()
    assert not events(kind="notice_given")


def test_residents_arrive_and_leave_while_the_lease_goes_on(landlord, sign_in):
    account, client = landlord.account(AT_A), sign_in("elise")
    form = {"last_name": "Arrivé", "first_name": "Max", "day": typed(0)}
    assert client.post(lease_page(account, "arrivee/"), form).status_code == 302
    arrived = landlord.residence("Arrivé")
    assert arrived.lease_id == account.lease_id and arrived.moved_out is None
    assert not LeaseParty.objects.using(OWNER).filter(tenant=arrived.tenant)
    assert client.post(lease_page(account, f"depart/{arrived.pk}/"), {"last_day": typed(0)}).status_code == 302
    assert landlord.residence("Arrivé").moved_out == paris_day()
    assert Lease.objects.using(OWNER).get(pk=account.lease_id).ends_on is None
    assert [event["facts"]["residence"] for event in events(kind="resident_moved")] == [str(arrived.pk)] * 2
    answer = client.post(lease_page(account, f"depart/{arrived.pk}/"), {"last_day": typed(-1)})
    assert "Le départ doit être postérieur à l’arrivée." in answer.content.decode()


def test_former_resident_can_move_in_again(landlord, sign_in):
    account, client, left = landlord.account(AT_A), sign_in("elise"), landlord.residence(AT_A)
    client.post(lease_page(account, f"depart/{left.pk}/"), {"last_day": typed(-3)})
    answer = client.post(lease_page(account, "arrivee/"), {"who": str(left.tenant_id), "day": typed(0)})
    assert answer.status_code == 302
    assert Residence.objects.using(OWNER).filter(tenant=left.tenant_id).count() == 2


def test_departure_of_a_resident_of_another_lease_is_404(landlord, sign_in):
    other = landlord.residence("Calme-Glycines A")
    assert sign_in("elise").get(lease_page(landlord.account(AT_A), f"depart/{other.pk}/")).status_code == 404


def test_transfer_moves_the_household_to_the_other_caretaker_on_the_day(landlord, sign_in):
    account, there = landlord.account(AT_A), vacant(landlord, "Glycines B")
    before = landlord.residence(AT_A)
    assert sign_in("awa").get(f"/fiches/{before.pk}/").status_code == 200
    form = {"unit": str(there.pk), "first_day": typed(0)}
    answer = sign_in("elise").post(lease_page(account, "mutation/"), form)
    assert answer.status_code == 302
    new = Account.objects.using(OWNER).get(lease__main_unit=there)
    assert answer["Location"] == lease_page(new)
    old = Lease.objects.using(OWNER).get(pk=account.lease_id)
    assert old.ends_on == paris_day(-1) and new.lease.starts_on == paris_day()
    assert {r.transferred for r in old.residences.using(OWNER).all()} == {True}
    assert new.lease.parties.using(OWNER).count() == new.lease.residences.using(OWNER).count() == 2
    after = Residence.objects.using(OWNER).get(lease=new.lease, tenant=before.tenant)
    for name, residence, status in (
        ("awa", before, 404),
        ("awa", after, 404),
        ("bruno", after, 200),
        ("bruno", before, 404),
    ):
        assert sign_in(name).get(f"/fiches/{residence.pk}/").status_code == status
    assert [event["about"] for event in events(kind="notice_given")] == [account.pk]
    assert [event["about"] for event in events(kind="lease_signed")] == [new.pk]


def test_transfer_leaves_former_parties_and_residents_behind(landlord, sign_in):
    account, there = landlord.account(AT_A), vacant(landlord, "Glycines B")
    former, days = make_tenant("Ancienne"), {"first_day": paris_day(-300), "last_day": paris_day(-90)}
    common = {"lease": account.lease, "tenant": former, "name_key": former.name_key, "building_id": account.building_id}
    LeaseParty(**common, **days, capacity="co_holder").save(using=OWNER)
    settle_in(former, account.lease, account.lease.main_unit, -300, -90)
    form = {"unit": str(there.pk), "first_day": typed(0)}
    assert sign_in("elise").post(lease_page(account, "mutation/"), form).status_code == 302
    new = Account.objects.using(OWNER).get(lease__main_unit=there).lease
    assert new.parties.using(OWNER).count() == new.residences.using(OWNER).count() == 2
    assert not new.parties.using(OWNER).filter(tenant=former).exists()
    assert not new.residences.using(OWNER).filter(tenant=former).exists()


def test_failed_transfer_writes_nothing(landlord, sign_in):
    there = vacant(landlord, "Glycines B")
    client = sign_in("elise")
    sign(client, landlord, there, "Glycines B")
    client.post(lease_page(landlord.account("Neuf"), "conge/"), {"notice_on": typed(0), "ends_on": typed(20)})
    leases = Lease.objects.using(OWNER).count()
    form = {"unit": str(there.pk), "first_day": typed(10)}
    answer = client.post(lease_page(landlord.account(AT_A), "mutation/"), form)
    assert answer.status_code == 200 and "a déjà un bail" in answer.content.decode()
    assert Lease.objects.using(OWNER).count() == leases
    assert landlord.account(AT_A).lease.ends_on is None and landlord.residence(AT_A).moved_out is None


def test_transfer_offers_vacant_dwellings_of_one_agency_only(landlord, sign_in):
    page = sign_in("elise").get(lease_page(landlord.account(AT_A), "mutation/")).content.decode()
    assert all(str(vacant(landlord, name).pk) in page for name in ("Glycines A", "Glycines B", "Tour haute"))
    assert str(vacant(landlord, "Quai 9").pk) not in page


def test_notice_with_a_future_date_is_refused(landlord, sign_in):
    account = landlord.account(AT_A)
    answer = sign_in("elise").post(lease_page(account, "conge/"), {"notice_on": typed(1), "ends_on": typed(60)})
    assert answer.status_code == 200 and "réception du congé est dans le futur" in answer.content.decode()
    assert landlord.account(AT_A).lease.ends_on is None


def test_ended_lease_cannot_be_changed(landlord, sign_in):
    account, client = landlord.account(AT_A), sign_in("elise")
    client.post(lease_page(account, "conge/"), {"notice_on": typed(-40), "ends_on": typed(-1)})
    assert client.get(lease_page(account)).status_code == 200
    transfer_form = {"unit": str(vacant(landlord, "Glycines B").pk), "first_day": typed(0)}
    for page, form in (("conge/", {"notice_on": typed(0), "ends_on": typed(9)}), ("mutation/", transfer_form)):
        answer = client.post(lease_page(account, page), form)
        assert answer.status_code == 200 and "Ce bail a déjà pris fin." in answer.content.decode()


def test_representative_is_recorded_with_days_and_without_a_reason(landlord, sign_in):
    account, client = landlord.account(AT_A), sign_in("elise")
    tenant = landlord.tenant(AT_A)
    form = {"tenant": str(tenant.pk), "name": "Rita Tutelle", "phone": "01 44 00 00 00", "first_day": typed(0)}
    assert client.post(lease_page(account, "representants/"), form).status_code == 302
    page = client.get(lease_page(account)).content.decode()
    assert "Rita Tutelle" in page and "tel:+33144000000" in page
    [event] = events(kind="representative_set")
    assert event["about"] == tenant.pk and "Rita" not in str(event)
    answer = client.post(lease_page(account, "representants/"), form | {"last_day": typed(-9)})
    assert "La fin de la représentation doit être postérieure à son début." in answer.content.decode()
