"""Which field is of which class. Each step declares its own models, so this module knows no step:

    class Tenant(models.Model):
        privacy = {"last_name": PERSONAL, "email": PERSONAL}

Parents' declarations are merged, the child's winning. A primary key made by the database or the program (a number, a
UUID) says nothing of anybody and is PLAIN unless declared otherwise; a one-to-one key is declared like any field.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.apps import apps
from django.db.models import AutoField, Field, Model, UUIDField

from privacy.classes import BANK, PERSONAL, PLAIN, DataClass
from privacy.fields import EncryptedField
from privacy.third_party import THIRD_PARTY

CHOICE = " | ".join(data_class.name for data_class in DataClass)


def classified(model: type[Model]) -> dict[str, DataClass]:
    """Field name -> class, for the fields the model really has and somebody has classified."""
    declared = _implied(model) | _declared(model)
    return {name: declared[name] for name in _fields(model) if name in declared}


def unclassified(models: Iterable[type[Model]]) -> list[str]:
    """One text per model that lacks something; its lines are the fix, once the class on each has been thought about."""
    missing = ((model, _fields(model).keys() - classified(model).keys()) for model in models)
    return [_fix(model, sorted(names)) for model, names in missing if names]


def stale(models: Iterable[type[Model]]) -> list[str]:
    """Declarations about fields or models that are no longer there. `models` is everything installed."""
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
    """ "app.Model.field" of what is classed BANK and stored unencrypted."""
    return [
        f"{model._meta.label}.{name}"
        for model in models
        for name, data_class in classified(model).items()
        if data_class is BANK and not isinstance(_fields(model)[name], EncryptedField)
    ]


def _fields(model: type[Model]) -> "dict[str, Field[Any, Any]]":
    return {field.name: field for field in (*model._meta.concrete_fields, *model._meta.local_many_to_many)}


def _implied(model: type[Model]) -> dict[str, DataClass]:
    key = model._meta.pk
    return {key.name: PLAIN} if isinstance(key, AutoField | UUIDField) else {}


def _declared(model: type[Model]) -> dict[str, DataClass]:
    merged: dict[str, DataClass] = {}
    for parent in reversed(model.__mro__):
        own: Mapping[str, str] = vars(parent).get("privacy", {})
        merged |= {name: DataClass(value) for name, value in own.items()}
    if model._meta.label in THIRD_PARTY:
        merged |= THIRD_PARTY[model._meta.label].fields
    return merged


def _fix(model: type[Model], names: list[str]) -> str:
    fields = _fields(model)
    lines = [f'"{name}": {_proposal(fields[name]).name},  # {CHOICE}' for name in names]
    if _is_third_party(model):
        return _indented(
            f'# privacy/third_party.py\n"{model._meta.label}": ThirdParty(reason="", fields={{', lines, "}),"
        )
    return _indented(f"# {model.__module__}.{model.__qualname__}\nprivacy = {{", lines, "}")


def _indented(opening: str, lines: list[str], closing: str) -> str:
    return "\n".join([opening, *(f"    {line}" for line in lines), closing])


def _proposal(field: "Field[Any, Any]") -> DataClass:
    """The careful guess: personal until somebody says why not."""
    return BANK if isinstance(field, EncryptedField) else PERSONAL


def _is_third_party(model: type[Model]) -> bool:
    return "site-packages" in apps.get_app_config(model._meta.app_label).path
