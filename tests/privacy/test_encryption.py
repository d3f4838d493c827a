import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privacy.encryption import keys
from privacy.encryption.values import Tampered, WrongKey, open_, seal

ROW = uuid.uuid4()
PLACE = {"table": "bank", "column": "iban", "row": ROW}
on_one_ring = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@on_one_ring
@given(st.text())
def test_any_text_comes_back(ring_file, text):
    assert open_(seal(text, **PLACE), **PLACE).decode() == text


@on_one_ring
@given(st.binary())
def test_any_bytes_come_back(ring_file, content):
    assert open_(seal(content, **PLACE), **PLACE) == content


@pytest.mark.parametrize("elsewhere", [{"table": "banks"}, {"column": "bic"}, {"row": uuid.uuid4()}])
def test_a_value_does_not_decrypt_in_another_place(ring_file, elsewhere):
    with pytest.raises(Tampered):
        open_(seal("FR76", **PLACE), **(PLACE | elsewhere))


@pytest.mark.parametrize("wrong", [{"row": ""}, {"row": None}, {"table": "a.b"}, {"column": "a:b"}])
def test_ambiguous_places_are_refused(ring_file, wrong):
    with pytest.raises(ValueError, match="cannot be sealed"):
        seal("FR76", **(PLACE | wrong))


def test_any_flipped_bit_is_detected(ring_file):
    sealed = seal("FR76", **PLACE)
    for bit in range(len(sealed) * 8):
        changed = bytearray(sealed)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises((Tampered, WrongKey)):
            open_(bytes(changed), **PLACE)


def test_truncated_or_extended_values_are_detected(ring_file):
    sealed = seal("FR76", **PLACE)
    for cut in [sealed[:length] for length in range(len(sealed))] + [sealed + b"\0"]:
        with pytest.raises((Tampered, WrongKey)):
            open_(cut, **PLACE)


def test_a_nonce_is_never_used_twice(ring_file):
    start = 2 + len(keys.current())
    assert len({seal("FR76", **PLACE)[start : start + 12] for _ in range(20_000)}) == 20_000


def test_values_of_an_old_key_still_decrypt(ring_file):
    before = seal("FR76", **PLACE)
    keys.rotate(ring_file)
    keys.rotate(ring_file)
    after = seal("FR76", **PLACE)
    assert (before[2:4], after[2:4]) == (b"k1", b"k3")
    assert open_(before, **PLACE) == open_(after, **PLACE) == b"FR76"


def test_an_unknown_key_is_named_in_the_error(ring_file):
    keys.rotate(ring_file)
    sealed = seal("FR76", **PLACE)
    ring_file.unlink()
    keys.new_ring(ring_file)
    with pytest.raises(WrongKey, match="k2"):
        open_(sealed, **PLACE)


def test_the_same_id_with_another_key_does_not_open(ring_file):
    sealed = seal("FR76", **PLACE)
    ring_file.unlink()
    keys.new_ring(ring_file)
    with pytest.raises(Tampered):
        open_(sealed, **PLACE)


def test_errors_name_the_place_but_not_the_content(ring_file):
    with pytest.raises(Tampered) as refusal:
        open_(seal("canary", **PLACE)[:-1] + b"\0", **PLACE)
    assert str(ROW) in str(refusal.value)
    assert "canary" not in repr(refusal.value)
    assert refusal.value.__suppress_context__
