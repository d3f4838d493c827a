"""Past a bound an account is lowered without money by two: one asks, another decides; pieces add up."""

from uuid import uuid4

import pytest

from tenants.models import Account, Entry, WriteOff
from tests.builders import OWNER, ask_write_off, assign, events, make_person, paris_day, post, run, stand_wall
from tests.entering import let_in
from tests.tenants.test_entries import AT_ONCE, at_once, balance, posted

DOWN = {"label": "compensation", "reason": "compensation", "sense": "down"}
ENDED = "UPDATE access_assignment SET last_day = loge_today() - 1 WHERE role = 'officer' AND person_id = %s"
ASKED = "attend une autre personne"


@pytest.fixture
def account(house):
    """Where Élise and Denis both keep accounts."""
    return house.account("Dette-Tour haute")


def lower(client, account, cents="300", **more):
    form = {"cents": cents, "effective_on": f"{paris_day():%d/%m/%Y}", "key": uuid4(), **DOWN, **more}
    return client.post(f"/comptes/{account.reference}/rectification/", form)


def undo(client, account, entry, **more):
    form = {"key": uuid4(), "reason": "not_due", **more}
    return client.post(f"/comptes/{account.reference}/ecritures/{entry.pk}/annuler/", form)


def asked_on(account):
    return list(WriteOff.objects.using(OWNER).filter(account=account).order_by("asked_at"))


def page_of(account, one):
    return f"/comptes/{account.reference}/en-moins/{one.pk}/"


def by_hand(account, person, cents, days=0):
    """Passed by somebody, so many days ago."""
    entry = post(account, 1, "key_badge")
    entry.pk, entry.kind, entry.label, entry.reason = uuid4(), "adjustment", "compensation", "compensation"
    entry.amount_cents, entry.posted_by, entry.booked_on, entry._state.adding = cents, person, paris_day(-days), True
    entry.save(using=OWNER, force_insert=True)
    return entry


# --- The honest way --------------------------------------------------------------------------------------------------


def test_one_asks_another_approves_and_it_is_booked_as_it_was_asked(house, sign_in, account):
    elise, denis, before = sign_in("elise"), sign_in("denis"), balance(account)
    answer = lower(elise, account)
    assert (answer.status_code, answer["Location"]) == (302, f"/comptes/{account.reference}/")
    [one] = asked_on(account)
    assert balance(account) == before and not one.decision
    page = elise.get(f"/comptes/{account.reference}/").content.decode()
    assert ASKED in page and "Élise Bernard" in page and "C’est demandé" in page
    day = denis.get("/journee/").content.decode()
    assert page_of(account, one) in day and "300,00" in day and "Élise Bernard" in day
    assert page_of(account, one) not in elise.get("/journee/").content.decode()
    assert "Approuver et inscrire" in denis.get(page_of(account, one)).content.decode()
    assert denis.post(page_of(account, one), {"approve": "1"}).status_code == 302
    entry = Entry.objects.using(OWNER).get(pk=one.pk)
    assert (entry.amount_cents, entry.label, entry.reason) == (-30_000, "compensation", "compensation")
    assert entry.posted_by == house.person("denis") and balance(account) == before - 30_000
    assert ASKED not in elise.get(f"/comptes/{account.reference}/").content.decode()
    told = [(e["kind"], e["actor"]) for e in events(outcome="changed") if e["about"] == account.pk]
    elise_is, denis_is = house.person("elise").pk, house.person("denis").pk
    assert told == [
        ("write_off_asked", elise_is),
        ("write_off_approved", denis_is),
        ("adjustment_posted", denis_is),
    ]
    [approved] = events(kind="write_off_approved")
    assert approved["facts"] == {"write_off": str(one.pk), "person": str(elise_is)}


