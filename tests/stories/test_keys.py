"""A key on a phone: chosen, shown at the entrance, at a locked page and before what matters; in a real browser."""

import pytest

from tests.builders import OWNER
from tests.clones import stand_on
from tests.stories.conftest import arrivals
from tests.stories.house import PASSWORD

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def awa(house, settings):
    stand_on(str(settings.DATABASES["owner"]["NAME"]))
    person = house.person("awa")
    person.set_password(PASSWORD)
    person.save(using=OWNER, update_fields=["password"])
    return person


def test_a_caretaker_signs_in_with_the_key_of_her_phone(furnished, browser, awa):
    coming = arrivals(browser, furnished)
    phone = next(coming)(**PHONE, has_touch=True, is_mobile=True)
    phone.sign_in(awa)  # by password, led to choosing a key, shown her codes once
    phone.sees("Glycines A")
    phone.sign_out()
    phone.sign_in(awa)  # by the key alone: no address, no password
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
