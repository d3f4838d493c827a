"""The API from the shortlist to the hand-over follows the rules of the pages.

It discloses no name before an application is opened, and a repeated request has no second effect.
"""

import json
from uuid import uuid4

import pytest

from allocations.models import AgendaItem, Candidacy, HandOver, Offer, ShortlistLine
from tests.access.programs import made, program, two_administrators
from tests.allocations.api_client import done, fetch, pointers, refused, send
from tests.allocations.builders import make_ground, make_session_to_come
from tests.allocations.commission import Commission
from tests.builders import OWNER, events, paris_day, run

pytestmark = pytest.mark.usefixtures("unkept")
SHEET_FIELDS = {
    *("persons", "children", "category", "income_bracket", "ceiling_euros", "waited_months", "verified", "declared"),
    *("priority", "resources_cents", "aid_cents", "effort_permille", "residual_cents", "equipment_lacking"),
    *("documents_to_come", "owner_suited", "prepared_on"),
}
MONTHLY = {"resources_cents": 150_000, "aid_cents": 12_000}


@pytest.fixture
def commission(commission) -> Commission:
    commission.orient()
    return commission


@pytest.fixture
def aline(sign_in):
    return sign_in("aline")


def of_vacancy(commission: Commission, rest: str = "") -> str:
    assert commission.vacancy
    return f"vacancies/{commission.vacancy.pk}/{rest}"


def token_of(landlord, role: str, *permissions: str):
    _token, secret = made(landlord, two_administrators(landlord), permissions=permissions, role=role)
    return program(secret)


def end_occasions() -> None:
    run("UPDATE allocations_occasion SET opened_at = opened_at - interval '2 days', ends_at = now() - interval '1 s'")


def opened(client, candidacy: Candidacy) -> str:
    """Open the application of a candidate through the API. Returns the path of the candidacy in the API."""
    done(send(client, f"candidacies/{candidacy.pk}/open/"))
    return f"candidacies/{candidacy.pk}/"


# --- The shortlist ---------------------------------------------------------------------------------------------------


def test_shortlist_names_nobody_and_hides_the_day_of_filing(commission, aline):
    path = of_vacancy(commission, "shortlist/")
    assert fetch(aline, path)["drawn_on"] is None
    done(send(aline, f"{path}draw/"))
    response = aline.get(f"/api/v1/{path}")
    table, text = response.json(), response.content.decode()
    assert (table["drawn_on"], table["grid"], table["eligible"]) == (paris_day().isoformat(), 1, 4)
    assert [line["rank"] for line in table["lines"]] == [1, 2, 3, 4]
    assert table["lines"][0].keys() == {
        *("id", "rank", "verified", "declared", "persons", "filed_in", "priority", "equipment", "is_owed", "number")
    }
    assert table["lines"][0]["filed_in"] == f"{commission.applications[0].filed_on:%Y-%m}"
    for application in commission.applications:
        assert str(application.pk) not in text and application.number not in text
        assert application.filed_on.isoformat() not in text
    pseudonyms = ShortlistLine.objects.using(OWNER).values_list("pseudonym", flat=True)
    assert "Candidat" not in text and not [key for key in pseudonyms if str(key) in text]
    [viewed] = events(kind="shortlist_shown")
    assert viewed["facts"]["eligible"] == 4 and events(kind="shortlist_run", outcome="changed")


def test_sealed_ground_shows_as_the_boolean_alone(commission, landlord, aline):
    commission.shortlist()
    make_ground(commission.applications[0], landlord.person("sacha"))
    [candidacy, *_others] = commission.designate(commission.shortlist()[:1])
    done(send(aline, f"{opened(aline, candidacy)}sheet/", MONTHLY))
    text = json.dumps(
        [fetch(aline, of_vacancy(commission, "shortlist/")), fetch(aline, f"candidacies/{candidacy.pk}/")]
    )
    assert fetch(aline, f"candidacies/{candidacy.pk}/")["sheet"]["priority"] is True
    assert not [word for word in ("couple_violence", "ground", "attested") if word in text]


def test_one_key_designates_one_candidate(commission, aline):
    [line, *_rest] = commission.shortlist()
    path, key = f"shortlist-lines/{line.pk}/designate/", uuid4()
    first, again = (send(aline, path, key=key) for _time in range(2))
    assert first.status_code == again.status_code == 201 and first.content == again.content
    assert send(aline, path).status_code in (409, 422)
    [candidacy] = Candidacy.objects.using(OWNER).all()
    assert str(candidacy.pk) == first.json()["id"]
    shortlist = fetch(aline, of_vacancy(commission, "shortlist/"))
    assert shortlist["lines"][0]["number"] == shortlist["candidates"][0]["number"] == 1
    assert shortlist["candidates"][0]["id"] == str(candidacy.pk)
    done(send(aline, f"candidacies/{candidacy.pk}/withdraw/"))
    assert Candidacy.objects.using(OWNER).get().state == "withdrawn"
    assert pointers(send(aline, f"candidacies/{candidacy.pk}/withdraw/")) == {""}


