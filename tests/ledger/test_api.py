"""The API: the exact keys that each role receives, pagination, filters, and idempotent writes."""

import json
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client

from tests.builders import assign, events, make_unit, paris_day, run
from tests.tenants.test_emergencies import advance_clock

DOOR = {"id", "kind", "staircase", "floor", "door"}
BUILDING = {"id", "code", "name", "parent"}
RESIDENT = {"id", "name", "building", "unit", "moved_in", "moved_out"}
CARD = RESIDENT - {"name"} | {"title", "first_name", "last_name", "contact", "household", "help", "restricted"}
ACCOUNT = {"reference", "holders", "building", "unit", "opened_on", "balance_cents"}
BOOK_ENTRY = {"id", "kind", "label", "amount_cents", "effective_on", "booked_on", "period", "reverses"}
EVENT = {"id", "at", "kind", "outcome", "role", "permission", "route", "place", "count"}
LATE = "Dette-Glycines A"


def keys(answer, name=""):
    """Return all keys of a JSON answer. A nested key is returned as a path with dots, such as `tenant.name`."""
    if isinstance(answer, list):
        return set().union(*(keys(item, name) for item in answer)) if answer else set()
    if not isinstance(answer, dict):
        return set()
    return {f"{name}{key}" for key in answer}.union(*(keys(value, f"{name}{key}.") for key, value in answer.items()))


def under(name, inner):
    return {name} | {f"{name}.{key}" for key in inner}


def keys_of_answer(client, path):
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 200, (path, answer.status_code, answer.content)
    body = answer.json()
    return keys(body["results"]) if "results" in body else keys(body)


def test_each_role_receives_exactly_these_keys(landlord, sign_in):
    home, account = landlord.residence(LATE), landlord.account(LATE)
    resident = RESIDENT | under("unit", DOOR)
    card = CARD | under("unit", DOOR) | under("contact", {"channel", "phone", "email", "contact_name"})
    card |= under("household", {"id", "name"})
    account_keys = ACCOUNT | under("unit", DOOR) | under("building", BUILDING)
    for who in ("awa", "georges", "elise"):
        client = sign_in(who)
        assert keys_of_answer(client, "residents/") == resident, who
        assert keys_of_answer(client, f"residents/{home.pk}/") == card, who
    elise = sign_in("elise")
    assert keys_of_answer(elise, "accounts/") == account_keys
    assert keys_of_answer(elise, f"accounts/{account.reference}/") == account_keys | {
        "lease_starts_on",
        "lease_ends_on",
    }
    assert keys_of_answer(elise, f"accounts/{account.reference}/entries/") == BOOK_ENTRY | {"source", "reason"}
    helene = sign_in("helene")
    assert keys_of_answer(helene, "books/") == {"reference", "opened_on", "settled_on", "balance_cents"}
    assert keys_of_answer(helene, f"books/{account.reference}/entries/") == BOOK_ENTRY
    assert keys_of_answer(sign_in("ines"), "trace/") == EVENT
    assert keys_of_answer(sign_in("noel"), "me/looks/") == EVENT
    place = {"id", "level", "code", "name", "parent"}
    assignment = {"id", "role", "first_day", "last_day", "reason", "ended_on", "end_reason"}
    assignment |= under("person", {"id", "name"}) | under("place", place)
    assert (
        keys_of_answer(sign_in("jules"), "assignments/")
        == keys_of_answer(sign_in("awa"), "me/assignments/")
        == assignment
    )
    assert keys_of_answer(elise, "places/") == place
    assert keys_of_answer(elise, "buildings/") == BUILDING
    unit = DOOR | {"building", "type", "surface_m2", "rpls_id"}
    assert keys_of_answer(elise, f"buildings/{home.building_id}/units/") == unit


def test_list_event_names_each_household_shown(landlord, sign_in):
    answer = sign_in("awa").get("/api/v1/residents/?order=-name&limit=2").json()
    [event] = events(kind="list_shown", route="api_residents")
    assert len(answer["results"]) == 2 == len(event["shown_ids"]) == event["count"]
    assert answer["next"] and event["facts"] == {"list": "residents"}


def test_pages_together_contain_each_row_once_in_order(landlord, sign_in):
    client = sign_in("elise")
    for path in ("residents/", "residents/?order=-moved_in", "accounts/", "accounts/?order=-opened_on", "units"):
        where = f"buildings/{landlord.building('Glycines A').pk}/units/" if path == "units" else path
        join = "&" if "?" in where else "?"
        whole = client.get(f"/api/v1/{where}{join}limit=100").json()
        assert whole["next"] is None
        pages, cursor = [], ""
        while cursor is not None:
            page = client.get(f"/api/v1/{where}{join}limit=2{cursor and '&cursor=' + cursor}").json()
            pages += page["results"]
            cursor = page["next"]
        assert pages == whole["results"] and len(pages) > 2, where


def test_cursor_is_valid_for_one_list_and_one_person(landlord, sign_in):
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
    assert landlord.account(LATE).reference not in cursor


