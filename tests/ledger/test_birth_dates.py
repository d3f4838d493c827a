"""An officer corrects a birth date where it is shown. The old date is erased, and the audit log has no date."""

from datetime import date

import pytest

from access.compartments import Compartment as C
from tenants.models import Identity
from tests.builders import OWNER, events, run
from tests.database.test_policies import as_role, hide_household

AT_A = "Calme-Glycines A"
BORN = date(1978, 3, 12)


def page(landlord, name: str = AT_A) -> str:
    return f"/comptes/{landlord.account(AT_A).reference}/identite/{landlord.tenant(name).pk}/naissance/"


def record(landlord, born: date = BORN, name: str = AT_A) -> Identity:
    return Identity.objects.using(OWNER).create(tenant=landlord.tenant(name), birth_date=born)


def stored(landlord) -> date:
    return Identity.objects.using(OWNER).get(tenant=landlord.tenant(AT_A)).birth_date


@pytest.mark.parametrize(
    ("name", "status"),
    [("elise", 200), ("fatou", 404), ("denis", 404), ("awa", 403), ("georges", 403), ("helene", 403), ("ines", 403)],
)
def test_only_an_officer_of_the_agency_corrects_a_birth_date(landlord, sign_in, name, status):
    client, identity = sign_in(name), record(landlord)
    assert client.get(page(landlord)).status_code == status
    if status != 200:
        form = {"birth_date": "12/03/1987", "version": identity.version}
        assert client.post(page(landlord), form).status_code == status
        assert stored(landlord) == BORN and not events(outcome="changed")


def test_hidden_household_and_tenant_of_another_lease_are_404(landlord, sign_in):
    elise = sign_in("elise")
    assert elise.get(page(landlord, "Dette-Glycines A")).status_code == 404
    hide_household(landlord.account(AT_A).lease)
    assert elise.get(page(landlord)).status_code == 404


def test_corrected_date_replaces_the_old_one_and_no_event_has_a_date(landlord, sign_in):
    elise, identity = sign_in("elise"), record(landlord)
    identity_page = elise.get(f"/comptes/{landlord.account(AT_A).reference}/identite/?motif=lease", follow=True)
    assert page(landlord) in identity_page.content.decode()
    assert elise.post(page(landlord), {"birth_date": "12/03/1987", "version": identity.version}).status_code == 302
    assert stored(landlord) == date(1987, 3, 12)
    [event] = events(kind="birth_date_corrected")
    assert (event["about"], event["facts"]) == (landlord.tenant(AT_A).pk, {})
    days = ("1978-03-12", "12/03/1978", "(1978, 3, 12)", "1987-03-12", "12/03/1987", "(1987, 3, 12)")
    assert [day for day in days if day in str(events())] == []


def test_unknown_date_is_recorded(landlord, sign_in):
    assert sign_in("elise").post(page(landlord), {"birth_date": "12/03/1987", "version": ""}).status_code == 302
    assert stored(landlord) == date(1987, 3, 12)


def test_form_never_shows_the_stored_date(landlord, sign_in):
    record(landlord)
    body = sign_in("elise").get(page(landlord)).content.decode()
    assert "12/03/1978" not in body and "mars 1978" not in body and "1978-03-12" not in body


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("31/12/1899", "Cette année est trop éloignée"),
        ("01/01/2031", "entre le 1er janvier 1900 et aujourd’hui"),
        ("31/02/1980", "Ce jour n’existe pas"),
        ("en mars", "Écrivez la date sous la forme"),
        ("", "Ce champ est obligatoire"),
        ("12/03/1978", "C’est déjà la date enregistrée"),
    ],
)
def test_impossible_date_is_refused_with_a_sentence(landlord, sign_in, typed, sentence):
    identity = record(landlord)
    answer = sign_in("elise").post(page(landlord), {"birth_date": typed, "version": identity.version})
    body = answer.content.decode()
    assert answer.status_code == 200 and sentence in body and typed in body
    assert stored(landlord) == BORN and not events(outcome="changed")


def test_form_shown_before_another_correction_is_refused(landlord, sign_in):
    elise, identity = sign_in("elise"), record(landlord)
    form = {"birth_date": "12/03/1987", "version": identity.version}
    assert elise.post(page(landlord), form).status_code == 302
    answer = elise.post(page(landlord), {**form, "birth_date": "12/03/1986"})
    assert "Cette date a changé depuis l’ouverture de cette page" in answer.content.decode()
    assert elise.post(page(landlord), {"birth_date": "12/03/1986"}).status_code == 200
    assert stored(landlord) == date(1987, 3, 12) and len(events(kind="birth_date_corrected")) == 1


@pytest.mark.reads_back
def test_date_is_read_back_with_a_warning_about_a_minor_holder(landlord, sign_in):
    """The page must not refuse a lease holder who was a minor, but warn, because minors may be emancipated."""
    elise, warning = sign_in("elise"), "aurait eu moins de 18 ans au début du bail"
    years = landlord.account(AT_A).lease.starts_on.year
    for born, is_minor in ((f"12/03/{years - 30}", False), (f"12/03/{years - 10}", True)):
        body = elise.post(page(landlord), {"birth_date": born, "version": ""}).content.decode()
        assert "Rien n’est encore enregistré" in body and (warning in body) is is_minor
    assert not Identity.objects.using(OWNER).exists() and not events(outcome="changed")


def test_database_lets_an_officer_correct_only_dates_that_she_sees(landlord):
    record(landlord)
    for name in ("Calme-Quai 9", "Dette-Glycines A"):
        record(landlord, BORN, name)
    hide_household(landlord.account("Dette-Glycines A").lease)
    # Without WHERE, only the row policy for UPDATE limits which rows change.
    sql = "UPDATE tenants_identity SET birth_date = '1987-03-12'"
    as_role(C.IDENTITY, landlord.person("elise").pk, sql)
    assert stored(landlord) == date(1987, 3, 12)
    assert run("SELECT count(*) FROM tenants_identity WHERE birth_date = %s", BORN) == [(2,)]
    with pytest.raises(Exception, match="permission denied"):
        as_role(C.ACCOUNT, landlord.person("elise").pk, sql)
    with pytest.raises(Exception, match="permission denied"):
        as_role(C.IDENTITY, landlord.person("elise").pk, "UPDATE tenants_identity SET tenant_id = tenant_id")
