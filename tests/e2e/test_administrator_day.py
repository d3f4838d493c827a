"""The access administrator approves a new person, moves a caretaker to another building and ends a session."""

import pytest
from allauth.usersessions.models import UserSession

from access.models import AccessRequest, Assignment
from access.signin.session_store import StoredKey
from tests.builders import OWNER, events
from tests.e2e.leaving import goes_home
from tests.form_values import typed

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
NINA = "Nina Rey"


@pytest.mark.parametrize("screen", [PHONE | {"color_scheme": "dark"}, {}], ids=["phone", "desk"])
def test_administrator_adds_a_person_moves_a_caretaker_and_ends_a_session(come_in, call_on, landlord, screen):
    account, bruno = landlord.account("Dette-Glycines A").reference, call_on("bruno")
    bruno.opens("/")
    asks_for_a_newcomer(call_on("georges"), landlord)
    jules = come_in("jules", **screen)
    approves(jules)
    moves_a_caretaker(jules, landlord)
    ends_a_session(jules, landlord, bruno)
    content = jules.is_refused(f"/comptes/{account}/", 403)
    assert "Votre rôle ne donne pas accès à cette page" in content and account not in content
    goes_home(jules, NINA, "Bruno Lefèvre", "Jules Moreau")


def asks_for_a_newcomer(georges, landlord):
    georges.opens("/acces/demandes/")
    georges.chooses("Demander un accès pour une nouvelle personne")
    georges.types("Nom affiché", NINA)
    georges.types("Adresse professionnelle", "nina.rey@trois-rives.example")
    georges.types("Rattachement", landlord.place("Secteur Glycines").code)
    georges.page.get_by_label("Rôle").select_option("caretaker")
    georges.types("Lieu", landlord.place("Glycines B").code)
    georges.types("Dernier jour", typed(90))
    georges.presses("Demander")
    georges.sees(NINA, "L’accès ne sera ouvert qu’après l’approbation d’une autre personne.")
    request = AccessRequest.objects.using(OWNER).get()
    georges.is_refused(f"/acces/demandes/{request.pk}/approuver/", 403)


def approves(jules):
    """The administrator Jules approves a new person's access, which the sector manager Georges requested."""
    jules.chooses("Demandes")
    jules.page.get_by_role("main").get_by_role("link").filter(has_text=NINA).first.click()
    jules.sees("Georges Petit", "nina.rey@trois-rives.example")
    jules.chooses("Approuver")
    jules.presses("Approuver")
    jules.sees("La demande est approuvée.")
    [given] = Assignment.objects.using(OWNER).filter(person__name=NINA)
    assert given.role == "caretaker" and len(events(kind="person_added", outcome="changed")) == 1


def moves_a_caretaker(jules, landlord):
    held_route = Assignment.objects.using(OWNER).get(person=landlord.person("bruno"), role="caretaker")
    jules.opens(f"/acces/personnes/{held_route.person_id}/")
    jules.follows(f"/acces/affectations/{held_route.pk}/deplacer/")
    jules.types("Nouvel immeuble", landlord.place("Quai 9").code)
    jules.types("Premier jour au nouveau lieu", typed(-1))
    jules.types("Dernier jour au nouveau lieu", typed(90))
    jules.presses("Déplacer")
    jules.sees("Ce jour est passé")
    jules.types("Premier jour au nouveau lieu", typed(0))
    jules.presses("Déplacer")
    jules.sees("Quai 9")
    held_route.refresh_from_db(using=OWNER)
    assert held_route.end_reason == "transfer"
    assert Assignment.objects.using(OWNER).filter(person=held_route.person_id, place=landlord.place("Quai 9")).exists()


def ends_a_session(jules, landlord, bruno):
    """The caretaker Bruno can open his new building until the administrator ends his session.

    Then he has to sign in again."""
    bruno.is_refused(f"/immeubles/{landlord.building('Glycines B').pk}/", 404)
    bruno.opens(f"/immeubles/{landlord.building('Quai 9').pk}/")
    [number] = [item["value"] for item in bruno.page.context.cookies() if item["name"] == "sessionid"]
    fields = {
        "user": landlord.person("bruno"),
        "session_key": StoredKey.of(number),
        "ip": "192.0.2.1",
        "user_agent": "",
    }
    # Bruno (caretaker) got his session without the sign-in page, so the session's UserSession row is created here.
    UserSession.objects.using(OWNER).create(**fields)
    jules.chooses("Fermer ses sessions")
    jules.page.get_by_label("Motif").select_option("doubt")
    jules.presses("Fermer")
    assert [line["facts"]["ended"] for line in events(kind="sessions_ended", outcome="changed")] == [1]
    bruno.page.goto("/immeubles/")
    bruno.page.get_by_label("Mot de passe").wait_for()
    bruno.does_not_see("Quai 9")
