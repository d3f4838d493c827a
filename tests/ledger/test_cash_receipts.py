"""A cash payment gets the next receipt number of its agency and year, in its own transaction.

The original is handed out once. Later copies say that they are duplicates, and a reversal cancels the receipt.
"""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connections, transaction
from django.utils import timezone

from access.compartments import Compartment
from access.models import Person
from ledger.models import CashReceipt, Entry
from ledger.models.cash_receipt import CASH_LIMIT_CENTS
from tests.builders import OWNER, events, paris_day, pay_cash, post, run
from tests.database.test_policies import as_role
from tests.tenants.test_front_desk import hide

OWING, CALM, FAR = "Dette-Glycines A", "Calme-Glycines A", "Dette-Quai 9"
TODAY = "/comptes/recus/"


@pytest.fixture
def elise(landlord, sign_in):
    return sign_in("elise")


def receipt_of(entry) -> CashReceipt:
    return CashReceipt.objects.using(OWNER).select_related("entry", "agency").get(entry=entry)


def page_of(entry) -> str:
    return f"/comptes/{entry.account.reference}/recus/{entry.pk}/"


def numbers(agency: str) -> list[int]:
    rows = CashReceipt.objects.using(OWNER).filter(agency__name=agency).order_by("number")
    return list(rows.values_list("number", flat=True))


# --- Numbers ---------------------------------------------------------------------------------------------------------


def test_each_agency_counts_its_own_cash_payments(landlord):
    elise, fatou = landlord.person("elise"), landlord.person("fatou")
    for account in (OWING, CALM, OWING):
        pay_cash(landlord.account(account), elise)
    first_elsewhere = receipt_of(pay_cash(landlord.account(FAR), fatou))
    assert numbers("Agence Belleville") == [1, 2, 3] and first_elsewhere.number == 1
    assert first_elsewhere.code == f"{paris_day().year}-0001" and first_elsewhere.agency.name == "Agence Bercy"


def test_numbers_begin_again_in_a_new_year(landlord):
    entry = pay_cash(landlord.account(OWING), landlord.person("elise"))
    run("ALTER TABLE ledger_cashreceipt DISABLE TRIGGER USER")
    run("UPDATE ledger_cashreceipt SET year = year - 1, day = day - interval '1 year', number = 41")
    assert receipt_of(entry).number == 41
    assert receipt_of(pay_cash(landlord.account(CALM), landlord.person("elise"))).number == 1


@pytest.mark.parametrize(("label", "signed"), [("cheque", -5_000), ("bank_transfer", -5_000), ("rent", 5_000)])
def test_other_entries_get_no_receipt(landlord, label, signed):
    entry = pay_cash(landlord.account(OWING), landlord.person("elise"))
    other = Entry.objects.using(OWNER).get(pk=entry.pk)
    other.pk, other.label, other.amount_cents = uuid4(), label, signed
    other.kind = "charge" if signed > 0 else "payment"
    other.save(using=OWNER, force_insert=True)
    assert numbers("Agence Belleville") == [1]


def test_imported_cash_and_reversals_get_no_receipt(landlord, elise):
    post(landlord.account(OWING), -120_000, "cash_counter", "payment")
    assert numbers("Agence Belleville") == []
    entry = pay_cash(landlord.account(OWING), landlord.person("elise"))
    cancel(elise, entry)
    assert Entry.objects.using(OWNER).filter(reverses=entry).exists()
    assert numbers("Agence Belleville") == [1]


def own(entry) -> Entry:
    return Entry.objects.using(OWNER).get(pk=entry.pk)


def cancel(client, entry) -> None:
    data = {"reason": "wrong_amount", "key": str(uuid4())}
    client.post(f"/comptes/{entry.account.reference}/ecritures/{entry.pk}/annuler/", data)


def test_rolled_back_payment_leaves_no_gap(landlord):
    account, elise = landlord.account(OWING), landlord.person("elise")
    pay_cash(account, elise)
    with pytest.raises(RuntimeError), transaction.atomic(using=OWNER):
        assert receipt_of(pay_cash(account, elise)).number == 2
        raise RuntimeError
    assert receipt_of(pay_cash(account, elise)).number == 2 and numbers("Agence Belleville") == [1, 2]


