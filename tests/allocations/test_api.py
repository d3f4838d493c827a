"""The API for applications and vacancies.

A machine client sends an application once and can read it until midnight. It can list the vacancies of its place.
"""

from uuid import uuid4

import pytest
from django.urls import reverse

from access.api.idempotency import digest_of
from access.api.openapi import schema_of, template
from access.checks import routes
from access.guard.door_spec import Door
from access.permissions import BY_PEOPLE_ALONE
from allocations.models import Applicant, Application, Income, SupportingDocument, Vacancy
from audit.events import OCCASION_OPENED
from formats.months import months_after
from tests.access.programs import made, program, two_administrators
from tests.allocations.api_client import pointers, send
from tests.allocations.builders import enter_figures, give_terms, make_application, make_vacancy, open_occasion
from tests.builders import OWNER, events, make_unit, paris_day, run
from tests.description import described

PERMISSIONS = ("application_take", "application_view", "application_change", "vacancies_view", "vacancy_declare")
APPLICANT = {"tie": "principal", "last_name": "Nouvelle", "first_name": "Rose", "birth_date": "1987-03-12"}
CHILD = {"tie": "child", "birth_date": "2018-09-01", "custody": "alternate"}


@pytest.fixture
def machine(landlord):
    """Return the test client of a machine with an API token for the role of allocation officer at Agence Belleville."""
    enter_figures()
    options = {"permissions": PERMISSIONS, "role": "allocation_officer"}
    _token, secret = made(landlord, two_administrators(landlord), **options)
    return program(secret)


def entry(**values: object) -> dict[str, object]:
    return {"filed_on": paris_day().isoformat(), "applicants": [APPLICANT], **values}


def taken(client, **values: object) -> str:
    response = send(client, "applications/", entry(**values))
    assert response.status_code == 201, response.content
    return str(response.json()["id"])


def free_unit(landlord, name: str = "Glycines A"):
    unit = make_unit(landlord.building(name), "99", 9)
    give_terms(unit)
    return unit


# --- Applications ----------------------------------------------------------------------------------------------------


def test_program_reads_what_it_sent(machine):
    wishes = {"housing": "hosted", "rooms_from": 2, "rooms_to": 3, "equipment": ["shower"]}
    where = {"street": "12 rue des Lilas", "postcode": "75020", "city": "Paris"}
    pk = taken(machine, members=[CHILD], **wishes, **where)
    answer = machine.get(f"/api/v1/applications/{pk}/").json()
    assert {name: answer[name] for name in wishes} == wishes
    [applicant], [member] = answer["applicants"], answer["members"]
    assert {name: applicant[name] for name in APPLICANT} == APPLICANT
    assert {name: applicant[name] for name in where} == where
    assert {name: member[name] for name in CHILD} == CHILD
    assert (answer["id"], answer["number"], answer["opened_for"], answer["state"]) == (pk, None, "taken", "registered")
    [opened] = events(kind="application_opened")
    assert opened["facts"]["occasion"] == "taken" and opened["purpose"] == "allocation"


def test_application_is_closed_to_the_program_after_its_occasion(machine):
    pk = taken(machine)
    run("UPDATE allocations_occasion SET opened_at = opened_at - interval '2 days', ends_at = now() - interval '1 s'")
    assert machine.get(f"/api/v1/applications/{pk}/").status_code == 404
    assert send(machine, f"applications/{pk}/renewals/", {}).status_code == 404


def test_nobody_else_reads_what_a_program_sent(machine, sign_in):
    pk = taken(machine)
    for who, status in (("aline", 404), ("basile", 404), ("rosa", 403)):
        assert sign_in(who).get(f"/api/v1/applications/{pk}/").status_code == status


def test_one_key_registers_one_application(machine):
    key = uuid4()
    first, again = (send(machine, "applications/", entry(), key) for _time in range(2))
    assert first.status_code == 201 and (again.status_code, again.content) == (201, first.content)
    assert Application.objects.using(OWNER).count() == 1
    other = send(machine, "applications/", entry(street="12 rue des Lilas"), key)
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")


