"""Closing and reopening sign-ins, and people who leave. Adding people is tested in test_four_eyes.py."""

import pytest
from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError

from access.grants.actions.people import close_sign_in, let_go, reopen_sign_in
from access.models import Assignment, Session
from tests.access.acting import acting
from tests.builders import OWNER, assign, events, make_person, paris_day, run
from tests.sign_in import let_in, listed, session_in


@pytest.mark.parametrize("name", ["awa", "georges", "ines", "elise"])
def test_only_an_administrator_closes_a_sign_in(landlord, sign_in, name):
    client, bruno = sign_in(name), landlord.person("bruno")
    for url in (f"/acces/personnes/{bruno.pk}/fermer/", f"/acces/personnes/{bruno.pk}/depart/"):
        assert client.post(url).status_code == 403
    by = landlord.person(name)
    with pytest.raises(ValidationError, match="périmètre"), acting(by):
        close_sign_in(by=by, person=bruno)
    assert landlord.person("bruno").is_active


def test_closing_a_sign_in_ends_the_session_at_its_next_request(landlord, sign_in):
    awa = landlord.person("awa")
    keeper, other = listed(awa), listed(landlord.person("noel"))
    assert keeper.get("/acces/moi/").status_code == 200
    assert sign_in("jules").post(f"/acces/personnes/{awa.pk}/fermer/").status_code == 302
    assert keeper.get("/acces/moi/").status_code == 302 and other.get("/acces/moi/").status_code == 200
    assert not UserSession.objects.filter(user=awa).exists(), "its network and browser are deleted too"
    assert not Session.objects.filter(session_key=session_in(keeper).session_key).exists()
    assert [event["facts"] for event in events(kind="person_closed")] == [{"person": str(awa.pk), "ended": 0}]
    assert sign_in("jules").post(f"/acces/personnes/{awa.pk}/rouvrir/").status_code == 302
    assert landlord.person("awa").is_active and len(events(kind="person_reopened")) == 1


def test_a_sign_in_with_an_access_that_takes_two_cannot_be_reopened_by_one(landlord, sign_in):
    """One administrator alone must not reopen the sign-in of Karim (officer), whose role only two people may grant.

    Whoever reads his mailbox could then reset his password, and so get this role with the help of one administrator.
    """
    karim, jules = landlord.person("karim"), landlord.person("jules")
    answer = sign_in("jules").post(f"/acces/personnes/{karim.pk}/rouvrir/")
    assert answer.status_code == 200 and "demande une décision à deux" in answer.content.decode()
    with pytest.raises(ValidationError, match="demande une décision à deux"), acting(jules):
        reopen_sign_in(by=jules, person=karim)
    assert not landlord.person("karim").is_active
    Assignment.objects.using(OWNER).filter(person=karim).delete()
    assert sign_in("jules").post(f"/acces/personnes/{karim.pk}/rouvrir/").status_code == 302


def test_closing_a_closed_sign_in_is_refused_with_a_reason(landlord, sign_in):
    answer = sign_in("jules").post(f"/acces/personnes/{landlord.person('karim').pk}/fermer/")
    assert answer.status_code == 200 and "déjà fermée" in answer.content.decode()


def test_a_leaver_loses_all_assignments_and_the_sign_in_at_once(landlord, sign_in):
    denis = landlord.person("denis")
    assign(denis, "caretaker", landlord.place("Tour basse"), first=5)
    listed(denis)
    assert sign_in("jules").post(f"/acces/personnes/{denis.pk}/depart/").status_code == 302
    assert not landlord.person("denis").is_active
    left = Assignment.objects.using(OWNER).filter(person=denis)
    assert {row.end_reason for row in left} == {"departure"} and left.open_on(paris_day()).count() == 0
    assert len(events(kind="assignment_ended")) == 3
    [closed] = events(kind="person_closed")
    assert closed["facts"]["ended"] == 3 and not UserSession.objects.filter(user=denis).exists()


def test_if_one_assignment_cannot_be_ended_none_is(landlord):
    """An administrator of one agency may not close a sign-in if the person has assignments in another agency."""
    local = make_person("Agathe Local", landlord.place("Agence Belleville"))
    assign(local, "access_administrator", landlord.place("Agence Belleville"))
    denis = landlord.person("denis")
    with pytest.raises(ValidationError, match="périmètre"), acting(local):
        let_go(by=local, person=denis)
    assert landlord.person("denis").is_active and not events(kind="assignment_ended")


def test_nobody_closes_their_own_sign_in(landlord, sign_in):
    jules = landlord.person("jules")
    for act in ("fermer", "depart"):
        answer = sign_in("jules").post(f"/acces/personnes/{jules.pk}/{act}/")
        assert answer.status_code == 200 and "vous-même" in answer.content.decode()
    assert (
        landlord.person("jules").is_active
        and len(Assignment.objects.using(OWNER).filter(person=jules, ended_on=None)) == 1
    )


def test_names_are_searched_by_post_and_search_terms_are_not_stored(landlord, sign_in):
    client = sign_in("ines")
    page = client.post("/acces/personnes/", {"q": "diakit"}).content.decode()
    assert "Awa Diakité" in page and "Bruno" not in page
    assert "Bruno" in client.get("/acces/personnes/").content.decode()
    assert "diakit" not in str(events(kind="list_shown"))
    [(everybody,)] = run("SELECT count(*) FROM access_person WHERE NOT is_machine")
    assert [event["count"] for event in events(kind="list_shown")] == [1, everybody]


def test_a_persons_page_shows_current_and_past_assignments(landlord, sign_in):
    page = sign_in("ines").get(f"/acces/personnes/{landlord.person('chloe').pk}/").content.decode()
    assert "Chloé Martin" in page and "Terminées" in page and "Fermer la connexion" not in page
    own = sign_in("jules").get(f"/acces/personnes/{landlord.person('jules').pk}/").content.decode()
    assert "Fermer la connexion" not in own and "Confier un immeuble" not in own


def test_a_person_of_another_agency_is_404_for_a_local_administrator(landlord, client):
    local = make_person("Agathe Local", landlord.place("Agence Belleville"))
    assign(local, "access_administrator", landlord.place("Agence Belleville"))
    far = make_person("Farid Loin", landlord.place("Agence Bercy"))
    let_in(client, local)
    assert client.get(f"/acces/personnes/{far.pk}/").status_code == 404
    assert client.get(f"/acces/personnes/{landlord.person('awa').pk}/").status_code == 200


def test_a_null_character_in_a_search_is_ignored(sign_in):
    jules = sign_in("jules")
    page = jules.post("/acces/personnes/", {"q": "Awa\0"})
    assert page.status_code == 200 and "Awa Diakité" in page.content.decode()
