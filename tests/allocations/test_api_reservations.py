"""The API for reserving bodies, which nominate candidates, and for contingents, their shares of the vacancies.

Nominators see only their own contingents and nominees. The manager reserves vacancies for contingents.
"""

from uuid import uuid4

import pytest

from allocations.models import Candidacy, Vacancy
from tests.allocations.api_client import done, fetch, pointers, refused, send
from tests.allocations.builders import (
    enter_figures,
    give_share,
    give_terms,
    make_base,
    make_contingent,
    make_convention,
    make_ground,
    make_vacancy,
)
from tests.allocations.commission import Commission
from tests.builders import OWNER, assign, events, make_unit, paris_day, run

pytestmark = pytest.mark.usefixtures("unkept")
TOP = "Office des Trois-Rives"
CLOSED = (
    "UPDATE allocations_application SET state = 'closed', closed_on = loge_today(), closing_motive = 'renounced'"
    " WHERE id = %s"
)


@pytest.fixture
def commission(landlord, commission) -> Commission:
    """An allocation whose candidates are nominated by Nadia (nominator of a reserving body)."""
    commission.orient(make_contingent(landlord.place(TOP), "Ville de Paris", "commune", landlord.person("nadia")))
    return commission


@pytest.fixture
def nadia(sign_in):
    return sign_in("nadia")


def of_vacancy(commission: Commission, rest: str = "") -> str:
    assert commission.vacancy
    return f"reservations/{commission.vacancy.pk}/{rest}"


def make_reserved(landlord, holder: str, *people) -> Vacancy:
    """Create a vacancy for which another reserving body may nominate candidates."""
    unit = make_unit(landlord.building("Glycines A"), "97", 9)
    give_terms(unit)
    return make_vacancy(unit, make_contingent(landlord.place(TOP), holder, "region", *people))


def test_nominator_sees_the_vacancies_of_their_own_contingents_alone(commission, landlord, nadia):
    others = make_reserved(landlord, "Région")
    [row] = fetch(nadia, "reservations/")["results"]
    assert (row["id"], row["contingent"]["holder"]) == (str(commission.vacancy.pk), "Ville de Paris")
    assert row["dwelling"]["terms"]["rent_cents"] == 45_000
    hidden, absent = (nadia.get(f"/api/v1/reservations/{pk}/") for pk in (others.pk, uuid4()))
    assert refused(hidden, "not_found") == refused(absent, "not_found")
    who = {"number": commission.applications[0].number, "last_name": "Candidat0"}
    hidden, absent = (send(nadia, f"reservations/{pk}/nominate/", who) for pk in (others.pk, uuid4()))
    assert refused(hidden, "not_found") == refused(absent, "not_found")
    assert not Candidacy.objects.using(OWNER).exists()


def test_nominee_is_designated_once_and_shown_with_band_and_boolean(commission, landlord, nadia):
    application, key = commission.applications[0], uuid4()
    make_ground(application, landlord.person("sacha"))
    body = {"number": application.number, "last_name": "candidat0"}
    first, again = (send(nadia, of_vacancy(commission, "nominate/"), body, key) for _time in range(2))
    assert first.status_code == 201 and again.content == first.content
    refused(send(nadia, of_vacancy(commission, "nominate/"), body), "already")
    [candidacy] = Candidacy.objects.using(OWNER).all()
    assert candidacy.designated_by_id == landlord.person("nadia").pk
    [nominee] = fetch(nadia, of_vacancy(commission))["nominees"]
    assert (nominee["number"], nominee["last_name"], nominee["band"]) == (application.number, "Candidat0", None)
    commission.prepare(candidacy)
    response = nadia.get(f"/api/v1/{of_vacancy(commission)}")
    [nominee] = response.json()["nominees"]
    assert nominee.keys() == {
        *("sheet", "number", "last_name", "first_name", "state", "priority", "band", "decision", "motive")
    }
    assert nominee["priority"] is True and isinstance(nominee["band"], int)
    assert b"couple_violence" not in response.content and b"1500000" not in response.content
    viewed = events(kind="contingent_shown", actor=landlord.person("nadia").pk)[-1]
    assert viewed["shown_ids"] == [candidacy.pk]


