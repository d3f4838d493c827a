"""An officer corrects a tenant's name: a mistyped name is erased, but a name from before a marriage is kept.

Nobody else can correct names, and the audit log never contains a name.
"""

from uuid import uuid4

import pytest
from django.urls import reverse

from access.compartments import Compartment as C
from tenants.models import FormerName, Tenant
from tests.builders import OWNER, events, let, make_tenant, make_unit, paris_day, run, settle_in, stand_wall
from tests.database.test_policies import as_role, hide_household

AT_A, AT_B = "Calme-Glycines A", "Calme-Glycines B"
SLIP = {"title": "mrs", "last_name": "Dupont", "first_name": "Rose", "reason": "slip"}
MARRIED = {**SLIP, "reason": "civil_status", "document": "record"}


def page(landlord, name: str = AT_A, tenant: Tenant | None = None) -> str:
    tenant = tenant or landlord.tenant(name)
    return f"/comptes/{landlord.account(name).reference}/bail/noms/{tenant.pk}/"


def typed(days: int) -> str:
    return f"{paris_day(days):%d/%m/%Y}"


def correct(client, landlord, form: dict[str, str] = SLIP, **changed: str):
    """Submit the form as the page shows it now. The date of effect of a changed civil status is ten days ago."""
    tenant = landlord.tenant(AT_A)
    effective = {"effective_on": typed(-10)} if form["reason"] == "civil_status" else {}
    return client.post(page(landlord), {**form, **effective, "version": tenant.name_version, **changed})


def by_id(pk) -> Tenant:
    return Tenant.objects.using(OWNER).get(pk=pk)


# --- Who may correct -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "status"),
    [("elise", 200), ("fatou", 404), ("denis", 404), ("awa", 403), ("georges", 403), ("helene", 403), ("ines", 403)],
)
def test_only_an_officer_of_the_agency_corrects_a_name(landlord, sign_in, name, status):
    client, tenant = sign_in(name), landlord.tenant(AT_A)
    assert client.get(page(landlord)).status_code == status
    if status != 200:
        assert correct(client, landlord).status_code == status
        assert by_id(tenant.pk).last_name == tenant.last_name and not events(outcome="changed")


def test_person_of_another_lease_is_404_under_this_account(landlord, sign_in):
    elise = sign_in("elise")
    for other in (landlord.tenant("Dette-Glycines A").pk, uuid4()):
        url = f"/comptes/{landlord.account(AT_A).reference}/bail/noms/{other}/"
        assert elise.get(url).status_code == elise.post(url, SLIP).status_code == 404
    assert not events(outcome="changed")


def test_hidden_household_is_404_and_one_closed_by_a_conflict_is_403(landlord, sign_in):
    elise, account = sign_in("elise"), landlord.account(AT_A)
    stand_wall(account.lease, landlord.person("elise"))
    assert elise.get(page(landlord)).status_code == correct(elise, landlord).status_code == 403
    hide_household(account.lease)
    assert elise.get(page(landlord)).status_code == correct(elise, landlord).status_code == 404
    assert not events(kind="name_corrected")


def test_occupant_who_is_no_party_is_corrected_too(landlord, sign_in):
    account, child = landlord.account(AT_A), make_tenant("Enfant", "Zoe")
    settle_in(child, account.lease, account.lease.main_unit, -100)
    form = {"last_name": "Enfant", "first_name": "Zoé", "reason": "slip", "version": child.name_version}
    assert sign_in("elise").post(page(landlord, AT_A, child), form).status_code == 302
    assert by_id(child.pk).first_name == "Zoé"


def test_database_lets_an_officer_rename_only_people_whom_she_sees(landlord):
    """The statement has neither WHERE nor RETURNING, so that only the policy of UPDATE limits it."""
    near, far, hidden = landlord.tenant(AT_A), landlord.tenant("Calme-Quai 9"), landlord.tenant("Dette-Glycines A")
    stand_wall(landlord.account("Dette-Glycines A").lease, landlord.person("elise"))
    as_role(C.ACCOUNT, landlord.person("elise").pk, "UPDATE tenants_tenant SET last_name = 'Autre'")
    assert [by_id(who.pk).last_name == "Autre" for who in (near, far, hidden)] == [True, False, False]


# --- A slip ----------------------------------------------------------------------------------------------------------


