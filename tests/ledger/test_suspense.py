"""Incoming payments without a known account (in suspense): who may list them and assign them to an account.

A payment can be assigned only once, and an assignment can be undone.
"""

import threading

import pytest
from django.db import DatabaseError, connections

from access.compartments import Compartment
from access.models import Level
from ledger.models import Clearing, Entry, Receipt
from tests.builders import OWNER, assign, events, let, make_place, make_receipt, make_tenant, run
from tests.database.test_policies import as_role

OFFICER, BOOKS = "/comptes/attente/", "/ecritures/attente/"


@pytest.fixture
def receipts(landlord):
    """Provide three incoming payments that belong to no account yet: one for each of two agencies, and one that names
    no agency."""
    return {
        "belleville": make_receipt(landlord.place("Agence Belleville"), 51_230, "R-BELLEVILLE"),
        "bercy": make_receipt(landlord.place("Agence Bercy"), 7_777, "R-BERCY"),
        "nobody": make_receipt(landlord.place("Office des Trois-Rives"), 8_888, "R-PERSONNE"),
    }


def clear(client, receipt, reference, url=OFFICER):
    return client.post(url, {"receipt": str(receipt.pk), "reference": reference}, follow=True)


@pytest.mark.parametrize(
    ("name", "url", "expected"),
    [
        ("elise", OFFICER, {"R-BELLEVILLE"}),
        ("fatou", OFFICER, {"R-BERCY"}),
        # The officer Denis works for a sector, so he must not see payments of the agency that contains the sector.
        ("denis", OFFICER, set()),
        ("helene", BOOKS, {"R-BELLEVILLE", "R-BERCY", "R-PERSONNE"}),
    ],
)
def test_each_role_lists_the_payments_of_its_places(landlord, sign_in, receipts, name, url, expected):
    body = sign_in(name).get(url).content.decode()
    assert {key for key in ("R-BELLEVILLE", "R-BERCY", "R-PERSONNE") if key in body} == expected
    [event] = events(kind="list_shown")
    assert event["facts"] == {"list": "receipts"} and len(event["shown_ids"]) == len(expected)


def test_payment_without_agency_is_left_to_the_accountant(landlord, sign_in, receipts):
    assign(landlord.person("noel"), "officer", landlord.place("Office des Trois-Rives"))
    body = sign_in("noel").get(OFFICER).content.decode()
    assert "R-BELLEVILLE" in body and "R-BERCY" in body and "R-PERSONNE" not in body


@pytest.mark.parametrize("name", ["awa", "georges", "ines", "jules", "noel", "helene"])
def test_officers_list_is_403_for_other_roles(landlord, sign_in, name):
    assert sign_in(name).get(OFFICER).status_code == 403


def test_clearing_books_a_payment_on_the_account(landlord, sign_in, receipts):
    account, client = landlord.account("Dette-Glycines A"), sign_in("elise")
    answer = clear(client, receipts["belleville"], account.reference.lower().replace("-", " "))
    assert "enregistré dans le compte" in answer.content.decode()
    entry = Entry.objects.using(OWNER).get(account=account, label="suspense")
    assert (entry.amount_cents, entry.effective_on, entry.kind) == (
        -51_230,
        receipts["belleville"].received_on,
        "payment",
    )
    [event] = events(kind="receipt_cleared", outcome="changed")
    facts = {"receipt": str(receipts["belleville"].pk), "entry": str(entry.pk), "cents": 51_230}
    assert (event["facts"], event["about_kind"], event["role"]) == (facts, "receipt", "officer")
    assert [e["about"] for e in events(kind="payment_taken")] == [account.pk]
    assert f"/comptes/{account.reference}/" in client.get(OFFICER).content.decode()


