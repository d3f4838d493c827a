"""An officer must be able to sign in, find an account, book a payment and sign out with the keyboard only."""

import pytest

from tests.builders import events
from tests.e2e.device import Device, cut_key
from tests.e2e.landlord import owed

pytestmark = pytest.mark.browser
# Script: any use of a pointer logs an error, which fails the test.
_POINTED = "addEventListener('pointerdown', () => console.error('a pointer was used'), true)"
_STANDS = """() => {
    const one = document.activeElement, look = getComputedStyle(one);
    return [one.textContent.trim(), look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2];
}"""
MANY = 60


def test_officer_works_with_the_keyboard_only(arrive, landlord):
    account, other = landlord.account("Dette-Glycines A"), landlord.account("Dette-Quai 9")
    elise, person = arrive(), landlord.person("elise")
    elise.page.add_init_script(_POINTED)
    comes_in(elise, person)
    finds(elise, account)
    pays_in_four_strokes(elise, account)
    # If the officer enters the URL of another agency's account, the answer must be the 404 of an unknown account.
    assert "Dette-Quai" not in elise.is_refused(f"/comptes/{other.reference}/", 404)
    tabs_to(elise.page, "Revenir à l’accueil")
    elise.page.keyboard.press("Enter")
    elise.page.wait_for_url("**/journee/")
    elise.page.keyboard.press("?")
    tabs_to(elise.page, "Activer ou désactiver les raccourcis")
    elise.page.keyboard.press("Enter")
    elise.page.wait_for_url("**/touches/")
    elise.sees("Appuyez sur une touche, hors d’un champ", "enregistrer un paiement")
    tabs_to(elise.page, "Se déconnecter")
    elise.page.keyboard.press("Enter")
    elise.page.get_by_label("Mot de passe").wait_for()
    # After sign-out, going back opens the public page of keyboard shortcuts. It must not show the officer's name.
    elise.page.go_back()
    elise.does_not_see(person.name)
    elise.page.go_back()
    elise.page.get_by_label("Mot de passe").wait_for()
    elise.does_not_see(person.name, "Dette-")
    elise.looks_over()


def comes_in(elise, person):
    cut_key(person)
    elise.device = Device(elise.page)
    assert elise.device.knows(person.pk)
    elise.page.goto("/entrer/")
    tabs_to(elise.page, "Se connecter avec ma clé")
    elise.page.keyboard.press("Enter")
    elise.page.wait_for_url("**/journee/")
    elise.looks_over()


def finds(elise, account):
    keys = elise.page.keyboard
    keys.press("/")
    keys.type(account.reference)
    keys.press("Enter")
    elise.page.wait_for_url("**/motif/*")
    keys.press("3")
    elise.page.wait_for_url(f"**/comptes/{account.reference}/")
    elise.sees("Mme Marie Dette-Glycines A")


def pays_in_four_strokes(elise, account):
    page, keys = elise.page, elise.page.keyboard
    assert owed(account) == 146_160
    keys.press("p")
    keys.press("c")
    keys.press("Enter")
    page.get_by_role("button", name="Enregistrer", exact=True).wait_for()
    # The payment is not confirmed yet, so it must not be booked.
    assert owed(account) == 146_160
    keys.press("Enter")
    page.wait_for_url("**/?inscrite=*")
    elise.sees("L’écriture est enregistrée dans le compte.")
    elise.looks_over()
    assert owed(account) == 0
    assert [line["outcome"] for line in events(kind="payment_taken")] == ["attempted", "changed"]


def tabs_to(page, words):
    """Press Tab until the element with this text has the focus. The focus must be visible."""
    for _ in range(MANY):
        page.keyboard.press("Tab")
        text, visible = page.evaluate(_STANDS)
        if words == text:
            assert visible, f"the focus on {words} is not visible"
            return
    pytest.fail(f"{words} is not reached by Tab")
