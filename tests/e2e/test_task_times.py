"""Counts the keys or pages of those tasks in docs/task-times.md that no other test file counts."""

from pathlib import Path

import pytest

from tenants.models import LeaseParty, Residence
from tests.builders import OWNER, make_unit, run
from tests.e2e.task_times import assert_documented, documented
from tests.e2e.test_officer_desk import Hands


@pytest.mark.browser
def test_officer_charges_an_amount_with_eight_keys(call_on, landlord):
    account = landlord.account("Calme-Glycines A")
    elise = call_on("elise")
    elise.opens(f"/comptes/{account.reference}/")
    page, hands = elise.page, Hands(elise.page)
    hands.press("f")
    page.wait_for_url("**/appel/")
    hands.press(*"25")
    hands.press("Tab", "ArrowDown", "Tab", "Enter")
    page.get_by_role("button", name="Enregistrer", exact=True).wait_for()
    hands.press("Enter")
    page.wait_for_url("**/?inscrite=*")
    elise.looks_over()
    assert run("SELECT amount_cents FROM ledger_entry WHERE posted_by_id IS NOT NULL") == [(2_500,)]
    assert_documented("Charge an amount", hands.strokes)


@pytest.mark.browser
def test_officer_signs_a_lease_of_a_family_on_one_page(call_on, landlord):
    unit = make_unit(landlord.building("Glycines A"), "55")
    elise = call_on("elise")
    elise.opens(f"/immeubles/{unit.building_id}/vacants/")
    elise.page.locator(f'main a[href$="logement={unit.pk}"]').click()
    pages = {elise.page.url}
    for label, name in (("Titulaire", "Neuf"), ("Cotitulaire, s’il y en a", "Neuve")):
        elise.page.get_by_role("region", name=label, exact=True).get_by_label("Nom", exact=True).fill(name)
    child = elise.page.get_by_role("group", name="Autre personne 1")
    child.get_by_label("Nom", exact=True).fill("Neuf")
    child.get_by_label("Prénom").fill("Zoé")
    elise.presses("Enregistrer le bail")
    elise.sees("Vérifier", "Zoé Neuf")
    pages.add(elise.page.url)
    elise.presses("Enregistrer le bail")
    elise.says_why()
    elise.page.wait_for_url("**/bail/")
    lease = LeaseParty.objects.using(OWNER).get(tenant__last_name="Neuve").lease
    living = Residence.objects.using(OWNER).filter(lease=lease).values_list("tenant__last_name", flat=True)
    assert sorted(living) == ["Neuf", "Neuf", "Neuve"]
    assert_documented("Sign a lease with two holders and a child", len(pages))


def test_each_documented_task_is_counted_by_the_test_that_it_names():
    folder = Path(__file__).parent
    tasks = documented()
    assert len(tasks) >= 8
    for task, (_number, _limit, file) in tasks.items():
        assert f'assert_documented("{task}"' in (folder / file).read_text(encoding="utf-8"), task
