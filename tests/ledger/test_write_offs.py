"""Write-offs above a limit need two people: one requests, another decides.

Small write-offs on the same account within thirty days are added up.
"""

from uuid import uuid4

import pytest

from ledger.models import Entry, WriteOff
from tenants.models import Account
from tests.builders import OWNER, ask_write_off, assign, events, make_person, paris_day, post, run, stand_wall
from tests.ledger.test_entries import AT_ONCE, at_once, balance, entries_of
from tests.sign_in import let_in

DOWN = {"label": "compensation", "reason": "compensation", "sense": "down"}
ENDED = "UPDATE access_assignment SET last_day = loge_today() - 1 WHERE role = 'officer' AND person_id = %s"
ASKED = "à approuver par une autre personne"


@pytest.fixture
def account(landlord):
    """Provide an account that the officers Élise and Denis both manage."""
    return landlord.account("Dette-Tour haute")


def post_write_off(client, account, cents="300", **more):
    form = {"cents": cents, "effective_on": f"{paris_day():%d/%m/%Y}", "key": uuid4(), **DOWN, **more}
    return client.post(f"/comptes/{account.reference}/rectification/", form)


def undo(client, account, entry, **more):
    form = {"key": uuid4(), "reason": "not_due", **more}
    return client.post(f"/comptes/{account.reference}/ecritures/{entry.pk}/annuler/", form)


def requests_on(account):
    return list(WriteOff.objects.using(OWNER).filter(account=account).order_by("asked_at"))


def page_of(account, write_off):
    return f"/comptes/{account.reference}/en-moins/{write_off.pk}/"


def write_adjustment(account, person, cents, days=0):
    """Store an adjustment of `cents` that `person` booked `days` days ago, bypassing the checks of the page."""
    entry = post(account, 1, "key_badge")
    entry.pk, entry.kind, entry.label, entry.reason = uuid4(), "adjustment", "compensation", "compensation"
    entry.amount_cents, entry.posted_by, entry.booked_on, entry._state.adding = cents, person, paris_day(-days), True
    entry.save(using=OWNER, force_insert=True)
    return entry


# --- The regular course ----------------------------------------------------------------------------------------------


def test_approved_write_off_is_booked_as_requested(landlord, sign_in, account):
    elise, denis, before = sign_in("elise"), sign_in("denis"), balance(account)
    answer = post_write_off(elise, account)
    assert (answer.status_code, answer["Location"]) == (302, f"/comptes/{account.reference}/")
    [write_off] = requests_on(account)
    assert balance(account) == before and not write_off.decision
    page = elise.get(f"/comptes/{account.reference}/").content.decode()
    assert ASKED in page and "Élise Bernard" in page and "La demande est enregistrée" in page
    day = denis.get("/journee/").content.decode()
    assert page_of(account, write_off) in day and "300,00" in day and "Élise Bernard" in day
    assert page_of(account, write_off) not in elise.get("/journee/").content.decode()
    assert "Approuver et enregistrer" in denis.get(page_of(account, write_off)).content.decode()
    assert denis.post(page_of(account, write_off), {"approve": "1"}).status_code == 302
    entry = Entry.objects.using(OWNER).get(pk=write_off.pk)
    assert (entry.amount_cents, entry.label, entry.reason) == (-30_000, "compensation", "compensation")
    assert entry.posted_by == landlord.person("denis") and balance(account) == before - 30_000
    assert ASKED not in elise.get(f"/comptes/{account.reference}/").content.decode()
    recorded = [(e["kind"], e["actor"]) for e in events(outcome="changed") if e["about"] == account.pk]
    elise_is, denis_is = landlord.person("elise").pk, landlord.person("denis").pk
    assert recorded == [
        ("write_off_asked", elise_is),
        ("write_off_approved", denis_is),
        ("adjustment_posted", denis_is),
    ]
    [approved] = events(kind="write_off_approved")
    assert approved["facts"] == {"write_off": str(write_off.pk), "person": str(elise_is)}


