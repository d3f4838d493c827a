"""Amounts typed in French or English are parsed to exact cents, and anything else is refused with a reason."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from formats.money import LARGEST, parse_euros, plain
from housing.templatetags.loge import euros

CENTS = st.integers(min_value=1, max_value=LARGEST - 1)


@given(CENTS, st.sampled_from(["fr", "en"]))
def test_formatted_amount_parses_back_to_the_cent(cents, language):
    with translation.override(language):
        assert parse_euros(plain(cents)) == cents
        assert parse_euros(euros(cents)) == cents
        assert parse_euros(euros(cents, "€")) == cents
        assert parse_euros(f"{cents // 100}.{cents % 100:02}") == cents


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("12", 1200),
        ("12,5", 1250),
        ("0,01", 1),
        (" 1 051,80 ", 105180),
        ("1\u202f051,80\u202f€", 105180),
        ("1\u00a0051.80", 105180),
        ("1051,80", 105180),
        ("007", 700),
        ("999 999,99", 99_999_999),
        ("0,29", 29),
        ("1,15", 115),
        ("1,051.80", 105180),
        ("1.051,80", 105180),
        ("999.999,99 €", 99_999_999),
    ],
)
def test_common_spellings_of_an_amount_are_accepted(typed, cents):
    assert parse_euros(typed) == cents


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("-12", "signed"),
        ("−12,50", "signed"),
        ("+12", "signed"),
        ("12,345", "two_ways"),
        ("1.234", "two_ways"),
        ("12,3456", "finer"),
        ("1051.805", "finer"),
        ("0", "zero"),
        ("0,00", "zero"),
        ("1000000", "too_large"),
        ("9" * 4000, "too_large"),
        ("NaN", "not_a_sum"),
        ("inf", "not_a_sum"),
        ("1e3", "not_a_sum"),
        ("1,051.805", "not_a_sum"),
        ("1.05,80", "not_a_sum"),
        ("1,051,80", "not_a_sum"),
        ("12 34", "not_a_sum"),
        ("douze", "not_a_sum"),
        ("0x10", "not_a_sum"),
        ("١٢", "not_a_sum"),
        ("12,", "not_a_sum"),
        (",5", "not_a_sum"),
        ("", "not_a_sum"),
    ],
)
def test_invalid_amount_is_refused_with_its_reason(typed, code):
    with pytest.raises(ValidationError) as refusal:
        parse_euros(typed)
    assert refusal.value.code == code and len(refusal.value.messages[0]) > 20


@given(st.text(max_size=30))
def test_any_text_gives_a_plausible_amount_or_a_sentence(text):
    try:
        assert 0 < parse_euros(text) < LARGEST
    except ValidationError as refusal:
        assert refusal.messages[0].endswith(("€.", ".", "50.", "80."))


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("1,051.80", 105180),
        ("€1,051.8", 105180),
        ("1051.80", 105180),
        ("1.051,80", 105180),
        ("12,50", 1250),
        ("1 051,80", 105180),
        ("0.29", 29),
        ("999,999.99", 99_999_999),
    ],
)
def test_english_spellings_of_an_amount_are_accepted(typed, cents):
    with translation.override("en"):
        assert parse_euros(typed) == cents


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("1,051", "two_ways"),
        ("1.051", "two_ways"),
        ("1,05,1.80", "not_a_sum"),
        ("1051,800.00", "not_a_sum"),
        ("1,051.805", "not_a_sum"),
        ("1,000,000.00", "too_large"),
    ],
)
def test_invalid_english_amount_is_refused(typed, code):
    with translation.override("en"), pytest.raises(ValidationError) as refusal:
        parse_euros(typed)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "fr",
            "«\u00a01,051\u00a0» peut se lire de deux façons\u00a0: écrivez 1051, ou deux chiffres après la virgule.",
        ),
        ("en", "“1,051” can be read in two ways: write 1051, or two digits after the point."),
    ],
)
def test_ambiguous_amount_is_refused_in_both_languages(language, sentence):
    with translation.override(language), pytest.raises(ValidationError) as refusal:
        parse_euros("1,051")
    assert refusal.value.messages == [sentence]


def test_plain_figure_for_spreadsheets():
    assert [plain(cents) for cents in (105180, -3812, 0, 5)] == ["1051,80", "-38,12", "0,00", "0,05"]
    with translation.override("en"):
        assert plain(-105180) == "-1051.80"
