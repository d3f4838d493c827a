"""The daily import of entries: each entry is booked once, and payments without an account wait until they are
assigned.
"""

import io

import pytest
from django.core.management import CommandError, call_command

from exchange.portfolio.reasons import REASONS
from exchange.portfolio.sheets import DAILY
from ledger.models import Receipt
from tests.builders import OWNER, events, run
from tests.exchange.portfolio.landlord import entry, small, write, written

KNOWN = "K7QX-9M2D-4RTB"


@pytest.fixture
def small_landlord(bare, tmp_path):
    call_command("import_portfolio", str(write(tmp_path / "in", small())), stdout=io.StringIO())


@pytest.fixture
def daily(small_landlord, tmp_path):
    def take(*rows):
        path = tmp_path / "jour.csv"
        path.write_bytes(written(DAILY, list(rows)))
        output = io.StringIO()
        try:
            call_command("import_entries", str(path), stdout=output)
        except CommandError as error:
            output.write(str(error))
        return output.getvalue()

    return take


def receipt(cle="R9", **cells):
    return entry(
        cle, "payment", "bank_transfer", **{"bail": "", "credit": "12,34", "date_effet": "2026-11-20", **cells}
    )


def _cheque(cle):
    return entry(cle, "payment", "cheque", credit="16", date_effet="2026-11-20")


def sums():
    return run("SELECT count(*), sum(amount_cents) FROM ledger_entry")[0]


def test_entries_are_booked_once(daily):
    before = sums()
    rows = [entry("D1", debit="616", date_effet="2026-11-30"), _cheque("D2")]
    assert "2 écritures" in daily(*rows)
    assert sums() == (before[0] + 2, before[1] + 60_000)
    assert "rien ne change" in daily(*rows)
    assert sums() == (before[0] + 2, before[1] + 60_000)
    assert [e["facts"]["entries"] for e in events(kind="portfolio_imported", machine="import_entries")] == [2]


@pytest.mark.parametrize(
    "cells",
    [{}, {"bail": "INCONNU"}, {"compte": "ZZZZ-ZZZZ-ZZZZ"}, {"compte": KNOWN}, {"bail": "X2"}],
    ids=["no account", "unknown lease", "unknown reference", "settled account", "settled lease"],
)
def test_payment_without_account_waits_at_the_agency(daily, cells):
    before = sums()
    assert "1 encaissements en attente" in daily(receipt(agence="AG", **cells))
    receipt_row = Receipt.objects.using(OWNER).get(source_key="R9")
    assert (receipt_row.agency.code, receipt_row.amount_cents, receipt_row.label) == ("AG", 1_234, "bank_transfer")
    assert sums() == before


def test_payment_without_agency_waits_at_the_landlord(daily):
    daily(receipt())
    assert Receipt.objects.using(OWNER).get(source_key="R9").agency.code == "ORG"


def test_waiting_receipt_is_recognised_in_later_files(daily):
    daily(receipt())
    assert "rien ne change" in daily(receipt())
    assert "rien ne change" in daily(receipt(bail="X1"))
    assert REASONS["entry_changed"] in daily(receipt(credit="12,35"))
    assert Receipt.objects.using(OWNER).filter(source_key="R9").count() == 1


def test_payment_of_a_known_account_is_booked(daily):
    before = sums()
    daily(receipt(bail="X1"))
    assert sums() == (before[0] + 1, before[1] - 1_234) and not Receipt.objects.using(OWNER).filter(source_key="R9")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (entry("D1", debit="616", date_effet="2026-11-30", bail="INCONNU"), "unknown"),
        (entry("D1", debit="616", date_effet="2026-11-30", bail="X2"), "settled"),
        (entry("E1", debit="616", date_effet="2026-11-30"), "entry_changed"),
        (entry("D1", "payment", "refund", debit="5", date_effet="2026-11-30", bail=""), "unknown"),
        (receipt(agence="NULLE-PART"), "unknown"),
        (receipt(agence="B1"), "desk"),
        # Dates far in the future are refused, because nobody would find an entry or a payment with such a date.
        (entry("D1", debit="616", date_effet="2026-11-30", date_comptable="2099-01-01"), "ahead"),
        (entry("D1", debit="616", date_effet="2026-11-30", periode="2099-01-01"), "ahead"),
        (receipt(date_effet="2099-01-01"), "ahead"),
        (receipt(date_comptable="2099-01-01"), "ahead"),
    ],
)
def test_other_errors_refuse_the_file(daily, row, reason):
    before = sums()
    output = daily(entry("D0", debit="1", date_effet="2026-11-30"), row)
    assert REASONS[reason] in output and "ligne 3" in output and "rien n’est écrit" in output
    assert sums() == before
