"""The officer's page of today's work must link to each task. The audit log must record the page as one list event."""

import re
from uuid import uuid4

import pytest

from backoffice.views import work
from tests.builders import OWNER, events, let, let_one_pass, make_receipt, make_tenant, make_unit, post, run


def section(answer, name: str) -> str:
    body = answer.content.decode()
    start = body.index(f'<h2 id="{name}"')
    return body[start : body.index("</section>", start)]


def count_of(answer, name: str) -> str:
    return "".join(re.findall(r"<span>(\S+?)(?: ·[^<]*)?</span></h2>", section(answer, name)))


def test_day_lists_the_work_and_records_the_accounts_shown(landlord, sample_objects, sign_in):
    elise = sign_in("elise")
    assert elise.get("/", follow=True).redirect_chain == [("/journee/", 302)]
    day = elise.get("/journee/")
    counts = {
        name: count_of(day, name) for name in ("appeler", "affecter", "arrivees", "departs", "transmettre", "solder")
    }
    assert counts == {
        "appeler": "4",
        "affecter": "1",
        "arrivees": "4",
        "departs": "0",
        "transmettre": "1",
        "solder": "1",
    }
    owing, former = landlord.account("Dette-Glycines A"), sample_objects.former
    assert f"/comptes/{owing.reference}/" in section(day, "appeler") and "974,40" in section(day, "appeler")
    assert "Arrive-Tour haute" in section(day, "arrivees") and "/comptes/" in section(day, "arrivees")
    assert f"/rappels/{sample_objects.reminder_door.reminder_id}/" in section(day, "transmettre")
    assert f"/comptes/{former.reference}/" in section(day, "solder")
    assert f"/comptes/attente/#e{sample_objects.receipt.pk.hex}" in section(day, "affecter")
    event = events(kind="list_shown")[-1]
    assert event["facts"] == {"list": "work"} and {owing.pk, former.pk, sample_objects.receipt.pk} <= set(
        event["shown_ids"]
    )
    assert "Quai 9" not in day.content.decode()


def test_totals_include_the_work_that_the_page_does_not_list(landlord, sample_objects, sign_in, monkeypatch):
    make_receipt(sample_objects.receipt.agency, key="R-20261123-18")
    lists, elise = ("appeler", "affecter", "arrivees", "solder"), sign_in("elise")
    whole = elise.get("/journee/")
    monkeypatch.setattr(work, "FEW", 1)
    shortened = elise.get("/journee/")
    assert [count_of(shortened, name) for name in lists] == [count_of(whole, name) for name in lists]
    assert [len(re.findall("<a ", section(shortened, name))) for name in ("appeler", "affecter", "arrivees")] == [
        2,
        2,
        2,
    ]


def test_day_without_work_says_so(landlord, sign_in):
    run("DELETE FROM tenants_residence WHERE moved_in > loge_today()")
    for name in ("Glycines A", "Glycines B", "Tour basse", "Tour haute"):
        post(landlord.account(f"Dette-{name}"), -146_160, "cheque", "payment")
    day = sign_in("elise").get("/journee/").content.decode()
    assert (
        "Rien à traiter aujourd’hui" in day and "/comptes/" + landlord.account("Dette-Glycines A").reference not in day
    )


def row_of(client, account) -> str:
    """Return the row of this account in the list of late accounts, which have a debt older than a month."""
    body = client.get("/comptes/a-contacter/").content.decode()
    return next(row for row in body.split("<tr") if account.reference in row)


def late_references(client) -> list[str]:
    body = client.get("/comptes/a-contacter/").content.decode()
    return re.findall(r"/comptes/([2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4})/", body)


def test_late_list_contains_debts_older_than_a_month(landlord, sign_in):
    """An account is late if part of its debt is older than a month. Payments settle the oldest charges first.

    If a payment is reversed, the account must be late again at once. Former tenants' accounts must not be listed.
    """
    elise, owing, calm = sign_in("elise"), landlord.account("Dette-Glycines A"), landlord.account("Calme-Glycines A")
    assert owing.reference in late_references(elise) and calm.reference not in late_references(elise)
    # The payment covers two of three months' rent. The third rent is less than a month old, so it is not late.
    post(owing, -97_440, "cheque", "payment")
    assert owing.reference not in late_references(elise)
    post(calm, 90_000, day=-31)
    assert late_references(elise)[0] != calm.reference and calm.reference in late_references(elise)
    post(calm, 90_000, day=-60)
    assert late_references(elise)[0] == calm.reference  # The account with the largest arrears is listed first.
    paid = post(calm, -180_000, "cheque", "payment", day=-45)
    assert calm.reference not in late_references(elise)
    undoing = {"key": str(uuid4()), "reason": "bank_return"}
    assert elise.post(f"/comptes/{calm.reference}/ecritures/{paid.pk}/annuler/", undoing).status_code == 302
    assert calm.reference in late_references(elise)
    gone = let(make_unit(landlord.building("Glycines A"), "77", 7), make_tenant("Partie", "Rose"), start=-300, end=-40)
    post(gone, 50_000, day=-60)
    assert gone.reference not in late_references(elise)


