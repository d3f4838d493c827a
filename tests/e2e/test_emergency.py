"""In an emergency, an officer opens the card (page about a resident) of a household in another agency.

A conflict of interest closes an account to the officer who manages it.
"""

import pytest

from tests.builders import events
from tests.e2e.leaving import goes_home

pytestmark = pytest.mark.browser
NAME = "Dette-Glycines A"


def test_emergency_access_is_reviewed_and_a_wall_refers_to_a_colleague(come_in, call_on, landlord):
    account = landlord.account(NAME)
    fatou = call_on("fatou", 390, 844)
    # Fatou is an officer of another agency, so she must not open the account.
    fatou.is_refused(f"/comptes/{account.reference}/", 404)
    opens_in_an_emergency(fatou, account)
    georges = come_in("georges", 390, 844, color_scheme="dark")
    reviews(georges)
    elise = call_on("elise")
    elise.opens(f"/comptes/{account.reference}/")
    georges.chooses("Conflits d’intérêts")
    georges.types("Personne", landlord.person("elise").email)
    georges.types("Référence du compte", account.reference)
    georges.presses("Fermer ce dossier")
    georges.sees("Élise Bernard", "Glycines A, dossier fermé")
    georges.does_not_see(NAME)
    content = elise.is_refused(f"/comptes/{account.reference}/", 403)
    assert (
        "Ce dossier est confié à un collègue." in content
        and "Loge n’en enregistre pas la raison" in content
        and "Dette-" not in content
    )
    elise.opens("/comptes/")
    elise.does_not_see(NAME)
    goes_home(georges, "Fatou Ndiaye", "Élise Bernard", "Georges Petit")


def opens_in_an_emergency(fatou, account):
    fatou.opens("/urgence/")
    fatou.sees("45 minutes", "Une autre personne que vous examine")
    fatou.page.get_by_label("Référence du compte").fill(account.reference)
    fatou.page.get_by_text("Fuite ou inondation").click()
    fatou.presses("Ouvrir cette fiche")
    fatou.sees("Dette-Glycines A", "ouverte jusqu’à", "allée des Glycines")
    fatou.does_not_see(account.reference, "€")


def reviews(georges):
    georges.sees("1 accès d’urgence à examiner")
    georges.does_not_see("Fatou Ndiaye")
    georges.page.get_by_role("main").get_by_role("link", name="Accès d’urgence").click()
    georges.page.get_by_role("link", name="Fuite ou inondation").click()
    georges.looks_over()
    georges.sees("Fatou Ndiaye", "À examiner avant le")
    georges.page.get_by_text("Justifié", exact=True).click()
    georges.presses("Enregistrer l’avis")
    # After the review, the page must show the letter that informs the household of the emergency access.
    georges.sees("L’avis est enregistré", "Votre fiche a été ouverte en urgence", "Justifié")
    assert [line["facts"]["answer"] for line in events(kind="emergency_reviewed", outcome="changed")] == ["justified"]