def test_it_is_refused_for_a_reason_that_who_asked_reads(house, sign_in, account):
    elise, denis, one, before = sign_in("elise"), sign_in("denis"), ask_write_off(account), balance(account)
    answer = denis.post(page_of(account, one), {"reason": "whatever"})
    assert answer.status_code == 200 and not asked_on(account)[0].decision
    assert denis.post(page_of(account, one), {"reason": "proof_missing"}).status_code == 302
    assert "la pièce qui le justifie manque" in elise.get(f"/comptes/{account.reference}/").content.decode()
    assert balance(account) == before and events(kind="write_off_refused")[-1]["facts"]["reason"] == "proof_missing"
    answer = elise.post(page_of(account, one), {"approve": "1"})
    assert answer.status_code == 200 and "déjà décidée" in answer.content.decode()


def test_who_asked_decides_nothing_and_may_take_it_back(house, sign_in, account):
    elise = sign_in("elise")
    lower(elise, account)
    [one] = asked_on(account)
    page = elise.get(page_of(account, one)).content.decode()
    assert "Approuver" not in page and "Retirer la demande" in page
    for act in ({"approve": "1"}, {"reason": "not_founded"}):
        answer = elise.post(page_of(account, one), act)
        assert answer.status_code == 200 and "Qui demande ne décide pas" in answer.content.decode()
    answer = sign_in("denis").post(page_of(account, one), {"withdraw": "1"})
    assert answer.status_code == 200 and "se retire par qui l’a faite" in answer.content.decode()
    assert not asked_on(account)[0].decision and balance(account) == sum(e.amount_cents for e in posted(account))
    assert elise.post(page_of(account, one), {"withdraw": "1"}).status_code == 302
    assert asked_on(account)[0].decision == "withdrawn" and events(kind="write_off_withdrawn")
    assert one.pk not in {entry.pk for entry in posted(account)}


def test_whoever_may_not_open_the_account_does_not_decide(house, sign_in, account):
    """Another agency, a role without accounts, one who is walled off, and one whose charge has ended since."""
    one = ask_write_off(account, house.person("elise"))
    answers = {
        name: sign_in(name).post(page_of(account, one), {"approve": "1"}) for name in ("fatou", "georges", "ines")
    }
    assert {name: answer.status_code for name, answer in answers.items()} == {"fatou": 404, "georges": 403, "ines": 403}
    denis = sign_in("denis")
    wall = stand_wall(account.lease, house.person("denis"))
    assert denis.post(page_of(account, one), {"approve": "1"}).status_code == 403
    assert page_of(account, one) not in denis.get("/journee/").content.decode()
    run("UPDATE tenants_conflictwall SET ended_on = loge_today(), ended_by_id = set_by_id WHERE id = %s", wall.pk)
    run(ENDED, wall.person_id)
    assert denis.post(page_of(account, one), {"approve": "1"}).status_code == 403
    other = house.account("Dette-Glycines A")
    assert sign_in("elise").get(page_of(other, one)).status_code == 404
    assert not asked_on(account)[0].decision


@AT_ONCE
def test_two_who_approve_at_once_book_once(house, sign_in, account):
    one, before = ask_write_off(account), balance(account)
    clients = [sign_in(name) for name in ("elise", "denis") * 3]
    answers = at_once(6, lambda n: clients[n].post(page_of(account, one), {"approve": "1"}).status_code)
    assert sorted(answers) == [200] * 5 + [302] and balance(account) == before - 30_000


def test_the_same_form_sent_again_asks_once(house, sign_in, account):
    elise, denis, key = sign_in("elise"), sign_in("denis"), uuid4()
    assert [lower(elise, account, key=key).status_code for _ in range(2)] == [302, 302]
    assert len(asked_on(account)) == 1 == len(events(kind="write_off_asked"))
    changed = lower(elise, account, cents="301", key=key)
    assert changed.status_code == 200 and "déjà servi" in changed.content.decode()
    another = lower(elise, account)
    assert another.status_code == 200 and "attend déjà une décision" in another.content.decode()
    denis.post(page_of(account, asked_on(account)[0]), {"approve": "1"})
    before = balance(account)
    assert lower(elise, account, key=key).status_code == 302 and balance(account) == before
    assert len(asked_on(account)) == 1