def test_next_page_is_refused_once_the_assignment_has_ended(landlord, sign_in):
    client = sign_in("awa")
    cursor = client.get("/api/v1/residents/?limit=1").json()["next"]
    run(
        "UPDATE access_assignment SET ended_on = loge_today(), end_reason = 'error'"
        " WHERE last_day >= loge_today() AND first_day <= loge_today()"
    )
    assert client.get(f"/api/v1/residents/?limit=1&cursor={cursor}").status_code == 403


def test_filter_by_hidden_building_is_empty_like_a_missing_one(landlord, sign_in):
    client = sign_in("elise")
    mine, hidden = landlord.building("Glycines A").pk, landlord.building("Quai 9").pk
    assert {r["building"] for r in client.get(f"/api/v1/residents/?building={mine}").json()["results"]} == {str(mine)}
    empty = client.get(f"/api/v1/residents/?building={uuid4()}").content
    assert client.get(f"/api/v1/residents/?building={hidden}").content == empty == b'{"results":[],"next":null}'
    owing = client.get("/api/v1/accounts/?balance=owing").json()["results"]
    assert owing and all(account["balance_cents"] > 0 for account in owing)
    entries = f"/api/v1/accounts/{landlord.account(LATE).reference}/entries/"
    assert client.get(entries + "?kind=payment").json()["results"] == []
    assert len(client.get(entries + f"?first_day={paris_day(-60)}&last_day={paris_day(-30)}").json()["results"]) == 1


# --- Writing ---------------------------------------------------------------------------------------------------------


def pay(client, account, key=None, **fields):
    body = {"label": "cheque", "cents": 1250, "effective_on": paris_day().isoformat(), **fields}
    headers = {"Idempotency-Key": str(key)} if key else {}
    path = f"/api/v1/accounts/{account.reference}/payments/"
    return client.post(path, body, content_type="application/json", headers=headers)


def entries_of(account):
    return [pk for (pk,) in run("SELECT id FROM ledger_entry WHERE account_id = %s", str(account.pk))]


def test_same_key_books_once_and_rejects_another_body(landlord, sign_in):
    client, account, key = sign_in("elise"), landlord.account(LATE), uuid4()
    before = len(entries_of(account))
    assert pay(client, account).json()["code"] == "key_missing"
    first, again = pay(client, account, key), pay(client, account, key)
    assert (first.status_code, first.content) == (201, again.content) == (again.status_code, first.content)
    other = pay(client, account, key, cents=1251)
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    # The response has no list `errors`, because the text of the error is written for HTML forms, not for API clients.
    assert "errors" not in other.json()
    assert len(entries_of(account)) == before + 1
    assert len(events(kind="payment_taken", outcome="changed")) == 1


def test_payment_with_a_future_date_is_rejected(landlord, sign_in):
    account = landlord.account(LATE)
    answer = pay(sign_in("elise"), account, uuid4(), effective_on=paris_day(1).isoformat())
    assert answer.status_code == 422 and "effective_on" in answer.content.decode()
    assert pay(sign_in("elise"), account, uuid4()).status_code == 201


def test_concurrent_requests_with_one_key_book_once(landlord, sign_in):
    account, key = landlord.account(LATE), uuid4()
    before, client = len(entries_of(account)), sign_in("elise")

    def send(_number):
        twin = Client()
        twin.cookies = client.cookies
        try:
            return pay(twin, account, key).content
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as at_once:
        answers = set(at_once.map(send, range(8)))
    assert len(answers) == 1 and len(entries_of(account)) == before + 1


def test_entry_is_reversed_only_once(landlord, sign_in):
    client, account = sign_in("elise"), landlord.account(LATE)
    entry = pay(client, account, uuid4()).json()
    path = f"/api/v1/accounts/{account.reference}/entries/{entry['id']}/reversal/"

    def reverse(key, reason="wrong_amount"):
        body = {"reason": reason}
        return client.post(path, body, content_type="application/json", headers={"Idempotency-Key": str(key)})

    undone = reverse(key := uuid4())
    assert undone.status_code == 201 and undone.json()["reverses"] == entry["id"]
    assert undone.json()["amount_cents"] == -entry["amount_cents"] == 1250
    late = reverse(uuid4())
    assert (late.status_code, late.json()["code"]) == (409, "already")
    # A refused second reversal concerns no single field. The JSON Pointer "" (RFC 6901) means the whole request body.
    assert [error["pointer"] for error in late.json()["errors"]] == [""]
    # The clock advances by a day, because a client that got no response may repeat its request a day later.
    advance_clock(hours=24)
    again, other = reverse(key), reverse(key, "duplicate")
    assert (again.status_code, again.content) == (201, undone.content)
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")