@pytest.mark.parametrize("first_is_rolled_back", [False, True])
def test_simultaneous_payments_get_consecutive_numbers(landlord, first_is_rolled_back):
    """A second cash payment in an agency must wait until the first transaction ends, one in another agency must not."""
    elise, results = landlord.person("elise"), {}
    begun, may_end, second_begins = threading.Event(), threading.Event(), threading.Event()

    def first():
        try:
            with transaction.atomic(using=OWNER):
                results["first"] = receipt_of(pay_cash(landlord.account(OWING), elise)).number
                begun.set()
                may_end.wait(20)
                if first_is_rolled_back:
                    transaction.set_rollback(True, using=OWNER)
        finally:
            connections.close_all()

    def second():
        try:
            begun.wait(20)
            second_begins.set()
            results["second"] = receipt_of(pay_cash(landlord.account(CALM), elise)).number
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for work in (first, second)]
    for thread in threads:
        thread.start()
    second_begins.wait(20)
    assert receipt_of(pay_cash(landlord.account(FAR), landlord.person("fatou"))).number == 1
    threads[1].join(1)
    assert "second" not in results
    may_end.set()
    for thread in threads:
        thread.join(20)
    assert results == {"first": 1, "second": 1 if first_is_rolled_back else 2}
    assert numbers("Agence Belleville") == ([1] if first_is_rolled_back else [1, 2])


def test_form_sent_twice_gets_one_receipt(landlord, elise):
    account = landlord.account(OWING)
    data = {"cents": "50", "label": "cash_counter", "effective_on": f"{paris_day():%d/%m/%Y}", "key": str(uuid4())}
    for _twice in range(2):
        assert elise.post(f"/comptes/{account.reference}/paiement/", data).status_code == 302
    assert numbers("Agence Belleville") == [1]


# --- The legal limit -------------------------------------------------------------------------------------------------


def test_more_than_the_legal_limit_in_cash_is_refused(landlord, elise):
    assert run("SELECT ledger_cash_limit()") == [(CASH_LIMIT_CENTS,)] == [(100_000,)]
    account, before = landlord.account(OWING), count()
    page = review(elise, account, "1000,01")
    assert "limite les espèces à 1 000" in page and 'aria-invalid="true"' in page
    assert "limite les espèces" not in review(elise, account, "1000")
    assert "limite les espèces" not in review(elise, account, "1000,01", label="cheque")
    assert count() == before


def test_sum_of_a_day_is_within_the_legal_limit(landlord):
    account, elise = landlord.account(OWING), landlord.person("elise")
    first = pay_cash(account, elise, 60_000)
    with pytest.raises(DatabaseError, match="more cash on account"):
        pay_cash(account, elise, 40_001)
    pay_cash(account, elise, 40_000)
    pay_cash(landlord.account(CALM), elise, 60_000)
    run(
        "INSERT INTO ledger_entry (id, account_id, building_id, kind, label, source, reason, amount_cents,"
        " effective_on, booked_on, booked_at, period, reverses_id) SELECT gen_random_uuid(), account_id, building_id,"
        " kind, 'reversal', 'officer', 'wrong_amount', -amount_cents, effective_on, booked_on, now(), period, id"
        " FROM ledger_entry WHERE id = %s",
        str(first.pk),
    )
    assert receipt_of(pay_cash(account, elise, 60_000)).number == 4


def review(client, account, cents, label="cash_counter") -> str:
    data = {"cents": cents, "label": label, "effective_on": f"{paris_day():%d/%m/%Y}", "key": str(uuid4())}
    return client.post(f"/comptes/{account.reference}/paiement/relire/", data).content.decode().replace("\u202f", " ")


def count() -> int:
    return Entry.objects.using(OWNER).count()


# --- The page --------------------------------------------------------------------------------------------------------


