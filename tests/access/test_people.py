"""People who sign in: added with a key to their own address, closed, reopened, and let go in one act."""

import re

import pytest
from django.core.exceptions import ValidationError

from access.actions.people import add_person, close_sign_in, let_go
from access.models import Assignment, Person
from tests.access.acting import acting
from tests.builders import OWNER, assign, events, make_person, paris_day

ADD = "/acces/personnes/ajouter/"
NEW = {"name": "Nina Perrot", "email": "Nina.Perrot@trois-rives.example", "employed_at": "secteur-glycines"}


def test_a_new_person_chooses_her_password_through_her_own_mail(house, sign_in, mailoutbox):
    client = sign_in("jules")
    answer = client.post(ADD, NEW)
    assert answer.status_code == 302
    nina = Person.objects.using(OWNER).get(name="Nina Perrot")
    assert nina.email == "nina.perrot@trois-rives.example" and not nina.has_usable_password()
    [mail] = mailoutbox
    assert mail.to == [nina.email]
    key = re.search(r"/entrer/oubli/[^\s]+", mail.body).group()
    assert key not in client.get(answer.url).content.decode()  # the administrator never sees it
    fresh = type(client)()
    page = fresh.get(key, follow=True)
    chosen = "trois marches et un palier"
    done = fresh.post(page.redirect_chain[-1][0], {"password1": chosen, "password2": chosen})
    assert done.status_code == 302
    nina.refresh_from_db(using=OWNER)
    assert nina.check_password("trois marches et un palier")
    [event] = events(kind="person_added")
    assert event["facts"] == {"person": str(nina.pk)} and event["actor"] == house.person("jules").pk


def test_the_same_address_twice_is_refused_in_a_sentence(house, sign_in, mailoutbox):
    answer = sign_in("jules").post(ADD, {**NEW, "email": "AWA.diakite@trois-rives.example"})
    assert answer.status_code == 200 and "déjà avec cette adresse" in answer.content.decode()
    assert not mailoutbox and not events(kind="person_added")


@pytest.mark.parametrize("name", ["awa", "georges", "ines", "elise"])
def test_only_the_administrator_adds_or_closes(house, sign_in, name):
    client, bruno = sign_in(name), house.person("bruno")
    for url in (ADD, f"/acces/personnes/{bruno.pk}/fermer/", f"/acces/personnes/{bruno.pk}/depart/"):
        assert client.post(url, NEW).status_code == 403
    by, bercy = house.person(name), house.place("Agence Bercy")
    with pytest.raises(ValidationError, match="périmètre"), acting(by):
        add_person(by=by, name="X Y", email="x@y.example", employed_at=bercy)
    with pytest.raises(ValidationError, match="périmètre"), acting(by):
        close_sign_in(by=by, person=bruno)
    assert house.person("bruno").is_active


def test_closing_a_sign_in_ends_the_session_at_its_next_request(house, sign_in):
    keeper, awa = sign_in("awa"), house.person("awa")
    assert keeper.get("/acces/moi/").status_code == 200
    assert sign_in("jules").post(f"/acces/personnes/{awa.pk}/fermer/").status_code == 302
    assert keeper.get("/acces/moi/").status_code == 302
    assert [event["facts"] for event in events(kind="person_closed")] == [{"person": str(awa.pk), "ended": 0}]
    assert sign_in("jules").post(f"/acces/personnes/{awa.pk}/rouvrir/").status_code == 302
    assert house.person("awa").is_active and len(events(kind="person_reopened")) == 1


def test_closing_twice_says_so(house, sign_in):
    answer = sign_in("jules").post(f"/acces/personnes/{house.person('karim').pk}/fermer/")
    assert answer.status_code == 200 and "déjà fermée" in answer.content.decode()


def test_a_leaver_loses_everything_in_one_act(house, sign_in):
    denis = house.person("denis")
    assign(denis, "caretaker", house.place("Tour basse"), first=5)
    assert sign_in("jules").post(f"/acces/personnes/{denis.pk}/depart/").status_code == 302
    assert not house.person("denis").is_active
    left = Assignment.objects.using(OWNER).filter(person=denis)
    assert {row.end_reason for row in left} == {"departure"} and left.open_on(paris_day()).count() == 0
    assert len(events(kind="assignment_ended")) == 3
    [closed] = events(kind="person_closed")
    assert closed["facts"]["ended"] == 3


def test_if_one_assignment_cannot_be_ended_nothing_is(house):
    """Denis also holds a building in the other agency, where a local administrator has no say."""
    local = make_person("Agathe Local", house.place("Agence Belleville"))
    assign(local, "access_administrator", house.place("Agence Belleville"))
    denis = house.person("denis")
    with pytest.raises(ValidationError, match="périmètre"), acting(local):
        let_go(by=local, person=denis)
    assert house.person("denis").is_active and not events(kind="assignment_ended")


def test_nobody_closes_oneself(house, sign_in):
    jules = house.person("jules")
    for act in ("fermer", "depart"):
        answer = sign_in("jules").post(f"/acces/personnes/{jules.pk}/{act}/")
        assert answer.status_code == 200 and "soi-même" in answer.content.decode()
    assert (
        house.person("jules").is_active
        and len(Assignment.objects.using(OWNER).filter(person=jules, ended_on=None)) == 1
    )


def test_names_are_searched_by_post_and_the_words_are_kept_nowhere(house, sign_in):
    client = sign_in("ines")
    found = client.post("/acces/personnes/", {"q": "diakit"}).content.decode()
    assert "Awa Diakité" in found and "Bruno" not in found
    assert "Bruno" in client.get("/acces/personnes/").content.decode()
    assert "diakit" not in str(events(kind="list_shown"))
    assert [event["count"] for event in events(kind="list_shown")] == [1, 15]


def test_a_persons_page_shows_what_was_and_is_held(house, sign_in):
    page = sign_in("ines").get(f"/acces/personnes/{house.person('chloe').pk}/").content.decode()
    assert "Chloé Martin" in page and "Terminées" in page and "Fermer la connexion" not in page
    own = sign_in("jules").get(f"/acces/personnes/{house.person('jules').pk}/").content.decode()
    assert "Fermer la connexion" not in own and "Confier un immeuble" not in own


def test_a_neighbours_person_is_404_for_a_local_administrator(house, client):
    local = make_person("Agathe Local", house.place("Agence Belleville"))
    assign(local, "access_administrator", house.place("Agence Belleville"))
    far = make_person("Farid Loin", house.place("Agence Bercy"))
    client.force_login(local, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(f"/acces/personnes/{far.pk}/").status_code == 404
    assert client.get(f"/acces/personnes/{house.person('awa').pk}/").status_code == 200