WRONG = {
    "an unknown key": {"amount_cents": 5},
    "a building": {"building": str(uuid4())},
    "cents as a string": {"cents": "1250"},
    "a fraction of a cent": {"cents": 12.5},
    "zero": {"cents": 0},
    "a negative amount": {"cents": -1250},
    "more than a million euros": {"cents": 100_000_000},
    "a boolean": {"cents": True},
    "a label of another kind": {"label": "rent"},
    "a label reserved for the application": {"label": "reversal"},
    "a payment out of suspense without its receipt": {"label": "suspense"},
    "a date in words": {"effective_on": "demain"},
    "a date without leading zeros": {"effective_on": "2026-1-2"},
    "a date too far ahead": {"effective_on": "2999-01-01"},
    "a date before the account was opened": {"effective_on": "1999-01-01"},
}


@pytest.fixture
def officer(landlord, sign_in):
    return sign_in("elise"), landlord.account(LATE)


def test_invalid_payment_changes_nothing_and_is_not_echoed(officer):
    client, account = officer
    before = entries_of(account)
    for case, fields in WRONG.items():
        answer = pay(client, account, uuid4(), **fields)
        assert answer.status_code == 422 and answer["Content-Type"] == "application/problem+json", case
        assert answer.json()["errors"], case
        for value in fields.values():
            assert not isinstance(value, str) or len(value) < 5 or value not in answer.content.decode(), case
    assert entries_of(account) == before


def test_body_that_is_not_a_json_object_is_malformed(officer):
    client, account = officer
    path, headers = f"/api/v1/accounts/{account.reference}/payments/", {"Idempotency-Key": str(uuid4())}
    whole = json.dumps({"label": "bank_transfer", "cents": 1250, "effective_on": str(paris_day())})
    guessed = [whole.encode(name) for name in ("utf-16", "utf-16-le", "utf-32")]
    for body in ("[]", "null", "{", '{"cents": NaN}', '{"cents": 1, "cents": 2}', "[" * 40_000, b"\xff", *guessed):
        answer = client.post(path, body, content_type="application/json", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed"), body[:20]
    big = client.post(path, '{"a":"' + "x" * 70_000 + '"}', content_type="application/json", headers=headers)
    assert big.status_code == 413


def test_account_out_of_reach_is_answered_404(landlord, officer):
    client, _account = officer
    hidden = pay(client, landlord.account("Dette-Quai 9"), uuid4())
    assert hidden.status_code == 404 and hidden.json()["code"] == "not_found" and "errors" not in hidden.json()


def test_hidden_and_missing_person_or_place_are_answered_alike(landlord, sign_in):
    """An administrator of one sector must get the same answer for a person or place outside the sector as for a person
    or place that does not exist."""
    noel = landlord.person("noel")
    assign(noel, "access_administrator", landlord.place("Secteur Glycines"))
    client = sign_in("noel")
    good = {"first_day": f"{paris_day()}", "last_day": f"{paris_day(9)}", "reason": "posting"}
    good |= {"person": str(landlord.person("lea").pk), "place": str(landlord.building("Glycines A").pk)}

    def grant(**fields):
        headers = {"Idempotency-Key": str(uuid4())}
        path = "/api/v1/assignments/grant/"
        answer = client.post(path, good | fields, content_type="application/json", headers=headers)
        body = answer.json()
        return answer.status_code, body.get("errors", body.get("id") and "given")

    assert grant(place=str(landlord.building("Quai 9").pk)) == grant(place=str(uuid4()))
    assert grant(place=str(landlord.building("Quai 9").pk))[0] == 422
    assert grant(person=str(uuid4()))[0] == 422
    assert grant() == (201, "given")
    # Granting the same assignment a second time must be refused.
    assert grant()[0] == 409


def test_new_row_on_an_earlier_page_does_not_move_the_next_page(landlord, sign_in):
    client = sign_in("elise")
    path = f"/api/v1/buildings/{landlord.building('Glycines A').pk}/units/?limit=2"
    cursor = client.get(path).json()["next"]
    before = client.get(f"{path}&cursor={cursor}").json()["results"]
    # A dwelling with the door number "00" sorts first, so it is added to the first page, before the cursor.
    make_unit(landlord.building("Glycines A"), "00", 0)
    assert client.get(f"{path}&cursor={cursor}").json()["results"] == before


def test_cursor_is_bound_to_its_address(landlord, sign_in):
    """A pagination cursor must be refused if it is sent with the URL of another building or another account."""
    client = sign_in("elise")
    ids = [landlord.building(f"Glycines {name}").pk for name in "AB"]
    references = [landlord.account(name).reference for name in (LATE, "Calme-Glycines A")]
    pairs = [[f"buildings/{key}/units/" for key in ids], [f"accounts/{key}/entries/" for key in references]]
    for own_url, other_url in pairs:
        headers = {"Loge-Purpose": "accounting"}
        cursor = client.get(f"/api/v1/{own_url}?limit=1", headers=headers).json()["next"]
        assert cursor, own_url
        assert client.get(f"/api/v1/{own_url}?limit=1&cursor={cursor}", headers=headers).status_code == 200
        answer = client.get(f"/api/v1/{other_url}?limit=1&cursor={cursor}", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_query"), other_url
