"""Restriction of processing (GDPR article 18) against simultaneous acts, raw SQL of web roles, and forms that are
already open."""

from threading import Thread

import pytest
from django.db import DatabaseError, connections, transaction
from django.urls import reverse

from access.compartments import Compartment as C
from tenants.models import LeaseParty, Reminder, ReminderDoor, SetAsideContact, Tenant
from tests.builders import OWNER, make_tenant, paris_day, restrict, run, settle_in, write_note
from tests.casework.test_restrictions import CALM, PAIR, lift
from tests.database.test_policies import as_role
from tests.rights.test_disclosure import tenant

REFUSED = "rien n’est enregistré à son sujet jusqu’à la levée"
CONTACT = "UPDATE tenants_tenant SET channel = 'phone', phone = %s WHERE id = %s"


def one_after_the_other(first, second) -> None:
    """Run `first`, and `second` on another connection before `first` commits. `second` must wait, and end well."""
    ends = []

    def run_second() -> None:
        try:
            second()
            ends.append("done")
        finally:
            connections.close_all()

    thread = Thread(target=run_second)
    with transaction.atomic(OWNER):
        first()
        thread.start()
        thread.join(0.5)
        assert thread.is_alive(), "the second one must wait"
    thread.join(20)
    assert ends == ["done"]


# --- Simultaneous acts -----------------------------------------------------------------------------------------------


def test_contact_that_is_saved_while_a_restriction_begins_is_set_aside(landlord):
    marie = tenant(landlord, PAIR, "Marie")
    one_after_the_other(lambda: run(CONTACT, "+33639987654", marie.pk), lambda: restrict(marie))
    assert SetAsideContact.objects.using(OWNER).get().phone == "+33639987654"
    assert Tenant.objects.using(OWNER).get(pk=marie.pk).phone == ""


def test_two_restrictions_lifted_at_once_put_the_contact_back(landlord):
    marie = tenant(landlord, PAIR, "Marie")
    run(CONTACT, "+33639987654", marie.pk)
    rows = [restrict(marie, ground, begun=-2) for ground in ("accuracy", "claims")]
    one_after_the_other(lambda: lift(rows[0]), lambda: lift(rows[1]))
    assert Tenant.objects.using(OWNER).get(pk=marie.pk).phone == "+33639987654"
    assert not SetAsideContact.objects.using(OWNER).exists()


def test_restriction_that_begins_while_another_is_lifted_sets_the_contact_aside(landlord):
    marie = tenant(landlord, PAIR, "Marie")
    run(CONTACT, "+33639987654", marie.pk)
    old = restrict(marie, begun=-2)
    one_after_the_other(lambda: restrict(marie, "claims"), lambda: lift(old))
    assert SetAsideContact.objects.using(OWNER).get().phone == "+33639987654"
    assert Tenant.objects.using(OWNER).get(pk=marie.pk).phone == ""


# --- Raw SQL ---------------------------------------------------------------------------------------------------------


def test_no_web_role_learns_the_ground_from_a_function(landlord):
    """No web role may execute the SQL functions whose answers reveal why the use of a person's data is restricted."""
    residence, awa = landlord.residence(PAIR), landlord.person("awa").pk
    restrict(residence.tenant, "claims")
    ask = "SELECT tenants_is_restricted('residence', %s, loge_today())"
    assert as_role(C.HELP, awa, ask, residence.pk) == [(True,)]
    statements = (
        "SELECT tenants_is_restricted('residence', %s, loge_today(), true)",
        "SELECT tenants_is_preserved('residence', %s, loge_today())",
        "SELECT tenants_is_restricted_on('residence', %s, loge_today(), ARRAY['claims'])",
    )
    for role in C:
        for sql in statements:
            with pytest.raises(DatabaseError, match=r"permission denied|does not exist"):
                as_role(role, awa, sql, residence.pk)


def test_employee_cannot_change_the_contact_that_was_set_aside(landlord):
    """An employee whose form was already open must not change a restricted person's contact."""
    residence, awa = landlord.residence(PAIR), landlord.person("awa").pk
    run(CONTACT, "+33639987654", residence.tenant_id)
    as_role(C.HELP, awa, CONTACT, "+33639980001", residence.tenant_id)
    restrict(residence.tenant)
    with pytest.raises(DatabaseError, match="processing is restricted"):
        as_role(C.HELP, awa, CONTACT, "+33639980002", residence.tenant_id)
    assert SetAsideContact.objects.using(OWNER).get().phone == "+33639980001"


# --- Forms -----------------------------------------------------------------------------------------------------------