def test_refusal_needs_a_reason_shown_to_the_requester(landlord, sign_in, account):
    elise, denis, write_off, before = sign_in("elise"), sign_in("denis"), ask_write_off(account), balance(account)
    answer = denis.post(page_of(account, write_off), {"reason": "whatever"})
    assert answer.status_code == 200 and not requests_on(account)[0].decision
    assert denis.post(page_of(account, write_off), {"reason": "proof_missing"}).status_code == 302
    assert "la pièce justificative manque" in elise.get(f"/comptes/{account.reference}/").content.decode()
    assert balance(account) == before and events(kind="write_off_refused")[-1]["facts"]["reason"] == "proof_missing"
    answer = elise.post(page_of(account, write_off), {"approve": "1"})
    assert answer.status_code == 200 and "Une décision a déjà été prise" in answer.content.decode()


def test_requester_cannot_decide_but_can_withdraw(landlord, sign_in, account):
    elise = sign_in("elise")
    post_write_off(elise, account)
    [write_off] = requests_on(account)
    page = elise.get(page_of(account, write_off)).content.decode()
    assert "Approuver" not in page and "Retirer la demande" in page
    for act in ({"approve": "1"}, {"reason": "not_founded"}):
        answer = elise.post(page_of(account, write_off), act)
        assert answer.status_code == 200 and "Vous avez fait cette demande" in answer.content.decode()
    answer = sign_in("denis").post(page_of(account, write_off), {"withdraw": "1"})
    assert answer.status_code == 200 and "Seule la personne qui a fait la demande" in answer.content.decode()
    assert not requests_on(account)[0].decision and balance(account) == sum(e.amount_cents for e in entries_of(account))
    assert elise.post(page_of(account, write_off), {"withdraw": "1"}).status_code == 302
    assert requests_on(account)[0].decision == "withdrawn" and events(kind="write_off_withdrawn")
    assert write_off.pk not in {entry.pk for entry in entries_of(account)}


def test_person_without_access_to_the_account_cannot_decide(landlord, sign_in, account):
    """People without access to the account must not decide on the requested write-off.

    They are an officer of another agency, people in other roles, an officer with a conflict of interest, and one whose
    assignment has ended.
    """
    write_off = ask_write_off(account, landlord.person("elise"))
    answers = {
        name: sign_in(name).post(page_of(account, write_off), {"approve": "1"}) for name in ("fatou", "georges", "ines")
    }
    assert {name: answer.status_code for name, answer in answers.items()} == {"fatou": 404, "georges": 403, "ines": 403}
    denis = sign_in("denis")
    wall = stand_wall(account.lease, landlord.person("denis"))
    assert denis.post(page_of(account, write_off), {"approve": "1"}).status_code == 403
    assert page_of(account, write_off) not in denis.get("/journee/").content.decode()
    run("UPDATE tenants_conflictwall SET ended_on = loge_today(), ended_by_id = set_by_id WHERE id = %s", wall.pk)
    run(ENDED, wall.person_id)
    assert denis.post(page_of(account, write_off), {"approve": "1"}).status_code == 403
    other = landlord.account("Dette-Glycines A")
    assert sign_in("elise").get(page_of(other, write_off)).status_code == 404
    assert not requests_on(account)[0].decision


@AT_ONCE
def test_concurrent_approvals_book_once(landlord, sign_in, account):
    write_off, before = ask_write_off(account), balance(account)
    clients = [sign_in(name) for name in ("elise", "denis") * 3]
    answers = at_once(6, lambda n: clients[n].post(page_of(account, write_off), {"approve": "1"}).status_code)
    assert sorted(answers) == [200] * 5 + [302] and balance(account) == before - 30_000


def test_form_sent_again_requests_once(landlord, sign_in, account):
    elise, denis, key = sign_in("elise"), sign_in("denis"), uuid4()
    assert [post_write_off(elise, account, key=key).status_code for _ in range(2)] == [302, 302]
    assert len(requests_on(account)) == 1 == len(events(kind="write_off_asked"))
    changed = post_write_off(elise, account, cents="301", key=key)
    assert changed.status_code == 200 and "déjà été utilisé" in changed.content.decode()
    another = post_write_off(elise, account)
    assert another.status_code == 200 and "déjà en attente d’une décision" in another.content.decode()
    denis.post(page_of(account, requests_on(account)[0]), {"approve": "1"})
    before = balance(account)
    assert post_write_off(elise, account, key=key).status_code == 302 and balance(account) == before
    assert len(requests_on(account)) == 1