def test_refused_application_leaves_nothing_and_its_key_unused(machine):
    key, tomorrow = uuid4(), paris_day(1).isoformat()
    assert pointers(send(machine, "applications/", entry(filed_on=tomorrow), key)) == {"/filed_on"}
    assert not Application.objects.using(OWNER).exists()
    assert send(machine, "applications/", entry(), key).status_code == 201


def test_stored_key_does_not_tell_the_names_of_the_request(machine, settings):
    """The digest of a request, stored with its idempotency key, must depend on the server's secret key.

    Otherwise somebody who reads the table could compute digests to confirm a guess about who applied.
    """
    send(machine, "applications/", entry())
    [(digest,)] = run("SELECT digest FROM access_sentact")
    assert len(digest) == 64 and "Nouvelle" not in digest
    guess = digest_of("a guess")
    settings.SECRET_KEY = "another key"
    assert digest_of("a guess") != guess


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"applicants": []}, "/applicants"),
        ({"applicants": [APPLICANT, APPLICANT]}, "/applicants"),
        ({"applicants": [APPLICANT | {"tie": "spouse"}]}, "/applicants"),
        ({"applicants": [APPLICANT, {"tie": "spouse", "birth_date": "1987-03-12"}]}, "/applicants/1/last_name"),
        ({"applicants": [APPLICANT | {"birth_date": "1787-03-12"}]}, "/applicants/0/birth_date"),
        ({"applicants": [APPLICANT | {"phone": "06 39 98 12 34"}]}, "/applicants/0/phone"),
        ({"applicants": [APPLICANT | {"cmi": 1}]}, "/applicants/0/cmi"),
        ({"applicants": [APPLICANT | {"cmi": "true"}]}, "/applicants/0/cmi"),
        ({"applicants": [APPLICANT | {"nationality": "x"}]}, "/applicants/0/nationality"),
        ({"members": [CHILD | {"custody": ""}]}, "/members/0/custody"),
        ({"members": [CHILD | {"birth_date": "2199-01-01"}]}, "/members/0/birth_date"),
        ({"members": [CHILD] * 9}, "/members"),
        ({"number": "12"}, "/number"),
        ({"postcode": "7502A"}, "/postcode"),
        ({"rooms_from": 3, "rooms_to": 2}, "/rooms_to"),
        ({"rooms_from": 3}, "/rooms_to"),
        ({"equipment": ["pool"]}, "/equipment/0"),
        ({"kept_at": str(uuid4())}, "/kept_at"),
        ({"nationality": "x"}, "/nationality"),
    ],
)
def test_wrong_values_are_refused_where_they_stand(machine, values, pointer):
    assert pointers(send(machine, "applications/", entry(**values))) == {pointer}
    assert not Applicant.objects.using(OWNER).exists()


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"applicants": [APPLICANT | {"last_name": "Est séropositif"}]}, "/applicants/0/last_name"),
        ({"applicants": [APPLICANT | {"email": "est.seropositif@exemple.example"}]}, "/applicants/0/email"),
        ({"street": "Est séropositif"}, "/street"),
        ({"city": "Est séropositif"}, "/city"),
    ],
)
def test_text_that_discloses_an_illness_is_refused_and_not_repeated(machine, values, pointer):
    response = send(machine, "applications/", entry(**values))
    assert pointers(response) == {pointer}
    assert b"ropositif" not in response.content


def test_application_is_not_kept_at_a_place_of_others(machine, landlord):
    elsewhere = str(landlord.place("Agence Bercy").pk)
    hidden, absent = (send(machine, "applications/", entry(kept_at=place)) for place in (elsewhere, str(uuid4())))
    assert pointers(hidden) == pointers(absent) == {"/kept_at"}
    assert hidden.json()["errors"] == absent.json()["errors"]


