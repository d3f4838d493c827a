"""Behaviour that all API endpoints share: errors as JSON problem details (RFC 9457), CSRF check, rate limit."""

import json
import re
from uuid import uuid4

import pytest
from django.db.models import Q
from django.test import Client
from django.urls import reverse

from access.api.endpoint import unique_names
from access.api.paging import after
from access.api.problems import KINDS
from access.checks import routes
from tests.builders import OWNER, assign, events, run
from tests.visits import visits

LATE = "Dette-Glycines A"
API = [visit for visit in visits() if visit.door.api]


def is_problem(answer, status, code):
    body = json.loads(answer.content)
    assert (answer.status_code, body["status"], body["code"]) == (status, status, code), answer.content
    assert answer["Content-Type"] == "application/problem+json" and body["type"] == f"/api/v1/#{code}"
    assert {"type", "title", "status", "code"} <= set(body) <= {"type", "title", "status", "code", "instance", "errors"}
    assert body["title"] == str(KINDS[code].title)
    return body


def test_api_addresses_and_names_start_with_api():
    assert len(API) > 20 and all(visit.name.startswith("api_") for visit in API)
    assert {path.split("/")[0] for path, pattern in routes() if str(pattern.name).startswith("api_")} == {"api"}


def test_the_next_page_begins_after_the_last_row():
    assert after(("a", "b"), [1, 2], False) == Q(a__gte=1) & (Q(a__gt=1) | Q(b__gt=2))
    assert after(("a",), [1], True) == Q(a__lt=1)


def test_a_repeated_name_in_json_is_refused():
    assert unique_names([("a", 1), ("b", 1)]) == {"a": 1, "b": 1}
    with pytest.raises(ValueError, match="duplicate name"):
        unique_names([("a", 1), ("a", 1)])


def test_requests_without_credentials_get_401_as_a_problem(sample_objects, sign_in):
    sign_in("noel")  # The URL of `api_trace_event` needs the id of an audit event, which this sign-in creates.
    client = Client()
    for visit in API:
        for method in {*visit.door.methods, "DELETE"} - {"HEAD"}:
            answer = client.generic(method, visit.url(sample_objects))
            is_problem(answer, 401, "unauthenticated")
            assert answer["WWW-Authenticate"].startswith("Bearer")


def test_wrong_methods_parameters_and_content_types_are_problems(sample_objects, sign_in):
    who = {visit.who: sign_in(visit.who) for visit in API}
    for visit in API:
        client, url = who[visit.who], visit.url(sample_objects)
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"} - set(visit.door.methods):
            answer = client.generic(method, url)
            is_problem(answer, 405, "method_not_allowed")
            assert answer["Allow"] == ", ".join(visit.door.methods)
        method = visit.door.methods[0]
        is_problem(client.generic(method, url, headers={"Accept": "text/html"}), 406, "not_acceptable")
        if method == "POST":
            is_problem(client.post(url, {"a": 1}), 415, "unsupported_media_type")
            is_problem(client.post(url, [], content_type="application/json"), 400, "malformed")
        else:
            assert is_problem(client.get(url + "?tout=1"), 400, "invalid_query")["errors"][0]["parameter"] == "tout"


def test_an_unknown_url_is_a_problem_and_no_slash_is_appended(landlord, sign_in):
    for path in ("/api/", "/api/v1/rien/", "/api/v2/accounts/", "/api/v1/accounts"):
        is_problem(sign_in("elise").get(path), 404, "not_found")


def test_another_agencys_account_is_404_and_a_missing_permission_is_403(sample_objects, sign_in):
    reference = sample_objects.account.reference
    is_problem(sign_in("fatou").get(f"/api/v1/accounts/{reference}/"), 404, "not_found")
    body = is_problem(sign_in("awa").get(f"/api/v1/accounts/{reference}/"), 403, "forbidden")
    refusals = {(event["outcome"], event["route"]) for event in events(kind="refused")}
    assert refusals == {("missing", "api_account"), ("refused", "api_account")}
    assert body["instance"] == f"urn:uuid:{events(kind='refused')[-1]['request']}"


# EVERYWHERE: endpoints that everybody with the permission may call, whichever object the URL names.
# ELSEWHERE: other endpoint -> a person who has the permission, but may not see the object of the test.
EVERYWHERE = {
    *("api_place", "api_building", "api_units", "api_trace_event"),
    *("api_unit_terms", "api_vacancy_orient", "api_agenda_remove", "api_fragile_residence_end"),
}
ELSEWHERE = {
    "api_resident": "bruno",
    "api_account": "fatou",
    "api_entries": "fatou",
    "api_payment": "fatou",
    "api_charge": "fatou",
    "api_adjustment": "fatou",
    "api_reversal": "fatou",
    "api_book_entries": "noel",
    "api_assignment_extend": "noel",
    "api_assignment_end": "noel",
    "api_vacancy": "basile",
    "api_vacancy_declare": "basile",
    "api_application": "basile",
    "api_application_income": "basile",
    "api_document_ask": "basile",
    "api_document_see": "basile",
    "api_application_renew": "basile",
    **dict.fromkeys(
        (
            *("api_shortlist", "api_shortlist_draw", "api_candidate_designate", "api_candidacy_withdraw"),
            *("api_vacancy_convening", "api_vacancy_convene", "api_vacancy_withdraw", "api_candidacy_open"),
            *("api_candidacy", "api_sheet_prepare", "api_hand_over"),
            *("api_offer", "api_offer_send", "api_offer_notify", "api_offer_answer"),
            *("api_offer_renounce", "api_vacancy_take_off"),
        ),
        "basile",
    ),
    "api_hand_over_lease": "fatou",
    # Noël is commission member, chair and nominator in this test, but has no seat in a session and no contingent.
    **dict.fromkeys(
        (
            *("api_own_session", "api_session_recuse", "api_session_open", "api_session_close", "api_item_sheets"),
            *("api_decision_vote", "api_decision_options", "api_decision_propose"),
            *("api_session_preside", "api_item_preside", "api_item_carry_over"),
            *("api_decision_votes", "api_decision_count", "api_own_vacancy", "api_own_nominate"),
        ),
        "noel",
    ),
}


