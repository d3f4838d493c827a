"""Which telephone numbers are accepted, how they are stored, and how they are displayed."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from exchange.portfolio.values import AGENCY_PHONE, PHONE_NUMBER, Wrong
from formats.telephone import dialled, read_phone, written_phone
from tenants.models import Representative
from tests.builders import OWNER, make_tenant, paris_day

STORED = {
    "06 39 98 12 34": "+33639981234",
    "+33 06 39 98 12 34": "+33639981234",
    "+33(0)6.39.98.12.34": "+33639981234",
    "0033 06 39 98 12 34": "+33639981234",
    "06‑39‑98‑12‑34": "+33639981234",
    "01\u202f99\u202f00\u202f12\u202f34": "+33199001234",
    "0690 12 34 56": "+590690123456",
    "0694 20 12 34": "+594694201234",
    "05 96 12 34 56": "+596596123456",
    "06 92 12 34 56": "+262692123456",
    "0639 01 23 45": "+262639012345",
    "+590 690 12 34 56": "+590690123456",
    "+687 75 12 34": "+687751234",
    "+32 470 12 34 56": "+32470123456",
    "00 44 7911 123456": "+447911123456",
}


@pytest.mark.parametrize(("typed", "stored"), STORED.items())
def test_a_number_is_stored_with_its_country_code(typed, stored):
    assert read_phone(typed) == stored
    assert read_phone(written_phone(stored)) == stored
    assert PHONE_NUMBER.parse(PHONE_NUMBER.write(stored)) == stored


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("+999 123 456 789", "indicatif"),
        ("+0 12 34 56 78", "indicatif"),
        ("+330", "pas complet"),
        ("+33 06 39 98 12", "pas complet"),
        ("06 39 98 12 345", "pas complet"),
        ("00 00 00 00 00", "pas complet"),
        ("+44 1", "pas complet"),
        ("+1 212 555", "pas complet"),
        ("15", "pas complet"),
        ("112", "pas complet"),
        ("3949", "pas complet"),
        ("٠٦٣٩٩٨١٢٣٤", "pas complet"),
        ("06 39 98 12 34 poste 2", "pas complet"),
        ("", "pas complet"),
    ],
)
def test_an_impossible_number_is_refused_with_a_reason(typed, reason):
    with pytest.raises(ValidationError, match=reason):
        read_phone(typed)


def test_an_agency_may_have_a_number_of_four_digits():
    assert read_phone("39 49", short=True) == "3949" == AGENCY_PHONE.parse("3949") == AGENCY_PHONE.write("3949")
    for typed in ("15", "112", "2949", "394"):
        with pytest.raises(ValidationError):
            read_phone(typed, short=True)
    with pytest.raises(Wrong):
        PHONE_NUMBER.parse("3949")


def test_overseas_numbers_are_dialled_in_france_with_ten_digits():
    assert written_phone("+590690123456") == "06 90 12 34 56"
    assert dialled("+590123456789") == "" and written_phone("+590123456789") == "+590123456789"


@given(st.text(alphabet="0123456789+() .-", max_size=20))
def test_an_accepted_number_is_accepted_again_in_its_stored_form(typed):
    try:
        stored = read_phone(typed)
    except ValidationError:
        return
    assert read_phone(stored) == stored and not stored.startswith("+330")


def test_invalid_stored_numbers_are_listed_without_the_number(landlord):
    wrong = [make_tenant("Numéro", phone=number) for number in ("+33012345678", "+330612345", "+99912345678")]
    right = make_tenant("Numéro", phone="+33639981234")
    for tenant in (*wrong, right):
        Representative(tenant=tenant, name="Ada", phone=tenant.phone, first_day=paris_day()).save(using=OWNER)
    out = io.StringIO()
    call_command("check_phones", stdout=out)
    lines = out.getvalue().splitlines()
    assert {line.split()[1] for line in lines if line.startswith("tenants_tenant")} == {
        str(tenant.pk) for tenant in wrong
    }
    assert "6." in lines[-1] and "+33" not in out.getvalue()