def test_income_and_documents_follow_the_forms(machine):
    pk, year = taken(machine), paris_day().year
    body = {"signing_year": year, "basis": "n2", "rfr_cents": 1_840_000, "proof": "tax_notice"}
    income = send(machine, f"applications/{pk}/incomes/", body)
    request = send(machine, f"applications/{pk}/documents/asked/", {"kind": "identity"})
    checked = send(machine, f"applications/{pk}/documents/seen/", {"kind": "identity"})
    assert [response.status_code for response in (income, request, checked)] == [200, 200, 200]
    answer = machine.get(f"/api/v1/applications/{pk}/").json()
    assert [(row["id"], row["year"], row["rfr_cents"]) for row in answer["incomes"]] == [
        (income.json()["id"], year - 2, 1_840_000)
    ]
    [document] = answer["documents"]
    assert document["id"] == request.json()["id"] == checked.json()["id"]
    assert document["seen_on"] == paris_day().isoformat() and answer["state"] == "under_review"
    assert Income.objects.using(OWNER).count() == SupportingDocument.objects.using(OWNER).count() == 1
    assert pointers(send(machine, f"applications/{pk}/incomes/", body | {"signing_year": year + 2})) == {
        "/signing_year"
    }


def test_one_key_renews_for_one_term(machine):
    pk, key = taken(machine), uuid4()
    run("UPDATE allocations_application SET renew_by = loge_today() + 5")
    answers = {send(machine, f"applications/{pk}/renewals/", {}, key).content for _time in range(2)}
    renewed = Application.objects.using(OWNER).get(pk=pk).renew_by
    assert len(answers) == 1 and renewed == months_after(paris_day(), 12)
    assert len([event for event in events(kind="application_renewed") if "until" in event["facts"]]) == 1


def test_officer_reads_through_the_api_what_is_open_on_a_page(landlord, sign_in):
    enter_figures()
    application, aline = make_application(landlord.place("Agence Belleville")), sign_in("aline")
    path = f"/api/v1/applications/{application.pk}/"
    assert aline.get(path).status_code == 404
    open_occasion(application, landlord.person("aline"))
    assert aline.get(path).json()["opened_for"] == "desk"


def allocation_doors() -> dict[str, Door]:
    doors = [(path, pattern.callback.door) for path, pattern in routes() if hasattr(pattern.callback, "door")]
    return {path: door for path, door in doors if door.api and door.view.__module__.startswith("allocations.")}


def names_in(schema: dict) -> set[str]:
    """Return all field names of a JSON schema, including those of nested objects and lists."""
    inner = [*schema.get("properties", {}).values(), *([schema["items"]] if "items" in schema else [])]
    return {*schema.get("properties", {}), *(name for each in inner for name in names_in(each))}


IDENTIFYING = {"last_name", "first_name", "birth_date", "phone", "email", "application"}
# Endpoints that may identify an applicant: an opened application, its candidacy, a lease to sign, own nominees.
NAMING = {
    "api/v1/applications/<uuid:pk>/",
    "api/v1/candidacies/<uuid:pk>/",
    "api/v1/hand-overs/<uuid:pk>/",
    "api/v1/reservations/<uuid:pk>/",
}
LISTS = {
    "api/v1/vacancies/",
    "api/v1/vacancies/notices/",
    "api/v1/hand-overs/",
    "api/v1/commission/sessions/",
    "api/v1/fragile-residences/",
    "api/v1/reservations/",
}


def test_no_list_of_the_api_names_an_applicant():
    doors = allocation_doors()
    assert len(doors) == 55
    lists = {path for path, door in doors.items() if door.api.paged or door.api.many or door.post_is_search}
    assert lists == LISTS
    naming = {path for path, door in doors.items() if names_in(schema_of(door.api.answers())) & IDENTIFYING}
    assert naming == NAMING


