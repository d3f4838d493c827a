"""Entries posted on pages must be exact, booked only once, undone by a reversal, and never half-written."""

from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connections

from ledger import balances
from ledger.models import Entry
from tenants.models import Account
from tests.builders import OWNER, events, let, let_one_pass, make_tenant, make_unit, paris_day, post, run

KINDS = {
    "paiement": ({"label": "cheque"}, "payment_taken", -43_584),
    "appel": ({"label": "key_badge"}, "charge_posted", 43_584),
    "rectification": (
        {"label": "compensation", "reason": "compensation", "sense": "down"},
        "adjustment_posted",
        -43_584,
    ),
}

AT_ONCE = pytest.mark.unwatched("threads send requests at once, so that time does not tell whose event is whose")


def entry_form(**more: object) -> dict[str, object]:
    return {"cents": "435,84", "effective_on": f"{paris_day():%d/%m/%Y}", "key": uuid4(), **more}


def entries_of(account: Account) -> list[Entry]:
    return list(Entry.objects.using(OWNER).filter(account=account).order_by("booked_at", "id"))


def balance(account: Account) -> int:
    return sum(entry.amount_cents for entry in entries_of(account))


@pytest.fixture(autouse=True)
def high_write_off_limit(landlord) -> None:
    """Raise the amount that one person may write off alone, so that no test of this module needs an approval."""
    let_one_pass(99_999_999)


@pytest.fixture
def account(landlord):
    """Provide an account with balance zero, whose two entries cancel each other."""
    return landlord.account("Calme-Glycines A")


# --- Posting ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", KINDS)
def test_entry_is_booked_with_its_attempt_and_change_events(landlord, sign_in, account, page):
    fields, kind, cents = KINDS[page]
    answer = sign_in("elise").post(f"/comptes/{account.reference}/{page}/", entry_form(**fields))
    entry = entries_of(account)[-1]
    assert (answer.status_code, answer["Location"]) == (302, f"/comptes/{account.reference}/?inscrite={entry.pk}")
    assert (entry.amount_cents, entry.label, entry.posted_by_id) == (
        cents,
        fields["label"],
        landlord.person("elise").pk,
    )
    assert (entry.effective_on, entry.booked_on, entry.period) == (paris_day(), paris_day(), paris_day().replace(day=1))
    attempted, changed = events(kind=kind)
    assert (attempted["outcome"], changed["outcome"]) == ("attempted", "changed")
    assert changed["facts"]["entry"] == str(entry.pk) and changed["facts"]["cents"] == cents
    assert (changed["about"], changed["place"]) == (account.pk, account.building_id)
    assert attempted["request"] == changed["request"] and changed["permission"] == "entry_post"


@pytest.mark.parametrize("page", KINDS)
def test_showing_the_form_changes_nothing(landlord, sign_in, account, page):
    answer = sign_in("elise").get(f"/comptes/{account.reference}/{page}/")
    assert answer.status_code == 200 and 'name="key"' in answer.content.decode()
    assert len(entries_of(account)) == 2 and [e["outcome"] for e in events(kind="form_shown")] == ["shown"]


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("cents", "-12", "sans signe"),
        ("cents", "0", "ne peut pas être zéro"),
        ("cents", "12,345", "peut se lire de deux façons"),
        ("cents", "NaN", "en chiffres"),
        ("cents", "99999999", "inférieur à un million"),
        ("cents", "", "obligatoire"),
        ("effective_on", 32, "dans le futur"),
        ("effective_on", -401, "ouvert depuis le"),
        ("effective_on", "hier", "jour/mois"),
        ("label", "rent", "n’en fait pas partie"),
        ("label", "reversal", "n’en fait pas partie"),
        ("key", "", "incomplet"),
        ("key", "zz", "UUID"),
    ],
)
def test_invalid_entry_is_refused_with_its_sentence(landlord, sign_in, account, field, typed, sentence):
    typed = f"{paris_day(typed):%d/%m/%Y}" if isinstance(typed, int) else typed
    data = entry_form(label="cheque") | {field: typed}
    answer = sign_in("elise").post(f"/comptes/{account.reference}/paiement/", data)
    assert answer.status_code == 200 and sentence in answer.content.decode()
    assert len(entries_of(account)) == 2
    assert [e["outcome"] for e in events(kind="payment_taken")] == ["attempted"]


@pytest.mark.parametrize(
    ("page", "label", "day"), [("appel", "rent", 31), ("paiement", "cheque", 0), ("paiement", "cheque", -400)]
)
def test_plausible_effective_days_are_accepted(landlord, sign_in, account, page, label, day):
    data = entry_form(label=label, effective_on=f"{paris_day(day):%d/%m/%Y}")
    assert sign_in("elise").post(f"/comptes/{account.reference}/{page}/", data).status_code == 302


