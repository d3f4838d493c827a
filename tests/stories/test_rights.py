"""At the counter somebody exercises a right: the clerk checks a paper, hands it on, and reads nothing of the file."""

import pytest

from tenants.models import SubjectRequest
from tests.builders import OWNER, events
from tests.stories.leaving import goes_home

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("stories")]
NAME = "Calme-Glycines A"


def test_the_clerk_hands_a_demand_on(come_in, house):
    account = house.account(NAME)
    paola = come_in("paola")
    paola.chooses("Accueil")
    paola.follows("/accueil/demande/")
    paola.types("Référence du compte", account.reference)
    paola.page.get_by_label("Nom", exact=True).fill(NAME)
    paola.page.get_by_label("Prénom").fill("Zoé")
    paola.page.get_by_text("pièce d’identité avec photo", exact=True).click()
    paola.presses("Identité vérifiée, transmettre")
    paola.sees("La demande n’est pas transmise", "Aucune personne de vos lieux")
    paola.page.get_by_label("Prénom").fill("Anne")
    paola.presses("Identité vérifiée, transmettre")
    paola.sees("Demande transmise à la déléguée")
    paola.does_not_see("615,96", "€", "allée des Glycines", NAME)
    [asked] = SubjectRequest.objects.using(OWNER).all()
    assert [event["facts"]["request"] for event in events(kind="subject_request_taken")] == [str(asked.pk)]
    said = paola.is_refused(f"/droits/{asked.pk}/releve/", 403)
    assert "pas dans votre rôle" in said and NAME not in said
    goes_home(paola, NAME, "Anne", "Paola Ricci")
