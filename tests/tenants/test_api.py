"""What the API tells whom: the very keys, role by role. A key that is not written here is one too many."""

import json
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client

from tests.builders import assign, events, make_unit, paris_day, run
from tests.tenants.test_emergencies import later

DOOR = {"id", "kind", "staircase", "floor", "door"}
BUILDING = {"id", "code", "name", "parent"}
RESIDENT = {"id", "name", "building", "unit", "moved_in", "moved_out"}
CARD = RESIDENT - {"name"} | {"title", "first_name", "last_name", "contact", "household", "help"}
ACCOUNT = {"reference", "holders", "building", "unit", "opened_on", "balance_cents"}
BOOK_ENTRY = {"id", "kind", "label", "amount_cents", "effective_on", "booked_on", "period", "reverses"}
EVENT = {"id", "at", "kind", "outcome", "role", "permission", "route", "place", "count"}
LATE = "Dette-Glycines A"


def keys(found, name=""):
    """Every key of an answer, with the way to it."""
    if isinstance(found, list):
        return set().union(*(keys(item, name) for item in found)) if found else set()
    if not isinstance(found, dict):
        return set()
    return {f"{name}{key}" for key in found}.union(*(keys(value, f"{name}{key}.") for key, value in found.items()))


def under(name, inner):
    return {name} | {f"{name}.{key}" for key in inner}


def told(client, path):
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 200, (path, answer.status_code, answer.content)
    body = answer.json()
    return keys(body["results"]) if "results" in body else keys(body)


def test_each_role_is_told_these_keys_and_no_other(house, sign_in):
    home, account = house.residence(LATE), house.account(LATE)
    resident = RESIDENT | under("unit", DOOR)
    card = CARD | under("unit", DOOR) | under("contact", {"channel", "phone", "email", "contact_name"})
    card |= under("household", {"id", "name"})
    account_keys = ACCOUNT | under("unit", DOOR) | under("building", BUILDING)
    for who in ("awa", "georges", "elise"):
        client = sign_in(who)
        assert told(client, "residents/") == resident, who
        assert told(client, f"residents/{home.pk}/") == card, who
    elise = sign_in("elise")
    assert told(elise, "accounts/") == account_keys
    assert told(elise, f"accounts/{account.reference}/") == account_keys | {"lease_starts_on", "lease_ends_on"}
    assert told(elise, f"accounts/{account.reference}/entries/") == BOOK_ENTRY | {"source", "reason"}
    helene = sign_in("helene")
    assert told(helene, "books/") == {"reference", "opened_on", "settled_on", "balance_cents"}
    assert told(helene, f"books/{account.reference}/entries/") == BOOK_ENTRY
    assert told(sign_in("ines"), "trace/") == EVENT
    assert told(sign_in("noel"), "me/looks/") == EVENT
    place = {"id", "level", "code", "name", "parent"}
    assignment = {"id", "role", "first_day", "last_day", "reason", "ended_on", "end_reason"}
    assignment |= under("person", {"id", "name"}) | under("place", place)
    assert told(sign_in("jules"), "assignments/") == told(sign_in("awa"), "me/assignments/") == assignment
    assert told(elise, "places/") == place
    assert told(elise, "buildings/") == BUILDING
    unit = DOOR | {"building", "type", "surface_m2", "rpls_id"}
    assert told(elise, f"buildings/{home.building_id}/units/") == unit


def test_what_a_list_shows_is_recorded_household_by_household(house, sign_in):
    answer = sign_in("awa").get("/api/v1/residents/?order=-name&limit=2").json()
    [event] = events(kind="list_shown", route="api_residents")
    assert len(answer["results"]) == 2 == len(event["shown"]) == event["count"]
    assert answer["next"] and event["facts"] == {"list": "residents"}


def test_pages_follow_one_another_without_a_row_twice_or_missing(house, sign_in):
    client = sign_in("elise")
    for path in ("residents/", "residents/?order=-moved_in", "accounts/", "accounts/?order=-opened_on", "units"):
        where = f"buildings/{house.building('Glycines A').pk}/units/" if path == "units" else path
        join = "&" if "?" in where else "?"
        whole = client.get(f"/api/v1/{where}{join}limit=100").json()
        assert whole["next"] is None
        pages, cursor = [], ""
        while cursor is not None:
            page = client.get(f"/api/v1/{where}{join}limit=2{cursor and '&cursor=' + cursor}").json()
            pages += page["results"]
            cursor = page["next"]
        assert pages == whole["results"] and len(pages) > 2, where


