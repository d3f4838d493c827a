"""An officer corrects a mistyped name, a name changed by marriage and a birth date, on phone and desktop screens."""

import pytest

from tenants.models import FormerName, Identity
from tests.builders import OWNER, events, paris_day
from tests.form_values import typed

pytestmark = pytest.mark.browser
SCREENS = {"phone": {"width": 390, "height": 844}, "desk": {"color_scheme": "dark"}}


@pytest.mark.parametrize("screen", SCREENS)
def test_slip_then_marriage_from_the_account(call_on, landlord, screen):
    account, tenant = landlord.account("Calme-Glycines A"), landlord.tenant("Calme-Glycines A")
    elise = call_on("elise", **SCREENS[screen])
    page = elise.page
    elise.opens(f"/comptes/{account.reference}/")
    page.get_by_role("link", name="Corriger le nom").click()
    elise.looks_over()
    elise.sees("Nom enregistré", "Anne Calme-Glycines A", "informez vous-même la CAF ou la MSA")
    page.locator("#id_last_name").fill("Martn")
    page.get_by_label("Erreur de saisie").check()
    page.locator("#id_effective_on").fill(typed(-3))
    elise.presses("Enregistrer")
    elise.sees("Une erreur de saisie n’a ni date d’effet ni document")
    assert page.locator("#id_last_name").input_value() == "Martn"
    page.locator("#id_last_name").fill("Martin")
    page.locator("#id_effective_on").fill("")
    elise.presses("Enregistrer")
    elise.sees("Le nom est corrigé.", "Anne Martin")
    assert not page.get_by_text("auparavant").count()

    marries(elise, page, account)
    [former] = FormerName.objects.using(OWNER).all()
    assert (former.tenant_id, former.last_name, former.last_day) == (tenant.pk, "Martin", paris_day(-4))
    assert [event["facts"]["reason"] for event in events(kind="name_corrected", outcome="changed")] == [
        "slip",
        "civil_status",
    ]
    page.get_by_role("link", name="Corriger le nom").click()
    elise.looks_over()
    page.get_by_role("button", name="Effacer").click()
    elise.sees("L’ancien nom est effacé.")
    assert not FormerName.objects.using(OWNER).exists()


def marries(elise, page, account):
    page.get_by_role("link", name="Corriger le nom").first.click()
    page.locator("#id_last_name").fill("Dupont")
    page.get_by_label("Changement d’état civil").check()
    page.locator("#id_effective_on").fill(typed(-3))
    page.locator("#id_document").select_option("record")
    elise.presses("Enregistrer")
    elise.looks_over()
    elise.sees("Anne Dupont", "auparavant Martin (jusqu’au")
    elise.opens(f"/comptes/{account.reference}/")
    elise.sees("Anne Dupont", "auparavant Martin (jusqu’au")
    elise.looks_over()


def test_birth_date_is_recorded_and_corrected(call_on, landlord):
    account, tenant = landlord.account("Calme-Glycines A"), landlord.tenant("Calme-Glycines A")
    elise = call_on("elise")
    elise.opens(f"/comptes/{account.reference}/identite/?motif=lease")
    elise.opens(f"/comptes/{account.reference}/identite/{tenant.pk}/naissance/")
    elise.sees("Aucune date de naissance n’est enregistrée.")
    elise.page.locator("#id_birth_date").fill("12/03/2020")
    elise.presses("Enregistrer")
    elise.looks_over()
    elise.sees("Vérifier", "aurait eu moins de 18 ans au début du bail")
    elise.presses("Modifier")
    elise.page.locator("#id_birth_date").fill("12/03/1980")
    elise.presses("Enregistrer")
    elise.presses("Enregistrer")
    elise.sees("La date de naissance est enregistrée.")
    assert f"{Identity.objects.using(OWNER).get().birth_date}" == "1980-03-12"