def test_slip_is_erased_and_the_new_name_is_found_at_once(landlord, sign_in):
    elise, tenant, account = sign_in("elise"), landlord.tenant(AT_A), landlord.account(AT_A)
    answer = correct(elise, landlord)
    assert answer.status_code == 302 and answer["Location"].endswith("/bail/")
    stored = by_id(tenant.pk)
    assert (stored.title, stored.last_name, stored.first_name, stored.name_key) == (
        "mrs",
        "Dupont",
        "Rose",
        "dupont rose",
    )
    copies = "SELECT name_key FROM tenants_leaseparty WHERE tenant_id = %s UNION SELECT name_key FROM tenants_residence"
    assert run(f"{copies} WHERE tenant_id = %s", tenant.pk, tenant.pk) == [("dupont rose",)]
    keys = {key for (key,) in run("SELECT key FROM tenants_searchkey WHERE tenant_id = %s", tenant.pk)}
    assert "dupont" in keys and "calme" not in keys
    assert not FormerName.objects.using(OWNER).exists()
    answer = elise.post(reverse("accounts_search"), {"q": "dupont"})
    assert account.reference in answer.content.decode() + answer.get("Location", "")


def test_event_of_a_slip_names_the_changed_fields_and_no_value(landlord, sign_in):
    tenant = landlord.tenant(AT_A)
    assert correct(sign_in("elise"), landlord, title=tenant.title).status_code == 302
    [event] = events(kind="name_corrected")
    assert (event["about"], event["place"]) == (tenant.pk, landlord.building("Glycines A").pk)
    assert event["facts"] == {"fields": "last_name.first_name", "reason": "slip"}
    assert "Dupont" not in str(events()) and tenant.last_name not in str(event)


def test_unchanged_name_is_refused_with_a_sentence(landlord, sign_in):
    tenant = landlord.tenant(AT_A)
    name = {"title": tenant.title, "last_name": tenant.last_name, "first_name": tenant.first_name}
    answer = correct(sign_in("elise"), landlord, **name)
    assert "Le nom est déjà écrit ainsi" in answer.content.decode() and not events(kind="name_corrected")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"last_name": "Martin (alcoolique)"}, "Écrivez seulement un nom, avec ses majuscules"),
        ({"first_name": "car elle est séropositive"}, "Écrivez seulement un nom, avec ses majuscules"),
        ({"last_name": ""}, "Ce champ est obligatoire"),
        ({"last_name": "D" * 81}, "80 caractères"),
        ({"last_name": "Œ" * 80, "first_name": "Œ" * 80}, "Ce nom est trop long"),
        ({"reason": ""}, "Ce champ est obligatoire"),
        ({"effective_on": "01/02/2026"}, "Une erreur de saisie n’a ni date d’effet ni document"),
        ({"document": "photo"}, "Une erreur de saisie n’a ni date d’effet ni document"),
    ],
)
def test_refused_value_is_named_and_nothing_typed_is_lost(landlord, sign_in, wrong, sentence):
    tenant = landlord.tenant(AT_A)
    answer = correct(sign_in("elise"), landlord, **wrong)
    body = answer.content.decode()
    assert answer.status_code == 200 and sentence in body
    for value in (SLIP | wrong).values():
        assert value in body
    assert by_id(tenant.pk).last_name == tenant.last_name and not events(outcome="changed")


def test_form_that_shows_another_name_is_refused(landlord, sign_in):
    """If two officers correct the same name, the second must get an error that displays the first one's correction."""
    elise, url, tenant = sign_in("elise"), page(landlord), landlord.tenant(AT_A)
    version = tenant.name_version
    assert elise.post(url, {**SLIP, "version": version}).status_code == 302
    answer = elise.post(url, {**SLIP, "last_name": "Dupond", "version": version})
    body = answer.content.decode()
    assert answer.status_code == 200 and "Ce nom a changé depuis l’ouverture de cette page" in body
    assert "Mme Rose Dupont" in body and 'value="Dupond"' in body
    assert by_id(tenant.pk).last_name == "Dupont" and len(events(kind="name_corrected")) == 1
    assert elise.post(url, {**SLIP, "last_name": "Dupond", "version": by_id(tenant.pk).name_version}).status_code == 302
    assert "version" not in dict(events(kind="name_corrected")[-1]["facts"])


# --- A change of civil status ----------------------------------------------------------------------------------------


def test_former_name_is_kept_until_the_day_before(landlord, sign_in):
    elise, tenant = sign_in("elise"), landlord.tenant(AT_A)
    reference = landlord.account(AT_A).reference
    assert correct(elise, landlord, MARRIED, first_name=tenant.first_name).status_code == 302
    [former] = FormerName.objects.using(OWNER).all()
    assert (former.tenant_id, former.last_name, former.first_name) == (tenant.pk, tenant.last_name, "")
    assert former.last_day == paris_day(-11)
    for url in (f"/comptes/{reference}/", f"/comptes/{reference}/bail/"):
        body = elise.get(f"{url}?motif=question" if url.endswith("bail/") else url, follow=True).content.decode()
        assert f"auparavant {tenant.last_name} (jusqu’au" in body, url
    [event] = events(kind="name_corrected")
    assert event["facts"]["reason"] == "civil_status" and event["facts"]["document"] == "record"


