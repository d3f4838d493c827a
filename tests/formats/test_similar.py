"""Detection of words that differ by one typing error: a letter replaced, left out, added or swapped with the next."""

import pytest

from formats.similar import is_one_slip


@pytest.mark.parametrize(
    "typed", ["martin", "martn", "matrin", "martrin", "martim", "nartin", "artin", "amrtin", "marttin", "martinn"]
)
def test_one_slip_is_accepted(typed):
    assert is_one_slip(typed, "martin") and is_one_slip("martin", typed)


@pytest.mark.parametrize("typed", ["matn", "marytinx", "mrtni", "nartim", "nitram", "", "martin jean", "artinm"])
def test_two_slips_are_not_accepted(typed):
    assert not is_one_slip(typed, "martin") and not is_one_slip("martin", typed)
