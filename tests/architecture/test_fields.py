"""Every model field declares how sensitive it is (its data class). Bank details are encrypted. str() of a model
instance never contains a name."""

from django.apps import apps
from django.db import models

from privacy.encryption.fields import EncryptedField
from privacy.registry import bank_in_clear, classified, stale, unclassified
from tests.resident_tables import APPS


def everything() -> list[type[models.Model]]:
    return apps.get_models(include_auto_created=True)


def test_every_field_has_a_data_class():
    ours = [model for model in everything() if not model._meta.auto_created]
    assert len(ours) > 25
    assert sum(len(classified(model)) for model in ours) > 180
    assert unclassified(ours) == []


def test_no_class_is_stale():
    assert stale(everything()) == []


def test_bank_details_are_never_stored_in_clear_text():
    assert bank_in_clear(everything()) == []
    assert sum(isinstance(f, EncryptedField) for m in everything() for f in m._meta.concrete_fields) >= 2


def test_no_object_prints_a_name():
    """str() of a model instance contains no text of its fields, such as a name, because the text may end up in a
    log."""
    marker = "Ravindranathan"
    printed = 0
    for model in everything():
        if model._meta.app_label not in ("access", "buildings", *APPS, "audit") or not model._meta.managed:
            continue
        text = {
            f.name: marker for f in model._meta.concrete_fields if isinstance(f, models.CharField) and f.name != "kind"
        }
        assert marker not in str(model(**{k: v for k, v in text.items() if k not in ("code", "level")})), model
        printed += 1
    assert printed > 20