def reverse(client, account, entry, reason: str):
    undoing = {"key": str(uuid4()), "reason": reason}
    assert client.post(f"/comptes/{account.reference}/ecritures/{entry.pk}/annuler/", undoing).status_code == 302


def return_a_debit(client, account):
    post(account, -50_000, "direct_debit", "payment", day=-8)
    post(account, 50_000, "debit_rejected", "payment", day=-5)


def charge_a_rent_twice(client, account):
    post(account, 45_000, day=-12)
    reverse(client, account, post(account, 45_000, day=-12), "duplicate")


def reverse_a_payment_of_this_month(client, account):
    post(account, 45_000, day=-12)
    reverse(client, account, post(account, -50_000, "cheque", "payment", day=0), "bank_return")


def refund_money(client, account):
    post(account, -20_000, "cheque", "payment", day=-40)
    post(account, 20_000, "refund", "payment", day=-3)


@pytest.mark.parametrize(
    "movement",
    [return_a_debit, charge_a_rent_twice, reverse_a_payment_of_this_month, refund_money],
)
def test_movements_that_cancel_out_do_not_change_an_old_debt(landlord, sign_in, movement):
    """A payment that was returned, or a charge that was reversed, must not make the debt look newer.

    This must be true in the list of late accounts and in the SQL function `oversight_has_arrears`. A nightly rule uses
    this function to find accounts that were opened without an apparent reason.
    """
    elise, account = (
        sign_in("elise"),
        let(make_unit(landlord.building("Glycines A"), "77", 7), make_tenant("Mouvement")),
    )
    let_one_pass(99_999_999)
    by_then = "SELECT oversight_has_arrears(%s, loge_today() - 1), oversight_has_arrears(%s, loge_today())"
    movement(elise, account)
    assert account.reference not in late_references(elise) and run(by_then, *[account.lease_id] * 2) == [(False, False)]
    owed = post(account, 50_000, day=-60)
    assert account.reference in late_references(elise) and "500,00" in row_of(elise, account)
    assert run(by_then, *[account.lease_id] * 2) == [(True, True)]
    reverse(elise, account, owed, "wrong_account")
    assert account.reference not in late_references(elise) and run(by_then, *[account.lease_id] * 2) == [(True, False)]


def test_discreet_household_is_in_the_day_of_named_officers_only(landlord, sign_in):
    account = landlord.account("Dette-Glycines A")
    mark = (
        "INSERT INTO tenants_discreetmark (id, lease_id, building_id, first_day, last_day)"
        " VALUES (gen_random_uuid(), %s, %s, loge_today(), loge_today() + 30) RETURNING id"
    )
    [(pk,)] = run(mark, str(account.lease_id), str(account.building_id))
    elise = sign_in("elise")
    assert account.reference not in elise.get(
        "/journee/"
    ).content.decode() and account.reference not in late_references(elise)
    assert count_of(elise.get("/journee/"), "appeler") == "3"
    run(
        "INSERT INTO tenants_discreetname (mark_id, person_id) VALUES (%s, %s)",
        str(pk),
        str(landlord.person("elise").pk),
    )
    assert account.reference in late_references(elise)


def test_day_links_to_lists_of_arrivals_and_departures(landlord, sign_in):
    elise = sign_in("elise")
    arriving = elise.get("/comptes/?solde=arrivees").content.decode()
    assert arriving.count("Arrive-") == 4 and "Dette-" not in arriving
    run("UPDATE tenants_residence SET moved_out = loge_today() + 3 WHERE moved_in < loge_today()")
    assert "Calme-Glycines A" in section(elise.get("/journee/"), "departs")
    assert elise.get("/comptes/?solde=departs").content.decode().count("Calme-") == 4


def test_long_list_is_cut_and_links_to_the_full_list(landlord, sign_in):
    building, agency = landlord.building("Glycines A"), landlord.place("Agence Belleville")
    for number in range(9):
        account = let(make_unit(building, f"9{number}", 9), make_tenant(f"Longue{number}", "Ida"))
        post(account, 100_000, day=-40)
        make_receipt(agency, key=f"R-{number}")
    day = sign_in("elise").get("/journee/")
    assert section(day, "appeler").count("<tr") == 9 and "Les 13 comptes à contacter" in section(day, "appeler")
    assert section(day, "affecter").count("<tr") == 9 and "Les 9 encaissements" in section(day, "affecter")
    assert building.units.using(OWNER).count() > 9
