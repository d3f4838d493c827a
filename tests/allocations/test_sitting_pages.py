"""Pages for cases in which the commission could not go on.

Dwellings are taken off the agenda or carried over to another session, seats are taken back, and other members preside.
"""

import pytest
from django.urls import reverse

from allocations.models import AgendaItem, Seat
from tests.allocations.builders import give_terms, make_vacancy
from tests.allocations.sitting import Sitting, page, sit, text, words_of
from tests.builders import OWNER, assign, make_person, make_unit, run

pytestmark = pytest.mark.usefixtures("unkept")
TOP = "Office des Trois-Rives"


@pytest.fixture
def table(commission, candidacies, sign_in) -> Sitting:
    return sit(commission, sign_in)


def item_page(name: str, table: Sitting) -> str:
    return page(name, table.commission.item.pk)


def begin() -> None:
    run("UPDATE allocations_session SET held_at = loge_now()")


def test_officer_takes_off_the_agenda_what_they_put_there(landlord, sign_in, table):
    vacancy = table.commission.vacancy.pk
    aline, convening = sign_in("aline"), page("vacancy_convene", vacancy)
    assert convening in text(aline.get(page("shortlist", vacancy)))
    assert "Retirer de l’ordre du jour" in words_of(aline.get(convening))
    assert aline.post(convening, {"take_off": "1"})["Location"] == page("shortlist", vacancy)
    assert not AgendaItem.objects.using(OWNER).exists()
    assert "Inscrire à une séance" in words_of(aline.get(page("shortlist", vacancy)))


def test_officer_reads_that_somebody_else_put_it_there(sign_in, table):
    run("UPDATE allocations_agendaitem SET added_by_id = NULL")
    aline, convening = sign_in("aline"), page("vacancy_convene", table.commission.vacancy.pk)
    assert "Une autre personne a inscrit ce logement" in words_of(aline.get(convening))
    assert "Seuls la personne" in words_of(aline.post(convening, {"take_off": "1"}))
    assert AgendaItem.objects.using(OWNER).exists()


def test_manager_takes_a_dwelling_off(sign_in, table):
    rosa, seats = sign_in("rosa"), page("session_seats", table.pk)
    removal = item_page("agenda_remove", table)
    assert removal in text(rosa.get(seats))
    assert "Candidat" not in words_of(rosa.get(removal)).replace("candidats restent", "")
    assert rosa.post(removal)["Location"] == seats
    assert not AgendaItem.objects.using(OWNER).exists()


def test_manager_does_not_take_a_dwelling_off_an_open_session(sign_in, table):
    rosa, removal = sign_in("rosa"), item_page("agenda_remove", table)
    table.commission.open()
    assert removal not in text(rosa.get(page("session_seats", table.pk)))
    assert "peut reporter un logement" in words_of(rosa.get(removal))
    assert "Seuls la personne" in words_of(rosa.post(removal))
    assert AgendaItem.objects.using(OWNER).exists()


def test_manager_cancels_a_session_before_it_opens(sign_in, table):
    rosa, seats, cancelling = sign_in("rosa"), page("session_seats", table.pk), page("session_cancel", table.pk)
    assert cancelling in text(rosa.get(seats))
    assert "1 logement, 3 sièges" in words_of(rosa.get(cancelling))
    assert rosa.post(cancelling)["Location"] == reverse("sessions")
    assert "annulée" in words_of(rosa.get(reverse("sessions")))
    body = words_of(rosa.get(seats))
    assert "Séance annulée" in body and "Les logements ont quitté" in body and "quorum" not in body.lower()
    assert cancelling not in text(rosa.get(seats))
    assert "Seule une séance qui n’est pas ouverte" in words_of(rosa.post(cancelling))
    for client in (table.camille, table.mehdi, table.marion):
        assert client.get(table.own).status_code == 404


def test_open_session_is_not_cancelled(sign_in, table):
    rosa, cancelling = sign_in("rosa"), page("session_cancel", table.pk)
    table.commission.open()
    assert cancelling not in text(rosa.get(page("session_seats", table.pk)))
    assert "panel" not in text(rosa.get(cancelling)).partition("<main")[2]
    assert "Seule une séance qui n’est pas ouverte" in words_of(rosa.post(cancelling))
    assert table.camille.get(table.own).status_code == 200


def seat_page(landlord, table: Sitting, name: str) -> str:
    return page("seat_release", Seat.objects.using(OWNER).get(session=table.pk, person=landlord.person(name)).pk)


def test_manager_takes_a_seat_back_and_gives_it_again(landlord, sign_in, table):
    rosa, seats, url = sign_in("rosa"), page("session_seats", table.pk), seat_page(landlord, table, "mehdi")
    assert url in text(rosa.get(seats))
    assert rosa.post(url, {"reason": "prevented"})["Location"] == seats
    assert "membre empêché" in words_of(rosa.get(seats)) and "Ce siège est retiré" in words_of(rosa.get(url))
    assert table.mehdi.get(table.own).status_code == 404
    assert "Mehdi" not in words_of(table.camille.get(table.opening))
    assert rosa.post(seats, {"person": str(landlord.person("mehdi").pk), "voice": "tenants"}).status_code == 302
    assert table.mehdi.get(table.own).status_code == 200 and Seat.objects.using(OWNER).count() == 3


