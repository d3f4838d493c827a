import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.iban import masked, valid_iban

GOOD = "FR14 2004 1010 0505 0001 3M02 606"


@pytest.mark.parametrize("iban", [GOOD, GOOD.lower(), "DE89370400440532013000", "BE68\u202f5390\u00a00754\u00a07034"])
def test_published_examples_are_valid(iban):
    assert valid_iban(iban)


@pytest.mark.parametrize(
    "iban", ["", "FR14", GOOD[:-1], GOOD + "0", GOOD.replace("14", "15"), "FR٣4" + GOOD[5:], "é" * 27]
)
def test_others_are_not(iban):
    assert not valid_iban(iban)


@given(st.integers(4, 26), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_seen(position, digit):
    iban = GOOD.replace(" ", "")
    changed = iban[:position] + digit + iban[position + 1 :]
    assert valid_iban(changed) == (changed == iban)


@given(st.text())
def test_any_text_gets_an_answer(text):
    assert valid_iban(text) in {True, False}
    assert len(masked(text)) <= 14


def test_a_mask_hides_all_but_the_end():
    assert masked(GOOD) == "FR•• •••• 2606"
    assert masked("FR14") == "••••"