def test_anothers_object_is_answered_like_a_missing_one_and_stays_unchanged(landlord, sample_objects, sign_in):
    """An API request for an object that the person may not see gets the same 404 as one for a missing object.

    Requests that write have a valid body, so that only the object can be the reason for the refusal.
    """
    for role in ("access_administrator", "accountant"):
        assign(landlord.person("noel"), role, landlord.place("Secteur Quai"))
    for role in ("committee_chair", "nominator"):
        assign(landlord.person("noel"), role, landlord.place("Office des Trois-Rives"))
    clients = {name: sign_in(name) for name in set(ELSEWHERE.values())}
    doors = {visit.name: visit for visit in API if visit.arguments}
    assert set(doors) == {*ELSEWHERE, *EVERYWHERE}
    before = digests()
    for name, who in ELSEWHERE.items():
        visit = doors[name]
        nowhere = {word: "ZZZZ-ZZZZ-ZZZZ" if word == "reference" else str(uuid4()) for word in visit.arguments}
        hidden, absent = (
            visit.ask_at(clients[who], reverse(name, kwargs=keys), sample_objects)
            for keys in (visit.keys(sample_objects), nowhere)
        )
        assert comparable(hidden) == comparable(absent) and hidden.status_code == 404, (name, hidden.status_code)
    assert digests() == before
    assert len(events(kind="refused", outcome="missing")) == 2 * len(ELSEWHERE)


def test_an_entry_is_found_only_under_its_own_account(landlord, sample_objects, sign_in):
    """The URL names an account and a ledger entry. An entry of another account gets the same 404 as a missing one."""
    mine, also_mine, hidden = (landlord.account(name) for name in (LATE, "Calme-Glycines A", "Dette-Quai 9"))
    client, [visit] = sign_in("elise"), [visit for visit in API if visit.name == "api_reversal"]
    answers, before = [], digests()
    for pk in (*(account.entries.using(OWNER).first().pk for account in (also_mine, hidden)), uuid4()):
        url = reverse("api_reversal", kwargs={"reference": mine.reference, "entry": pk})
        answers.append(visit.ask_at(client, url, sample_objects))
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert len({comparable(answer) for answer in answers}) == 1 and digests() == before


def comparable(answer):
    """Return status, body and header names of a response, without the random request id, to compare two responses."""
    return answer.status_code, re.sub(rb"urn:uuid:[0-9a-f-]+", b"", answer.content), tuple(sorted(answer.headers))


def digests():
    tables = [
        *(
            "ledger_entry",
            "access_assignment",
            "allocations_application",
            "allocations_occasion",
            "allocations_vacancy",
        ),
        *("allocations_candidacy", "allocations_sheet", "allocations_session", "allocations_recusal"),
        *("allocations_decision", "allocations_vote", "allocations_offer", "allocations_handover"),
    ]
    return [run(f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t") for table in tables]


def test_a_session_needs_its_csrf_token_to_write_and_the_refusal_is_recorded(sample_objects, sign_in):
    [visit] = [visit for visit in API if visit.name == "api_payment"]
    client = Client(enforce_csrf_checks=True)
    client.cookies = sign_in("elise").cookies
    is_problem(visit.ask(client, sample_objects, "POST"), 403, "csrf")
    assert [event["outcome"] for event in events(permission="entry_post")] == ["refused"]
    client.get(reverse("entry_payment", kwargs={"reference": sample_objects.account.reference}))
    client.defaults["HTTP_X_CSRFTOKEN"] = client.cookies["csrftoken"].value
    assert visit.ask(client, sample_objects, "POST").status_code == 201


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2200-01-01"])
def test_days_outside_the_plausible_years_are_refused(landlord, sign_in, day):
    for word in ("first_day", "last_day"):
        is_problem(sign_in("ines").get(f"/api/v1/trace/?{word}={day}"), 400, "invalid_query")
    assert sign_in("ines").get("/api/v1/trace/?last_day=2199-12-31").status_code == 200


def test_too_many_requests_a_minute_get_429(landlord, sign_in, settings):
    settings.API_A_MINUTE = 3
    client = sign_in("noel")
    # The limit is 3 requests a minute. Of 8 requests, at least 4 are in the same minute, even if a new minute begins.
    answers = [client.get("/api/v1/me/assignments/") for _ in range(8)]
    slow = [answer for answer in answers if answer.status_code == 429]
    assert slow and 1 <= int(slow[0]["Retry-After"]) <= 60
    is_problem(slow[0], 429, "too_many")
    assert len(events(kind="limit_reached")) == len(slow)
    assert sign_in("awa").get("/api/v1/me/assignments/").status_code == 200


def test_an_exception_is_answered_as_a_problem_without_personal_data(landlord, sign_in, monkeypatch):
    monkeypatch.setattr("access.api.endpoint.cut", lambda *_: 1 / 0)
    client = sign_in("awa")
    client.raise_request_exception = False
    is_problem(client.get("/api/v1/residents/"), 500, "broken")
    assert [event["outcome"] for event in events(route="api_residents")] == ["failed"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_problems_are_worded_in_both_languages(landlord, language):
    answer = Client().get("/api/v1/accounts/", headers={"Accept-Language": language})
    assert json.loads(answer.content)["title"].startswith("Connectez" if language == "fr" else "Sign in")