def test_shortlist_of_another_agency_is_answered_like_a_missing_one(commission, sign_in):
    basile, [line, *_rest] = sign_in("basile"), commission.shortlist()
    for path in (of_vacancy(commission, "shortlist/draw/"), f"shortlist-lines/{line.pk}/designate/"):
        missing = path.replace(str(line.pk), str(uuid4())).replace(str(commission.vacancy.pk), str(uuid4()))
        assert refused(send(basile, path), "not_found") == refused(send(basile, missing), "not_found")
    assert basile.get(f"/api/v1/{of_vacancy(commission, 'shortlist/')}").status_code == 404


def test_dwelling_goes_to_a_session_under_the_rules_of_the_page(commission, landlord, aline):
    candidacies = commission.designate(commission.shortlist()[:3])
    commission.prepare(candidacies[0])
    session = make_session_to_come(landlord.person("rosa"))
    path, body = of_vacancy(commission, "convene/"), {"session": str(session.pk)}
    convening = fetch(aline, of_vacancy(commission, "convening/"))
    assert (convening["possible"], convening["ready"], convening["few_reasons"]) == (False, 1, [])
    assert [row["id"] for row in convening["sessions"]] == [str(session.pk)]
    assert pointers(send(aline, path, body)) == {""}
    assert pointers(send(aline, path, {"session": str(uuid4())})) == {"/session"}
    for candidacy in candidacies[1:]:
        commission.prepare(candidacy)
    done(send(aline, path, body))
    assert {row.state for row in Candidacy.objects.using(OWNER).all()} == {"presented"}


def put_on_agenda(commission: Commission) -> None:
    for candidacy in commission.designate(commission.shortlist()[:3]):
        commission.prepare(candidacy)
    commission.convene()


def test_officer_takes_off_the_agenda_what_they_put_there(commission, aline, sign_in):
    path = of_vacancy(commission, "take-off/")
    assert pointers(send(aline, path)) == {""}
    put_on_agenda(commission)
    refused(send(sign_in("basile"), path), "not_found")
    run("UPDATE allocations_agendaitem SET added_by_id = NULL")
    assert pointers(send(aline, path)) == {""} and AgendaItem.objects.using(OWNER).count() == 1
    run("UPDATE allocations_agendaitem SET added_by_id = %s", commission.person("aline").pk)
    key = uuid4()
    first, again = (send(aline, path, key=key) for _time in range(2))
    assert done(first) == str(commission.vacancy.pk) and again.content == first.content
    assert (
        not AgendaItem.objects.using(OWNER).exists() and len(events(kind="vacancy_taken_off", outcome="changed")) == 1
    )
    assert {row.state for row in Candidacy.objects.using(OWNER).all()} == {"designated"}


def test_manager_takes_any_dwelling_off_until_the_session_opens(commission, aline, sign_in):
    put_on_agenda(commission)
    path, rosa = f"sessions/vacancies/{commission.vacancy.pk}/take-off/", sign_in("rosa")
    refused(send(aline, path), "forbidden")
    commission.open()
    assert pointers(send(rosa, path)) == {""} and AgendaItem.objects.using(OWNER).count() == 1
    commission.force(
        "allocations_session", "UPDATE allocations_session SET state = 'convened', quorum = NULL, opened_at = NULL"
    )
    done(send(rosa, path))
    assert not AgendaItem.objects.using(OWNER).exists()


# --- Occasions and sheets --------------------------------------------------------------------------------------------


def test_candidacy_is_404_before_and_after_its_occasion(commission, aline):
    [candidacy, *_others] = commission.designate(commission.shortlist()[:1])
    path, missing = f"/api/v1/candidacies/{candidacy.pk}/", f"/api/v1/candidacies/{uuid4()}/"
    nothing = refused(aline.get(missing), "not_found")
    assert refused(aline.get(path), "not_found") == nothing
    assert refused(send(aline, f"candidacies/{candidacy.pk}/sheet/", MONTHLY), "not_found") == nothing
    application = done(send(aline, f"candidacies/{candidacy.pk}/open/"))
    assert fetch(aline, f"candidacies/{candidacy.pk}/")["application"] == application
    assert fetch(aline, f"applications/{application}/")["opened_for"] == "designated"
    end_occasions()
    assert refused(aline.get(path), "not_found") == nothing


