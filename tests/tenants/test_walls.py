"""A conflict of interest must hide a household from one employee.

No list shows the household to this employee, and its pages answer 403. The reason for the conflict must not be stored.
"""

import pytest
from django.db import DatabaseError

from access.compartments import Compartment as C
from tests.builders import assign, events, guarantee, let, make_unit, run, stand_wall
from tests.database.test_policies import as_role

NAME, NEAR, FAR = "Dette-Glycines A", "Dette-Glycines A", "Dette-Quai 9"
PAGES = ("", "motif/", "decompte/", "paiement/", "bail/", "identite/", "notes/")


def test_employee_with_a_conflict_gets_403_and_is_referred_to_a_colleague(landlord, sign_in):
    elise, account, residence = sign_in("elise"), landlord.account(NEAR), landlord.residence(NEAR)
    account_url, card = f"/comptes/{account.reference}/", f"/fiches/{residence.pk}/"
    assert elise.get(account_url).status_code == elise.get(card).status_code == 200
    wall = stand_wall(account.lease, landlord.person("elise"))
    messages = set()
    for path in (*(account_url + page for page in PAGES), card):
        answer = elise.get(path)
        page = answer.content.decode()
        assert answer.status_code == 403 and NAME not in page and account.reference not in page, path
        messages.add(page[page.index('<div class="refusal">') : page.index("</main")])
    assert len(messages) == 1 and "est confié à un collègue" in messages.pop()
    [first, *_others] = events(kind="wall_met")
    assert (first["outcome"], first["facts"], first["permission"]) == (
        "refused",
        {"reference": account.reference},
        "account_view",
    )
    # Because of her conflict of interest, Élise must find the account in no list or search, and get 403 from the API.
    for listed in ("/comptes/", "/comptes/?solde=du", "/journee/", f"/immeubles/{account.building_id}/?vue=liste"):
        assert NAME not in elise.get(listed).content.decode(), listed
    assert NAME not in elise.post("/comptes/recherche/", {"q": account.reference}).content.decode()
    assert elise.get(f"/api/v1/accounts/{account.reference}/").status_code == 403
    # Léa, a colleague, may open the account. Élise may open it again once her conflict of interest has ended.
    assign(landlord.person("lea"), "officer", landlord.place("Agence Belleville"))
    assert sign_in("lea").get(account_url).status_code == 200
    run("UPDATE tenants_conflictwall SET ended_on = loge_today() WHERE id = %s", wall.pk)
    assert elise.get(account_url).status_code == 200


def test_conflict_on_an_account_out_of_sight_is_404(landlord, sign_in):
    """If a user may not see an account for another reason, the page must answer 404, even during a conflict of
    interest.

    The status 403 would reveal that the account exists. The other reasons are a missing assignment to the building, and
    a discreet mark on the household.
    """
    fatou, elise, account = sign_in("fatou"), sign_in("elise"), landlord.account(NEAR)
    stand_wall(account.lease, landlord.person("fatou"))
    assert fatou.get(f"/comptes/{account.reference}/").status_code == 404
    assert fatou.get(f"/fiches/{landlord.residence(NEAR).pk}/").status_code == 404
    stand_wall(account.lease, landlord.person("elise"))
    run(
        "INSERT INTO tenants_discreetmark (id, lease_id, building_id, first_day, last_day)"
        " VALUES (gen_random_uuid(), %s, %s, loge_today(), loge_today() + 9)",
        account.lease_id,
        account.building_id,
    )
    assert elise.get(f"/comptes/{account.reference}/").status_code == 404
    assert not events(kind="wall_met")


def test_conflict_covers_the_other_leases_of_the_household(landlord, sign_in):
    """A conflict of interest about a tenant's dwelling must also hide the account of the tenant's parking space."""
    elise, near = sign_in("elise"), landlord.account(NEAR)
    space = make_unit(landlord.building("Glycines B"), "P1", None, kind="parking")
    parking = let(space, landlord.tenant(NEAR), resident=False)
    parking_url = f"/comptes/{parking.reference}/"
    assert elise.get(parking_url).status_code == 200
    stand_wall(near.lease, landlord.person("elise"))
    assert elise.get(parking_url).status_code == 403
    assert parking.reference not in elise.get("/comptes/").content.decode()
    helene, accounts = landlord.person("helene"), "SELECT 1 FROM tenants_account WHERE id = %s"
    assert as_role(C.BOOKS, helene.pk, accounts, parking.pk)
    stand_wall(near.lease, helene)
    assert not as_role(C.BOOKS, helene.pk, accounts, parking.pk)