def test_undone_clearing_is_listed_again(landlord, sign_in, receipts):
    account, client = landlord.account("Dette-Glycines A"), sign_in("elise")
    clear(client, receipts["belleville"], account.reference)
    clearing = Clearing.objects.using(OWNER).get()
    assert "R-BELLEVILLE" not in waiting_part(client)
    client.post(OFFICER, {"undo": str(clearing.pk)})
    assert "R-BELLEVILLE" in waiting_part(client)
    sums = "SELECT sum(amount_cents) FROM ledger_entry WHERE %s IN (id, reverses_id)"
    assert run(sums, str(clearing.entry_id)) == [(0,)]
    clear(client, receipts["belleville"], account.reference)
    assert "R-BELLEVILLE" not in waiting_part(client) and Clearing.objects.using(OWNER).count() == 2


def waiting_part(client):
    return client.get(OFFICER).content.decode().split('id="affectes"')[0]


def test_second_clearing_is_refused(landlord, sign_in, receipts):
    account, client = landlord.account("Dette-Glycines A"), sign_in("elise")
    clear(client, receipts["belleville"], account.reference)
    assert "n’est plus en attente" in clear(client, receipts["belleville"], account.reference).content.decode()
    assert Entry.objects.using(OWNER).filter(label="suspense").count() == 1