def test_sheet_has_a_bracket_and_no_income(commission, aline):
    [candidacy, *_others] = commission.designate(commission.shortlist()[:1])
    path = opened(aline, candidacy)
    assert fetch(aline, path)["sheet"] is None
    assert pointers(send(aline, f"{path}sheet/", {"resources_cents": 150_000})) == {"/aid_cents"}
    assert pointers(send(aline, f"{path}sheet/", {"aid_cents": 0})) == {"/resources_cents"}
    done(send(aline, f"{path}sheet/", MONTHLY))
    response = aline.get(f"/api/v1/{path}")
    sheet = response.json()["sheet"]
    assert sheet.keys() == SHEET_FIELDS
    assert isinstance(sheet["income_bracket"], int) and sheet["resources_cents"] == 150_000
    assert b"1500000" not in response.content and b"Candidat" not in response.content
    assert events(kind="sheet_prepared", outcome="changed") and events(kind="candidacies_shown")


def test_candidate_of_another_agency_is_answered_like_a_missing_one(commission, sign_in):
    basile, [candidacy, *_others] = sign_in("basile"), commission.designate(commission.shortlist()[:1])
    hidden, absent = (send(basile, f"candidacies/{pk}/open/") for pk in (candidacy.pk, uuid4()))
    assert refused(hidden, "not_found") == refused(absent, "not_found")
    assert run("SELECT count(*) FROM allocations_occasion") == [(0,)]
    assert [event["about"] for event in events(kind="refused")] == [candidacy.pk, events(kind="refused")[1]["about"]]


def test_desk_opens_by_whole_number_and_name_with_one_answer_to_all_misses(commission, aline, monkeypatch):
    started: list[float] = []
    monkeypatch.setattr("access.guard.door.wait_for_slot", started.append)
    first, second = commission.applications[:2]
    body = {"number": first.number, "last_name": "Candidat0", "document": "photo"}
    misses = [{"number": "0751125999999ZZZZZ"}, {"last_name": "Candidat1"}, {"number": second.number}]
    answers = {refused(send(aline, "applications/open/", body | miss), "invalid") for miss in misses}
    assert len(answers) == 1 and len(started) == 3 and len(events(kind="identity_missed")) == 3
    written = f"{first.number[:3]} {first.number[3:]}".lower()
    assert done(send(aline, "applications/open/", body | {"number": written})) == str(first.pk)
    assert fetch(aline, f"applications/{first.pk}/")["opened_for"] == "desk"
    assert pointers(send(aline, "applications/open/", body | {"number": "12"})) == {"/number"}
    assert pointers(send(aline, "applications/open/", body | {"document": "none"})) == {"/document"}


def test_after_five_misses_the_right_name_is_refused_like_a_wrong_one(commission, aline):
    body = {"number": commission.applications[0].number, "document": "photo"}
    answers = {
        refused(send(aline, "applications/open/", body | {"last_name": name}), "invalid")
        for name in (*(f"Essai{trial}" for trial in range(5)), "Candidat0")
    }
    assert len(answers) == 1 and run("SELECT count(*) FROM allocations_occasion") == [(0,)]


def test_program_reads_the_shortlist_and_opens_no_application(commission, landlord, aline):
    [candidacy, *_others] = commission.designate(commission.shortlist()[:1])
    machine = token_of(landlord, "allocation_officer", "shortlist_view", "candidacies_view", "vacancy_convene")
    shortlist = fetch(machine, of_vacancy(commission, "shortlist/"))
    assert shortlist["candidates"][0]["id"] == str(candidacy.pk)
    refused(send(machine, f"candidacies/{candidacy.pk}/open/"), "forbidden")
    refused(send(machine, of_vacancy(commission, "shortlist/draw/")), "forbidden")
    opened(aline, candidacy)
    assert machine.get(f"/api/v1/candidacies/{candidacy.pk}/").status_code == 404
    assert run("SELECT count(*) FROM allocations_occasion o JOIN access_person p ON p.id = o.person_id"
               " WHERE p.is_machine") == [(0,)]  # fmt: skip


# --- Offers and hand-overs -------------------------------------------------------------------------------------------


@pytest.fixture
def first_ranked(commission) -> Candidacy:
    """A candidate whom a closed session ranked first."""
    first, *others = commission.designate(commission.shortlist()[:3])
    commission.rank(first, declined=others)
    return first


