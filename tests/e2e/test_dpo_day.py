"""The data protection officer (DPO) uses the audit log, the Article 30 register and the inventory of stored texts.

In the audit log, the DPO reads which accesses were refused, and who opened an account or the page about a resident.
"""

import pytest
from playwright.sync_api import expect

from tests.builders import events, write_note
from tests.e2e.leaving import goes_home

pytestmark = pytest.mark.browser
SENTENCE = "Paiera le 5, puis le 20."


def test_dpo_reads_refusals_and_who_opened_an_account(call_on, come_in, landlord):
    reference = landlord.account("Dette-Glycines A").reference
    awa = call_on("awa")
    awa.opens(f"/fiches/{landlord.residence('Calme-Glycines A').pk}/")
    awa.is_refused(f"/comptes/{reference}/", 403)
    call_on("elise").opens(f"/comptes/{reference}/")
    ines = come_in("ines")
    ines.chooses("La trace")
    ines.sees("Consultations par semaine", "Aucun total n’est calculé par personne")
    ines.chooses("Lire les mentions")
    ines.page.get_by_label("Issue").select_option("refusals")
    ines.presses("Appliquer")
    expect(ines.page.locator(".refused")).to_have_count(1)
    ines.page.get_by_role("link", name="Ouvrir la mention").click()
    ines.looks_over()
    ines.sees("Accès refusé", "ouvrir un compte")
    ines.does_not_see("Awa Diakité", "Dette-")
    opens_whose_looks_they_were(ines, landlord)
    asks_who_opened(ines, reference)
    content = ines.is_refused(f"/comptes/{reference}/", 403)
    assert "Votre rôle ne donne pas accès à cette page" in content and reference not in content
    goes_home(ines, "Awa Diakité", "Glycines A", "Inès Haddad")


def opens_whose_looks_they_were(ines, landlord):
    """The list of what one employee opened is shown only after a reason is given, which the audit log records."""
    ines.chooses("Donner un motif")
    ines.presses("Ouvrir")
    ines.sees("Ce champ est obligatoire")
    ines.does_not_see("Awa Diakité")
    ines.page.get_by_text("plainte d’un locataire").click()
    ines.presses("Ouvrir")
    ines.sees("Consultations d’Awa Diakité", "Fiche ouverte")
    read = [line["facts"] for line in events(kind="person_looks_read")]
    assert read == [{"reason": "complaint", "person": str(landlord.person("awa").pk)}]


def asks_who_opened(ines, reference):
    ines.opens("/trace/")
    ines.chooses("Qui a ouvert un compte")
    ines.types("Référence du compte", reference)
    ines.presses("Lire ses mentions")
    ines.sees("Compte ouvert", "gestion locative")
    ines.does_not_see("Élise Bernard", "Dette-")
    assert reference not in ines.page.url


def test_dpo_reads_the_register_and_counts_words(call_on, come_in, landlord):
    """Counting the texts that contain given words needs no approval.

    Reading these texts needs a second person's approval.
    """
    write_note(landlord.account("Dette-Glycines A"), SENTENCE)
    ines = come_in("ines", 390, 844, color_scheme="dark")
    ines.chooses("Registre")
    ines.sees("Article 30", "Finalité", "Base légale", "Donnée par donnée")
    with ines.page.expect_download() as saved:
        ines.page.get_by_role("link", name="Exporter tous les champs en CSV").click()
    assert saved.value.suggested_filename.startswith("registre-")
    ines.chooses("Textes")
    ines.sees("Inventaire", "Refus par catégorie")
    ines.does_not_see(SENTENCE)
    ines.chooses("Compter des mots, pour un contrôle")
    ines.types("Recherche de mots", "paiera")
    ines.presses("Compter")
    ines.sees("Lignes qui contiennent un de ces mots", "Aucun nombre à afficher")
    ines.does_not_see(SENTENCE)
    ines.presses("Demander à lire ces lignes")
    ines.sees("attend un accord")
    line = ines.page.locator("main a.stretch").get_attribute("href")
    ines.opens(line)
    ines.sees("masquées")
    ines.does_not_see(SENTENCE)
    grants_the_reading(call_on("paul"))
    ines.opens(line)
    ines.sees(SENTENCE, "accordé par Paul Nguyen")
    assert "paiera" not in str(events(kind="words_counted")) and len(events(kind="inspected_lines_read")) == 1
    goes_home(ines, SENTENCE, "Inès Haddad")


def grants_the_reading(paul):
    paul.opens("/controles/")
    paul.follows(paul.page.locator("main a.stretch").get_attribute("href"))
    paul.does_not_see(SENTENCE)
    paul.presses("Accorder la lecture")
    paul.sees("La lecture est accordée.")