def test_title_is_never_kept(landlord, sign_in):
    """A former title (Mr or Mrs) is not stored, because it would disclose a change of sex."""
    tenant = landlord.tenant(AT_A)
    name = {"last_name": tenant.last_name, "first_name": tenant.first_name}
    title = "mr" if tenant.title != "mr" else "mrs"
    assert correct(sign_in("elise"), landlord, MARRIED, title=title, **name).status_code == 302
    assert by_id(tenant.pk).title == title and not FormerName.objects.using(OWNER).exists()
    [event] = events(kind="name_corrected")
    assert event["facts"] == {"reason": "civil_status", "document": "record"}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"effective_on": ""}, "Donnez la date d’effet du changement d’état civil."),
        ({"document": ""}, "Indiquez quel document a été présenté."),
        ({"document": "passport-1234"}, "Sélectionnez un choix valide"),
        ({"effective_on": "31/12/2099"}, "Cette date d’effet est dans le futur"),
        ({"effective_on": "31/02/2026"}, "Ce jour n’existe pas"),
        ({"effective_on": "01/01/1900"}, "postérieure au 1er janvier 1900"),
    ],
)
def test_change_without_its_proof_is_refused(landlord, sign_in, wrong, sentence):
    answer = correct(sign_in("elise"), landlord, MARRIED, **wrong)
    assert answer.status_code == 200 and sentence in answer.content.decode()
    assert not FormerName.objects.using(OWNER).exists() and not events(outcome="changed")


def test_former_name_is_readable_by_officers_of_the_household_only(landlord, sign_in):
    tenant, far = landlord.tenant(AT_A), landlord.tenant("Calme-Quai 9")
    walled = landlord.tenant("Dette-Glycines A")
    stand_wall(landlord.account("Dette-Glycines A").lease, landlord.person("elise"))
    for who in (tenant, far, walled):
        FormerName.objects.using(OWNER).create(tenant=who, last_name="Auparavant", last_day=paris_day(-40))
    sql = "SELECT tenant_id FROM tenants_formername"
    for compartment in (C.CARD, C.HELP, C.COUNTER, C.EMERGENCY, C.IDENTITY, C.BOOKS):
        with pytest.raises(Exception, match="permission denied"):
            as_role(compartment, landlord.person("elise").pk, sql)
    assert as_role(C.ACCOUNT, landlord.person("elise").pk, sql) == [(tenant.pk,)]
    as_role(C.ACCOUNT, landlord.person("elise").pk, "DELETE FROM tenants_formername")
    assert FormerName.objects.using(OWNER).filter(tenant__in=[far, walled]).count() == 2
    assert FormerName.objects.using(OWNER).count() == 2
    awa = sign_in("awa")
    for url in (f"/fiches/{landlord.residence(AT_A).pk}/", f"/immeubles/{landlord.building('Glycines A').pk}/"):
        assert "Auparavant" not in awa.get(url).content.decode()


def test_former_name_is_erased_by_its_button_with_an_event(landlord, sign_in):
    elise, url = sign_in("elise"), page(landlord)
    tenant = landlord.tenant(AT_A)
    correct(elise, landlord, MARRIED)
    [former] = FormerName.objects.using(OWNER).all()
    other = FormerName.objects.using(OWNER).create(
        tenant=landlord.tenant(AT_B), last_name="Autre", last_day=paris_day(-40)
    )
    assert elise.post(url, {"remove": str(other.pk)}).status_code == 404
    assert elise.post(url, {"remove": str(former.pk)}).status_code == 302
    assert [row.pk for row in FormerName.objects.using(OWNER).all()] == [other.pk]
    assert [event["about"] for event in events(kind="former_name_removed")] == [tenant.pk]


def test_person_with_two_leases_is_renamed_in_both(landlord, sign_in):
    tenant = landlord.tenant(AT_A)
    second = let(make_unit(landlord.building("Glycines B"), "97"), tenant)
    assert correct(sign_in("elise"), landlord).status_code == 302
    assert run("SELECT DISTINCT name_key FROM tenants_leaseparty WHERE tenant_id = %s", tenant.pk) == [("dupont rose",)]
    assert second.lease.parties.using(OWNER).get().name_key == "dupont rose"