def test_substitute_of_the_chair_presides_only_with_the_role(landlord, sign_in, table):
    rosa, url = sign_in("rosa"), seat_page(landlord, table, "camille")
    people = {}
    for name, role in (("Vice-Présidence", "committee_chair"), ("Simple Membre", "committee_member")):
        people[role] = make_person(name, landlord.place("Agence Belleville"))
        assign(people[role], role, landlord.place(TOP))
    assert "par un suppléant" in words_of(rosa.get(url))
    rosa.post(url, {"reason": "replaced", "person": str(people["committee_chair"].pk)})
    assert Seat.objects.using(OWNER).get(chairs=True).person_id == people["committee_chair"].pk
    second = page("seat_release", Seat.objects.using(OWNER).get(chairs=True).pk)
    rosa.post(second, {"reason": "replaced", "person": str(people["committee_member"].pk)})
    assert not Seat.objects.using(OWNER).filter(chairs=True).exists()


@pytest.mark.parametrize("sent", [{"reason": "replaced"}, {"reason": "prevented", "person": "mehdi"}])
def test_seat_is_taken_back_for_one_reason_or_replaced(landlord, sign_in, table, sent):
    other = make_person("Suppléante", landlord.place("Agence Belleville"))
    assign(other, "committee_member", landlord.place(TOP))
    values = sent | ({"person": str(other.pk)} if "person" in sent else {})
    response = sign_in("rosa").post(seat_page(landlord, table, "mehdi"), values)
    assert "Un membre remplacé a un suppléant" in words_of(response)
    assert not Seat.objects.using(OWNER).exclude(released="").exists()


def test_member_takes_the_chair_once_the_hour_has_come(table):
    url = page("session_preside", table.pk)
    assert url not in text(table.mehdi.get(table.own))
    begin()
    assert url in text(table.mehdi.get(table.own)) and url not in text(table.marion.get(table.own))
    assert "Camille Roux devait présider" in words_of(table.mehdi.get(url))
    assert table.mehdi.post(url)["Location"] == table.own
    assert table.mehdi.post(table.opening, table.presence("mehdi", "marion")).status_code == 302
    assert "en l’absence de la présidence" in words_of(table.marion.get(table.own))
    assert table.camille.get(table.closing).status_code == 403


def test_member_of_another_voice_is_refused_in_words(table):
    begin()
    assert "Un membre de l’organisme peut prendre la présidence" in words_of(
        table.marion.post(page("session_preside", table.pk))
    )


def test_member_presides_the_dwelling_of_a_recused_chair(table):
    table.camille.post(table.recusal, {"item": str(table.commission.item.pk)})
    table.commission.open()
    presiding = item_page("item_preside", table)
    assert presiding in text(table.mehdi.get(table.sheets)) and presiding not in text(table.marion.get(table.sheets))
    assert table.mehdi.post(presiding)["Location"] == table.sheets
    assert "préside ce logement" in words_of(table.marion.get(table.sheets))
    assert "Inscrire une proposition" not in words_of(table.camille.get(table.sheets))
    assert table.camille.get(table.proposing(0)).status_code == 403
    assert table.mehdi.post(table.proposing(0), {"decision": "b", "rank": "1"}).status_code == 302
    for client in (table.mehdi, table.marion):
        client.post(table.ballot, {"all": "for"})
    assert table.mehdi.post(page("decision_count", table.proposal(0).pk)).status_code == 302
    assert table.proposal(0).outcome == "adopted"


def test_presiding_is_refused_in_words_if_the_chair_is_not_recused(table):
    table.commission.open()
    table.mehdi.post(item_page("item_preside", table))
    assert "seul un membre de l’organisme présent et non récusé" in words_of(table.mehdi.get(table.sheets))


def test_chair_carries_a_dwelling_over_with_a_reason(sign_in, table):
    table.commission.open()
    url = item_page("item_carry_over", table)
    assert url in text(table.camille.get(table.sheets)) and url not in text(table.mehdi.get(table.sheets))
    assert table.mehdi.get(url).status_code == 403
    assert table.camille.post(url, {}).status_code == 200
    assert table.camille.post(url, {"reason": "quorum_lost"})["Location"] == table.own
    assert "Fiches sans décision reportées : quorum perdu" in words_of(table.camille.get(table.own))
    assert "Fiches sans décision reportées : quorum perdu" in words_of(
        sign_in("rosa").get(page("session_seats", table.pk))
    )
    assert table.camille.get(url)["Location"] == table.sheets
    assert "Aucune fiche à lire" in words_of(table.mehdi.get(table.sheets))
    assert table.camille.post(table.closing).status_code == 302
    assert "Fiches sans décision reportées : quorum perdu" in words_of(table.camille.get(table.minutes))


def test_page_of_a_dwelling_leads_to_the_following_one(landlord, table):
    first = table.commission.item
    unit = make_unit(landlord.building("Glycines A"), "88", 3)
    give_terms(unit)
    following = AgendaItem.objects.using(OWNER).create(
        session_id=first.session_id, vacancy=make_vacancy(unit), position=2, few_reason=""
    )
    sheets = page("item_sheets", first.pk)
    assert page("item_sheets", following.pk) in text(table.mehdi.get(sheets))
    AgendaItem.objects.using(OWNER).filter(pk=following.pk).update(carried_reason="no_time")
    assert "Logement suivant" not in words_of(table.mehdi.get(sheets))
