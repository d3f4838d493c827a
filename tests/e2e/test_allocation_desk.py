"""An allocation officer registers a housing application while somebody is at the counter.

Later, the officer must be able to open the application again only with its number and the applicant's name.
"""

import re

import pytest

from tests.allocations.builders import enter_figures, make_application
from tests.builders import events
from tests.e2e.leaving import goes_home

pytestmark = pytest.mark.browser
SCREENS = {"phone": {"width": 390, "height": 844}, "desk": {"color_scheme": "dark"}}
NUMBER, TYPED = "0751126004321ABCDE", "075 1126 004321 abcde"


@pytest.mark.parametrize("screen", SCREENS)
def test_officer_registers_reviews_leaves_and_reopens_an_application(come_in, landlord, screen):
    enter_figures()
    make_application(landlord.place("Agence Belleville"), "Voisin", by=landlord.person("aline"))
    aline = come_in("aline", **SCREENS[screen])
    aline.sees("Ouvrir une demande", "Remettre l’attestation d’enregistrement", "en retard")
    aline.does_not_see("Voisin", "0751125")
    path = registers(aline)
    asks_and_sees_a_document(aline)
    assesses_income(aline)
    aline.chooses("Demande")
    aline.sees("en cours d’instruction")
    aline.presses("Refermer la demande")
    aline.sees("La demande est refermée.")
    aline.does_not_see("Vidal", NUMBER)
    assert "Vidal" not in aline.is_refused(path, 404)
    opens_again(aline, path)
    goes_home(aline, "Vidal", "résidence alternée", "Aline Perrin")


def registers(aline) -> str:
    """Register an application and return its path.

    The first attempt contains mistakes, after which the form must still contain what was typed.
    """
    page = aline.page
    aline.chooses("Enregistrer une demande")
    page.locator("#id_number").fill(TYPED)
    page.locator("#id_first-last_name").fill("Vidal")
    page.locator("#id_first-first_name").fill("Nadia")
    page.locator("#id_member1-tie").select_option("child")
    page.locator("#id_member1-birth_date").fill("01/09/2018")
    page.locator("#id_rooms_from").select_option("2")
    page.locator("#id_rooms_to").select_option("3")
    aline.presses("Enregistrer la demande")
    aline.sees("La demande n’est pas enregistrée", "Demandeur, Date de naissance", "Personne 1, Garde")
    assert page.locator("#id_number").input_value() == TYPED
    assert page.locator("#id_member1-birth_date").input_value() == "01/09/2018"
    page.locator("#id_first-birth_date").fill("12/03/1987")
    page.locator("#id_member1-custody").select_option("alternate")
    aline.presses("Enregistrer la demande")
    aline.sees("Nadia Vidal", "075 1126 004321 ABCDE", "résidence alternée", "de 2 à 3 pièces", "jusqu’à minuit")
    return page.url.removeprefix(aline.base)


def asks_and_sees_a_document(aline):
    aline.chooses("Demander ou voir des pièces")
    aline.page.get_by_role("group", name="Pièces à demander").get_by_text("identité et").click()
    aline.presses("Demander ces pièces")
    aline.sees("à fournir avant le")
    aline.page.get_by_role("button", name=re.compile("^Vue")).click()
    aline.looks_over()
    aline.sees("aucune copie n’est conservée", "vue le")
    aline.chooses("Demande")


def assesses_income(aline):
    """Record an income. A more recent year's income must then be refused, because it is less than a tenth lower."""
    amount = "Revenu fiscal de référence du foyer, en euros"
    aline.chooses("Vérifier les ressources")
    aline.types(amount, "18 400")
    aline.presses("Enregistrer")
    aline.sees("18\u202f400,00\u202f€", "vérifié le")
    aline.page.get_by_text("dernière année (N−1)", exact=True).click()
    aline.types(amount, "17 000")
    aline.presses("Enregistrer")
    aline.sees("inférieures d’au moins 10")
    assert aline.page.get_by_label(amount, exact=True).input_value() == "17 000"


def opens_again(aline, path):
    """Open the application by its number and name, with the keyboard alone. With a wrong name, it must stay closed."""
    keys = aline.page.keyboard
    for name in ("Vidale", "Vidal"):
        aline.opens("/demandes/")
        keys.type(TYPED)
        keys.press("Tab")
        keys.type(name)
        keys.press("Tab")
        keys.press("Space")
        with aline.page.expect_navigation():
            keys.press("Enter")
        aline.looks_over()
        if name == "Vidale":
            aline.sees("Aucune demande suivie par vos lieux n’a ce numéro et ce nom.")
    assert aline.page.url == f"{aline.base}{path}"
    aline.sees("Nadia Vidal", "personne au guichet")
    assert [event["facts"] for event in events(kind="identity_checked", outcome="changed")] == [{"document": "photo"}]
