"""The tests of the API's security must detect a missing security check.

Each function below tests one guarantee of the API. It must return True while all checks work, and False once one check
is removed.
"""

import json
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.test import Client

from access.api import paging, serializer_fields, tokens
from access.compartments import Compartment
from access.grants import api as grants
from access.guard import answers, door
from access.guard.context import AccessContext
from allocations.api import applications
from ledger.actions import entries as acts
from ledger.api import entries as doors
from tests.access.programs import made, program, two_administrators
from tests.allocations.builders import (
    enter_figures,
    give_terms,
    make_application,
    make_candidacy,
    make_contingent,
    make_vacancy,
    open_occasion,
)
from tests.allocations.sessions import make_session
from tests.builders import OWNER, assign, make_unit, paris_day, run
from tests.noninterference.walls import database_alone, python_alone
from tests.sign_in import let_in

pytestmark = pytest.mark.unwatched("its API has holes on purpose")
MINE, HIDDEN = "Dette-Glycines A", "Dette-Quai 9"


@pytest.fixture
def cast(landlord, sign_in):
    """Provide what the tests of the API need: people, a machine client, two accounts and a housing application.

    One account is in the agency of Élise (housing officer), the other in another agency. The application is open to
    Aline (allocation officer), but not to `colleague`, an allocation officer of the next agency. Camille and Mehdi have
    seats in a session of the commission; Marion has none.
    """
    token, secret = made(landlord, two_administrators(landlord))
    strangers = landlord.account(HIDDEN)
    entry = strangers.entries.using(OWNER).first().pk
    common = {
        "landlord": landlord,
        "sign_in": sign_in,
        "mine": landlord.account(MINE),
        "theirs": strangers,
        "entry": entry,
    }
    enter_figures()
    application = make_application(landlord.place("Agence Belleville"), by=landlord.person("aline"))
    open_occasion(application, landlord.person("aline"))
    common |= make_allocation(landlord, application)
    officers = {"elise": sign_in("elise"), "colleague": sign_in("basile")}
    return SimpleNamespace(machine=program(secret), token=token, application=application, **officers, **common)


def make_allocation(landlord, application) -> dict:
    top, unit = landlord.place("Office des Trois-Rives"), make_unit(landlord.building("Glycines A"), "96", 9)
    give_terms(unit)
    reserved = make_vacancy(unit, make_contingent(top, "Région", "region"))
    candidacy = make_candidacy(reserved, application, landlord.person("aline"), 1)
    session = make_session(landlord.person("camille"), landlord.person("mehdi"))
    return {"candidacy": candidacy, "session": session}


def pay(client, account, key=None, **more):
    body = {"label": "cheque", "cents": 1250, "effective_on": paris_day().isoformat(), **more}
    headers = {"Idempotency-Key": str(key or uuid4())}
    path = f"/api/v1/accounts/{account.reference}/payments/"
    return client.post(path, body, content_type="application/json", headers=headers)


# --- Guarantees: each function returns whether it holds -------------------------------------------------------------


def lists_ones_own(cast):
    accounts = cast.elise.get("/api/v1/accounts/?limit=100").json()["results"]
    return bool(accounts) and cast.theirs.reference not in {account["reference"] for account in accounts}


def opens_ones_own(cast):
    return cast.elise.get(f"/api/v1/accounts/{cast.theirs.reference}/").status_code == 404


def writes_on_ones_own(cast):
    return pay(cast.elise, cast.theirs).status_code == 404


def reverses_on_that_account(cast):
    path = f"/api/v1/accounts/{cast.mine.reference}/entries/{cast.entry}/reversal/"
    headers = {"Idempotency-Key": str(uuid4())}
    body = {"reason": "wrong_amount"}
    return cast.elise.post(path, body, content_type="application/json", headers=headers).status_code == 404


def names_ones_own(cast):
    """The API must not reveal, by its answer to a request body, whether a building exists.

    The id of a building that the person may not see must get the same answer as an id that does not exist.
    """
    noel = cast.landlord.person("noel")
    assign(noel, "access_administrator", cast.landlord.place("Secteur Glycines"))
    common = {"first_day": f"{paris_day()}", "last_day": f"{paris_day(9)}", "reason": "posting"}
    common |= {"person": str(cast.landlord.person("lea").pk)}
    client, answers = cast.sign_in("noel"), []
    for place in (cast.landlord.building("Quai 9").pk, uuid4()):
        body = common | {"place": str(place)}
        headers = {"Idempotency-Key": str(uuid4())}
        answer = client.post("/api/v1/assignments/grant/", body, content_type="application/json", headers=headers)
        answers.append((answer.status_code, answer.json().get("errors")))
    return answers[0] == answers[1] and answers[0][0] == 422