# --- The bound -------------------------------------------------------------------------------------------------------


def test_to_the_bound_one_passes_alone_and_a_cent_more_takes_two(house, sign_in, account):
    elise = sign_in("elise")
    lower(elise, account, "150")
    assert not asked_on(account) and posted(account)[-1].amount_cents == -15_000
    lower(elise, account, "0,01")
    assert len(asked_on(account)) == 1 and posted(account)[-1].amount_cents == -15_000


def test_what_raises_and_what_was_paid_take_nobody_else(house, sign_in, account):
    elise = sign_in("elise")
    lower(elise, account, "900", sense="up")
    form = {"cents": "900", "effective_on": f"{paris_day():%d/%m/%Y}", "key": uuid4(), "label": "cheque"}
    elise.post(f"/comptes/{account.reference}/paiement/", form)
    assert [entry.amount_cents for entry in posted(account)[-2:]] == [90_000, -90_000] and not asked_on(account)


def test_in_pieces_by_whomever_under_whatever_label_it_comes_to_the_same(house, sign_in, account):
    elise, denis = sign_in("elise"), sign_in("denis")
    lower(elise, account, "80")
    lower(denis, account, "60", label="goodwill", reason="goodwill")
    before = balance(account)
    lower(denis, account, "40", label="irrecoverable", reason="irrecoverable")
    assert balance(account) == before and [one.amount_cents for one in asked_on(account)] == [-4_000]
    lower(elise, account, "10")  # with what waits it is past the bound
    assert balance(account) == before and len(asked_on(account)) == 2
    denis.post(page_of(account, asked_on(account)[0]), {"withdraw": "1"})
    elise.post(page_of(account, asked_on(account)[1]), {"withdraw": "1"})
    lower(elise, account, "10,00", label="meter_correction", reason="meter_correction")
    assert balance(account) == before - 1_000


@AT_ONCE
def test_pieces_sent_at_once_do_not_pass_each_other(house, sign_in, account):
    clients, before = [sign_in(name) for name in ("elise", "denis") * 3], balance(account)
    sums = [str(100 + number) for number in range(6)]
    answers = at_once(6, lambda n: lower(clients[n], account, sums[n]).status_code)
    assert answers == [302] * 6 and len(asked_on(account)) == 5 and before - 15_000 <= balance(account) < before


def test_it_is_counted_for_thirty_days_to_the_day(house, sign_in, account):
    elise = sign_in("elise")
    by_hand(account, house.person("denis"), -10_000, days=30)
    lower(elise, account, "100")
    assert not asked_on(account)
    other = house.account("Calme-Tour haute")
    by_hand(other, house.person("denis"), -10_000, days=29)
    lower(elise, other, "100")
    assert len(asked_on(other)) == 1


def test_what_the_landlords_own_books_lower_does_not_count(house, sign_in, account):
    post(account, -40_000, "rls", "adjustment", 0)
    lower(sign_in("elise"), account, "100")
    assert not asked_on(account)


# --- Reversals -------------------------------------------------------------------------------------------------------


def test_undoing_what_was_called_counts_and_undoing_ones_own_slip_does_not(house, sign_in, account):
    elise, denis = sign_in("elise"), sign_in("denis")
    called = post(account, 48_720)
    undo(elise, account, called)
    [one] = asked_on(account)
    assert one.reverses_id == called.pk and "Annulation" in denis.get(page_of(account, one)).content.decode()
    before = balance(account)
    denis.post(page_of(account, one), {"approve": "1"})
    entry = Entry.objects.using(OWNER).get(pk=one.pk)
    assert (entry.reverses_id, entry.period, balance(account)) == (called.pk, called.period, before - 48_720)
    slip = {"cents": "600", "effective_on": f"{paris_day():%d/%m/%Y}", "key": uuid4(), "label": "key_badge"}
    elise.post(f"/comptes/{account.reference}/appel/", slip)
    undo(denis, account, posted(account)[-1])  # a colleague's: whoever called it may have been right
    assert len(asked_on(account)) == 2
    elise.post(page_of(account, asked_on(account)[1]), {"reason": "wrong_account"})
    undo(elise, account, Entry.objects.using(OWNER).get(account=account, amount_cents=60_000))
    assert len(asked_on(account)) == 2 and balance(account) == before - 48_720