def test_forms_of_a_restricted_person_say_so_and_have_no_field(landlord, sign_in):
    elise, awa = sign_in("elise"), sign_in("awa")
    account, residence = landlord.account(PAIR), landlord.residence(PAIR)
    pages = (
        (elise, f"/comptes/{account.reference}/notes/", 'name="text"'),
        (elise, f"/comptes/{account.reference}/faits/", f"/comptes/{account.reference}/faits/payment_difficulty/"),
        (elise, f"/comptes/{account.reference}/faits/payment_difficulty/", 'name="offer"'),
        (elise, f"/comptes/{account.reference}/contact/", 'name="outcome"'),
        (awa, f"/fiches/{residence.pk}/faits/", f"/fiches/{residence.pk}/faits/contact_preference/"),
        (awa, f"/fiches/{residence.pk}/faits/contact_preference/", 'name="channel"'),
        (elise, f"/fiches/{residence.pk}/contact/", 'name="phone"'),
    )
    for client, path, field in pages:
        page = client.get(path).content.decode()
        assert field in page and REFUSED not in page, path
    restrict(residence.tenant)
    for client, path, field in pages:
        page = client.get(path).content.decode()
        assert field not in page and REFUSED in page, path


def test_api_says_that_a_contact_is_withheld(landlord, sign_in):
    """The API must say that a contact is withheld. If not, a program would believe that the person has no telephone."""
    residence, awa = landlord.residence(PAIR), sign_in("awa")
    path = reverse("api_resident", kwargs={"pk": residence.pk})
    assert awa.get(path).json()["restricted"] is False
    restrict(residence.tenant)
    card = awa.get(path).json()
    assert card["restricted"] is True and card["contact"]["phone"] == ""


def test_errand_offers_no_door_of_a_restricted_person_and_says_so(landlord, sign_in):
    georges, residence = sign_in("georges"), landlord.residence(PAIR)
    path = f"/immeubles/{residence.building_id}/rappels/nouveau/"
    assert str(residence.unit_id) in georges.get(path).content.decode()
    restrict(residence.tenant)
    page = georges.get(path).content.decode()
    assert str(residence.unit_id) not in page and "1 porte n’est pas proposée" in page
    assert str(landlord.residence(CALM).unit_id) in page


def test_door_that_was_visited_does_not_come_back(landlord, sign_in):
    residence, awa = landlord.residence(PAIR), sign_in("awa")
    days = {"first_day": paris_day(), "last_day": paris_day(9)}
    errand = Reminder.objects.using(OWNER).create(building_id=residence.building_id, **days)
    passed = ReminderDoor.objects.using(OWNER).create(
        reminder=errand, unit_id=residence.unit_id, building_id=residence.building_id, done_on=paris_day()
    )
    restrict(residence.tenant)
    page = awa.post(reverse("reminder_door", kwargs={"pk": passed.pk}), {"undo": "1"}, follow=True).content.decode()
    assert REFUSED in page
    passed.refresh_from_db(using=OWNER)
    assert passed.done_on == paris_day()


def test_urgent_facts_leave_out_a_resident_whose_card_is_restricted(landlord, sign_in):
    """The account's note page must not link to the fact form of a child whose processing is restricted."""
    home, elise = landlord.residence(PAIR), sign_in("elise")
    residence = settle_in(child := make_tenant("Dette", "Enfant"), home.lease, home.unit, -30)
    path = f"/comptes/{landlord.account(PAIR).reference}/notes/"
    typed = {"text": "Il est malade du cancer.", "code": "payment_difficulty", "reading": "1"}
    assert f"/fiches/{residence.pk}/faits/" in elise.post(path, typed).content.decode()
    restrict(child)
    page = elise.post(path, typed).content.decode()
    assert f"/fiches/{residence.pk}/faits/" not in page and f"/fiches/{home.pk}/faits/" in page


def test_facts_of_days_that_are_not_restricted_can_be_withdrawn_and_not_replaced(landlord, sign_in):
    """If a second lease holder restricts processing, notes written before this holder came must stay visible."""
    account, elise = landlord.account(PAIR), sign_in("elise")
    paul = tenant(landlord, PAIR, "Paul")
    LeaseParty.objects.using(OWNER).filter(lease=account.lease_id, tenant=paul).update(first_day=paris_day(-5))
    old = write_note(account, "Rappelle le 5.", -20)
    restrict(paul)
    page = elise.get(f"/comptes/{account.reference}/").content.decode()
    assert "Rappelle le 5." in page and "remplace=" not in page
    replacing = elise.get(f"/comptes/{account.reference}/notes/?remplace={old.pk}").content.decode()
    assert REFUSED in replacing and 'name="text"' not in replacing
    assert elise.post(f"/comptes/{account.reference}/notes/", {"end": str(old.pk)}).status_code == 302
    old.refresh_from_db(using=OWNER)
    assert old.withdrawn_on == paris_day()
