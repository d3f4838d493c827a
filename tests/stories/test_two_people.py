"""A right that reaches further than a building: one asks, another approves, it bites at once, and the DPO is told."""

import pytest

from access.models import AccessRequest
from tests.builders import OWNER, assign, events, make_person
from tests.known import typed
from tests.stories.conftest import session_of
from tests.stories.leaving import goes_home

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


def test_one_asks_and_another_approves(come_in, call_on, arrive, house):
    account = f"/comptes/{house.account('Dette-Glycines A').reference}/"
    noel = call_on("noel", **PHONE)
    noel.opens("/")
    noel.sees("Aucun lieu ne vous est confié aujourd’hui")
    noel.is_refused(account, 403)
    jules = come_in("jules")
    asks_and_may_not_approve(jules, house)
    noel.is_refused(account, 403)  # asked for is not given
    approves(second_administrator(arrive, house))
    noel.opens(account)
    noel.sees("Mme Marie Dette-Glycines A")
    is_told_of_both(call_on("ines", color_scheme="dark"), house)
    jules.opens("/acces/demandes/")
    jules.sees("Décidées", "Corinne Vidal")
    jules.chooses("Accès")
    goes_home(jules, "Noël Caron", "Jules Moreau")


def second_administrator(arrive, house):
    """Named on the server, as the first ones are; on her phone."""
    corinne = make_person("Corinne Vidal", house.place("Office des Trois-Rives"))
    assign(corinne, "access_administrator", house.place("Office des Trois-Rives"))
    somebody = arrive(**PHONE)
    somebody.carries(session_of(corinne))
    return somebody


def asks_and_may_not_approve(jules, house):
    jules.chooses("Demandes")
    jules.chooses("Demander un accès")
    jules.types("Personne", house.person("noel").email)
    jules.page.get_by_label("Rôle").select_option("officer")
    jules.types("Lieu", house.place("Secteur Glycines").code)
    jules.types("Dernier jour", typed(90))
    jules.presses("Demander")
    asked = AccessRequest.objects.using(OWNER).get()
    jules.opens(f"/acces/demandes/{asked.pk}/")
    jules.sees("un autre administrateur des accès l’approuve ou la refuse")
    assert not jules.page.get_by_role("link", name="Approuver").count()
    jules.opens(f"/acces/demandes/{asked.pk}/approuver/")  # the address is no secret
    jules.presses("Approuver")
    jules.sees("Qui demande ne décide pas")
    asked.refresh_from_db(using=OWNER)
    assert asked.decision == ""


def approves(corinne):
    corinne.opens("/acces/demandes/")
    corinne.sees("Attendent une décision", "Noël Caron")
    corinne.page.get_by_role("main").locator("a[href^='/acces/demandes/']").filter(has_text="Noël Caron").first.click()
    corinne.chooses("Approuver")
    corinne.presses("Approuver")
    corinne.sees("C’est approuvé.", "Décidées")


def is_told_of_both(ines, house):
    ines.opens("/trace/")
    ines.sees("Accès demandé", "Accès approuvé", "Secteur Glycines")
    ines.does_not_see("Noël Caron")
    ines.page.get_by_role("link", name="la demande").first.click()
    ines.looks_over()
    ines.sees("Noël Caron", "Jules Moreau", "Corinne Vidal")
    assert not ines.page.get_by_role("link", name="Approuver").count()
    actors = [events(kind=kind, outcome="changed")[0]["actor"] for kind in ("access_requested", "access_approved")]
    assert actors[0] == house.person("jules").pk != actors[1]
