"""The page of a very old account reads only the entries of the latest months.

The page must show these months, with their balances, exactly as if it read all entries.
"""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connections

from formats.months import months_after
from ledger.queries import LATEST
from ledger.register import first_of
from tests.builders import OWNER, let, make_tenant, make_unit, paris_day, post

YEARS = 6


@pytest.fixture
def account(landlord):
    """Provide an account with a charge of 10 euros each month for six years, the latest of this month."""
    account = landlord.account("Calme-Glycines A")
    charge_each_month(account)
    type(account).objects.using(OWNER).filter(pk=account.pk).update(opened_on=months_after(paris_day(), -YEARS * 12))
    return account


@pytest.fixture
def quiet(landlord):
    """Return a function that creates an account. `silent`: how many months ago its latest charge of 10 euros was."""

    def create(silent: int):
        account = let(make_unit(landlord.building("Glycines A"), "51"), make_tenant("Ancien", "Anne"), start=-4_000)
        charge_each_month(account, silent)
        return account

    return create


def charge_each_month(account, silent: int = 0) -> None:
    for months in range(silent, silent + YEARS * 12):
        day = months_after(first_of(paris_day()), -months)
        post(account, 1_000, day=(day - paris_day()).days)


def page_of(client, account, query: str = "") -> str:
    return client.get(f"/comptes/{account.reference}/{query}").content.decode()


def months_of(page: str) -> list[str]:
    return re.findall(r'<details class="month".*?</details>', page, re.DOTALL)


def test_page_shows_the_latest_months_with_the_balances_of_the_whole_ledger(landlord, sign_in, account):
    elise = sign_in("elise")
    latest = page_of(elise, account)
    first = months_after(first_of(paris_day()), 1 - YEARS * 12)
    whole = page_of(elise, account, f"?du={first:%Y-%m}")
    assert len(months_of(latest)) == LATEST and len(months_of(whole)) == YEARS * 12
    assert months_of(latest) == months_of(whole)[:LATEST]
    assert f"Et {YEARS * 12 - LATEST} mois plus anciens" in latest and "plus anciens" not in whole
    assert f'<option value="{first:%Y-%m}">' in latest
    assert re.findall(r'<path class="step"[^>]*>', latest) == re.findall(r'<path class="step"[^>]*>', whole)
    assert "720,00" in latest


def test_page_of_an_old_account_reads_no_more_entries_than_of_a_young_one(landlord, sign_in, account):
    elise, selects = sign_in("elise"), []

    def note_selects(execute, sql, params, many, context):
        if 'FROM "ledger_entry"' in sql:
            selects.append((sql, params))
        return execute(sql, params, many, context)

    with connections["default"].execute_wrapper(note_selects):
        page_of(elise, account)
    since = months_after(first_of(paris_day()), -LATEST)
    assert len(selects) == 1 and all('"effective_on" >= %s' in sql and since in params for sql, params in selects)


@pytest.mark.parametrize("silent", [1, 2, 5, LATEST, LATEST + 5])
def test_page_of_a_quiet_account_shows_the_months_before_its_last_entry(sign_in, quiet, silent):
    elise, account = sign_in("elise"), quiet(silent)
    first = months_after(first_of(paris_day()), 1 - YEARS * 12 - silent)
    latest, whole = page_of(elise, account), page_of(elise, account, f"?du={first:%Y-%m}")
    assert months_of(latest) == months_of(whole)[:LATEST] and len(months_of(whole)) == YEARS * 12
    assert f"Et {YEARS * 12 - LATEST} mois plus anciens" in latest and "720,00" in latest


def test_page_of_an_account_without_entry_says_so(landlord, sign_in):
    new = let(make_unit(landlord.building("Glycines A"), "52"), make_tenant("Nouveau", "Anne"), start=-4)
    assert "Aucune écriture" in page_of(sign_in("elise"), new)


@pytest.mark.parametrize("silent", [0, 5, LATEST + 5])
def test_entry_posted_while_the_page_is_read_shifts_no_balance(sign_in, account, quiet, silent):
    elise, account = sign_in("elise"), quiet(silent) if silent else account
    before, posted = months_of(page_of(elise, account)), []

    def post_after_the_first_query(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if 'FROM "ledger_entry"' in sql and not posted:
            posted.append(post(account, 7_777, day=0))
        return result

    with connections["default"].execute_wrapper(post_after_the_first_query):
        during = months_of(page_of(elise, account))
    after = months_of(page_of(elise, account))
    assert posted and during in (before, after) and before != after


def test_reversal_names_the_entry_it_reverses_however_old(landlord, sign_in, account):
    old = account.entries.using(OWNER).order_by("effective_on").first()
    undone = {"reason": "duplicate", "key": uuid4()}
    url = f"/comptes/{account.reference}/ecritures/{old.pk}/annuler/"
    assert sign_in("elise").post(url, undone).status_code == 302
    assert f"Annulation\u00a0: Loyer du {old.effective_on:%d/%m/%Y}" in page_of(sign_in("elise"), account)
    assert "déjà annulée" in sign_in("elise").get(url).content.decode()


def test_entry_that_is_posted_for_an_old_day_can_be_undone_at_once(landlord, sign_in, account):
    elise, day = sign_in("elise"), months_after(paris_day(), -48)
    form = {"cents": "50", "label": "cheque", "effective_on": f"{day:%d/%m/%Y}", "key": uuid4()}
    answer = elise.post(f"/comptes/{account.reference}/paiement/", form)
    entry = account.entries.using(OWNER).get(amount_cents=-5_000)
    assert f"ecritures/{entry.pk}/annuler/" in elise.get(answer["Location"]).content.decode()
    assert f"ecritures/{entry.pk}/annuler/" not in page_of(elise, account)


def test_statement_of_old_months_starts_from_the_previous_balance(landlord, sign_in, account):
    first = months_after(first_of(paris_day()), 13 - YEARS * 12)
    page = page_of(sign_in("elise"), account, f"decompte/?du={first:%Y-%m}&au={first:%Y-%m}")
    assert "120,00" in page and "130,00" in page
    only_end = page_of(sign_in("elise"), account, f"decompte/?au={first:%Y-%m}")
    assert "130,00" in only_end and f"{first - timedelta(days=1):%Y}" in only_end


def test_books_count_all_entries(landlord, sign_in, account):
    page = sign_in("helene").get(f"/ecritures/{account.reference}/").content.decode()
    assert f"<span>{YEARS * 12 + 2}</span>" in page and len(months_of(page)) == LATEST