def test_original_is_handed_out_once_and_then_a_duplicate(landlord, elise):
    entry = pay_cash(landlord.account(OWING), landlord.person("elise"), 12_345)
    page = elise.get(page_of(entry)).content.decode()
    assert "Pas encore délivré" in page and "Délivrer le reçu" in page
    original = elise.post(page_of(entry), follow=True).content.decode()
    for text in ("Original", "123,45", "Agence Belleville", "Élise", landlord.account(OWING).reference, OWING):
        assert text in original, text
    assert "Duplicata" not in original
    run("UPDATE ledger_cashreceipt SET issued_at = issued_at - interval '6 min'")
    for copy in (elise.get(page_of(entry)), elise.post(page_of(entry), follow=True)):
        assert "Duplicata" in copy.content.decode() and "Original" not in copy.content.decode()
    [issued] = events(kind="cash_receipt_issued", outcome="changed")
    assert issued["facts"] == {"entry": str(entry.pk), "year": paris_day().year, "number": 1}
    assert issued["about"] == entry.account_id
    assert [event["about"] for event in events(kind="statement_printed")] == [entry.account_id] * 4


def test_page_shows_the_original_for_five_minutes(landlord):
    receipt = receipt_of(pay_cash(landlord.account(OWING), landlord.person("elise")))
    receipt.issued_at = timezone.now()
    for seconds, expected in ((299, True), (300, False), (301, False)):
        assert receipt.is_original(receipt.issued_at + timedelta(seconds=seconds)) is expected, seconds


def test_reversal_cancels_the_receipt_and_its_number_is_not_used_again(landlord, elise):
    entry = pay_cash(landlord.account(OWING), landlord.person("elise"))
    other = pay_cash(landlord.account(CALM), landlord.person("elise"))
    elise.post(page_of(entry))
    for paid in (entry, other):
        cancel(elise, paid)
    page = elise.get(page_of(entry)).content.decode()
    assert "Annulé le" in page and "Imprimez l’original" not in page
    refused = elise.post(page_of(other)).content.decode()
    assert "ne peut plus être remis" in refused and receipt_of(other).issued_at is None
    assert receipt_of(pay_cash(landlord.account(CALM), landlord.person("elise"))).number == 3


def test_account_page_offers_the_receipt_after_a_cash_payment_only(landlord, elise):
    account, by = landlord.account(OWING), Person.objects.using(OWNER).get(pk=landlord.person("elise").pk)
    cash = pay_cash(account, by)
    elise.post(f"/comptes/{account.reference}/motif/", {"motif": "payment"})
    page = elise.get(f"/comptes/{account.reference}/?inscrite={cash.pk}").content.decode()
    assert 'data-key="d"' in page and f"/recus/{cash.pk}/" in page and 'data-key="a"' in page
    cheque = own(cash)
    cheque.pk, cheque.label = uuid4(), "cheque"
    cheque.save(using=OWNER, force_insert=True)
    page = elise.get(f"/comptes/{account.reference}/?inscrite={cheque.pk}").content.decode()
    assert 'data-key="a"' in page and "/recus/" not in page.replace(TODAY, "")
    entry_page = elise.get(f"/comptes/{account.reference}/ecritures/{cash.pk}/annuler/").content.decode()
    assert f"/recus/{cash.pk}/" in entry_page


# --- Today's list ----------------------------------------------------------------------------------------------------


def test_list_has_todays_receipts_of_the_agency_and_their_sum(landlord, elise):
    by = landlord.person("elise")
    pay_cash(landlord.account(OWING), by, 10_000)
    cancelled = pay_cash(landlord.account(CALM), by, 20_000)
    pay_cash(landlord.account(FAR), landlord.person("fatou"), 40_000)
    cancel(elise, cancelled)
    page = elise.get(TODAY).content.decode()
    assert "100,00" in page and OWING in page and CALM in page and "annulé" in page
    assert FAR not in page and "400,00" not in page and "300,00" not in page
    [listed] = events(kind="list_shown", route="cash_receipts")
    assert listed["facts"] == {"list": "cash_receipts"}
    run("ALTER TABLE ledger_cashreceipt DISABLE TRIGGER USER")
    run("UPDATE ledger_cashreceipt SET day = day - 1")
    assert "Aucun paiement" in elise.get(TODAY).content.decode()


