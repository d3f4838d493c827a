"""The landlord's places (sectors, estates, buildings) can be imported from and exported to CSV.

A dry run must predict the result of the import. An import must write all lines or none.
"""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from access.models import Place
from buildings.models import Building
from tests.builders import OWNER, assign, events, run

URL = "/acces/lieux/echanges/"
HEAD = "code;niveau;code_parent;nom;numero;voie;code_postal;commune"
LINES = (
    # The line of a place may precede the line of its parent: LIL-A belongs to LIL, which comes later.
    "LIL-A;building;LIL;Lilas A;3 bis;rue des Lilas;75020;Paris",
    "LIL;estate;secteur-glycines;Les Lilas;;;;",
    "glycines-a;building;les-glycines;Glycines A;;;;",
)


def upload(client, *lines, encoding="utf-8"):
    content = "\r\n".join([HEAD, *lines]).encode(encoding)
    return client.post(URL, {"file": SimpleUploadedFile("lieux.csv", content)})


def confirm(client, answer):
    sealed = re.search(r'name="confirmed" value="([^"]+)"', answer.content.decode()).group(1)
    return client.post(URL, {"confirmed": sealed}, follow=True).content.decode()


def places():
    return Place.objects.using(OWNER).count()


def test_places_are_added_with_addresses_after_a_dry_run(landlord, sign_in):
    client, before = sign_in("jules"), places()
    answer = upload(client, *LINES)
    page = answer.content.decode()
    assert "2 lieux seraient ajoutés" in page and "déjà présent" in page and "aucune ligne refusée" in page
    assert places() == before and not events(kind="place_added")
    assert "2 lieux ajoutés." in confirm(client, answer)
    building = Building.objects.using(OWNER).get(place__code="LIL-A")
    assert building.place.parent.code == "LIL" and building.addresses.using(OWNER).get().street == "rue des Lilas"
    assert [event["outcome"] for event in events(kind="place_added")].count("changed") == 2
    assert "Aucun lieu ne serait ajouté" in upload(client, *LINES).content.decode()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("LIL;estate;nulle-part;Les Lilas;;;;", "ni dans Loge ni dans le fichier"),
        ("LIL;agency;secteur-glycines;Les Lilas;;;;", "niveau supérieur"),
        ("LIL;x;secteur-glycines;Les Lilas;;;;", "niveau supérieur"),
        ("LIL;estate;secteur-glycines;;;;;", "vide"),
        ("LIL;organisation;;Un autre;;;;", "ni dans Loge ni dans le fichier"),
        ("glycines-a;building;les-glycines;Autre nom;;;;", "existe avec d’autres informations"),
        ("glycines-a;building;secteur-tour;Glycines A;;;;", "existe avec d’autres informations"),
        ("LIL;building;les-glycines;Lilas;3;rue;7502;", "valeur valide"),
        ("\n;;;;;;;\nLIL;estate;nulle-part;Les Lilas;;;;", '<td class="num">4</td>'),
    ],
)
def test_an_invalid_line_is_refused_with_a_reason(landlord, sign_in, line, message):
    before = places()
    page = upload(sign_in("jules"), line).content.decode()
    assert message in page and "refusée" in page and "confirmed" not in page
    assert places() == before


def test_a_file_with_a_formula_is_refused(landlord, sign_in):
    for cells in ("LIL;estate;secteur-glycines;=HYPERLINK(1);;;;", "@LIL;estate;secteur-glycines;Les Lilas;;;;"):
        page = upload(sign_in("jules"), cells).content.decode()
        assert "Ligne 2\u00a0: une cellule commence comme une formule" in page and "confirmed" not in page


def test_nothing_is_added_if_the_data_changed_since_the_dry_run(landlord, sign_in):
    client = sign_in("jules")
    answer = upload(client, *LINES)
    confirm(client, answer)
    before = places()
    assert "Des données ont changé depuis l’essai" in confirm(client, answer)
    assert places() == before


def test_an_agencys_administrator_cannot_add_places_in_another_agency(landlord, sign_in):
    assign(landlord.person("noel"), "access_administrator", landlord.place("Agence Bercy"))
    assert "dans votre périmètre" in upload(sign_in("noel"), LINES[1]).content.decode()


def test_a_dry_run_can_be_confirmed_by_its_owner_only(landlord, sign_in):
    answer = upload(sign_in("jules"), *LINES)
    assign(landlord.person("noel"), "access_administrator", landlord.place("Office des Trois-Rives"))
    assert "trop ancien" in confirm(sign_in("noel"), answer)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_an_export_can_be_imported_again(landlord, sign_in, encoding):
    run("UPDATE access_place SET name = '=Été' WHERE code = 'glycines-a'")
    client = sign_in("jules")
    text = client.get(URL + "lieux.csv").content.decode("utf-8-sig")
    assert "'=Été" in text and "allée des Glycines" in text
    [event] = events(kind="export_taken")
    assert event["count"] == places() == len(text.splitlines()) - 1
    page = upload(client, *text.splitlines()[1:], encoding=encoding).content.decode()
    assert page.count("déjà présent") == places() and "aucune ligne refusée" in page


@pytest.mark.parametrize("name", ["awa", "georges", "elise", "ines", "paul"])
def test_other_roles_cannot_import_places(landlord, sign_in, name):
    assert upload(sign_in(name), *LINES).status_code == 403