def changes_on_ones_own_occasion(cast):
    """The API must answer 404 about an application that the officer has not opened, as if it did not exist."""
    path = f"/api/v1/applications/{cast.application.pk}/renewals/"
    headers = {"Idempotency-Key": str(uuid4())}
    return cast.colleague.post(path, {}, content_type="application/json", headers=headers).status_code == 404


def reads_candidates_on_occasion(cast):
    """The API must answer 404 about a candidacy if the officer has not opened its application."""
    return cast.colleague.get(f"/api/v1/candidacies/{cast.candidacy.pk}/").status_code == 404


def sits_in_ones_own_sessions(cast):
    return cast.sign_in("marion").get(f"/api/v1/commission/sessions/{cast.session.pk}/").status_code == 404


def keeps_at_ones_own_place(cast):
    applicant = {"tie": "principal", "last_name": "Nouvelle", "birth_date": "1987-03-12"}
    place = str(cast.landlord.place("Agence Belleville").pk)
    body = {"filed_on": paris_day().isoformat(), "applicants": [applicant], "kept_at": place}
    headers = {"Idempotency-Key": str(uuid4())}
    answer = cast.colleague.post("/api/v1/applications/", body, content_type="application/json", headers=headers)
    return answer.status_code == 422 and answer.json()["errors"][0]["pointer"] == "/kept_at"


def keeps_to_its_part(cast):
    return pay(cast.machine, cast.mine).status_code == 403


def ends_with_its_assignment(cast):
    ends = "UPDATE access_assignment SET ended_on = loge_today(), end_reason = 'error' WHERE person_id = %s"
    run(ends, cast.token.machine_id)
    return cast.machine.get("/api/v1/accounts/").status_code == 401


def never_falls_back(cast):
    return cast.elise.get("/api/v1/accounts/", headers={"Authorization": "Bearer x"}).status_code == 401


def asks_for_the_forms_token(cast):
    client = Client(enforce_csrf_checks=True)
    client.cookies = cast.elise.cookies
    return pay(client, cast.mine).status_code == 403


def asks_for_two_factors(cast):
    client = let_in(Client(), cast.landlord.person("elise"), second_factor=False)
    answer = client.get("/api/v1/accounts/")
    return answer.status_code == 401 and answer.json()["code"] == "second_factor"


def books_once(cast):
    key = uuid4()
    first, again = pay(cast.elise, cast.mine, key), pay(cast.elise, cast.mine, key)
    return first.status_code == again.status_code == 201 and first.content == again.content


def keeps_a_key_to_one_person(cast):
    cursor = cast.elise.get("/api/v1/accounts/?limit=1").json()["next"]
    other = let_in(Client(), cast.landlord.person("denis"))
    return other.get(f"/api/v1/accounts/?cursor={cursor}").status_code == 400


def slows_down(cast):
    return 429 in {cast.elise.get("/api/v1/me/assignments/").status_code for _ in range(8)}


def takes_no_other_name(cast):
    return pay(cast.elise, cast.mine, booked_on="2020-01-01").status_code == 422


def speaks_json_alone(cast):
    answer = cast.elise.get("/api/v1/accounts/", headers={"Accept": "text/html"})
    return answer.status_code == 406 and "code" in json.loads(answer.content)


# --- Holes: each function breaks one guard ---------------------------------------------------------------------------


def all_rows(patch):
    patch.setattr(AccessContext, "rows", lambda self, model: model._default_manager.all().witnessed(self.saw))


def any_object(patch):
    def fetched(spec, passing, key):
        row = spec.model._default_manager.get(**{spec.lookup: key})
        passing.about = row.subject()
        return row

    patch.setattr(door, "_fetch", fetched)


def any_entry(patch):
    patch.setattr(doors, "entry_of", lambda request, account, pk: doors.Entry._default_manager.get(pk=pk))


