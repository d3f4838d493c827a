import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from formats.iban import (
    NO_COUNTRY,
    NO_IBAN,
    WRONG_KEY,
    WRONG_LENGTH,
    WRONG_SIGNS,
    masked,
    valid_iban,
    validate_iban,
)

GOOD = "FR14 2004 1010 0505 0001 3M02 606"


# `GOOD` with a wrong RIB key (French check digits of the account number). The IBAN check digits match the wrong key.
WRONG_KEY_OF_BANK = "FR84 2004 1010 0505 0001 3M02 607"


@pytest.mark.parametrize(
    "iban",
    [
        GOOD,
        GOOD.lower(),
        "DE89370400440532013000",
        "BE68\u202f5390\u00a00754\u00a07034",
        "ES9121000418450200051332",
        "IT60X0542811101000000123456",
        "MT84MALT011000012345MTLCAST001S",
        "PT50000201231234567890154",
    ],
)
def test_published_examples_are_valid(iban):
    assert valid_iban(iban)


@pytest.mark.parametrize(
    "iban", ["", "FR14", GOOD[:-1], GOOD + "0", GOOD.replace("14", "15"), "FR٣4" + GOOD[5:], "é" * 27]
)
def test_invalid_ibans_are_refused(iban):
    assert not valid_iban(iban)


def with_check_digits(country: str, rest: str) -> str:
    number = int("".join(str(int(character, 36)) for character in f"{rest}{country}00"))
    return f"{country}{98 - number % 97:02}{rest}"


@pytest.mark.parametrize(
    ("fault", "iban"),
    [
        ("no country", with_check_digits("ZZ", "123456789012")),
        ("French key", WRONG_KEY_OF_BANK),
        ("key of Monaco", with_check_digits("MC", "11222" + "00001" + "01234567890" + "31")),
        ("letters in a German number", with_check_digits("DE", "3704004405320A3000")),
        ("digits where the Dutch bank has letters", with_check_digits("NL", "12340417164300")),
        ("too short for France", with_check_digits("FR", "2004101005050001302606")),
        ("check digits 97 too high", "DE99370400440000000023"),
        ("digits of another script", "FR14 ２004 1010 0505 0001 3M02 606"),
        ("signs that would be stored", GOOD.replace(" ", "-")),
        ("a letter that grows into two capitals", "FR14 2004 1010 0505 0001 3M02 60ß"),
        ("a sign of no width", GOOD.replace(" ", "\u200b")),
    ],
)
def test_valid_check_digits_alone_are_not_enough(fault, iban):
    assert not valid_iban(iban), fault


@given(st.integers(4, 26), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_detected(position, digit):
    iban = GOOD.replace(" ", "")
    changed = iban[:position] + digit + iban[position + 1 :]
    assert valid_iban(changed) == (changed == iban)


@given(st.text())
def test_any_text_can_be_validated(text):
    assert valid_iban(text) in {True, False}
    assert len(masked(text)) <= 14


def test_masked_shows_only_country_and_last_digits():
    assert masked(GOOD) == "FR•• •••• 2606"
    assert masked("FR14") == "••••"


@pytest.mark.parametrize(
    ("iban", "sentence"),
    [
        ("", NO_IBAN),
        ("coucou", NO_IBAN),
        ("06 39 98 12 34", NO_IBAN),
        ("ZZ68 5390 0754 7034", NO_COUNTRY),
        (GOOD[:-1], WRONG_LENGTH),
        (GOOD + "0", WRONG_LENGTH),
        (with_check_digits("DE", "3704004405320A3000"), WRONG_SIGNS),
        (GOOD.replace("14", "15"), WRONG_KEY),
        (WRONG_KEY_OF_BANK, WRONG_KEY),
    ],
)
def test_the_refusal_of_an_iban_names_what_is_wrong(iban, sentence):
    with pytest.raises(ValidationError) as refused:
        validate_iban(iban)
    assert refused.value.messages == [sentence]