# --- The limit -------------------------------------------------------------------------------------------------------


def test_one_person_suffices_up_to_the_limit_and_not_a_cent_more(landlord, sign_in, account):
    elise = sign_in("elise")
    post_write_off(elise, account, "150")
    assert not requests_on(account) and entries_of(account)[-1].amount_cents == -15_000
    post_write_off(elise, account, "0,01")
    assert len(requests_on(account)) == 1 and entries_of(account)[-1].amount_cents == -15_000


def test_increase_and_payment_need_no_second_person(landlord, sign_in, account):
    elise = sign_in("elise")
    post_write_off(elise, account, "900", sense="up")
    form = {"cents": "900", "effective_on": f"{paris_day():%d/%m/%Y}", "key": uuid4(), "label": "cheque"}
    elise.post(f"/comptes/{account.reference}/paiement/", form)
    assert [entry.amount_cents for entry in entries_of(account)[-2:]] == [90_000, -90_000] and not requests_on(account)


def test_pieces_by_any_person_under_any_label_add_up(landlord, sign_in, account):
    elise, denis = sign_in("elise"), sign_in("denis")
    post_write_off(elise, account, "80")
    post_write_off(denis, account, "60", label="goodwill", reason="goodwill")
    before = balance(account)
    post_write_off(denis, account, "40", label="irrecoverable", reason="irrecoverable")
    assert balance(account) == before and [write_off.amount_cents for write_off in requests_on(account)] == [-4_000]
    # The officer's next 10 euros need approval, because the colleague's pending request counts towards the limit.
    post_write_off(elise, account, "10")
    assert balance(account) == before and len(requests_on(account)) == 2
    denis.post(page_of(account, requests_on(account)[0]), {"withdraw": "1"})
    elise.post(page_of(account, requests_on(account)[1]), {"withdraw": "1"})
    post_write_off(elise, account, "10,00", label="meter_correction", reason="meter_correction")
    assert balance(account) == before - 1_000


@AT_ONCE
def test_concurrent_pieces_stay_within_the_limit(landlord, sign_in, account):
    clients, before = [sign_in(name) for name in ("elise", "denis") * 3], balance(account)
    sums = [str(100 + number) for number in range(6)]
    answers = at_once(6, lambda n: post_write_off(clients[n], account, sums[n]).status_code)
    assert answers == [302] * 6 and len(requests_on(account)) == 5 and before - 15_000 <= balance(account) < before


def test_write_offs_add_up_for_exactly_thirty_days(landlord, sign_in, account):
    elise = sign_in("elise")
    write_adjustment(account, landlord.person("denis"), -10_000, days=30)
    post_write_off(elise, account, "100")
    assert not requests_on(account)
    other = landlord.account("Calme-Tour haute")
    write_adjustment(other, landlord.person("denis"), -10_000, days=29)
    post_write_off(elise, other, "100")
    assert len(requests_on(other)) == 1


def test_adjustments_imported_from_the_landlord_do_not_count(landlord, sign_in, account):
    post(account, -40_000, "rls", "adjustment", 0)
    post_write_off(sign_in("elise"), account, "100")
    assert not requests_on(account)


# --- Reversals -------------------------------------------------------------------------------------------------------


def test_reversal_counts_unless_it_corrects_ones_own_mistake(landlord, sign_in, account):
    elise, denis = sign_in("elise"), sign_in("denis")
    charge = post(account, 48_720)
    undo(elise, account, charge)
    [write_off] = requests_on(account)
    assert (
        write_off.reverses_id == charge.pk and "Annulation" in denis.get(page_of(account, write_off)).content.decode()
    )
    before = balance(account)
    denis.post(page_of(account, write_off), {"approve": "1"})
    entry = Entry.objects.using(OWNER).get(pk=write_off.pk)
    assert (entry.reverses_id, entry.period, balance(account)) == (charge.pk, charge.period, before - 48_720)
    slip = {"cents": "600", "effective_on": f"{paris_day():%d/%m/%Y}", "key": uuid4(), "label": "key_badge"}
    elise.post(f"/comptes/{account.reference}/appel/", slip)
    # The officer Élise posted a large charge. Its reversal by the officer Denis is a write-off, which needs approval.
    undo(denis, account, entries_of(account)[-1])
    assert len(requests_on(account)) == 2
    elise.post(page_of(account, requests_on(account)[1]), {"reason": "wrong_account"})
    undo(elise, account, Entry.objects.using(OWNER).get(account=account, amount_cents=60_000))
    assert len(requests_on(account)) == 2 and balance(account) == before - 48_720


