"""Some forms show the entered values once more on a page, and save them only after the user confirms.

The page must state what the form will change, implausible days must be refused, and only the shown values may be
confirmed.
"""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.urls import reverse

from access.pages import read_back
from ledger.models import Entry
from tenants.models import Account, Lease, LeaseUnit, Residence
from tests.builders import BREACH, OWNER, events, paris_day, post, run
from tests.tenants.test_leases import AT_A, lease_page, typed, vacant

pytestmark = pytest.mark.reads_back
CONFIRM = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


def page_of(answer) -> str:
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def confirm_fields(answer) -> dict[str, str]:
    """Return the hidden fields (name and value) that the confirm button on the confirmation page submits."""
    body = answer.content.decode()
    form = body[body.index('aria-labelledby="relire"') :]
    return {name: unescape(value) for name, value in CONFIRM.findall(form[: form.index("</form>")])}


def days(values: dict[str, object]) -> dict[str, object]:
    """Return `values` with each integer n replaced by the date n days from today, as a user would type it."""
    return {name: typed(value) if isinstance(value, int) else value for name, value in values.items()}


def stored() -> tuple[int, ...]:
    models = (Lease, LeaseUnit, Residence, Account, Entry)
    return (
        *(model.objects.using(OWNER).count() for model in models),
        *run("SELECT count(ends_on) FROM tenants_lease")[0],
    )


def changes(landlord) -> dict[str, tuple[str, dict[str, object]]]:
    account, leaving = landlord.account(AT_A), landlord.residence(AT_A)
    lease_fields: dict[str, object] = {"unit": str(vacant(landlord, "Glycines A").pk), "starts_on": typed(0)}
    holder_fields: dict[str, object] = {"first-title": "mr", "first-last_name": "Neuf", "first-first_name": "Jean"}
    holder_fields |= {"first-phone": "+33 06 39 98 12 34"}
    arriving: dict[str, object] = {"title": "mrs", "last_name": "Arrivé", "first_name": "Max", "phone": "0639981235"}
    entry: dict[str, object] = {"key": str(uuid4()), "cents": "99 999", "effective_on": typed(0)}
    at = f"/comptes/{account.reference}"
    return {
        "lease": (f"/immeubles/{landlord.building('Glycines A').pk}/baux/nouveau/", lease_fields | holder_fields),
        "notice": (lease_page(account, "conge/"), {"notice_on": typed(-1), "ends_on": typed(40)}),
        "transfer": (
            lease_page(account, "mutation/"),
            {"unit": str(vacant(landlord, "Glycines B").pk), "first_day": typed(0)},
        ),
        "arrival": (lease_page(account, "arrivee/"), arriving | {"day": typed(0)}),
        "departure": (lease_page(account, f"depart/{leaving.pk}/"), {"last_day": typed(0)}),
        "charge": (f"{at}/appel/", entry | {"label": "rent"}),
        "payment": (f"{at}/paiement/", entry | {"label": "cheque"}),
        "adjustment": (
            f"{at}/rectification/",
            entry | {"label": "compensation", "sense": "up", "reason": "compensation"},
        ),
    }


SAYS = {
    "lease": ("M. Jean Neuf", "06 39 98 12 34", "porte 22", "Rien n’est encore enregistré"),
    "notice": ("Dernier jour du bail", "2 personnes"),
    "transfer": ("Glycines B", "Premier jour"),
    "arrival": ("Mme Max Arrivé", "06 39 98 12 35", "Premier jour"),
    "departure": ("Marie Dette", "Dernier jour"),
    "charge": ("99\u202f999,00\u202f€ en plus", "Solde après"),
    "payment": ("99\u202f999,00\u202f€ en moins", "Solde après"),
    "adjustment": ("99\u202f999,00\u202f€ en plus", "Motif"),
}


@pytest.mark.parametrize("act", SAYS)
def test_check_page_changes_nothing_and_its_button_saves(landlord, sign_in, act):
    url, values = changes(landlord)[act]
    elise, before, recorded = sign_in("elise"), stored(), len(events(outcome="changed"))
    first = elise.post(url, values)
    page = page_of(first)
    assert [words for words in SAYS[act] if words not in page] == []
    assert stored() == before and len(events(outcome="changed")) == recorded
    sent = confirm_fields(first)
    assert sent.keys() >= {"relu", *values}
    assert elise.post(url, sent).status_code == 302
    assert stored() != before or act == "departure"
    assert len(events(outcome="changed")) > recorded


@pytest.mark.parametrize("act", SAYS)
def test_correcting_shows_the_form_as_it_was_filled_in(landlord, sign_in, act):
    url, values = changes(landlord)[act]
    elise, before = sign_in("elise"), stored()
    sent = confirm_fields(elise.post(url, values))
    page = page_of(elise.post(url, sent | {"corriger": "1"}))
    assert 'name="relu"' not in page and 'role="alert"' not in page and stored() == before
    assert all(f'value="{value}"' in page for name, value in values.items() if name in ("cents", "last_name", "day"))


OTHERS = {
    "lease": {"first-last_name": "Autre"},
    "notice": {"ends_on": 41},
    "transfer": {"first_day": 2},
    "arrival": {"last_name": "Autre"},
    "departure": {"last_day": 3},
    "charge": {"cents": "12,50"},
    "payment": {"label": "card"},
    "adjustment": {"sense": "down"},
}


@pytest.mark.parametrize("act", OTHERS)
def test_confirmation_with_other_values_is_checked_again(landlord, sign_in, act):
    url, values = changes(landlord)[act]
    elise, before = sign_in("elise"), stored()
    sent = confirm_fields(elise.post(url, values)) | days(OTHERS[act])
    assert "Vérifier" in page_of(elise.post(url, sent)) and stored() == before


