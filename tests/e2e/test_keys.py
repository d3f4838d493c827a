"""A person registers a passkey on a phone, then signs in and unlocks a session with it."""

import pytest

from tests.builders import OWNER
from tests.clones import stand_on
from tests.e2e.conftest import arrivals
from tests.e2e.landlord import PASSWORD

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def awa(landlord, settings):
    stand_on(str(settings.DATABASES["owner"]["NAME"]))
    person = landlord.person("awa")
    person.set_password(PASSWORD)
    person.save(using=OWNER, update_fields=["password"])
    return person


def test_caretaker_signs_in_with_a_passkey(furnished, browser, awa):
    coming = arrivals(browser, furnished)
    phone = next(coming)(**PHONE, has_touch=True, is_mobile=True)
    # Awa, a caretaker, first signs in with her password. She registers a passkey and is shown her recovery codes.
    phone.sign_in(awa)
    phone.sees("Glycines A")
    phone.sign_out()
    # After signing out, Awa (caretaker) signs in with her passkey alone, without email address and password.
    phone.sign_in(awa)
    phone.sees("Glycines A")

    phone.opens("/entrer/moyens/")
    phone.sees("Codes de secours", "Clé du")
    phone.opens("/entrer/sessions/")
    phone.sees("session actuelle")

    phone.page.get_by_role("button", name="Verrouiller").click()
    phone.sees("Session verrouillée", f"{awa.name}, est-ce bien vous")
    phone.looks_over()
    phone.page.goto("/immeubles/")
    phone.does_not_see("Glycines")
    phone.page.get_by_role("button", name="Continuer avec ma clé").click()
    phone.sees("Glycines A")

    phone.opens("/entrer/moyens/")
    phone.chooses("Choisir une application")
    phone.sees("Scannez ce QR code")
    next(coming, None)