def test_conflict_does_not_cover_a_household_with_the_same_guarantor(landlord, sign_in):
    elise, near, beside = sign_in("elise"), landlord.account(NEAR), landlord.account("Calme-Glycines B")
    guarantee(near, beside)
    stand_wall(near.lease, landlord.person("elise"))
    pages = {account: f"/comptes/{account.reference}/" for account in (near, beside)}
    assert [elise.get(pages[account]).status_code for account in (near, beside)] == [403, 200]
    assert "Calme-Glycines B" in elise.get("/comptes/").content.decode()
    helene, entries = landlord.person("helene"), "SELECT 1 FROM ledger_entry WHERE account_id = %s"
    stand_wall(near.lease, helene)
    assert [bool(as_role(C.BOOKS, helene.pk, entries, account.pk)) for account in (near, beside)] == [False, True]
    # The account `beside` becomes discreet (404). The account `near` still has a conflict of interest (403).
    run(
        "INSERT INTO tenants_discreetmark (id, lease_id, building_id, first_day, last_day)"
        " VALUES (gen_random_uuid(), %s, %s, loge_today(), loge_today() + 9)",
        beside.lease_id,
        beside.building_id,
    )
    assert [elise.get(pages[account]).status_code for account in (near, beside)] == [403, 404]


READERS = [("elise", (C.ACCOUNT, C.IDENTITY, C.HELP, C.CARD)), ("helene", (C.BOOKS,))]


@pytest.mark.parametrize("who, compartments", READERS)
def test_policies_hide_the_household_from_the_person(landlord, who, compartments):
    account, person = landlord.account(NEAR), landlord.person(who)
    tables = {
        C.ACCOUNT: ("tenants_account", "tenants_residence", "tenants_leaseparty", "tenants_lease"),
        C.IDENTITY: ("tenants_account", "tenants_residence"),
        C.HELP: ("tenants_residence",),
        C.CARD: ("tenants_residence",),
        C.BOOKS: ("tenants_account",),
    }
    column = {"tenants_lease": "id"}
    queries = {
        (c, table): f"SELECT 1 FROM {table} WHERE {column.get(table, 'lease_id')} = %s"
        for c in compartments
        for table in tables[c]
    }
    entries = "SELECT 1 FROM ledger_entry WHERE account_id = %s"
    reads = [c for c in compartments if c in (C.ACCOUNT, C.BOOKS)]
    for wall in (False, True):
        if wall:
            stand_wall(account.lease, person)
        rows_seen = {key: as_role(key[0], person.pk, sql, account.lease_id) for key, sql in queries.items()}
        assert {key for key, rows in rows_seen.items() if rows} == (set() if wall else queries.keys())
        assert [bool(as_role(c, person.pk, entries, account.pk)) for c in reads] == [not wall] * len(reads)


def test_form_says_who_knows_the_reference(landlord, sign_in):
    """The form must tell a manager, who cannot open accounts, to ask an officer for the account's reference."""
    assert (
        "Une personne de la gestion locative vous la donne"
        in sign_in("georges").get("/acces/cloisons/").content.decode()
    )
    assert landlord.account(NEAR).reference in sign_in("elise").get("/comptes/").content.decode()


def test_conflict_is_set_within_reach_and_ended_by_another(landlord, sign_in):
    georges, jules, account = sign_in("georges"), sign_in("jules"), landlord.account(NEAR)
    elise, far = landlord.person("elise"), landlord.account(FAR)
    url = "/acces/cloisons/"
    form = {"person": elise.email, "reference": account.reference}
    assert georges.post(url, form).status_code == 302
    assert "déjà fermé" in jules.post(url, form).content.decode()
    # The form must show the same error for an account reference that does not exist and for one in another sector.
    for reference in (far.reference, "ZZZZ-ZZZZ-ZZZZ"):
        page = georges.post(url, {"person": elise.email, "reference": reference}).content.decode()
        assert "Aucun compte de vos lieux" in page
    [event] = events(kind="wall_set", outcome="changed")
    assert (event["facts"], event["about"]) == ({"person": str(elise.pk)}, account.lease_id)
    listed = georges.get(url).content.decode()
    assert "Élise Bernard" in listed and NAME not in listed and account.reference not in listed
    # The table of conflicts of interest must have no column for a reason.
    columns = {
        name
        for (name,) in run(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'tenants_conflictwall'"
        )
    }
    assert columns == {"id", "person_id", "lease_id", "building_id", "set_by_id", "set_on", "ended_on", "ended_by_id"}
    # Employees must not be able to end their own conflict of interest.
    own = stand_wall(landlord.account("Calme-Glycines A").lease, landlord.person("georges"))
    assert "par la personne à laquelle il est fermé" in georges.post(f"{url}{own.pk}/lever/").content.decode()
    lift = "UPDATE tenants_conflictwall SET ended_on = loge_today(), ended_by_id = %s WHERE id = %s RETURNING id"
    who = landlord.person("georges").pk
    assert as_role(C.ASSIGNMENTS, who, lift, who, own.pk) == []
    with pytest.raises(DatabaseError, match="permission denied"):
        as_role(C.ASSIGNMENTS, who, "UPDATE tenants_conflictwall SET person_id = %s", who)
    assert jules.post(f"{url}{own.pk}/lever/").status_code == 302
    assert run("SELECT count(*) FROM tenants_conflictwall WHERE ended_on IS NULL") == [(1,)]
    assert events(kind="wall_ended", outcome="changed")[0]["facts"] == {"person": str(who)}
    assert sign_in("elise").get(url).status_code == 403