def test_offer_is_sent_notified_and_answered_once(commission, first_ranked, aline):
    path, key = opened(aline, first_ranked), uuid4()
    assert aline.get(f"/api/v1/{path}offer/").status_code == 404
    first, again = (send(aline, f"{path}offer/send/", key=key) for _time in range(2))
    assert first.status_code == 201 and again.content == first.content
    refused(send(aline, f"{path}offer/send/"), "already")
    assert Offer.objects.using(OWNER).count() == 1
    today, tomorrow = paris_day().isoformat(), paris_day(1).isoformat()
    body = {"delivery": "handed", "notified_on": tomorrow}
    assert pointers(send(aline, f"{path}offer/notify/", body)) == {"/notified_on"}
    done(send(aline, f"{path}offer/notify/", body | {"notified_on": today}))
    offer = fetch(aline, f"{path}offer/")
    assert (offer["delivery"], offer["notified_on"], offer["answer"]) == ("handed", today, "")
    assert offer["answer_by"] >= paris_day(10).isoformat()
    assert pointers(send(aline, f"{path}offer/answer/", {"answer": "silent", "answered_on": today})) == {"/answer"}
    done(send(aline, f"{path}offer/answer/", {"answer": "accepted", "answered_on": today}))
    refused(send(aline, f"{path}offer/answer/", {"answer": "refused", "answered_on": today}), "already")
    assert Candidacy.objects.using(OWNER).get(pk=first_ranked.pk).state == "accepted"


def test_renunciation_follows_an_acceptance_and_cancels_the_hand_over(commission, first_ranked, aline):
    path, today = opened(aline, first_ranked), paris_day().isoformat()
    renounce, body = f"{path}offer/renounce/", {"renounced_on": today}
    refused(send(aline, renounce, body), "not_found")
    done(send(aline, f"{path}offer/send/"))
    done(send(aline, f"{path}offer/notify/", {"delivery": "handed", "notified_on": today}))
    refused(send(aline, renounce, body), "not_found")
    done(send(aline, f"{path}offer/answer/", {"answer": "accepted", "answered_on": today}))
    done(send(aline, f"{path}hand-over/", {"discreet": False}))
    assert pointers(send(aline, renounce, {"renounced_on": paris_day(1).isoformat()})) == {"/renounced_on"}
    assert HandOver.objects.using(OWNER).exists()
    key = uuid4()
    first, again = (send(aline, renounce, body, key) for _time in range(2))
    assert done(first) and again.content == first.content
    assert fetch(aline, f"{path}offer/")["renounced_on"] == today and not HandOver.objects.using(OWNER).exists()
    assert Candidacy.objects.using(OWNER).get(pk=first_ranked.pk).state == "renounced"
    refused(send(aline, renounce, body), "already")
    assert len(events(kind="offer_renounced", outcome="changed")) == 1


def test_offer_needs_a_rank(commission, aline):
    [candidacy, *_others] = commission.designate(commission.shortlist()[:1])
    path = opened(aline, candidacy)
    for act, body in (("offer/send/", {}), ("hand-over/", {"discreet": False})):
        refused(send(aline, f"{path}{act}", body), "not_found")


def test_hand_over_tells_the_lease_side_names_and_nothing_else(commission, first_ranked, landlord, sign_in, aline):
    path, today = opened(aline, first_ranked), paris_day().isoformat()
    done(send(aline, f"{path}offer/send/"))
    done(send(aline, f"{path}offer/notify/", {"delivery": "handed", "notified_on": today}))
    done(send(aline, f"{path}offer/answer/", {"answer": "accepted", "answered_on": today}))
    assert pointers(send(aline, f"{path}hand-over/", {})) == {"/discreet"}
    done(send(aline, f"{path}hand-over/", {"discreet": True, "quartile": 2}))
    refused(send(aline, f"{path}hand-over/", {"discreet": False}), "already")
    assert HandOver.objects.using(OWNER).get().quartile == 2
    elise = sign_in("elise")
    listed = elise.get("/api/v1/hand-overs/")
    [row] = listed.json()["results"]
    assert row["id"] == str(first_ranked.pk) and b"Candidat" not in listed.content and "people" not in row
    detail = fetch(elise, f"hand-overs/{first_ranked.pk}/")
    assert detail.keys() == {*row, "discreet", "people"} and detail["discreet"] is True
    [person] = detail["people"]
    assert person.keys() == {"tie", "last_name", "first_name", "birth_date", "phone", "email"}
    assert person["last_name"] == "Candidat0"
    machine = token_of(landlord, "officer", "lease_change")
    assert [row["id"] for row in fetch(machine, "hand-overs/")["results"]] == [str(first_ranked.pk)]
    refused(machine.get(f"/api/v1/hand-overs/{first_ranked.pk}/"), "forbidden")
    fatou = sign_in("fatou")
    assert fetch(fatou, "hand-overs/")["results"] == []
    hidden, absent = (fatou.get(f"/api/v1/hand-overs/{pk}/") for pk in (first_ranked.pk, uuid4()))
    assert refused(hidden, "not_found") == refused(absent, "not_found")
