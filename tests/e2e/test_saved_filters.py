"""In a browser, an officer saves the filter of a list, applies it, renames it and deletes it."""

import pytest

from ledger.models import SavedFilter
from tests.builders import OWNER

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    "screen", [{"width": 390, "height": 844}, {"width": 1280, "height": 900}], ids=["phone", "desk"]
)
def test_filter_is_saved_applied_renamed_and_deleted(call_on, landlord, screen):
    elise = call_on("elise", **screen)
    page = elise.page
    page.goto("/comptes/?mois=1&solde=du")
    page.get_by_role("link", name="Enregistrer ce filtre").click()
    elise.types("Nom du filtre", "alcooliques")
    elise.presses("Enregistrer")
    elise.sees("Ce nom ne peut pas être enregistré")
    elise.looks_over()
    elise.types("Nom du filtre", "Plus d’un mois")
    elise.presses("Enregistrer")
    elise.sees("Le filtre est enregistré.")
    assert page.get_by_role("link", name="Plus d’un mois").get_attribute("aria-current") == "page"
    page.goto("/comptes/")
    page.get_by_role("link", name="Plus d’un mois").click()
    assert page.get_by_label("Mois de dette, au moins").input_value() == "1"
    elise.looks_over()
    page.get_by_role("link", name="Modifier : Filtres enregistrés").click()
    elise.types("Nouveau nom", "Un mois")
    page.get_by_role("button", name="Renommer").click()
    elise.sees("Le filtre est renommé.")
    elise.looks_over()
    page.get_by_role("button", name="Supprimer").click()
    elise.sees("Le filtre est supprimé.", "Aucun filtre enregistré.")
    assert not SavedFilter.objects.using(OWNER).exists()
