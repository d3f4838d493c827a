"""Why a model's values are held and until when, said beside the model, and read back as lines of a dictionary of data:

    class Tenant(models.Model):
        privacy = {"last_name": PERSONAL, "phone": PERSONAL}
        held = Held(TENANCY, TENANCY_FILE, apart={"phone": CONTACT})

The class of each field is `privacy` (privacy/registry.py). A field that names an employee beside a tenant's data is
held to say who acted: that is seen from the field itself and cannot be forgotten.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Field, Model

from privacy.classes import PLAIN, DataClass
from privacy.lives import LIVES, Ending, Life
from privacy.registry import classified
from privacy.third_party import THIRD_PARTY
from privacy.treatments import SIGNATURES, TREATMENTS, Treatment


@dataclass(frozen=True)
class Held:
    """`apart`: fields that another treatment asks for."""

    treatment: Treatment
    life: Life
    apart: Mapping[str, Treatment] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """One field of the dictionary of data."""

    model: type[Model]
    field: "Field[Any, Any]"
    data_class: DataClass
    treatment: Treatment
    life: Life

    @property
    def label(self) -> str:
        return f"{self.model._meta.label}.{self.field.name}"

    @property
    def says_something(self) -> bool:
        """Of somebody. What is plain stands in the dictionary and in no register."""
        return self.data_class is not PLAIN


def entries(models: Iterable[type[Model]]) -> list[Entry]:
    """Every field that has its class, its purpose and its life; `unheld` names the models of the others."""
    return [_entry(model, name, data_class, held) for model, name, data_class, held in _held_fields(models) if held]


def unheld(models: Iterable[type[Model]]) -> list[str]:
    """One text per model that does not say why its values are held; it is the fix."""
    missing = {model for model, _name, _class, held in _held_fields(models) if held is None}
    return sorted(f"{model._meta.label}: held = Held(<treatment>, <life>)" for model in missing)


def endless(models: Iterable[type[Model]]) -> list[str]:
    """Fields that speak of somebody and have no end."""
    return [one.label for one in entries(models) if one.says_something and one.life.ending is Ending.NONE]


def held_by(model: type[Model]) -> Held | None:
    """The model's own word, or its package's here; the step below this one writes codes."""
    third_party = THIRD_PARTY.get(model._meta.label)
    said = third_party.held if third_party else getattr(model, "held", None)
    if isinstance(said, tuple):
        treatment, life = said
        return Held(TREATMENTS[treatment], LIVES[life])
    return said


def _held_fields(models: Iterable[type[Model]]) -> Iterable[tuple[type[Model], str, DataClass, Held | None]]:
    for model in models:
        held = held_by(model)
        yield from ((model, name, data_class, held) for name, data_class in classified(model).items())


def _entry(model: type[Model], name: str, data_class: DataClass, held: Held) -> Entry:
    column: Field[Any, Any] = model._meta.get_field(name)  # type: ignore[assignment]
    treatment = held.apart.get(name, held.treatment)
    if name not in held.apart and _names_staff(column) and treatment.people != SIGNATURES.people:
        treatment = SIGNATURES
    return Entry(model, column, data_class, treatment, held.life)


def _names_staff(column: "Field[Any, Any]") -> bool:
    pointed_to = column.related_model
    return pointed_to is not None and pointed_to._meta.label == settings.AUTH_USER_MODEL
