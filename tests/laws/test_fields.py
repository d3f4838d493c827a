"""Every field is classed; no resident table holds a text that somebody types freely."""

from django.apps import apps
from django.db import models

from privacy.fields import EncryptedField
from privacy.registry import bank_in_clear, classified, stale, unclassified
from tenants.models.fact import FactFields

# A short typed text on a resident table, and why it cannot become a comment box.
TYPED = {
    "FactCode.code": "a code: a database constraint",
    "FactCode.theme": "a code of fact_words.csv",
    "FactCode.title_fr": "a word of the house about no one",
    "FactCode.title_en": "the same, in English",
    "FactCode.sentence_fr": "a sentence of the house about no one, with slots",
    "FactCode.sentence_en": "the same, in English",
    "FactCode.fields": "names and types of slots: a database constraint",
    "FactCode.writers": "codes of roles: a database constraint",
    "FactCode.readers": "codes of roles: a database constraint",
    "FactTerm.list": "the name of a list, written by a migration",
    "FactTerm.code": "a code of that list, written by a migration",
    "Tenant.last_name": "a name, as the lease has it",
    "Tenant.first_name": "a name, as the lease has it",
    "Tenant.name_key": "the name folded by the program",
    "Tenant.phone": "digits only: a database constraint",
    "Tenant.email": "an address, checked as one",
    "Tenant.contact_name": "the name of a chosen person",
    "Representative.name": "the name of a person or body",
    "Representative.phone": "digits only: a validator",
    "Residence.name_key": "the tenant's own key, by foreign key",
    "Account.reference": "drawn by the program from its alphabet",
    "SourceKey.key": "the landlord's own identifier, opaque: letters without accents, digits and a few signs",
    "Receipt.source_key": "the same, for a receipt that waits",
    "Receipt.label": "a code of entry_labels.csv; the import refuses others",
    "Entry.label": "a code of entry_labels.csv; the action refuses others",
    "Entry.reason": "a code of reasons.csv; the action refuses others",
}


def everything() -> list[type[models.Model]]:
    return apps.get_models(include_auto_created=True)


def test_every_field_is_classed():
    ours = [model for model in everything() if not model._meta.auto_created]
    assert len(ours) > 25
    assert sum(len(classified(model)) for model in ours) > 180
    assert unclassified(ours) == []


def test_no_class_is_stale():
    assert stale(everything()) == []


def test_bank_details_are_never_in_clear():
    assert bank_in_clear(everything()) == []
    assert sum(isinstance(f, EncryptedField) for m in everything() for f in m._meta.concrete_fields) >= 2


def typed_fields() -> set[str]:
    found = set()
    for model in apps.get_app_config("tenants").get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.CharField | models.TextField) and not field.choices:
                found.add(f"{model.__name__}.{field.name}")
    return found


def test_no_resident_table_has_a_free_text_field():
    fields = [f for m in apps.get_app_config("tenants").get_models() for f in m._meta.concrete_fields]
    assert len(fields) > 80
    assert [str(f) for f in fields if isinstance(f, models.TextField | models.FileField)] == []
    # The one kind of JSON holds codes, dates and numbers: tests/tenants/test_facts.py tries to write words in it.
    documents = [f for f in fields if isinstance(f, models.JSONField)]
    assert len(documents) == 3 and all(type(f) is FactFields for f in documents)
    assert typed_fields() - TYPED.keys() == set()


def test_no_typed_field_is_long_enough_for_a_story():
    lengths = {
        f"{model.__name__}.{field.name}": field.max_length
        for model in apps.get_app_config("tenants").get_models()
        for field in model._meta.concrete_fields
        if f"{model.__name__}.{field.name}" in TYPED and field.name not in ("name_key", "email")
    }
    words_of_the_house = {name for name in lengths if name.startswith("FactCode.")}
    assert max(length for name, length in lengths.items() if name not in words_of_the_house) <= 120


def test_no_reason_is_stale():
    assert TYPED.keys() - typed_fields() == set()


def test_no_object_prints_a_name():
    """What lands in a log is an id."""
    marker = "Ravindranathan"
    printed = 0
    for model in everything():
        if model._meta.app_label not in ("access", "buildings", "tenants", "audit") or not model._meta.managed:
            continue
        text = {
            f.name: marker for f in model._meta.concrete_fields if isinstance(f, models.CharField) and f.name != "kind"
        }
        assert marker not in str(model(**{k: v for k, v in text.items() if k not in ("code", "level")})), model
        printed += 1
    assert printed > 20