def test_charge_is_dated_a_month_ahead_at_most(landlord, sign_in, account):
    data = entry_form(label="rent", effective_on=f"{paris_day(32):%d/%m/%Y}")
    answer = sign_in("elise").post(f"/comptes/{account.reference}/appel/", data)
    assert "dans 31 jours" in answer.content.decode() and len(entries_of(account)) == 2


@pytest.mark.parametrize("page", ["paiement", "paiement/relire"])
def test_payment_with_a_future_date_is_refused(landlord, sign_in, account, page):
    data = entry_form(label="cheque", effective_on=f"{paris_day(1):%d/%m/%Y}")
    answer = sign_in("elise").post(f"/comptes/{account.reference}/{page}/", data)
    assert "Ce jour est dans le futur" in answer.content.decode() and len(entries_of(account)) == 2


def test_refund_raises_the_balance(landlord, sign_in, account):
    sign_in("elise").post(f"/comptes/{account.reference}/paiement/", entry_form(label="refund"))
    assert (entries_of(account)[-1].kind, balance(account)) == ("payment", 43_584)


@pytest.mark.parametrize(("sense", "cents"), [("up", 43_584), ("down", -43_584)])
def test_adjustment_needs_a_direction_and_a_reason(landlord, sign_in, account, sense, cents):
    data = entry_form(label="rent_recall", reason="rent_revision", sense=sense)
    sign_in("elise").post(f"/comptes/{account.reference}/rectification/", data)
    assert (entries_of(account)[-1].reason, balance(account)) == ("rent_revision", cents)
    refused = sign_in("elise").post(f"/comptes/{account.reference}/rectification/", entry_form(label="rent_recall"))
    assert refused.status_code == 200 and len(entries_of(account)) == 3


# --- Once ------------------------------------------------------------------------------------------------------------


def test_form_sent_twice_books_once_and_is_answered_alike(landlord, sign_in, account):
    elise, data = sign_in("elise"), entry_form(label="cheque")
    first, second = (elise.post(f"/comptes/{account.reference}/paiement/", data) for _ in range(2))
    assert (first.status_code, first["Location"]) == (second.status_code, second["Location"])
    assert len(entries_of(account)) == 3 and balance(account) == -43_584
    assert [e["outcome"] for e in events(kind="payment_taken")] == ["attempted", "changed", "attempted"]


def test_same_key_with_other_values_is_refused(landlord, sign_in, account):
    """A request with an idempotency key that was used before must be refused if any other value has changed."""
    elise, data, there = sign_in("elise"), entry_form(label="cheque"), f"/comptes/{account.reference}/paiement/"
    elise.post(there, data)
    yesterday = f"{paris_day(-1):%d/%m/%Y}"
    for change in ({"cents": "435,85"}, {"effective_on": yesterday}, {"label": "bank_transfer"}):
        again = elise.post(there, data | change)
        assert again.status_code == 200 and "déjà été utilisé" in again.content.decode(), change
    assert balance(account) == -43_584


