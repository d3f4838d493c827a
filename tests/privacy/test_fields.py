import copy
import pickle
import uuid

import pytest
from django.apps import apps
from django.core.exceptions import FieldError

from privacy.encryption import keys
from privacy.encryption.fields import Ciphertext, EncryptedField
from privacy.encryption.resealing import resealed, sealed_fields
from privacy.encryption.values import Tampered
from tests.privacy.models import Careless, Mandate

IBAN = "FR76 3000 canary"


def field(name="iban"):
    return Mandate._meta.get_field(name)


def stored(instance, name="iban"):
    """Return the encrypted value that saving `instance` would write into the column of the field `name`."""
    return field(name).get_prep_value(field(name).pre_save(instance, add=True))


def fetched(key, **columns):
    """Return the instance that Django would load from a row with the primary key `key` and the values `columns`."""
    values = {name: field(name).from_db_value(memoryview(value), None, None) for name, value in columns.items()}
    return Mandate.from_db("default", ["id", *values], [key, *values.values()])


def test_a_saved_value_round_trips(ring_file):
    mandate = Mandate(iban=IBAN)
    column = stored(mandate)
    assert type(column) is bytes and IBAN.encode() not in column
    assert mandate.iban.reveal() == fetched(mandate.pk, iban=column).iban.reveal() == IBAN


def test_none_is_stored_as_null(ring_file):
    assert Mandate().iban is None
    assert stored(Mandate(iban=None)) is None
    assert field().from_db_value(None, None, None) is None


@pytest.mark.parametrize("saved", [False, True])
def test_no_representation_shows_the_text(ring_file, saved):
    mandate = Mandate(iban=IBAN)
    if saved:
        stored(mandate)
    shown = [repr(mandate), repr(mandate.iban), str(mandate.iban), f"{mandate.iban:}", repr(vars(mandate))]
    assert all("canary" not in text for text in shown)
    assert all("x01" not in text for text in shown)


def test_a_primary_key_given_as_text_is_normalised(ring_file):
    key = uuid.uuid4()
    column = stored(Mandate(id=str(key).upper(), iban=IBAN))
    assert fetched(key, iban=column).iban.reveal() == IBAN


def test_a_row_without_primary_key_is_refused(ring_file):
    with pytest.raises(ValueError, match="primary key"):
        stored(Mandate(id=None, iban=IBAN))


def test_a_value_moved_to_another_row_or_column_does_not_decrypt(ring_file):
    mandate = Mandate(iban=IBAN)
    column = stored(mandate)
    with pytest.raises(Tampered):
        fetched(uuid.uuid4(), iban=column).iban.reveal()
    with pytest.raises(Tampered):
        fetched(mandate.pk, holder=column).holder.reveal()


def test_a_row_copied_under_a_new_key_is_refused_when_it_is_saved(ring_file):
    mandate = Mandate(iban=IBAN)
    stored(mandate)
    mandate.pk = uuid.uuid4()
    with pytest.raises(Tampered):
        stored(mandate)


def test_an_encrypted_value_cannot_be_assigned_to_another_row(ring_file):
    mandate = Mandate(iban=IBAN)
    stored(mandate)
    # A field may be assigned the value that was read from the same row, as refresh_from_db does.
    mandate.iban = mandate.iban
    assert mandate.iban.reveal() == IBAN
    with pytest.raises(TypeError, match="reveal"):
        Mandate().iban = mandate.iban
    with pytest.raises(TypeError, match="reveal"):
        mandate.holder = mandate.iban


@pytest.mark.parametrize("wrong", [b"FR76", 76, ["FR76"]])
def test_only_texts_can_be_assigned(wrong):
    with pytest.raises(TypeError, match="takes a text"):
        Mandate(iban=wrong)


def test_only_saved_values_can_be_pickled(ring_file, monkeypatch):
    monkeypatch.setattr(apps, "get_model", lambda *label: Mandate)
    mandate = Mandate(iban=IBAN)
    assert copy.deepcopy(mandate).iban.reveal() == IBAN
    with pytest.raises(TypeError, match="not sealed yet"):
        pickle.dumps(mandate)
    with pytest.raises(TypeError, match="bound to its row"):
        pickle.dumps(mandate.iban)
    stored(mandate)
    assert IBAN.encode() not in pickle.dumps(mandate)
    assert pickle.loads(pickle.dumps(mandate)).iban.reveal() == IBAN


@pytest.mark.parametrize("lookup", ["iban", "iban__exact", "iban__contains", "iban__in", "iban__gt"])
def test_lookups_on_encrypted_values_are_refused(lookup):
    with pytest.raises(FieldError, match="encrypted"):
        Mandate.objects.filter(**{lookup: ["FR76"]})


def test_isnull_lookup_is_allowed():
    assert "IS NULL" in str(Mandate.objects.filter(iban__isnull=True).query)


def test_an_update_without_rows_is_refused():
    with pytest.raises(TypeError, match="assign it and save"):
        field().get_prep_value(IBAN)


def test_dumping_an_encrypted_value_is_refused(ring_file):
    with pytest.raises(TypeError, match="pg_dump"):
        field().value_to_string(Mandate(iban=IBAN))


def test_full_clean_keeps_the_text(ring_file):
    mandate = Mandate(iban=IBAN)
    mandate.clean_fields(exclude={"made_on"})
    assert fetched(mandate.pk, iban=stored(mandate)).iban.reveal() == IBAN


def test_the_field_deconstructs_for_migrations():
    _name, path, args, kwargs = field().deconstruct()
    assert (path, args, kwargs) == ("privacy.encryption.fields.EncryptedField", [], {"null": True})
    assert isinstance(EncryptedField(*args, **kwargs), EncryptedField)


def test_system_checks_report_unfit_options():
    assert field().check() == []
    assert {message.id for message in Careless._meta.get_field("iban").check()} == {"privacy.E001", "privacy.E002"}


def test_resealing_keeps_the_text_under_the_new_key(ring_file):
    mandate = Mandate(iban=IBAN)
    column = stored(mandate)
    keys.rotate(ring_file)
    again = resealed(field(), mandate.pk, column)
    assert (column[2:4], again[2:4]) == (b"k1", b"k2")
    assert fetched(mandate.pk, iban=again).iban.reveal() == IBAN
    assert resealed(field(), uuid.uuid4(), column) is None


def test_ciphertext_may_be_written_by_update(ring_file):
    assert field().get_prep_value(Ciphertext(b"sealed")) == b"sealed"


def test_unmanaged_models_are_not_resealed():
    assert list(sealed_fields([Mandate, Careless])) == []
