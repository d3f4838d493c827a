"""A tenant's identity and bank details must be masked on the page, shown in full only on request with an audit event,
and encrypted in the database.
"""

import pytest

from ledger.models import BankDetail
from tenants.models import Identity
from tests.builders import OWNER, events, paris_day, run

AT_A = "Calme-Glycines A"
# French banks print this IBAN as an example.
CANARY = "FR7630006000011234567890189"
SHOWN = "FR76 3000 6000 0112 3456 7890 189"
HOLDER = "Anne Canari"
NEIGHBOURS = [
    ("elise", 200),
    ("fatou", 404),
    ("denis", 404),
    ("awa", 403),
    ("georges", 403),
    ("helene", 403),
    ("ines", 403),
]


def page(landlord, rest: str = "") -> str:
    return f"/comptes/{landlord.account(AT_A).reference}/identite/{rest}"


def bank_page(landlord) -> str:
    return page(landlord, f"{landlord.tenant(AT_A).pk}/banque/")


def set_bank(client, landlord, iban: str = CANARY, holder: str = HOLDER):
    return client.post(bank_page(landlord), {"iban": iban, "holder": holder})


@pytest.mark.parametrize(("name", "status"), NEIGHBOURS)
def test_only_an_officer_of_the_agency_opens_identity_pages(landlord, sign_in, name, status):
    client = sign_in(name)
    assert client.get(page(landlord)).status_code == status
    assert client.get(bank_page(landlord)).status_code == status
    if status != 200:
        assert client.post(page(landlord), {"show": str(landlord.tenant(AT_A).pk)}).status_code == status
        assert set_bank(client, landlord).status_code == status
        assert not BankDetail.objects.using(OWNER).exists()


def test_opening_is_recorded_with_the_tenants_shown(landlord, sign_in):
    tenant = landlord.tenant(AT_A)
    Identity.objects.using(OWNER).create(tenant=tenant, birth_date=paris_day(-12_000))
    assert sign_in("elise").get(page(landlord)).status_code == 200
    [event] = events(kind="identity_opened")
    assert (event["about"], event["shown_ids"]) == (landlord.account(AT_A).pk, [tenant.pk])


def test_iban_is_masked_until_requested_and_the_request_is_recorded(landlord, sign_in):
    client, tenant = sign_in("elise"), landlord.tenant(AT_A)
    assert set_bank(client, landlord, "fr76 3000 6000 0112 3456 7890 189").status_code == 302
    before = client.get(page(landlord)).content.decode()
    assert "FR•• •••• 0189" in before and SHOWN not in before and HOLDER not in before
    after = client.post(page(landlord), {"show": str(tenant.pk)}).content.decode()
    assert SHOWN in after and HOLDER in after
    [event] = events(kind="bank_details_shown")
    assert (event["outcome"], event["about"], event["shown_ids"]) == ("shown", landlord.account(AT_A).pk, [tenant.pk])
    assert SHOWN not in client.get(page(landlord)).content.decode()


def test_request_for_the_iban_of_another_tenant_shows_none(landlord, sign_in):
    client = sign_in("elise")
    set_bank(client, landlord)
    answer = client.post(page(landlord), {"show": str(landlord.tenant("Dette-Glycines A").pk)})
    assert answer.status_code == 200 and SHOWN not in answer.content.decode()
    assert not events(kind="bank_details_shown")


def test_raw_table_and_audit_log_contain_neither_iban_nor_holder(landlord, sign_in):
    set_bank(sign_in("elise"), landlord)
    [(row,)] = run("SELECT row_to_json(b)::text FROM ledger_bankdetail b")
    raw = b"".join(bytes(value) for value in run("SELECT iban, holder FROM ledger_bankdetail")[0])
    for canary in (CANARY, HOLDER, CANARY[-8:]):
        assert canary not in row and canary.encode() not in raw
        assert canary.encode().hex() not in row
        assert canary not in str(events())
    assert BankDetail.objects.using(OWNER).get().iban.reveal() == CANARY


@pytest.mark.parametrize("iban", ["FR7630006000011234567890188", "FR76", "", "30006000011234567890189"])
def test_invalid_iban_is_refused_and_nothing_is_stored(landlord, sign_in, iban):
    answer = set_bank(sign_in("elise"), landlord, iban)
    assert answer.status_code == 200 and not BankDetail.objects.using(OWNER).exists()
    assert not events(kind="bank_details_set")


def test_new_iban_replaces_the_old_one_and_the_form_never_shows_it(landlord, sign_in):
    client = sign_in("elise")
    set_bank(client, landlord)
    assert CANARY[4:] not in client.get(bank_page(landlord)).content.decode().replace(" ", "")
    assert set_bank(client, landlord, "DE89370400440532013000").status_code == 302
    assert BankDetail.objects.using(OWNER).get().iban.reveal() == "DE89370400440532013000"
    assert [event["about"] for event in events(kind="bank_details_set")] == [landlord.tenant(AT_A).pk] * 2


def test_tenant_of_another_lease_is_404_under_this_account(landlord, sign_in):
    client, other = sign_in("elise"), landlord.tenant("Dette-Glycines A")
    assert client.get(page(landlord, f"{other.pk}/banque/")).status_code == 404
    assert client.post(page(landlord, f"{other.pk}/banque/"), {"iban": CANARY, "holder": HOLDER}).status_code == 404
    assert not BankDetail.objects.using(OWNER).exists()