def at_once(times: int, act) -> list[object]:
    """Run `act` in `times` threads at the same moment, each with its own database connections. Returns the results."""
    barrier, answers = Barrier(times), []

    def run_once(number: int) -> None:
        try:
            barrier.wait(20)
            answers.append(act(number))
        finally:
            connections.close_all()

    threads = [Thread(target=run_once, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


@AT_ONCE
def test_same_payment_sent_by_twelve_threads_books_once(landlord, sign_in, account):
    clients, data = [sign_in("elise") for _ in range(12)], entry_form(label="cheque")
    answers = at_once(12, lambda n: clients[n].post(f"/comptes/{account.reference}/paiement/", data).status_code)
    assert answers == [302] * 12
    assert len(entries_of(account)) == 3 and balance(account) == -43_584
    outcomes = [e["outcome"] for e in events(kind="payment_taken")]
    assert outcomes.count("attempted") == 12 and outcomes.count("changed") == 1


@AT_ONCE
def test_twelve_different_concurrent_payments_are_all_booked(landlord, sign_in, account):
    clients = [sign_in("elise") for _ in range(12)]
    url = f"/comptes/{account.reference}/paiement/"
    assert at_once(12, lambda n: clients[n].post(url, entry_form(label="cheque")).status_code) == [302] * 12
    assert balance(account) == -12 * 43_584


# --- Reversals -------------------------------------------------------------------------------------------------------


def undo(client, account, entry, reason="duplicate", **more):
    url = f"/comptes/{account.reference}/ecritures/{entry.pk}/annuler/"
    return client.post(url, {"reason": reason, "key": uuid4(), **more})


def test_reversal_cancels_the_entry_to_the_cent(landlord, sign_in, account):
    rent = entries_of(account)[0]
    before = balance(account)
    assert undo(sign_in("elise"), account, rent).status_code == 302
    mirror = entries_of(account)[-1]
    assert (mirror.amount_cents, mirror.reverses_id, mirror.kind) == (-rent.amount_cents, rent.pk, rent.kind)
    assert balance(account) == before - rent.amount_cents
    changed = events(kind="entry_reversed")[-1]
    assert changed["facts"]["reverses"] == str(rent.pk) and changed["facts"]["reason"] == "duplicate"
    body = sign_in("elise").get(f"/comptes/{account.reference}/").content.decode()
    assert "<s>Loyer</s>" in body and "Annulation\u00a0: Loyer du" in body and "saisie en double" in body


def test_reversal_cannot_be_reversed_and_no_entry_twice(landlord, sign_in, account):
    elise, rent = sign_in("elise"), entries_of(account)[0]
    undo(elise, account, rent)
    twice, back = undo(elise, account, rent), undo(elise, account, entries_of(account)[-1])
    assert "déjà annulée" in twice.content.decode() and "ne peut pas être annulée" in back.content.decode()
    assert (twice.status_code, back.status_code, len(entries_of(account))) == (200, 200, 3)
    for entry in entries_of(account):
        url = f"/comptes/{account.reference}/ecritures/{entry.pk}/annuler/"
        assert elise.get(url).status_code == 200


def test_reversal_without_a_listed_reason_is_refused(landlord, sign_in, account):
    for reason in ("", "because", "goodwill"):
        assert undo(sign_in("elise"), account, entries_of(account)[0], reason).status_code == 200
    assert len(entries_of(account)) == 2


@AT_ONCE
def test_concurrent_reversals_make_one(landlord, sign_in, account):
    clients, rent = [sign_in("elise") for _ in range(6)], entries_of(account)[0]
    answers = at_once(6, lambda n: undo(clients[n], account, rent).status_code)
    assert sorted(answers) == [200] * 5 + [302] and len(entries_of(account)) == 3


def test_entry_of_another_account_is_404(landlord, sign_in, account):
    other = entries_of(landlord.account("Dette-Glycines B"))[0]
    url = f"/comptes/{account.reference}/ecritures/{other.pk}/annuler/"
    assert sign_in("elise").get(url).status_code == 404 and undo(sign_in("elise"), account, other).status_code == 404


# --- Settling an account ---------------------------------------------------------------------------------------------


@pytest.fixture
def former(landlord):
    unit = make_unit(landlord.building("Glycines A"), "31", 3)
    return let(unit, make_tenant("Partie", "Rose"), start=-600, end=-40)


def settle(client, account):
    return client.post(f"/comptes/{account.reference}/solder/")


def test_former_account_with_balance_zero_is_settled_for_good(landlord, sign_in, former):
    post(former, 500), post(former, -500, "cheque", "payment")
    elise = sign_in("elise")
    assert "Solder ce compte" in elise.get(f"/comptes/{former.reference}/").content.decode()
    assert settle(elise, former)["Location"] == "/comptes/partis/"
    assert Account.objects.using(OWNER).get(pk=former.pk).settled_on == paris_day()
    assert [e["outcome"] for e in events(kind="account_settled")] == ["attempted", "changed"]
    assert settle(elise, former).status_code == 404
    assert elise.post(f"/comptes/{former.reference}/paiement/", entry_form(label="cheque")).status_code == 404


@pytest.mark.parametrize("cents", [1, -1])
def test_account_with_a_balance_is_not_settled(landlord, sign_in, former, cents):
    post(former, cents, "rent_recall", "adjustment")
    answer = settle(sign_in("elise"), former)
    assert answer.status_code == 200 and "il reste une somme" in answer.content.decode()
    assert Account.objects.using(OWNER).get(pk=former.pk).settled_on is None
    assert [e["outcome"] for e in events(kind="account_settled")] == ["attempted"]


def test_account_of_a_running_lease_is_not_settled(landlord, sign_in, account):
    answer = settle(sign_in("elise"), account)
    assert answer.status_code == 200 and "quand le bail est terminé" in answer.content.decode()
    unit = make_unit(landlord.building("Glycines A"), "32", 3)
    last_day = let(unit, make_tenant("Partante", "Rose"), end=0)
    assert settle(sign_in("elise"), last_day).status_code == 200
    assert not run("SELECT 1 FROM tenants_account WHERE settled_on IS NOT NULL")


@AT_ONCE
@pytest.mark.parametrize("turn", range(4))
def test_concurrent_payment_and_settling_leave_no_settled_account_with_a_balance(landlord, sign_in, former, turn):
    clients = [sign_in("elise") for _ in range(6)]

    def act(number: int) -> int:
        if number == turn:
            return settle(clients[number], former).status_code
        return clients[number].post(f"/comptes/{former.reference}/paiement/", entry_form(label="cheque")).status_code

    answers = at_once(6, act)
    settled = Account.objects.using(OWNER).get(pk=former.pk).settled_on
    assert set(answers) <= {200, 302, 404}
    assert settled is None or balance(former) == 0
    assert settled or balance(former) == -43_584 * (answers.count(302))


def test_policy_refuses_an_entry_on_an_account_settled_meanwhile(landlord, sign_in, former, monkeypatch):
    """An entry must be refused even if the account is settled after the view decorator `@door` has loaded the account.

    At that moment, only the row-level security policy can refuse to insert the entry.
    """
    real = balances.check_day

    def settled_meanwhile(account, *days):
        run("UPDATE tenants_account SET settled_on = loge_today() WHERE id = %s", str(account.pk))
        real(account, *days)

    monkeypatch.setattr(balances, "check_day", settled_meanwhile)
    answer = sign_in("elise").post(f"/comptes/{former.reference}/paiement/", entry_form(label="cheque"))
    assert answer.status_code == 404 and not entries_of(former)
    assert not [e for e in events(kind="payment_taken") if e["outcome"] == "changed"]


# --- Atomicity -------------------------------------------------------------------------------------------------------


def unmatched() -> tuple[list, list]:
    """List officers' entries without an audit event, and audit events without an entry."""
    kinds = "('payment_taken', 'charge_posted', 'adjustment_posted', 'entry_reversed')"
    recorded = f"SELECT (facts ->> 'entry')::uuid FROM audit_event WHERE outcome = 'changed' AND kind IN {kinds}"
    unrecorded = run(f"SELECT id FROM ledger_entry WHERE posted_by_id IS NOT NULL AND id NOT IN ({recorded})")
    return unrecorded, run(f"SELECT * FROM ({recorded}) recorded (id) WHERE id NOT IN (SELECT id FROM ledger_entry)")


@pytest.mark.parametrize("moment", ["before the event", "after the event"])
def test_connection_killed_before_commit_leaves_neither_entry_nor_event(
    landlord, sign_in, account, monkeypatch, moment
):
    from ledger.actions import entries

    real = entries.record

    def killed(*args: object, **facts: object) -> object:
        if moment == "after the event":
            real(*args, **facts)
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM ledger_entry WHERE posted_by_id IS NOT NULL")
            # The entry is inserted but not committed. Killing the database connection must undo the insert.
            assert cursor.fetchone()[0] == 1
            cursor.execute("SELECT pg_backend_pid()")
            kill(cursor.fetchone()[0])
        return real(*args, **facts)

    monkeypatch.setattr(entries, "record", killed)
    client = sign_in("elise")
    client.raise_request_exception = False
    assert client.post(f"/comptes/{account.reference}/paiement/", entry_form(label="cheque")).status_code == 503
    monkeypatch.undo()
    assert len(entries_of(account)) == 2 and unmatched() == ([], [])
    assert [e["outcome"] for e in events(kind="payment_taken")] == ["attempted", "failed"]
    connections["default"].close()
    assert (
        sign_in("elise").post(f"/comptes/{account.reference}/paiement/", entry_form(label="cheque")).status_code == 302
    )
    assert unmatched() == ([], [])


def kill(pid: int) -> None:
    from tests.clones import run_as_super

    run_as_super(f"SELECT pg_terminate_backend({int(pid)}, 5000)")


# --- Access ----------------------------------------------------------------------------------------------------------

WRITING = ["paiement/", "appel/", "rectification/", "solder/"]


@pytest.mark.parametrize("page", ["", *WRITING, "ecritures/{entry}/annuler/"])
@pytest.mark.parametrize(
    ("name", "status"),
    [("fatou", 404), ("denis", 404), ("awa", 403), ("helene", 403), ("georges", 403), ("jules", 403)],
)
def test_people_without_access_neither_read_nor_write_entries(landlord, sign_in, account, page, name, status):
    entry = entries_of(account)[0]
    client, url = sign_in(name), f"/comptes/{account.reference}/" + page.format(entry=entry.pk)
    assert client.get(url).status_code == status
    if page:
        data = entry_form(label="cheque", reason="duplicate", sense="down")
        assert client.post(url, data).status_code == status
    assert len(entries_of(account)) == 2
    assert {e["outcome"] for e in events(kind="refused")} == {{404: "missing", 403: "refused"}[status]}
    assert not [e for e in events() if e["outcome"] == "changed"]


def test_officer_of_a_sector_books_within_reach(landlord, sign_in):
    account = landlord.account("Dette-Tour basse")
    assert (
        sign_in("denis").post(f"/comptes/{account.reference}/paiement/", entry_form(label="cheque")).status_code == 302
    )