def test_a_key_to_the_next_page_opens_that_list_for_that_person_alone(house, sign_in):
    client = sign_in("elise")
    cursor = client.get("/api/v1/accounts/?limit=1").json()["next"]
    assert client.get(f"/api/v1/accounts/?limit=5&cursor={cursor}").status_code == 200
    changed = cursor[:-2] + ("AA" if cursor[-2:] != "AA" else "BB")
    for path in (
        f"accounts/?cursor={changed}",
        f"accounts/?order=-reference&cursor={cursor}",
        f"accounts/?balance=owing&cursor={cursor}",
        f"residents/?cursor={cursor}",
    ):
        assert client.get(f"/api/v1/{path}").status_code == 400, path
    assert sign_in("denis").get(f"/api/v1/accounts/?cursor={cursor}").status_code == 400
    assert house.account(LATE).reference not in cursor


def test_an_assignment_that_ends_ends_in_the_middle_of_a_list(house, sign_in):
    client = sign_in("awa")
    cursor = client.get("/api/v1/residents/?limit=1").json()["next"]
    run(
        "UPDATE access_assignment SET ended_on = loge_today(), end_reason = 'error'"
        " WHERE last_day >= loge_today() AND first_day <= loge_today()"
    )
    assert client.get(f"/api/v1/residents/?limit=1&cursor={cursor}").status_code == 403


def test_a_filter_narrows_and_a_hidden_building_is_an_unknown_one(house, sign_in):
    client = sign_in("elise")
    mine, hidden = house.building("Glycines A").pk, house.building("Quai 9").pk
    assert {r["building"] for r in client.get(f"/api/v1/residents/?building={mine}").json()["results"]} == {str(mine)}
    empty = client.get(f"/api/v1/residents/?building={uuid4()}").content
    assert client.get(f"/api/v1/residents/?building={hidden}").content == empty == b'{"results":[],"next":null}'
    owing = client.get("/api/v1/accounts/?balance=owing").json()["results"]
    assert owing and all(account["balance_cents"] > 0 for account in owing)
    entries = f"/api/v1/accounts/{house.account(LATE).reference}/entries/"
    assert client.get(entries + "?kind=payment").json()["results"] == []
    assert len(client.get(entries + f"?first_day={paris_day(-60)}&last_day={paris_day(-30)}").json()["results"]) == 1


# --- Writing ---------------------------------------------------------------------------------------------------------


def pay(client, account, key=None, **said):
    body = {"label": "cheque", "cents": 1250, "effective_on": paris_day().isoformat(), **said}
    headers = {"Idempotency-Key": str(key)} if key else {}
    path = f"/api/v1/accounts/{account.reference}/payments/"
    return client.post(path, body, content_type="application/json", headers=headers)


def entries_of(account):
    return [pk for (pk,) in run("SELECT id FROM tenants_entry WHERE account_id = %s", str(account.pk))]


def test_the_same_key_books_once_and_another_body_is_refused(house, sign_in):
    client, account, key = sign_in("elise"), house.account(LATE), uuid4()
    before = len(entries_of(account))
    assert pay(client, account).json()["code"] == "key_missing"
    first, again = pay(client, account, key), pay(client, account, key)
    assert (first.status_code, first.content) == (201, again.content) == (again.status_code, first.content)
    other = pay(client, account, key, cents=1251)
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert "errors" not in other.json()  # the title says it; the page's words are of a form
    assert len(entries_of(account)) == before + 1
    assert len(events(kind="payment_taken", outcome="changed")) == 1


def test_a_program_receives_nothing_tomorrow_either(house, sign_in):
    account = house.account(LATE)
    answer = pay(sign_in("elise"), account, uuid4(), effective_on=paris_day(1).isoformat())
    assert answer.status_code == 422 and "effective_on" in answer.content.decode()
    assert pay(sign_in("elise"), account, uuid4()).status_code == 201


def test_eight_at_once_with_one_key_book_once(house, sign_in):
    account, key = house.account(LATE), uuid4()
    before, client = len(entries_of(account)), sign_in("elise")

    def send(_number):
        twin = Client()
        twin.cookies = client.cookies
        try:
            return pay(twin, account, key).content
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as at_once:
        told = set(at_once.map(send, range(8)))
    assert len(told) == 1 and len(entries_of(account)) == before + 1


def test_an_entry_is_reversed_once(house, sign_in):
    client, account = sign_in("elise"), house.account(LATE)
    entry = pay(client, account, uuid4()).json()
    path = f"/api/v1/accounts/{account.reference}/entries/{entry['id']}/reversal/"

    def reverse(key, reason="wrong_amount"):
        said = {"reason": reason}
        return client.post(path, said, content_type="application/json", headers={"Idempotency-Key": str(key)})

    undone = reverse(key := uuid4())
    assert undone.status_code == 201 and undone.json()["reverses"] == entry["id"]
    assert undone.json()["amount_cents"] == -entry["amount_cents"] == 1250
    late = reverse(uuid4())
    assert (late.status_code, late.json()["code"]) == (409, "already")
    assert [one["pointer"] for one in late.json()["errors"]] == [""]  # the whole body (RFC 6901)
    later(hours=24)  # an answer that was lost at midnight is asked for again
    again, other = reverse(key), reverse(key, "duplicate")
    assert (again.status_code, again.content) == (201, undone.content)
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")


