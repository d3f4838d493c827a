"""Two rare tasks: opening the evacuation list of a building (dwellings whose residents asked for help) at night, and
signing the yearly review of rights.
"""

import io

import pytest
from pypdf import PdfReader

from tests.builders import run
from tests.e2e.leaving import goes_home
from tests.e2e.task_times import assert_documented
from tests.e2e.test_look import tower
from tests.tenants.test_evacuations import WORDS, request_help

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("screen", [{"width": 390, "height": 844, "color_scheme": "dark"}, {}], ids=["phone", "desk"])
def test_evacuation_list_takes_two_clicks_and_one_sheet(come_in, landlord, screen):
    tower(landlord)
    request_help(landlord.residence("Calme-Glycines A"), "stairs_help", "two_helpers")
    yann, building = come_in("yann", **screen), landlord.building("Glycines A")
    yann.sees("Évacuer un immeuble", "Glycines B")
    clicks = [
        yann.page.locator(f'a[href="/evacuations/{building.pk}/"]'),
        yann.page.get_by_role("button", name="Feu ou fumée"),
    ]
    for target in clicks:
        target.click()
    assert_documented("Open an evacuation list", len(clicks))
    yann.sees(WORDS["stairs_help"], "Frappez à toutes", "ouverte jusqu’à")
    content = yann.page.locator("main").inner_text()
    assert "Calme" not in content and "Habitant" not in content
    yann.looks_over()
    assert len(PdfReader(io.BytesIO(yann.page.pdf(prefer_css_page_size=True))).pages) == 1
    content = yann.is_refused(f"/fiches/{landlord.residence('Calme-Glycines A').pk}/", 403)
    assert "Votre rôle ne donne pas accès à cette page" in content and "Calme" not in content
    yann.opens(f"/evacuations/{building.pk}/")
    yann.page.get_by_role("checkbox", name="11", exact=True).check()
    yann.looks_over()
    yann.presses("Erreur, ou évacuation terminée : refermer la liste")
    yann.sees("La liste est refermée. Un responsable examinera son ouverture.")
    yann.opens(f"/evacuations/{building.pk}/")
    yann.does_not_see(WORDS["stairs_help"])
    goes_home(yann, WORDS["stairs_help"], "Glycines B", "Yann")


def test_manager_signs_the_yearly_rights_review(come_in, call_on, landlord):
    run("UPDATE access_assignment SET first_day = loge_today() - 400 WHERE role = 'sector_manager'")
    georges = come_in("georges")
    georges.chooses("Revue")
    georges.sees("Revue des droits", "en retard", "Bruno Lefèvre")
    georges.presses("Signer la liste")
    # No answer of the form is preselected, so sending the unchanged form must not sign the review.
    georges.sees("Bruno Lefèvre")
    assert run("SELECT count(*) FROM access_rightsreview") == [(0,)]
    for row in georges.page.locator("main tbody tr").all():
        row.get_by_text("mettre fin" if "Bruno" in row.inner_text() else "conserver", exact=True).click()
    georges.presses("Signer la liste")
    georges.sees("La liste est signée.", "Signée la dernière fois")
    assert run("SELECT end_reason FROM access_assignment WHERE person_id = %s", landlord.person("bruno").pk) == [
        ("not_confirmed",)
    ]
    ines = call_on("ines")
    ines.opens("/acces/revues/")
    ines.page.locator("main .stretch").first.click()
    ines.sees("Georges Petit", "Signature vérifiée", "terminé")