def test_program_reads_a_name_only_where_it_sent_it():
    """A machine client reads names only in applications that it registered itself.

    All other endpoints that disclose names, or that open an application, are for people only.
    """
    doors = allocation_doors()
    people_only = {path for path, door in doors.items() if door.api.people_only or door.permission in BY_PEOPLE_ALONE}
    assert NAMING - people_only == {"api/v1/applications/<uuid:pk>/", "api/v1/candidacies/<uuid:pk>/"}
    opening = {path for path, door in doors.items() if door.post_event is OCCASION_OPENED}
    assert len(opening) == 2 and opening <= people_only
    description = {path: operation for path, by in described()["paths"].items() for operation in by.values()}
    for path in opening:
        assert description["/" + template(path)]["security"] == [{"session": [], "csrf": []}]


def test_minutes_are_neither_read_nor_signed_through_the_api():
    doors = allocation_doors().values()
    kinds = {kind.code for door in doors for kind in (door.get_event, door.post_event) if kind}
    assert "session_closed" in kinds and not kinds & {"minutes_shown", "minutes_signed"}


# --- Vacancies -------------------------------------------------------------------------------------------------------


def test_vacancies_of_the_programs_place_are_listed_with_their_terms(machine, landlord):
    ours = make_vacancy(free_unit(landlord))
    hidden = make_vacancy(free_unit(landlord, "Quai 9"))
    [told] = machine.get("/api/v1/vacancies/").json()["results"]
    assert (told["id"], told["terms"]["rent_cents"], told["contingent"]) == (str(ours.pk), 45_000, None)
    assert machine.get(f"/api/v1/vacancies/{ours.pk}/").json() == told
    assert machine.get(f"/api/v1/vacancies/{hidden.pk}/").status_code == 404


def test_each_page_of_vacancies_follows_the_one_before(machine, landlord):
    pks = set()
    for floor in (1, 2, 3):
        unit = make_unit(landlord.building("Glycines A"), f"9{floor}", floor)
        give_terms(unit)
        pks.add(str(make_vacancy(unit).pk))
    first = machine.get("/api/v1/vacancies/?limit=2").json()
    last = machine.get(f"/api/v1/vacancies/?limit=2&cursor={first['next']}").json()
    assert {row["id"] for row in first["results"] + last["results"]} == pks and last["next"] is None


def test_one_key_declares_one_vacancy_and_another_key_is_too_late(machine, landlord):
    path, key = f"units/{free_unit(landlord).pk}/vacancies/", uuid4()
    body = {"available_on": paris_day(10).isoformat()}
    first, again = (send(machine, path, body, key) for _time in range(2))
    assert first.status_code == 201 and again.content == first.content
    late = send(machine, path, body)
    assert (late.status_code, late.json()["code"]) == (409, "already")
    assert [str(vacancy.pk) for vacancy in Vacancy.objects.using(OWNER)] == [first.json()["id"]]


def test_dwelling_that_is_let_or_elsewhere_cannot_be_declared(machine, landlord):
    body = {"available_on": paris_day(10).isoformat()}
    let, hidden = landlord.residence("Dette-Glycines A").unit_id, free_unit(landlord, "Quai 9").pk
    for unit in (let, hidden, uuid4()):
        assert send(machine, f"units/{unit}/vacancies/", body).json()["code"] == "not_found"


def test_dwelling_is_not_available_before_it_is_free(machine, landlord):
    path = f"units/{free_unit(landlord).pk}/vacancies/"
    assert pointers(send(machine, path, {"available_on": paris_day(-3000).isoformat()})) == {"/available_on"}


def test_token_without_a_permission_is_refused(landlord):
    options = {"permissions": ("vacancies_view",), "role": "allocation_officer"}
    _token, secret = made(landlord, two_administrators(landlord), **options)
    client = program(secret)
    assert client.get("/api/v1/vacancies/").status_code == 200
    assert send(client, "applications/", entry()).json()["code"] == "forbidden"
    assert client.get(reverse("api_application", kwargs={"pk": uuid4()})).status_code in (403, 404)
