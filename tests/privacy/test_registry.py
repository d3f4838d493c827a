from django.contrib.contenttypes.models import ContentType

from privacy import registry
from privacy.classes import BANK, PERSONAL, PLAIN, DataClass
from privacy.third_party import THIRD_PARTY, ThirdParty
from tests.privacy.models import Careless, Mandate


def test_parents_and_the_key_are_counted():
    assert registry.classified(Mandate) == {"id": PLAIN, "made_on": PLAIN, "iban": BANK, "holder": PERSONAL}
    assert registry.unclassified([Mandate]) == []


def test_a_lower_step_may_write_plain_words():
    assert registry.classified(Careless)["account_number"] is BANK


def test_a_field_without_a_class_is_reported_as_its_own_fix():
    (text,) = registry.unclassified([Careless])
    pasted = {}
    exec(text, {data_class.name: data_class for data_class in DataClass}, pasted)
    assert pasted["privacy"] == {"phone": PERSONAL, "iban": BANK}
    assert "tests.privacy.models.Careless" in text


def test_a_packages_model_is_classified_in_one_place(monkeypatch):
    assert registry.unclassified([ContentType]) == []
    monkeypatch.delitem(THIRD_PARTY, "contenttypes.ContentType")
    (text,) = registry.unclassified([ContentType])
    assert '"contenttypes.ContentType": ThirdParty(' in text
    assert '"app_label": PERSONAL' in text


def test_declarations_about_nothing_are_reported(monkeypatch):
    monkeypatch.setattr(registry, "THIRD_PARTY", {"old.Gone": ThirdParty("left", ("technical", "endless"), {})})
    gone_field, gone_model = registry.stale([Mandate, Careless])
    assert 'remove "gone"' in gone_field and "privacy.Careless" in gone_field
    assert '"old.Gone"' in gone_model


def test_bank_details_in_clear_are_reported():
    assert registry.bank_in_clear([Mandate, Careless]) == ["privacy.Careless.account_number"]


def test_every_class_has_a_sentence():
    assert all(str(data_class.label).endswith(".") for data_class in DataClass)