def test_outcome_is_told_once_the_minutes_are_signed(commission, landlord, nadia):
    chosen = [commission.nominate(application) for application in commission.applications[:3]]
    for candidacy in chosen:
        commission.prepare(candidacy)
    commission.convene()
    commission.open()
    before = [nadia.get(f"/api/v1/{path}").json() for path in (of_vacancy(commission), "reservations/")]
    assert before[0]["state"] == before[1]["results"][0]["state"] == "convened"
    for place, candidacy in enumerate(chosen, start=1):
        commission.decide(candidacy, "b", rank=place)
    commission.close()
    paths = (of_vacancy(commission), "reservations/")
    assert [nadia.get(f"/api/v1/{path}").json() for path in paths] == before
    commission.force("allocations_vacancy", "UPDATE allocations_vacancy SET state = 'let', ended_on = loge_today()")
    assert [nadia.get(f"/api/v1/{path}").json() for path in paths] == before
    commission.sign()
    assert fetch(nadia, of_vacancy(commission))["state"] == "let" and fetch(nadia, "reservations/")["results"] == []


def test_dwelling_without_candidates_accepts_nobody_before_the_minutes(commission, nadia):
    """Before the minutes are signed, a nominator must not learn that all nominees have renounced.

    The dwelling is free for other nominees then, but a nomination still gets the same refusal as before the session.
    """
    chosen = [commission.nominate(application) for application in commission.applications[:3]]
    for candidacy in chosen:
        commission.prepare(candidacy)
    commission.convene()
    before, listed = fetch(nadia, of_vacancy(commission)), fetch(nadia, "reservations/")
    assert before["state"] == "convened"
    another = {"number": commission.applications[3].number, "last_name": "Candidat3"}
    decided = refused(send(nadia, of_vacancy(commission, "nominate/"), another), "invalid")
    commission.open()
    for place, candidacy in enumerate(chosen, start=1):
        commission.decide(candidacy, "b", rank=place)
    commission.close()
    assert fetch(nadia, of_vacancy(commission)) == before and fetch(nadia, "reservations/") == listed
    for candidacy in chosen:
        run(CLOSED, candidacy.application_id)
    assert Vacancy.objects.using(OWNER).get(pk=commission.vacancy.pk).state == "oriented"
    assert fetch(nadia, of_vacancy(commission)) == before and fetch(nadia, "reservations/") == listed
    assert refused(send(nadia, of_vacancy(commission, "nominate/"), another), "invalid") == decided
    page = nadia.post(f"/reservations/{commission.vacancy.pk}/candidats/", another)
    assert page.status_code == 200 and Candidacy.objects.using(OWNER).count() == 3
    commission.sign()
    assert fetch(nadia, of_vacancy(commission))["state"] == "oriented"


def test_nominees_of_another_body_are_not_shown(commission, landlord, nadia, sign_in):
    others = make_contingent(landlord.place(TOP), "Région", "region")
    done(send(nadia, of_vacancy(commission, "nominate/"), {"number": commission.applications[0].number,
                                                           "last_name": "Candidat0"}))  # fmt: skip
    commission.force("allocations_candidacy", "UPDATE allocations_candidacy SET contingent_id = %s", others.pk)
    assert fetch(nadia, of_vacancy(commission))["nominees"] == []


def test_wrong_number_name_and_state_get_one_answer(commission, nadia, monkeypatch):
    started: list[float] = []
    monkeypatch.setattr("access.guard.door.wait_for_slot", started.append)
    first, second, closed = commission.applications[:3]
    run(
        "UPDATE allocations_application SET state = 'closed', closed_on = loge_today(), closing_motive = 'renounced'"
        " WHERE id = %s",
        closed.pk,
    )
    tries = [
        ("0751125999999ZZZZZ", "Candidat0"),
        (first.number, "Candidat1"),
        (second.number, "Candidat0"),
        (closed.number, "Candidat2"),
    ]
    answers = {
        refused(send(nadia, of_vacancy(commission, "nominate/"), {"number": number, "last_name": name}), "invalid")
        for number, name in tries
    }
    assert len(answers) == 1 and len(started) == len(tries) == len(events(kind="identity_missed"))
    body = {"number": first.number}
    for trial in range(4):
        send(nadia, of_vacancy(commission, "nominate/"), body | {"last_name": f"Essai{trial}"})
    right = send(nadia, of_vacancy(commission, "nominate/"), body | {"last_name": "Candidat0"})
    assert {refused(right, "invalid")} == answers


