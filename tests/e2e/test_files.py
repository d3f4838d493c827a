"""Importing CSV files in a browser: the data steward imports tenants and leases (a portfolio), and the administrator
imports places such as buildings.
"""

import pytest

from tests.builders import events, run
from tests.exchange.test_intake import small_here

pytestmark = pytest.mark.browser
PLACES = "code;niveau;code_parent;nom\nLIL;estate;secteur-glycines;Les Lilas\nLIL-A;building;LIL;Lilas A\n"


def sent(files: dict[str, bytes]) -> list[dict[str, object]]:
    return [{"name": name, "mimeType": "text/csv", "buffer": content} for name, content in files.items()]


@pytest.mark.parametrize("size", [(390, 844, "dark"), (1280, 900, "light")], ids=["phone", "desk"])
def test_steward_and_administrator_import_files(landlord, call_on, size):
    width, height, scheme = size
    files = small_here(landlord)
    paul = call_on("paul", width, height, color_scheme=scheme)
    paul.opens("/donnees/")
    paul.sees("Import des données", "locataires.csv")
    broken = {**files, "locataires.csv": files["locataires.csv"].replace(b"letter", b"pigeon")}
    give(paul, broken, "Faire un essai")
    paul.sees("ce code n’est pas dans la liste")
    paul.does_not_see("pigeon", "Brien", "Importer")
    paul.chooses("D’autres fichiers")
    give(paul, files, "Faire un essai")
    paul.sees("Aucune erreur")
    paul.does_not_see("Brien")
    give(paul, files, "Importer")
    paul.sees("Les données sont importées.")
    assert len(events(kind="portfolio_imported", outcome="changed")) == 1
    jules = call_on("jules", width, height, color_scheme=scheme)
    jules.opens("/acces/lieux/")
    jules.chooses("Importer un fichier")
    jules.page.get_by_label("Fichier", exact=True).set_input_files(sent({"lieux.csv": PLACES.encode()}))
    jules.presses("Faire un essai")
    jules.sees("2 lieux seraient ajoutés", "Lilas A")
    jules.presses("Ajouter ces 2 lieux")
    jules.sees("2 lieux ajoutés.")
    assert run("SELECT count(*) FROM access_place WHERE code LIKE 'LIL%'") == [(2,)]


def give(paul, files: dict[str, bytes], button: str) -> None:
    paul.page.get_by_label("Fichiers", exact=True).set_input_files(sent(files))
    paul.presses(button)