def test_what_was_undone_leaves_its_place(house, sign_in, account):
    elise, other = sign_in("elise"), house.account("Calme-Tour haute")
    for _ in range(3):
        lower(elise, other, "140")
        entry = posted(other)[-1]
        assert entry.amount_cents == -14_000 and undo(elise, other, entry).status_code == 302
    assert not asked_on(other)


def test_asked_twice_and_undone_meanwhile(house, sign_in, account):
    """What was undone otherwise since is not undone a second time by an approval."""
    called, elise, denis = post(account, 48_720), sign_in("elise"), sign_in("denis")
    undo(elise, account, called)
    [one] = asked_on(account)
    mirror = post(account, 1)
    mirror.pk, mirror.amount_cents, mirror.reverses, mirror.reason = uuid4(), -48_720, called, "not_due"
    mirror._state.adding = True
    mirror.save(using=OWNER, force_insert=True)
    before = balance(account)
    answer = denis.post(page_of(account, one), {"approve": "1"})
    assert answer.status_code == 200 and "déjà annulée" in answer.content.decode()
    assert balance(account) == before and not asked_on(account)[0].decision


# --- Who the second is -----------------------------------------------------------------------------------------------


def test_a_second_account_is_no_second_person(house, sign_in, account, client):
    """Made by who asks, less than thirty days ago: a third decides."""
    elise, agency = house.person("elise"), house.place("Agence Belleville")
    double = make_person("Élise Bernard-Double", agency)
    assign(double, "officer", agency)
    run(
        "INSERT INTO access_accessrequest (id, asked_by_id, asked_at, person_id, name, email, employed_at_id, role,"
        " place_id, first_day, last_day, reason, decision, decided_by_id, decided_at, refusal, permissions)"
        " VALUES (gen_random_uuid(), %s, now(), %s, '', '', %s, 'officer', %s, loge_today(), loge_today() + 9,"
        " 'posting', 'approved', %s, now(), '', '{}')",
        *(elise.pk, double.pk, agency.pk, agency.pk, house.person("jules").pk),
    )
    one = ask_write_off(account, elise)
    let_in(client, double)
    answer = client.post(page_of(account, one), {"approve": "1"})
    assert answer.status_code == 200 and "un troisième décide" in answer.content.decode()
    assert sign_in("denis").post(page_of(account, one), {"approve": "1"}).status_code == 302


# --- Programs --------------------------------------------------------------------------------------------------------


def test_a_program_is_told_who_decides_and_nothing_is_kept(house, sign_in, account):
    body = {"label": "compensation", "cents": -30_000, "reason": "compensation", "effective_on": f"{paris_day()}"}
    url = f"/api/v1/accounts/{account.reference}/adjustments/"

    def sent(**more):
        headers = {"Idempotency-Key": str(uuid4())}
        return sign_in("elise").post(url, {**body, **more}, content_type="application/json", headers=headers)

    answer = sent()
    assert answer.status_code == 422 and "un autre chargé de gestion locative" in answer.json()["errors"][0]["detail"]
    assert not asked_on(account) and sent(cents=-15_000).status_code == 201


def test_the_page_says_the_bound(sign_in, account):
    page = sign_in("elise").get(f"/comptes/{account.reference}/rectification/").content.decode()
    assert "150,00" in page and "trente jours" in page


def test_an_account_settled_since_takes_nothing(house, sign_in, account):
    one = ask_write_off(account)
    Account.objects.using(OWNER).filter(pk=account.pk).update(settled_on=paris_day())
    assert sign_in("denis").post(page_of(account, one), {"approve": "1"}).status_code == 404
