"""A night on call: two taps to a building's doors. And once a year: one list, answered and signed."""

import io

import pytest
from pypdf import PdfReader

from tests.builders import run
from tests.stories.leaving import goes_home
from tests.stories.test_look import tower
from tests.tenants.test_evacuations import WORDS, request_help

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("screen", [{"width": 390, "height": 844, "color_scheme": "dark"}, {}], ids=["phone", "desk"])
def test_at_night_two_taps_and_one_sheet_of_paper(come_in, house, screen):
    tower(house)
    request_help(house.residence("Calme-Glycines A"), "stairs_help", "two_helpers")
    yann, building = come_in("yann", **screen), house.building("Glycines A")
    yann.sees("Évacuer un immeuble", "Glycines B")
    yann.page.locator(f'a[href="/evacuations/{building.pk}/"]').click()
    yann.page.get_by_role("button", name="Feu ou fumée").click()
    yann.sees(WORDS["stairs_help"], "Frappez à toutes", "ouverte jusqu’à")
    said = yann.page.locator("main").inner_text()
    assert "Calme" not in said and "Habitant" not in said
    yann.looks_over()
    assert len(PdfReader(io.BytesIO(yann.page.pdf(prefer_css_page_size=True))).pages) == 1
    said = yann.is_refused(f"/fiches/{house.residence('Calme-Glycines A').pk}/", 403)
    assert "Votre rôle ne donne pas accès à cette page" in said and "Calme" not in said
    goes_home(yann, WORDS["stairs_help"], "Glycines B", "Yann")


def test_once_a_year_the_manager_answers_each_right_and_signs(come_in, call_on, house):
    run("UPDATE access_assignment SET first_day = loge_today() - 400 WHERE role = 'sector_manager'")
    georges = come_in("georges")
    georges.chooses("Revue")
    georges.sees("Revue des droits", "en retard", "Bruno Lefèvre")
    georges.presses("Signer la liste")
    georges.sees("Bruno Lefèvre")  # nothing is answered beforehand
    assert run("SELECT count(*) FROM access_rightsreview") == [(0,)]
    for row in georges.page.locator("main tbody tr").all():
        row.get_by_text("mettre fin" if "Bruno" in row.inner_text() else "conserver", exact=True).click()
    georges.presses("Signer la liste")
    georges.sees("La liste est signée.", "Signée la dernière fois")
    assert run("SELECT end_reason FROM access_assignment WHERE person_id = %s", house.person("bruno").pk) == [
        ("not_confirmed",)
    ]
    ines = call_on("ines")
    ines.opens("/acces/revues/")
    ines.page.locator("main .stretch").first.click()
    ines.sees("Georges Petit", "Signature vérifiée", "terminé")