def test_reversed_write_off_no_longer_counts(landlord, sign_in, account):
    elise, other = sign_in("elise"), landlord.account("Calme-Tour haute")
    for _ in range(3):
        post_write_off(elise, other, "140")
        entry = entries_of(other)[-1]
        assert entry.amount_cents == -14_000 and undo(elise, other, entry).status_code == 302
    assert not requests_on(other)


def test_approval_of_a_reversal_already_made_changes_nothing(landlord, sign_in, account):
    """If an entry was reversed after a colleague requested its reversal, approving the request must change nothing."""
    charge, elise, denis = post(account, 48_720), sign_in("elise"), sign_in("denis")
    undo(elise, account, charge)
    [write_off] = requests_on(account)
    mirror = post(account, 1)
    mirror.pk, mirror.amount_cents, mirror.reverses, mirror.reason = uuid4(), -48_720, charge, "not_due"
    mirror._state.adding = True
    mirror.save(using=OWNER, force_insert=True)
    before = balance(account)
    answer = denis.post(page_of(account, write_off), {"approve": "1"})
    assert answer.status_code == 200 and "déjà annulée" in answer.content.decode()
    assert balance(account) == before and not requests_on(account)[0].decision


# --- The second person -----------------------------------------------------------------------------------------------


def test_second_sign_in_of_the_requester_is_no_second_person(landlord, sign_in, account, client):
    """Nobody may approve their own write-off request through a second user account that they recently requested."""
    elise, agency = landlord.person("elise"), landlord.place("Agence Belleville")
    double = make_person("Élise Bernard-Double", agency)
    assign(double, "officer", agency)
    run(
        "INSERT INTO access_accessrequest (id, asked_by_id, asked_at, person_id, name, email, employed_at_id, role,"
        " place_id, first_day, last_day, reason, decision, decided_by_id, decided_at, refusal, permissions)"
        " VALUES (gen_random_uuid(), %s, now(), %s, '', '', %s, 'officer', %s, loge_today(), loge_today() + 9,"
        " 'posting', 'approved', %s, now(), '', '{}')",
        *(elise.pk, double.pk, agency.pk, agency.pk, landlord.person("jules").pk),
    )
    write_off = ask_write_off(account, elise)
    let_in(client, double)
    answer = client.post(page_of(account, write_off), {"approve": "1"})
    assert answer.status_code == 200 and "une troisième personne doit décider" in answer.content.decode()
    assert sign_in("denis").post(page_of(account, write_off), {"approve": "1"}).status_code == 302


# --- API -------------------------------------------------------------------------------------------------------------


def test_api_refuses_a_write_off_above_the_limit(landlord, sign_in, account):
    body = {"label": "compensation", "cents": -30_000, "reason": "compensation", "effective_on": f"{paris_day()}"}
    url = f"/api/v1/accounts/{account.reference}/adjustments/"

    def sent(**more):
        headers = {"Idempotency-Key": str(uuid4())}
        return sign_in("elise").post(url, {**body, **more}, content_type="application/json", headers=headers)

    answer = sent()
    assert (
        answer.status_code == 422
        and "une autre personne chargée de la gestion locative" in answer.json()["errors"][0]["detail"]
    )
    assert not requests_on(account) and sent(cents=-15_000).status_code == 201


def test_page_states_the_limit(sign_in, account):
    page = sign_in("elise").get(f"/comptes/{account.reference}/rectification/").content.decode()
    assert "150,00" in page and "trente jours" in page


def test_write_off_on_a_settled_account_is_404(landlord, sign_in, account):
    write_off = ask_write_off(account)
    Account.objects.using(OWNER).filter(pk=account.pk).update(settled_on=paris_day())
    assert sign_in("denis").post(page_of(account, write_off), {"approve": "1"}).status_code == 404
