"""A member presides over a session of the allocation commission in place of the absent chair.

On a telephone, the member postpones the decision on a dwelling to another session (a carry-over).
"""

import re

import pytest

from tests.allocations.commission import make_commission
from tests.builders import run

pytestmark = pytest.mark.browser
PHONE, TABLET = {"width": 390, "height": 844}, {"width": 768, "height": 1024}


def test_member_presides_in_place_of_the_chair_and_carries_the_dwelling_over(call_on, landlord):
    commission = make_commission(landlord)
    commission.present()
    session, item = commission.session.pk, commission.item.pk
    rosa, aline = call_on("rosa"), call_on("aline")
    mehdi, marion = call_on("mehdi", **PHONE), call_on("marion", **TABLET, color_scheme="dark")
    takes_a_seat_back_by_mistake(rosa, session, landlord)
    run("UPDATE allocations_session SET held_at = loge_now()")

    mehdi.opens(f"/commission/{session}/")
    mehdi.chooses("Prendre la présidence")
    mehdi.sees("Camille Roux devait présider et est absent.")
    mehdi.presses("Présider la séance")
    mehdi.sees("Vous présidez la séance.", "en l’absence de la présidence")
    mehdi.chooses("Ouvrir la séance")
    for name in ("Mehdi", "Marion"):
        mehdi.page.get_by_role("checkbox", name=name).check()
    mehdi.presses("Ouvrir la séance")
    mehdi.sees("La séance est ouverte.", "2 membres présents")

    marion.opens(f"/commission/logements/{item}/")
    marion.does_not_see("Proposer", "Reporter ce logement")
    mehdi.follows(f"/commission/logements/{item}/")
    mehdi.chooses("Reporter ce logement")
    mehdi.page.get_by_role("radio", name="quorum perdu en cours de séance").check()
    mehdi.presses("Reporter")
    mehdi.sees("Le logement est reporté.", "Fiches sans décision reportées : quorum perdu en cours de séance")
    mehdi.chooses("Clore la séance")
    mehdi.presses("Clore")
    mehdi.sees("La séance est close.")
    marion.opens(f"/commission/logements/{item}/")
    marion.sees("Fiches sans décision reportées : quorum perdu en cours de séance", "Aucune fiche à lire.")

    assert commission.vacancy
    aline.opens(f"/attribution/logements/{commission.vacancy.pk}/preselection/")
    aline.sees("Inscrire à une séance", "Désignée")
    assert run("SELECT state FROM allocations_vacancy") == [("shortlisted",)]


def takes_a_seat_back_by_mistake(rosa, session, landlord) -> None:
    """Withdraw the seat of Marion (member of the commission) in the session, and give it to her again."""
    rosa.opens(f"/attribution/seances/{session}/")
    rosa.page.get_by_role("link", name=re.compile("Retirer ou remplacer.*Marion Blanc")).click()
    rosa.sees("Marion Blanc, maire de la commune, voix prépondérante")
    rosa.looks_over()
    rosa.page.get_by_role("radio", name="siège donné par erreur").check()
    rosa.presses("Enregistrer")
    rosa.sees("Le siège est retiré.", "siège donné par erreur")
    rosa.page.locator("#id_person").select_option(str(landlord.person("marion").pk))
    rosa.page.locator("#id_voice input[value=mayor]").check()
    rosa.page.locator("#id_casting").check()
    rosa.presses("Donner ce siège")
    rosa.sees("Le siège est donné.")