def test_receipt_of_a_settled_account_stays_in_the_list_and_the_sum_without_its_names(landlord, elise):
    account, by = landlord.account(OWING), landlord.person("elise")
    pay_cash(account, by, 10_000)
    pay_cash(landlord.account(CALM), by, 20_000)
    run("UPDATE tenants_account SET settled_on = loge_today() WHERE id = %s", account.pk)
    page, export = (elise.get(address).content.decode() for address in (TODAY, f"{TODAY}export/"))
    for text in (page, export):
        assert f"{paris_day().year}-0001" in text and "Compte soldé" in text and CALM in text
        assert OWING not in text and account.reference not in text
    assert "300,00" in page


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_export_has_the_list(landlord, elise, kind):
    pay_cash(landlord.account(OWING), landlord.person("elise"), 10_000)
    answer = elise.get(f"{TODAY}export/?fichier={kind}")
    assert answer.status_code == 200 and f"recus-{paris_day():%Y-%m-%d}.{kind}" in answer["Content-Disposition"]
    if kind == "csv":
        line = answer.content.decode("utf-8-sig").splitlines()[1]
        assert f"{paris_day().year}-0001" in line and "100,00" in line and landlord.account(OWING).reference in line
    [taken] = events(kind="export_taken", route="cash_receipts_export")
    assert taken["facts"] == {"format": kind} and landlord.account(OWING).pk in taken["shown_ids"]


# --- Who may see it --------------------------------------------------------------------------------------------------


def test_receipt_is_reachable_only_by_who_may_open_the_account(landlord, elise, sign_in):
    near = pay_cash(landlord.account(OWING), landlord.person("elise"))
    far = pay_cash(landlord.account(FAR), landlord.person("fatou"))
    assert elise.get(page_of(far)).status_code == 404 and elise.post(page_of(far)).status_code == 404
    assert elise.get(page_of(near).replace(str(near.pk), str(far.pk))).status_code == 404
    assert elise.get(page_of(near).replace(near.account.reference, landlord.account(CALM).reference)).status_code == 404
    for name in ("awa", "paola", "helene"):
        client = sign_in(name)
        assert {client.get(path).status_code for path in (page_of(near), TODAY, f"{TODAY}export/")} == {403}, name
    hide(landlord, landlord.account(OWING))
    assert elise.get(page_of(near)).status_code == 404 and OWING not in elise.get(TODAY).content.decode()


def test_database_shows_receipts_to_officers_of_the_account_only(landlord):
    pay_cash(landlord.account(OWING), landlord.person("elise"))
    pay_cash(landlord.account(FAR), landlord.person("fatou"))
    sql = "SELECT count(*) FROM ledger_cashreceipt"
    assert as_role(Compartment.ACCOUNT, landlord.person("elise").pk, sql) == [(1,)]
    for other, name in ((Compartment.CARD, "awa"), (Compartment.COUNTER, "paola"), (Compartment.BOOKS, "helene")):
        with pytest.raises(DatabaseError, match="permission denied"):
            as_role(other, landlord.person(name).pk, sql)
    for change in ("UPDATE ledger_cashreceipt SET number = 9", "DELETE FROM ledger_cashreceipt"):
        with pytest.raises(DatabaseError, match="permission denied"):
            as_role(Compartment.ACCOUNT, landlord.person("elise").pk, change)
    hide(landlord, landlord.account(OWING))
    assert as_role(Compartment.ACCOUNT, landlord.person("elise").pk, sql) == [(0,)]


def test_even_the_owner_cannot_change_a_number(landlord):
    pay_cash(landlord.account(OWING), landlord.person("elise"))
    for change in ("UPDATE ledger_cashreceipt SET number = 9", "DELETE FROM ledger_cashreceipt"):
        with pytest.raises(DatabaseError):
            run(change)