def test_confirmation_is_bound_to_person_account_and_hour(landlord, sign_in, monkeypatch):
    url, values = changes(landlord)["charge"]
    elise, karim, before = sign_in("elise"), sign_in("fatou"), stored()
    sent = confirm_fields(elise.post(url, values))
    far = landlord.account("Dette-Quai 9")
    token = confirm_fields(karim.post(f"/comptes/{far.reference}/appel/", values))["relu"]
    assert "Vérifier" in page_of(elise.post(url, sent | {"relu": token}))
    other = landlord.account("Calme-Glycines A")
    assert "Vérifier" in page_of(elise.post(f"/comptes/{other.reference}/appel/", sent))
    monkeypatch.setattr(read_back, "VALID_SECONDS", -1)
    assert "Vérifier" in page_of(elise.post(url, sent)) and stored() == before


def test_payment_form_of_the_account_page_is_checked_once(landlord, sign_in):
    account, elise = landlord.account(AT_A), sign_in("elise")
    form = {"key": str(uuid4()), "cents": "150", "label": "cheque", "effective_on": typed(0)}
    first = elise.post(f"/comptes/{account.reference}/paiement/relire/", form)
    body = first.content.decode()
    confirm_form = body[body.index(f'action="/comptes/{account.reference}/paiement/"') :]
    sent = dict(re.findall(r'name="(\w+)" value="([^"]*)"', confirm_form[: confirm_form.index("<button")]))
    assert elise.post(f"/comptes/{account.reference}/paiement/", sent).status_code == 302
    assert Entry.objects.using(OWNER).get(idempotency_key=form["key"]).amount_cents == -15_000


def test_amount_far_above_the_last_of_its_label_is_pointed_out(landlord, sign_in):
    account = landlord.account(AT_A)
    post(account, 30_800)
    page = page_of(sign_in("elise").post(*changes(landlord)["charge"]))
    assert "La dernière somme avec ce libellé était de 308,00\u202f€" in page and "324 fois" in page


# --- Plausible days --------------------------------------------------------------------------------------------------

IMPLAUSIBLE = {
    "a lease of 1950": ("lease", {"starts_on": "01/01/1950"}, "entre le"),
    "a lease of the year after next": ("lease", {"starts_on": 600}, "entre le"),
    "signed tomorrow": ("lease", {"signed_on": 1}, "signature est dans le futur"),
    "signed in 1950": ("lease", {"signed_on": "01/01/1950"}, "entre le"),
    "a notice for 2199": ("notice", {"ends_on": "31/12/2199"}, "entre le"),
    "a notice that ended long ago": ("notice", {"notice_on": -90, "ends_on": -40}, "entre le"),
    "an end before its notice": ("notice", {"notice_on": -1, "ends_on": -2}, "avant la réception du congé"),
    "a notice of tomorrow": ("notice", {"notice_on": 1}, "réception du congé est dans le futur"),
    "a transfer in two years": ("transfer", {"first_day": 700}, "entre le"),
    "a transfer of last year": ("transfer", {"first_day": -300}, "entre le"),
    "an arrival in 2150": ("arrival", {"day": "01/01/2150"}, "entre le"),
    "a departure in 2150": ("departure", {"last_day": "01/01/2150"}, "entre le"),
}


@pytest.mark.parametrize("case", IMPLAUSIBLE)
def test_implausible_day_is_refused_with_its_bounds(landlord, sign_in, case):
    act, wrong, words = IMPLAUSIBLE[case]
    url, values = changes(landlord)[act]
    before = stored()
    page = page_of(sign_in("elise").post(url, values | days(wrong)))
    assert words in page and 'name="relu"' not in page and stored() == before


def test_notice_for_yesterday_warns_that_the_day_is_past(landlord, sign_in):
    url, values = changes(landlord)["notice"]
    page = page_of(sign_in("elise").post(url, values | {"ends_on": typed(-1)}))
    assert "Cette date est passée" in page


def test_distant_day_is_pointed_out(landlord, sign_in):
    url, values = changes(landlord)["notice"]
    assert "plus de trois mois" in page_of(sign_in("elise").post(url, values | {"ends_on": typed(200)}))
    assert paris_day(200) - paris_day() == timedelta(days=200)


# --- Other changes that cannot be undone -----------------------------------------------------------------------------


def irreversible_changes(landlord) -> dict[str, tuple[str, str, dict[str, object], str]]:
    account, tenant = landlord.account(AT_A), landlord.tenant(AT_A)
    guardian: dict[str, object] = {
        "tenant": str(tenant.pk),
        "name": "Rita Tutelle",
        "phone": "01 44 00 00 00",
        "first_day": typed(0),
    }
    bank: dict[str, object] = {"iban": "FR14 2004 1010 0505 0001 3M02 606", "holder": "Marie Dette"}
    breach: dict[str, object] = {"known_on": typed(0), "people": "3", **BREACH}
    return {
        "bank details": ("elise", f"/comptes/{account.reference}/identite/{tenant.pk}/banque/", bank, "FR14 2004 1010"),
        "representative": ("elise", lease_page(account, "representants/"), guardian, "Rita Tutelle"),
        "breach": ("ines", reverse("breaches"), breach, "Une inscription au registre est définitive"),
    }


@pytest.mark.parametrize("act", ["bank details", "representative", "breach"])
def test_irreversible_change_is_checked_first(landlord, sign_in, act):
    who, url, values, words = irreversible_changes(landlord)[act]
    client, recorded = sign_in(who), len(events(outcome="changed"))
    first = client.post(url, values)
    assert words in page_of(first) and len(events(outcome="changed")) == recorded
    assert client.post(url, confirm_fields(first)).status_code == 302
    assert len(events(outcome="changed")) == recorded + 1