def any_place(patch):
    plain = grants._one

    def find(request, model, word):
        return model._default_manager.filter(pk=request.body_data[word]).first() or plain(request, model, word)

    patch.setattr(grants, "_one", find)


def any_keeper(patch):
    place = applications.Place._default_manager
    patch.setattr(applications, "keeper_of", lambda request: place.get(pk=request.body_data["kept_at"]))


def whole_role(patch):
    patch.setattr(tokens, "machine_permissions", lambda codes: frozenset(tokens.Permission))


def endless(_patch):
    [(text,)] = run("SELECT pg_get_functiondef('access_token'::regproc)")
    run(text.replace("access_in_force(a.first_day, a.last_day, a.ended_on, loge_today())", "true"))


def session_behind(patch):
    patch.setattr(tokens, "recognise", lambda request, presented: None)


def no_csrf(patch):
    patch.setattr(answers, "check_csrf", lambda request: None)


def one_factor(patch):
    patch.setattr(door, "second_factor_missing", lambda request: False)


def forgetful(patch):
    patch.setattr(acts, "_sent_before", lambda entry: None)


def unbound(patch):
    plain = paging.Cursor.__init__

    def bind_to_nobody(cursor, request, query):
        plain(cursor, request, query)
        cursor._bound_to = [b"anybody"]

    patch.setattr(paging.Cursor, "__init__", bind_to_nobody)


def breathless(patch):
    patch.setattr(answers, "slow_down", lambda person_id: None)


def lenient(patch):
    patch.setattr(
        serializer_fields.Strict,
        "to_internal_value",
        super(serializer_fields.Strict, serializer_fields.Strict).to_internal_value,
    )


def any_voice(patch):
    patch.setattr("django.http.HttpRequest.accepts", lambda self, media: True)


def open_policy(_patch):
    role = Compartment.ACCOUNT.database_role
    run(f"CREATE POLICY hole ON tenants_account FOR SELECT TO {role} USING (true)")


HOLES = {
    "a list of all accounts": (all_rows, lists_ones_own, python_alone),
    "any object": (any_object, opens_ones_own, python_alone),
    "any object to write on": (any_object, writes_on_ones_own, python_alone),
    "an entry of another account": (any_entry, reverses_on_that_account, python_alone),
    "any place in a body": (any_place, names_ones_own, python_alone),
    "any application to write on": (any_object, changes_on_ones_own_occasion, python_alone),
    "any candidacy": (any_object, reads_candidates_on_occasion, python_alone),
    "any session": (any_object, sits_in_ones_own_sessions, python_alone),
    "any place to keep an application at": (any_keeper, keeps_at_ones_own_place, python_alone),
    "an open policy": (open_policy, opens_ones_own, database_alone),
    "a token with all permissions": (whole_role, keeps_to_its_part, None),
    "a token without an end": (endless, ends_with_its_assignment, None),
    "the session used beside a token": (session_behind, never_falls_back, None),
    "no CSRF check": (no_csrf, asks_for_the_forms_token, None),
    "no second factor": (one_factor, asks_for_two_factors, None),
    "no idempotency": (forgetful, books_once, None),
    "a cursor valid for anybody": (unbound, keeps_a_key_to_one_person, None),
    "no throttle": (breathless, slows_down, None),
    "unknown fields accepted": (lenient, takes_no_other_name, None),
    "any response type": (any_voice, speaks_json_alone, None),
}


def holds(cast, promise, settings):
    settings.API_A_MINUTE = 3 if promise is slows_down else 100_000
    cast.elise.raise_request_exception = cast.machine.raise_request_exception = False
    return promise(cast)


@pytest.mark.parametrize("hole", HOLES)
def test_broken_guard_is_detected(cast, monkeypatch, settings, hole):
    breaks, promise, wall = HOLES[hole]
    if wall:
        wall(monkeypatch)
    breaks(monkeypatch)
    assert not holds(cast, promise, settings), f"{hole} was not detected"


@pytest.mark.parametrize("wall", [None, python_alone, database_alone])
def test_every_guarantee_holds_with_all_guards(cast, monkeypatch, settings, wall):
    if wall:
        wall(monkeypatch)
    for breaks, promise, only in HOLES.values():
        assert wall not in (None, only) or holds(cast, promise, settings), (breaks.__name__, wall)
