"""The pages on which the allocation manager convenes the commission and gives seats. They show no candidate."""

import re

import pytest
from django.urls import reverse

from allocations.models import Seat, Session
from tests.allocations.builders import enter_figures
from tests.allocations.commission import Commission
from tests.builders import OWNER, assign, events, make_person, paris_day

pytestmark = pytest.mark.usefixtures("unkept")


@pytest.fixture
def rosa(sign_in):
    return sign_in("rosa")


@pytest.fixture
def session(landlord, rosa) -> Session:
    enter_figures(committee_quorum=2)
    rosa.post(reverse("session_convene"), {"day": f"{paris_day(9):%d/%m/%Y}", "hour": "9 h 30"})
    session: Session = Session.objects.using(OWNER).get()
    return session


def page(name: str, pk: object) -> str:
    return reverse(name, kwargs={"pk": pk})


def text(response) -> str:
    return response.content.decode()


def seat(landlord, name: str, voice: str, **more: str) -> dict[str, str]:
    return {"person": str(landlord.person(name).pk), "voice": voice, **more}


def test_manager_convenes_a_session_at_the_hour_of_paris(rosa, session):
    assert f"{session.held_at:%H:%M}" in ("07:30", "08:30") and session.state == "convened"
    content = text(rosa.get(reverse("sessions")))
    assert page("session_seats", session.pk) in content and "9:30" in content


@pytest.mark.parametrize("day, words", [(-1, "Ce moment est passé"), (9, "Écrivez l’heure")])
def test_session_is_not_convened_in_the_past_or_without_an_hour(landlord, rosa, day, words):
    hour = "9 h" if day < 0 else "neuf"
    response = rosa.post(reverse("session_convene"), {"day": f"{paris_day(day):%d/%m/%Y}", "hour": hour})
    assert words in text(response) and not Session.objects.using(OWNER).exists()


def test_seats_are_offered_to_people_with_a_role_of_the_commission_today(landlord, rosa, session):
    former = make_person("Ancien Membre", landlord.place("Agence Belleville"))
    assign(former, "committee_member", landlord.place("Office des Trois-Rives"), first=-9, last=-1)
    content = text(rosa.get(page("session_seats", session.pk)))
    offered = set(re.findall(r'<option value="([0-9a-f-]{36})"', content))
    assert offered == {str(landlord.person(name).pk) for name in ("camille", "mehdi", "marion")}
    response = rosa.post(page("session_seats", session.pk), {"person": str(former.pk), "voice": "tenants"})
    assert response.status_code == 200 and not Seat.objects.using(OWNER).exists()


def test_manager_gives_the_seats_and_reads_whether_the_quorum_is_possible(landlord, rosa, session):
    url = page("session_seats", session.pk)
    assert "Personne ne préside" in text(rosa.get(url)) and "Quorum impossible" in text(rosa.get(url))
    assert rosa.post(url, seat(landlord, "camille", "landlord", chairs="on")).status_code == 302
    assert rosa.post(url, seat(landlord, "marion", "mayor", casting="on")).status_code == 302
    content = text(rosa.get(url))
    assert "Quorum possible" in content and "2 membres convoqués" in content and "Personne ne préside" not in content
    stored = {row.voice: (row.chairs, row.casting) for row in Seat.objects.using(OWNER).all()}
    assert stored == {"landlord": (True, False), "mayor": (False, True)}
    assert len(events(kind="seat_given")) == 2


def test_somebody_without_the_role_of_chair_cannot_chair(landlord, rosa, session):
    response = rosa.post(page("session_seats", session.pk), seat(landlord, "mehdi", "tenants", chairs="on"))
    assert "n’a pas le rôle de présidence" in text(response) and not Seat.objects.using(OWNER).exists()


@pytest.mark.parametrize(
    "more, words",
    [({"casting": "on"}, "voix prépondérante est celle du maire"), ({"voice": "prefect", "chairs": "on"}, "du maire")],
)
def test_rights_of_a_seat_are_those_of_the_law(landlord, rosa, session, more, words):
    response = rosa.post(page("session_seats", session.pk), seat(landlord, "camille", "landlord") | more)
    assert words in text(response) and not Seat.objects.using(OWNER).exists()


def test_two_chairs_are_refused_in_words(landlord, rosa, session):
    other = make_person("Autre Présidence", landlord.place("Agence Belleville"))
    assign(other, "committee_chair", landlord.place("Office des Trois-Rives"))
    url = page("session_seats", session.pk)
    rosa.post(url, seat(landlord, "camille", "landlord", chairs="on"))
    response = rosa.post(url, {"person": str(other.pk), "voice": "landlord", "chairs": "on"})
    assert "une seule personne qui préside" in text(response) and Seat.objects.using(OWNER).count() == 1


@pytest.fixture
def commission(commission, candidacies) -> Commission:
    return commission


def test_manager_sees_the_agenda_and_no_candidate(rosa, commission):
    content = text(rosa.get(page("session_seats", commission.session.pk)))
    assert "450,00" in content and "Candidat" not in content and commission.applications[0].number not in content
    assert "/fiche" not in content and "Fiche " not in content


def test_composition_of_an_open_session_stays(landlord, rosa, commission):
    commission.open()
    url = page("session_seats", commission.session.pk)
    assert "Donner un siège" not in text(rosa.get(url))
    other = make_person("Nouvelle Membre", landlord.place("Agence Belleville"))
    assign(other, "committee_member", landlord.place("Office des Trois-Rives"))
    response = rosa.post(url, {"person": str(other.pk), "voice": "prefect"})
    assert response.status_code == 200 and Seat.objects.using(OWNER).count() == 3


@pytest.mark.parametrize("name", ["aline", "camille", "mehdi"])
def test_others_do_not_convene(sign_in, session, name):
    client = sign_in(name)
    for url in (reverse("sessions"), reverse("session_convene"), page("session_seats", session.pk)):
        assert client.get(url).status_code == 403
