from django.contrib.contenttypes.models import ContentType

from privacy import registry
from privacy.classes import BANK, PERSONAL, PLAIN, DataClass
from privacy.third_party import THIRD_PARTY, ThirdParty
from tests.privacy.models import Careless, Mandate


def test_classes_of_parents_and_of_the_key_are_included():
    assert registry.classified(Mandate) == {"id": PLAIN, "made_on": PLAIN, "iban": BANK, "holder": PERSONAL}
    assert registry.unclassified([Mandate]) == []


def test_a_class_may_be_declared_as_a_string():
    assert registry.classified(Careless)["account_number"] is BANK


def test_an_unclassified_field_is_reported_with_its_fix():
    (text,) = registry.unclassified([Careless])
    pasted = {}
    exec(text, {data_class.name: data_class for data_class in DataClass}, pasted)
    assert pasted["privacy"] == {"phone": PERSONAL, "iban": BANK}
    assert "tests.privacy.models.Careless" in text


def test_models_of_packages_are_classified_in_third_party(monkeypatch):
    assert registry.unclassified([ContentType]) == []
    monkeypatch.delitem(THIRD_PARTY, "contenttypes.ContentType")
    (text,) = registry.unclassified([ContentType])
    assert '"contenttypes.ContentType": ThirdParty(' in text
    assert '"app_label": PERSONAL' in text


def test_stale_declarations_are_reported(monkeypatch):
    monkeypatch.setattr(registry, "THIRD_PARTY", {"old.Gone": ThirdParty("left", ("technical", "endless"), {})})
    gone_field, gone_model = registry.stale([Mandate, Careless])
    assert 'remove "gone"' in gone_field and "privacy.Careless" in gone_field
    assert '"old.Gone"' in gone_model


def test_unencrypted_bank_details_are_reported():
    assert registry.bank_in_clear([Mandate, Careless]) == ["privacy.Careless.account_number"]


def test_every_class_has_a_sentence():
    assert all(str(data_class.label).endswith(".") for data_class in DataClass)
