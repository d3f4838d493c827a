"""An inspector opens numbered reports (exhibits), gets an unmasked copy of a household's file, and browses the pages of
a caretaker with the tenants' names masked.
"""

import io
from zipfile import ZipFile

import pytest

from tests.builders import events

pytestmark = pytest.mark.browser
OWED = "Dette-Glycines A"


def test_inspector_opens_and_downloads_exhibits(come_in, landlord):
    simone = come_in("simone", 1280, 900)
    simone.sees("Contrôle", "Ouvrez une pièce", "Registre des traitements", "Accès à un locataire")
    simone.chooses("E4 · Accès à un locataire")
    simone.types("Référence du compte", landlord.account(OWED).reference)
    simone.presses("Établir la pièce")
    simone.sees("Agents qui ont accès par une affectation", "Awa Diakité", "Élise Bernard", "Empreinte")
    simone.does_not_see("Bruno Lefèvre", OWED)
    with simone.page.expect_download() as saved:
        simone.page.get_by_role("button", name="CSV").click()
    assert saved.value.suggested_filename.startswith("E4-")
    with ZipFile(io.BytesIO(saved.value.path().read_bytes())) as packed:
        assert len(packed.namelist()) == 4 and "loge.pem" in packed.namelist()
    simone.chooses("Contrôle")
    simone.chooses("E12 · Recherche de mots")
    simone.types("Recherche de mots", "calme, dette")
    simone.presses("Établir la pièce")
    simone.sees("Mots comptés", "Noms de locataires", "masqué")
    simone.does_not_see("Calme-Glycines A")
    assert [line["facts"]["exhibit"] for line in events(kind="exhibit_shown")] == ["E4", "E4", "E12"]


def test_unmasked_copy_is_opened_by_the_dpo(come_in, landlord):
    reference = landlord.account(OWED).reference
    simone = come_in("simone", 390, 844)
    simone.chooses("E22 · Dossier d’un locataire")
    simone.types("Référence du compte", reference)
    simone.presses("Établir la pièce")
    simone.does_not_see(OWED)
    simone.presses("Demander la copie")
    simone.sees("Copie demandée", "Inès Haddad")
    simone.looks_over()
    ines = come_in("ines", 1280, 900, color_scheme="dark")
    ines.opens("/registre/textes/")
    ines.chooses("Copies demandées pour un contrôle")
    ines.sees(reference, "Simone Aubry")
    ines.does_not_see(OWED)
    ines.looks_over()
    ines.presses("Ouvrir la copie")
    ines.sees("La copie est ouverte pour vingt-quatre heures", "ouverte jusqu’au")
    simone.presses(f"Voir E22 pour {reference}")
    simone.sees("Copie en clair", "Dette-Glycines A", "Écritures", "Inès Haddad")
    simone.looks_over()


def test_inspector_browses_a_caretakers_pages(come_in, landlord):
    """The inspector must see the pages as the caretaker does, but with tenants' names masked."""
    simone = come_in("simone", 390, 844, color_scheme="dark")
    simone.chooses("E6 · Pages d’un gardien")
    simone.types("Agent", "Awa Diakité")
    simone.presses("Établir la pièce")
    simone.sees("Pages accessibles à un gardien", "ouvrir un compte", "refusée")
    simone.presses("Ouvrir les pages d’Awa Diakité")
    simone.sees("Démonstration", "Awa Diakité", "Simone Aubry", "Glycines A")
    simone.does_not_see("Calme-", "Dette-", "Arrive-")
    simone.opens(f"/controle/gardien/immeubles/{landlord.building('Glycines A').pk}/?vue=liste")
    simone.page.locator("main a[href*='/fiches/']").first.click()
    simone.looks_over()
    simone.sees("Démonstration")
    simone.does_not_see("Calme-", "Dette-", "Arrive-")
    reference = landlord.account(OWED).reference
    simone.is_refused(f"/controle/gardien/comptes/{reference}/", 403)
    simone.opens("/controle/gardien/")
    simone.chooses("Quitter")
    simone.sees("Ouvrez une pièce")
    lines = events(kind="shown_as")
    assert len(lines) >= 4 and {line["actor"] for line in lines} == {landlord.person("simone").pk}
