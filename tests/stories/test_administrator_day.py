"""The access administrator's day: a newcomer asked for by a manager, a building that changes hands, a session ended."""

import pytest
from allauth.usersessions.models import UserSession

from access.models import AccessRequest, Assignment
from access.signin.session_store import StoredKey
from tests.builders import OWNER, events
from tests.known import typed
from tests.stories.leaving import goes_home

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
NINA = "Nina Rey"


@pytest.mark.parametrize("screen", [PHONE | {"color_scheme": "dark"}, {}], ids=["phone", "desk"])
def test_a_newcomer_a_building_that_changes_hands_and_a_session_ended(come_in, call_on, house, screen):
    account, bruno = house.account("Dette-Glycines A").reference, call_on("bruno")
    bruno.opens("/")
    asks_for_a_newcomer(call_on("georges"), house)
    jules = come_in("jules", **screen)
    approves(jules)
    moves_a_caretaker(jules, house)
    ends_a_session(jules, house, bruno)
    said = jules.is_refused(f"/comptes/{account}/", 403)
    assert "Votre rôle ne donne pas accès à cette page" in said and account not in said
    goes_home(jules, NINA, "Bruno Lefèvre", "Jules Moreau")


def asks_for_a_newcomer(georges, house):
    georges.opens("/acces/demandes/")
    georges.chooses("Demander un accès pour une nouvelle personne")
    georges.types("Nom affiché", NINA)
    georges.types("Adresse professionnelle", "nina.rey@trois-rives.example")
    georges.types("Rattachement", house.place("Secteur Glycines").code)
    georges.page.get_by_label("Rôle").select_option("caretaker")
    georges.types("Lieu", house.place("Glycines B").code)
    georges.types("Dernier jour", typed(90))
    georges.presses("Demander")
    georges.sees(NINA, "L’accès ne sera ouvert qu’après l’approbation d’une autre personne.")
    asked = AccessRequest.objects.using(OWNER).get()
    georges.is_refused(f"/acces/demandes/{asked.pk}/approuver/", 403)


def approves(jules):
    """Who asks does not decide; who decides was not asked for."""
    jules.chooses("Demandes")
    jules.page.get_by_role("main").get_by_role("link").filter(has_text=NINA).first.click()
    jules.sees("Georges Petit", "nina.rey@trois-rives.example")
    jules.chooses("Approuver")
    jules.presses("Approuver")
    jules.sees("La demande est approuvée.")
    [given] = Assignment.objects.using(OWNER).filter(person__name=NINA)
    assert given.role == "caretaker" and len(events(kind="person_added", outcome="changed")) == 1


def moves_a_caretaker(jules, house):
    held = Assignment.objects.using(OWNER).get(person=house.person("bruno"), role="caretaker")
    jules.opens(f"/acces/personnes/{held.person_id}/")
    jules.follows(f"/acces/affectations/{held.pk}/deplacer/")
    jules.types("Nouvel immeuble", house.place("Quai 9").code)
    jules.types("Premier jour au nouveau lieu", typed(-1))
    jules.types("Dernier jour au nouveau lieu", typed(90))
    jules.presses("Déplacer")
    jules.sees("Ce jour est passé")
    jules.types("Premier jour au nouveau lieu", typed(0))
    jules.presses("Déplacer")
    jules.sees("Quai 9")
    held.refresh_from_db(using=OWNER)
    assert held.end_reason == "transfer"
    assert Assignment.objects.using(OWNER).filter(person=held.person_id, place=house.place("Quai 9")).exists()


def ends_a_session(jules, house, bruno):
    """He reads his new building until then, and has to come in again."""
    bruno.is_refused(f"/immeubles/{house.building('Glycines B').pk}/", 404)
    bruno.opens(f"/immeubles/{house.building('Quai 9').pk}/")
    [number] = [one["value"] for one in bruno.page.context.cookies() if one["name"] == "sessionid"]
    sat_down = {"user": house.person("bruno"), "session_key": StoredKey.of(number), "ip": "192.0.2.1", "user_agent": ""}
    UserSession.objects.using(OWNER).create(**sat_down)  # as the entrance would have noted
    jules.chooses("Fermer ses sessions")
    jules.page.get_by_label("Motif").select_option("doubt")
    jules.presses("Fermer")
    assert [line["facts"]["ended"] for line in events(kind="sessions_ended", outcome="changed")] == [1]
    bruno.page.goto("/immeubles/")
    bruno.page.get_by_label("Mot de passe").wait_for()
    bruno.does_not_see("Quai 9")
