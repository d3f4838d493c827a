"""The data steward imports a landlord's files, decides on each restricted comment from the older system, and issues the
certificate of destruction for these comments.
"""

import pytest
from playwright.sync_api import expect

from tests.builders import events, run, seal_legacy_comment
from tests.e2e.leaving import goes_home
from tests.e2e.test_files import give
from tests.exchange.test_intake import small_here

pytestmark = pytest.mark.browser
WORDS = "Est sous chimiothérapie."


@pytest.mark.parametrize("screen", [{"width": 390, "height": 844, "color_scheme": "dark"}, {}], ids=["phone", "desk"])
def test_steward_imports_files_sorts_comments_and_issues_a_certificate(come_in, call_on, landlord, screen):
    reference = landlord.account("Dette-Glycines A").reference
    first, _second = (seal_legacy_comment(landlord.account("Dette-Glycines A"), WORDS) for _line in range(2))
    run("UPDATE casework_legacycommentfile SET finished_on = loge_today(), imported = imported + 5, noted = 5")
    paul = come_in("paul", **screen)
    paul.chooses("Données")
    give(paul, small_here(landlord), "Faire un essai")
    paul.sees("Aucune erreur")
    give(paul, small_here(landlord), "Importer")
    paul.sees("Les données sont importées.")
    content = paul.is_refused(f"/comptes/{reference}/", 403)
    assert "Votre rôle ne donne pas accès à cette page" in content and reference not in content
    sorts_by_keyboard(paul, 2)
    makes_the_certificate(paul)
    goes_home(paul, WORDS, "Agence Belleville", "Paul Nguyen")
    reads_the_counts(call_on("ines", 390, 844, color_scheme="dark"), first.file_id)
    finds_it_among_the_exhibits(call_on("simone"))
    assert WORDS not in str(events())


def sorts_by_keyboard(paul, lines):
    page = paul.page
    page.goto("/")
    paul.chooses("À trier")
    paul.chooses("Santé")
    for number in range(lines):
        expect(page.locator("h1")).to_contain_text(f"{number + 1} sur {lines}")
        page.keyboard.press("e")
        expect(page.get_by_role("button", name="Effacer")).to_be_focused()
        with page.expect_navigation():
            page.keyboard.press("Enter")
    paul.opens("/anciens-commentaires/")
    paul.sees("Aucune ligne à trier.", "2 lignes triées sur 2")


def makes_the_certificate(paul):
    paul.chooses("Certificat de destruction")
    paul.presses("Établir le certificat")
    paul.sees("Signature vérifiée", "Toutes les lignes ont fait l’objet d’une décision", "Agence Belleville")
    with paul.page.expect_download() as saved:
        paul.page.get_by_role("link", name="Certificat en PDF").click()
    assert saved.value.suggested_filename.endswith(".pdf") and saved.value.path().read_bytes()[:5] == b"%PDF-"
    assert len(events(kind="certificate_issued", outcome="changed")) == 1


def reads_the_counts(ines, file):
    ines.opens("/anciens-commentaires/")
    ines.follows(f"/anciens-commentaires/certificats/{file}/")
    ines.sees("Établi le", "Paul Nguyen", "Signature vérifiée")
    assert not ines.page.get_by_role("button", name="Établir").count()


def finds_it_among_the_exhibits(simone):
    simone.opens("/")
    simone.page.get_by_role("link", name="E13").click()
    simone.looks_over()
    simone.sees("Anciens commentaires, fichier par fichier", "Certificats")
    simone.does_not_see(WORDS)
