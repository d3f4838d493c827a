"""Fragile residences: only for these buildings may the allocation commission give fragility as reason of a refusal.

The allocation manager adds one and ends it. An allocation officer sees which refused application the commission must
examine first elsewhere.
"""

import pytest

from allocations.models import OwedExamination
from buildings.models import Unit
from tests.allocations.builders import give_terms
from tests.allocations.commission import Commission, make_commission
from tests.builders import OWNER, make_unit, paris_day

pytestmark = pytest.mark.browser
SCREENS = {"phone": {"width": 390, "height": 844}, "desk": {"color_scheme": "dark"}}


@pytest.mark.parametrize("screen", SCREENS)
def test_manager_names_a_residence_and_ends_it(come_in, landlord, screen):
    rosa = come_in("rosa", **SCREENS[screen])
    rosa.opens("/attribution/residences/")
    rosa.sees("ce motif de refus ne peut être invoqué nulle part")
    rosa.page.locator("#id_building").fill("Glycines B")
    rosa.page.locator("#id_source_number").fill("2025-12")
    rosa.page.locator("#id_source_date").fill(f"{paris_day(-40):%d/%m/%Y}")
    rosa.page.locator("#id_first_day").fill(f"{paris_day():%d/%m/%Y}")
    rosa.presses("Enregistrer")
    rosa.sees("La résidence est enregistrée.", "Glycines B", "en vigueur")
    rosa.page.get_by_role("link", name="Mettre fin").click()
    rosa.presses("Mettre fin")
    rosa.sees("La fin est enregistrée.", "jusqu’au")
    rosa.opens("/attribution/exports/")
    rosa.sees("Aucune ligne à envoyer.", "Aucun envoi.")


@pytest.mark.parametrize("screen", SCREENS)
def test_officer_designates_whom_the_commission_must_examine_first(come_in, landlord, screen):
    commission: Commission = make_commission(landlord)
    unit = make_unit(landlord.building("Glycines A"), "88", 3)
    Unit.objects.using(OWNER).filter(pk=unit.pk).update(type="T2")
    give_terms(unit)
    commission.unit = Unit.objects.using(OWNER).get(pk=unit.pk)
    vacancy = commission.orient()
    OwedExamination(application=commission.applications[1], owed_since=paris_day()).save(using=OWNER)
    aline = come_in("aline", **SCREENS[screen])
    aline.opens("/attribution/logements/")
    aline.sees("une demande est à examiner en premier")
    aline.opens(f"/attribution/logements/{vacancy.pk}/")
    aline.sees("la commission l’a refusée dans une résidence fragile")
    aline.opens(f"/attribution/logements/{vacancy.pk}/preselection/")
    aline.presses("Établir la présélection")
    aline.sees("à examiner en premier")
    marked = aline.page.locator("tr", has_text="à examiner en premier")
    assert marked.count() == 1
    marked.get_by_role("button").click()
    aline.sees("est désigné")
    assert OwedExamination.objects.using(OWNER).get().met_by is not None
