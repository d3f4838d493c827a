"""Collects the data classes of all fields. The models declare them, so this module need not import any other app:

    class Tenant(models.Model):
        privacy = {"last_name": PERSONAL, "email": PERSONAL}

A model also has the declarations of its parent classes, and can override them. A generated primary key (number or UUID)
is PLAIN unless it is declared otherwise. A one-to-one field used as primary key must be declared like any other field.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.apps import apps
from django.db.models import AutoField, Field, Model, UUIDField

from privacy.classes import BANK, PERSONAL, PLAIN, DataClass
from privacy.encryption.fields import EncryptedField
from privacy.third_party import THIRD_PARTY

CHOICE = " | ".join(data_class.name for data_class in DataClass)


def classified(model: type[Model]) -> dict[str, DataClass]:
    """Map field names of the model to data classes. Fields without a class are left out."""
    key = model._meta.pk
    implied = {key.name: PLAIN} if isinstance(key, AutoField | UUIDField) else {}
    declared = implied | _declared(model)
    return {name: declared[name] for name in _fields(model) if name in declared}


def unclassified(models: Iterable[type[Model]]) -> list[str]:
    """Return the source text of the missing declarations: for each model with fields that have no data class, the text
    to add to the model. A developer then decides on the class of each field."""
    missing = ((model, _fields(model).keys() - classified(model).keys()) for model in models)
    return [proposed_declaration(model, sorted(names)) for model, names in missing if names]


def stale(models: Iterable[type[Model]]) -> list[str]:
    """Return an error message for each data class that is declared for a field or model that does not exist any more.
    `models` must list all installed models: a third-party model that is not in the list counts as removed."""
    models = list(models)
    gone = THIRD_PARTY.keys() - {model._meta.label for model in models}
    return [
        *(
            f'{model._meta.label}: remove "{name}" from its privacy, it has no such field.'
            for model in models
            for name in sorted(_declared(model).keys() - _fields(model).keys())
        ),
        *(f'privacy/third_party.py: remove "{label}", no such model is installed.' for label in sorted(gone)),
    ]


def bank_in_clear(models: Iterable[type[Model]]) -> list[str]:
    """Return the names ("app.Model.field") of fields that are declared as bank details (class BANK) but are not
    encrypted."""
    return [
        f"{model._meta.label}.{name}"
        for model in models
        for name, data_class in classified(model).items()
        if data_class is BANK and not isinstance(_fields(model)[name], EncryptedField)
    ]


def _fields(model: type[Model]) -> "dict[str, Field[Any, Any]]":
    return {field.name: field for field in (*model._meta.concrete_fields, *model._meta.local_many_to_many)}


def _declared(model: type[Model]) -> dict[str, DataClass]:
    merged: dict[str, DataClass] = {}
    for parent in reversed(model.__mro__):
        own: Mapping[str, str] = vars(parent).get("privacy", {})
        merged |= {name: DataClass(value) for name, value in own.items()}
    if model._meta.label in THIRD_PARTY:
        merged |= THIRD_PARTY[model._meta.label].fields
    return merged


def proposed_declaration(model: type[Model], names: list[str]) -> str:
    """Return the source text of the `privacy` declaration that a model lacks. It proposes PERSONAL for a field, or BANK
    if the field is encrypted; a developer then decides."""
    fields = _fields(model)
    proposals = {name: BANK if isinstance(fields[name], EncryptedField) else PERSONAL for name in names}
    lines = [f'"{name}": {data_class.name},  # {CHOICE}' for name, data_class in proposals.items()]
    if "site-packages" in apps.get_app_config(model._meta.app_label).path:
        return _indented(
            f'# privacy/third_party.py\n"{model._meta.label}": ThirdParty(reason="", fields={{', lines, "}),"
        )
    return _indented(f"# {model.__module__}.{model.__qualname__}\nprivacy = {{", lines, "}")


def _indented(opening: str, lines: list[str], closing: str) -> str:
    return "\n".join([opening, *(f"    {line}" for line in lines), closing])