@pytest.mark.unwatched("sends requests at once, so that time does not tell whose event is whose")
def test_concurrent_clearings_book_one_payment(landlord, sign_in, receipts):
    references = [landlord.account(f"{name}-Glycines A").reference for name in ("Dette", "Calme")]
    clients = [sign_in("elise"), sign_in("elise")]

    def post(number):
        clear(clients[number], receipts["belleville"], references[number])
        for connection in connections.all():
            connection.close()

    threads = [threading.Thread(target=post, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Entry.objects.using(OWNER).filter(label="suspense").count() == 1 == Clearing.objects.using(OWNER).count()


@pytest.mark.parametrize(
    ("reference", "sentence"),
    [
        ("K7QX", "douze caractères"),
        ("ZZZZ-ZZZZ-ZZZZ", "Aucun compte ouvert"),
        ("", "obligatoire"),
    ],
)
def test_invalid_reference_is_refused_with_a_sentence(landlord, sign_in, receipts, reference, sentence):
    answer = clear(sign_in("elise"), receipts["belleville"], reference)
    assert answer.status_code == 200 and sentence in answer.content.decode()
    assert not Clearing.objects.using(OWNER).exists()


def test_account_out_of_reach_is_refused_like_a_missing_one(landlord, sign_in, receipts):
    hidden = landlord.account("Dette-Quai 9").reference
    pages = [clear(sign_in("elise"), receipts["belleville"], r).content.decode() for r in (hidden, "ZZZZ-ZZZZ-ZZZZ")]
    assert all("Aucun compte ouvert" in body for body in pages)
    assert not Entry.objects.using(OWNER).filter(label="suspense").exists()


def test_payment_out_of_reach_is_refused_like_a_missing_one(landlord, sign_in, receipts):
    reference, client = landlord.account("Dette-Glycines A").reference, sign_in("elise")
    missing = Receipt(pk=receipts["bercy"].agency_id)
    assert all(
        "n’est plus en attente" in clear(client, payment, reference).content.decode()
        for payment in (receipts["bercy"], missing)
    )


def test_settled_account_takes_no_payment(landlord, sign_in, receipts):
    unit = landlord.building("Glycines A").units.using(OWNER).get(door="22")
    account = let(unit, make_tenant("Partie", "Rose"), start=-300, end=-40)
    run("UPDATE tenants_account SET settled_on = loge_today() WHERE id = %s", str(account.pk))
    for name, url in (("elise", OFFICER), ("helene", BOOKS)):
        assert (
            "Aucun compte ouvert"
            in clear(sign_in(name), receipts["belleville"], account.reference, url).content.decode()
        )


def test_accountant_clears_and_undoes_under_a_reference(landlord, sign_in, receipts):
    account, client = landlord.account("Dette-Quai 9"), sign_in("helene")
    body = clear(client, receipts["nobody"], account.reference, BOOKS).content.decode()
    assert f"/ecritures/{account.reference}/" in body
    client.post(BOOKS, {"undo": str(Clearing.objects.using(OWNER).get().pk)})
    entries = Entry.objects.using(OWNER).filter(account=account, posted_by=landlord.person("helene"))
    assert sorted(entries.values_list("amount_cents", flat=True)) == [-8_888, 8_888]
    assert [e["role"] for e in events(kind="entry_reversed")] == ["accountant"]


ENTRY = (
    "INSERT INTO ledger_entry (id, account_id, building_id, kind, label, source, reason, amount_cents, effective_on,"
    " booked_on, booked_at, period) SELECT gen_random_uuid(), id, building_id, %s, %s, 'bank', '', %s, loge_today(),"
    " loge_today(), now(), date_trunc('month', loge_today())::date FROM tenants_account WHERE reference = %s"
)


@pytest.mark.parametrize(("kind", "label", "cents"), [("charge", "rent", 100), ("payment", "cheque", -100)])
def test_accountants_database_role_books_only_suspense_payments(landlord, kind, label, cents):
    reference = landlord.account("Dette-Quai 9").reference
    with pytest.raises(DatabaseError, match="row-level security"):
        as_role(Compartment.BOOKS, landlord.person("helene").pk, ENTRY, kind, label, cents, reference)
    as_role(Compartment.BOOKS, landlord.person("helene").pk, ENTRY, "payment", "suspense", -100, reference)


CLEARING = (
    "INSERT INTO ledger_clearing (id, receipt_id, entry_id, cleared_by_id, cleared_at)"
    " VALUES (gen_random_uuid(), %s, %s, %s, now())"
)


def test_policy_refuses_a_clearing_by_an_entry_of_another_amount(landlord, receipts):
    elise = str(landlord.person("elise").pk)
    entry = Entry.objects.using(OWNER).filter(account=landlord.account("Calme-Glycines A"), kind="payment")[0]
    with pytest.raises(DatabaseError, match="row-level security"):
        as_role(Compartment.ACCOUNT, elise, CLEARING, str(receipts["belleville"].pk), str(entry.pk), elise)


def test_policy_hides_payments_out_of_reach(landlord, receipts):
    rows = as_role(Compartment.ACCOUNT, landlord.person("elise").pk, "SELECT source_key FROM ledger_receipt")
    assert rows == [("R-BELLEVILLE",)]
    for compartment in (Compartment.CARD, Compartment.IDENTITY):
        with pytest.raises(DatabaseError, match="permission denied"):
            as_role(compartment, landlord.person("elise").pk, "SELECT source_key FROM ledger_receipt")


@pytest.mark.parametrize("table", ["ledger_receipt", "ledger_clearing"])
def test_payments_and_clearings_cannot_be_changed_or_deleted(landlord, sign_in, receipts, table):
    clear(sign_in("elise"), receipts["belleville"], landlord.account("Dette-Glycines A").reference)
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET id = id", f"TRUNCATE {table} CASCADE"):
        with pytest.raises(DatabaseError, match="only ever added"):
            run(statement)


def test_payments_can_be_assigned_to_sectors(landlord, sign_in):
    """A payment can be imported for a sector. Officers of this sector and of its agency must see the payment."""
    make_receipt(landlord.place("Secteur Tour"), 100, "R-SECTEUR")
    make_receipt(make_place(Level.AGENCY, "Agence Vide", landlord.place("Direction Est")), 100, "R-VIDE")
    assert "R-SECTEUR" in sign_in("denis").get(OFFICER).content.decode()
    assert "R-SECTEUR" in sign_in("elise").get(OFFICER).content.decode()
    assert "R-VIDE" not in sign_in("elise").get(OFFICER).content.decode()