WRONG = {
    "a name too many": {"amount_cents": 5},
    "another's building": {"building": str(uuid4())},
    "a number in quotes": {"cents": "1250"},
    "a fraction": {"cents": 12.5},
    "nothing": {"cents": 0},
    "below nothing": {"cents": -1250},
    "more than a million euros": {"cents": 100_000_000},
    "no number": {"cents": True},
    "a label of another kind": {"label": "rent"},
    "a label made by the program": {"label": "reversal"},
    "out of suspense, and no receipt": {"label": "suspense"},
    "no day": {"effective_on": "demain"},
    "half a day": {"effective_on": "2026-1-2"},
    "a day too late": {"effective_on": "2999-01-01"},
    "a day before the account": {"effective_on": "1999-01-01"},
}


@pytest.fixture
def officer(house, sign_in):
    return sign_in("elise"), house.account(LATE)


def test_what_cannot_be_accepted_changes_nothing_and_is_not_repeated(officer):
    client, account = officer
    before = entries_of(account)
    for what, said in WRONG.items():
        answer = pay(client, account, uuid4(), **said)
        assert answer.status_code == 422 and answer["Content-Type"] == "application/problem+json", what
        assert answer.json()["errors"], what
        for value in said.values():
            assert not isinstance(value, str) or len(value) < 5 or value not in answer.content.decode(), what
    assert entries_of(account) == before


def test_a_body_that_is_no_object_is_malformed(officer):
    client, account = officer
    path, headers = f"/api/v1/accounts/{account.reference}/payments/", {"Idempotency-Key": str(uuid4())}
    whole = json.dumps({"label": "bank_transfer", "cents": 1250, "effective_on": str(paris_day())})
    guessed = [whole.encode(name) for name in ("utf-16", "utf-16-le", "utf-32")]
    for body in ("[]", "null", "{", '{"cents": NaN}', '{"cents": 1, "cents": 2}', "[" * 40_000, b"\xff", *guessed):
        answer = client.post(path, body, content_type="application/json", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed"), body[:20]
    big = client.post(path, '{"a":"' + "x" * 70_000 + '"}', content_type="application/json", headers=headers)
    assert big.status_code == 413


def test_another_s_account_and_none_are_answered_alike(house, officer):
    client, _account = officer
    hidden = pay(client, house.account("Dette-Quai 9"), uuid4())
    assert hidden.status_code == 404 and hidden.json()["code"] == "not_found" and "errors" not in hidden.json()


def test_the_same_words_for_a_hidden_and_a_missing_person_or_place(house, sign_in):
    """An administrator of one sector, who sees its people and places and no other."""
    noel = house.person("noel")
    assign(noel, "access_administrator", house.place("Secteur Glycines"))
    client = sign_in("noel")
    good = {"first_day": f"{paris_day()}", "last_day": f"{paris_day(9)}", "reason": "posting"}
    good |= {"person": str(house.person("lea").pk), "place": str(house.building("Glycines A").pk)}

    def told(**said):
        headers = {"Idempotency-Key": str(uuid4())}
        path = "/api/v1/assignments/grant/"
        answer = client.post(path, good | said, content_type="application/json", headers=headers)
        body = answer.json()
        return answer.status_code, body.get("errors", body.get("id") and "given")

    assert told(place=str(house.building("Quai 9").pk)) == told(place=str(uuid4()))
    assert told(place=str(house.building("Quai 9").pk))[0] == 422
    assert told(person=str(uuid4()))[0] == 422
    assert told() == (201, "given")
    assert told()[0] == 409  # the same again


def test_new_rows_elsewhere_do_not_move_a_page(house, sign_in):
    client = sign_in("elise")
    path = f"/api/v1/buildings/{house.building('Glycines A').pk}/units/?limit=2"
    cursor = client.get(path).json()["next"]
    before = client.get(f"{path}&cursor={cursor}").json()["results"]
    make_unit(house.building("Glycines A"), "00", 0)  # before the first page
    assert client.get(f"{path}&cursor={cursor}").json()["results"] == before


def test_a_key_of_one_address_opens_no_other(house, sign_in):
    """The same person, the same question, the same order: the units of two buildings, the entries of two accounts."""
    client = sign_in("elise")
    ids = [house.building(f"Glycines {name}").pk for name in "AB"]
    references = [house.account(name).reference for name in (LATE, "Calme-Glycines A")]
    pairs = [[f"buildings/{one}/units/" for one in ids], [f"accounts/{one}/entries/" for one in references]]
    for here, there in pairs:
        said = {"Loge-Purpose": "accounting"}
        cursor = client.get(f"/api/v1/{here}?limit=1", headers=said).json()["next"]
        assert cursor, here
        assert client.get(f"/api/v1/{here}?limit=1&cursor={cursor}", headers=said).status_code == 200
        answer = client.get(f"/api/v1/{there}?limit=1&cursor={cursor}", headers=said)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_query"), there
