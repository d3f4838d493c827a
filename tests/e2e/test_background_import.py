"""The data steward imports a large file in a browser, leaves the page, and comes back to the result."""

import pytest
from playwright.sync_api import expect

from tests.builders import run
from tests.e2e.test_files import give
from tests.exchange.test_background import count, many, work

pytestmark = pytest.mark.browser
FILE = {"locataires.csv": many()}


@pytest.mark.parametrize("size", [(390, 844, "dark"), (1280, 900, "light")], ids=["phone", "desk"])
def test_page_follows_a_large_import_by_itself(landlord, call_on, size):
    width, height, scheme = size
    paul = call_on("paul", width, height, color_scheme=scheme)
    paul.opens("/donnees/")
    give(paul, FILE, "Faire un essai")
    paul.sees("en attente", "L’import commence dès que les imports précédents sont terminés.", "Actualiser")
    run("UPDATE exchange_importrun SET rows_read = 600, rows_checked = 300")
    expect(paul.page.get_by_role("progressbar")).to_have_attribute("value", "50", timeout=15_000)
    run("UPDATE exchange_importrun SET rows_read = 0, rows_checked = 0")
    work()
    expect(paul.page.locator("#etat span")).to_have_text("essai sans erreur", timeout=15_000)
    give(paul, FILE, "Importer")
    paul.opens("/donnees/")
    paul.chooses("Mes imports en arrière-plan")
    paul.sees("en attente")
    work()
    paul.opens("/donnees/imports/")
    paul.sees("importé")
    assert count() == 600
