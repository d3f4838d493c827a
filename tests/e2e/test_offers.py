"""An allocation officer offers a dwelling, prints the offer letter, and records its notification and the answer."""

import pytest

from tests.allocations.builders import enter_figures, give_terms, make_application, make_ranked, open_occasion
from tests.builders import make_unit, run

pytestmark = pytest.mark.browser
SCREENS = {"phone": {"width": 390, "height": 844}, "desk": {"color_scheme": "dark"}}


@pytest.mark.parametrize("screen", SCREENS)
def test_officer_offers_a_dwelling_and_records_the_answer(come_in, landlord, screen):
    enter_figures(offer_delay_days=10, answer_post_days=3)
    person = landlord.person("aline")
    application = make_application(landlord.place("Agence Belleville"), "Vidal", by=person)
    open_occasion(application, person)
    unit = make_unit(landlord.building("Glycines A"), "99", 9)
    give_terms(unit)
    candidacy = make_ranked(application, unit, person)
    base = f"/attribution/candidatures/{candidacy.pk}"
    aline = come_in("aline", **SCREENS[screen])
    aline.opens(f"{base}/courrier/decision/")
    aline.sees("La commission a classé votre candidature", "Référence de la décision", str(candidacy.pk))
    aline.opens(f"{base}/proposition/")
    aline.presses("Proposer le logement")
    aline.sees("Une proposition ne peut pas être reprise")
    aline.presses("Proposer le logement")
    aline.sees("Un logement vous est proposé", "Vous avez 10 jours pour répondre.", "You have 10 days to answer.")
    aline.opens(f"{base}/proposition/notification/")
    aline.presses("Enregistrer la remise")
    aline.sees("Rien n’est encore enregistré")
    aline.page.get_by_label("remise en main propre").check()
    aline.page.locator("#id_notified_on").fill(f"{candidacy.designated_on:%d/%m/%Y}")
    aline.presses("Enregistrer la remise")
    aline.sees("La notification est enregistrée.", "Dernier jour")
    aline.chooses("Réponse du candidat")
    aline.page.get_by_label("accepte").check()
    aline.presses("Enregistrer la réponse")
    aline.sees("Une réponse ne change plus")
    aline.presses("Enregistrer")
    aline.sees("La réponse est enregistrée.")
    assert run("SELECT state FROM allocations_candidacy") == [("accepted",)]
