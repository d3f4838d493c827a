"""The data dictionary: why and for how long each field's values are stored. Each model declares this itself:

    class Tenant(models.Model):
        privacy = {"last_name": PERSONAL, "phone": PERSONAL}
        data_policy = DataPolicy(TENANCY, TENANCY_FILE, apart={"phone": CONTACT})

`privacy` gives the data class of each field (privacy/registry.py). The fields in `apart` belong to another processing
activity than the model's other fields. In a model about tenants, a foreign key to an employee belongs to the activity
SIGNATURES, because it shows which employee did something.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Field, Model

from privacy.classes import PLAIN, DataClass
from privacy.processing_activities import PROCESSING_ACTIVITIES, SIGNATURES, ProcessingActivity
from privacy.registry import classified
from privacy.retention_periods import RETENTION_PERIODS, Ending, RetentionPeriod
from privacy.third_party import THIRD_PARTY


@dataclass(frozen=True)
class DataPolicy:
    """Why and for how long the values of a model are stored. `apart` maps names of fields to their processing activity,
    if it is another one than `processing_activity`."""

    processing_activity: ProcessingActivity
    retention_period: RetentionPeriod
    apart: Mapping[str, ProcessingActivity] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """A line of the data dictionary: one field of a model, with its data class, processing activity and retention
    period."""

    model: type[Model]
    field: "Field[Any, Any]"
    data_class: DataClass
    processing_activity: ProcessingActivity
    retention_period: RetentionPeriod

    @property
    def label(self) -> str:
        return f"{self.model._meta.label}.{self.field.name}"

    @property
    def says_something(self) -> bool:
        """Whether the field says something about a person. Fields that do not are left out of the register of
        processing activities."""
        return self.data_class is not PLAIN


def entries(models: Iterable[type[Model]]) -> list[Entry]:
    """Return the data dictionary: one entry for each field with a data class. Models that declare no data policy are
    left out; `without_policy` lists them."""
    result = []
    for model, name, data_class, policy in _classified_fields(models):
        if policy is None:
            continue
        column: Field[Any, Any] = model._meta.get_field(name)  # type: ignore[assignment]
        activity = policy.apart.get(name, policy.processing_activity)
        related = column.related_model
        names_staff = related is not None and related._meta.label == settings.AUTH_USER_MODEL
        if name not in policy.apart and names_staff and activity.people != SIGNATURES.people:
            activity = SIGNATURES
        result.append(Entry(model, column, data_class, activity, policy.retention_period))
    return result


def without_policy(models: Iterable[type[Model]]) -> list[str]:
    """Return the line of code that a developer must add to each model that has data classes but no `data_policy`."""
    missing = {model for model, _name, _class, policy in _classified_fields(models) if policy is None}
    return sorted(
        f"{model._meta.label}: data_policy = DataPolicy(<processing activity>, <retention period>)" for model in missing
    )


def endless(models: Iterable[type[Model]]) -> list[str]:
    """Return the names of fields that say something about a person, but are stored without any end."""
    return [
        entry.label
        for entry in entries(models)
        if entry.says_something and entry.retention_period.ending is Ending.NONE
    ]


def policy_of(model: type[Model]) -> DataPolicy | None:
    """Return the data policy that the model declares. For a model of a third-party package, return the policy declared
    in privacy/third_party.py.

    Some models declare a pair of codes instead of a `DataPolicy`, to avoid a circular import. The pair is converted
    here.
    """
    third_party = THIRD_PARTY.get(model._meta.label)
    declared = third_party.data_policy if third_party else getattr(model, "data_policy", None)
    if isinstance(declared, tuple):
        activity, period = declared
        return DataPolicy(PROCESSING_ACTIVITIES[activity], RETENTION_PERIODS[period])
    return declared


def _classified_fields(
    models: Iterable[type[Model]],
) -> Iterable[tuple[type[Model], str, DataClass, DataPolicy | None]]:
    for model in models:
        policy = policy_of(model)
        yield from ((model, name, data_class, policy) for name, data_class in classified(model).items())