def test_officer_reads_no_reservation_and_nominator_no_shortlist(commission, nadia, sign_in):
    assert sign_in("aline").get("/api/v1/reservations/").status_code == 403
    for path in (f"vacancies/{commission.vacancy.pk}/shortlist/", "vacancies/", "hand-overs/", "commission/sessions/"):
        assert nadia.get(f"/api/v1/{path}").status_code == 403


# --- The flow --------------------------------------------------------------------------------------------------------


def test_board_shows_the_flow_and_a_vacancy_is_oriented_once(landlord, sign_in):
    enter_figures()
    rosa, top = sign_in("rosa"), landlord.place(TOP)
    contingent = make_contingent(top, "Ville de Paris", "commune")
    make_convention(contingent, -100, 300)
    give_share(contingent, make_base(), 250)
    unit = make_unit(landlord.building("Glycines A"), "97", 9)
    give_terms(unit)
    vacancy = make_vacancy(unit)
    board = fetch(rosa, "flow/")
    assert (board["base"], board["oriented"]) == (400, 0)
    [share], [waiting] = board["contingents"], board["waiting"]
    assert (share["share_permille"], share["due"], share["lacks_convention"]) == (250, 100, False)
    assert waiting["id"] == str(vacancy.pk) and waiting["proposal"]["contingent"] == str(contingent.pk)
    path, key = f"vacancies/{vacancy.pk}/orient/", uuid4()
    assert pointers(send(rosa, path, {"contingent": str(contingent.pk)})) == {""}
    assert pointers(send(rosa, path, {"contingent": str(uuid4()), "reason": "behind"})) == {"/contingent"}
    body = {"contingent": str(contingent.pk), "reason": "behind"}
    first, again = (send(rosa, path, body, key) for _time in range(2))
    assert first.status_code == 200 and again.content == first.content
    assert len(events(kind="vacancy_oriented", outcome="changed")) == 1
    assert [row["id"] for row in fetch(rosa, "flow/")["recent"]] == [str(vacancy.pk)]
    done(send(rosa, path, {"outside_flow": "transfer"}))
    assert Vacancy.objects.using(OWNER).get().outside_flow == "transfer"


def test_terms_are_entered_and_a_vacancy_withdrawn(landlord, sign_in):
    enter_figures()
    rosa, aline = sign_in("rosa"), sign_in("aline")
    unit = make_unit(landlord.building("Glycines A"), "97", 9)
    terms = {"financing": "PLAI", "zone": "paris", "rent_cents": 41_250, "charges_cents": 0}
    terms |= {"qpv_on": paris_day(-100).isoformat(), "equipment": ["lift"]}
    assert pointers(send(rosa, f"units/{unit.pk}/terms/", terms | {"rent_cents": "412,50"})) == {"/rent_cents"}
    done(send(rosa, f"units/{unit.pk}/terms/", terms))
    refused(send(aline, f"units/{unit.pk}/terms/", terms), "forbidden")
    free = [row for row in fetch(aline, "vacancies/notices/")["results"] if row["unit"]["id"] == str(unit.pk)]
    assert [row["terms"]["rent_cents"] for row in free] == [41_250]
    vacancy = make_vacancy(unit)
    assert send(sign_in("basile"), f"vacancies/{vacancy.pk}/withdraw/").status_code == 404
    done(send(aline, f"vacancies/{vacancy.pk}/withdraw/"))
    assert Vacancy.objects.using(OWNER).get(pk=vacancy.pk).state == "withdrawn"
    refused(send(aline, f"vacancies/{vacancy.pk}/withdraw/"), "already")
    assert len(events(kind="vacancy_withdrawn", outcome="changed")) == 1


def test_person_of_another_role_gets_no_board(landlord, sign_in):
    assign(landlord.person("noel"), "nominator", landlord.place(TOP))
    for who in ("aline", "nadia", "noel"):
        assert sign_in(who).get("/api/v1/flow/").status_code == 403
