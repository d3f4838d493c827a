"""Lets each model declare why its values are stored and for how long, and collects the declarations in a data
dictionary.

    class Tenant(models.Model):
        privacy = {"last_name": PERSONAL, "phone": PERSONAL}
        data_policy = DataPolicy(TENANCY, TENANCY_FILE, apart={"phone": CONTACT})

`privacy` gives the data class of each field (privacy/registry.py). The fields in `apart` belong to another processing
activity than the model's other fields. In data about tenants, a foreign key to an employee belongs to the activity
SIGNATURES, which records who did what.
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
    """Processing activity and retention period of a model. `apart`: its fields that belong to another processing
    activity."""

    processing_activity: ProcessingActivity
    retention_period: RetentionPeriod
    apart: Mapping[str, ProcessingActivity] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """One field in the data dictionary."""

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
        """Whether the field says something about a person. Otherwise the register of processing activities leaves it
        out."""
        return self.data_class is not PLAIN


def entries(models: Iterable[type[Model]]) -> list[Entry]:
    """Every classified field of models that declare a data policy. `without_policy` lists the other models."""
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
    """A message for each model without a `data_policy`: the line to add to it."""
    missing = {model for model, _name, _class, policy in _classified_fields(models) if policy is None}
    return sorted(
        f"{model._meta.label}: data_policy = DataPolicy(<processing activity>, <retention period>)" for model in missing
    )


def endless(models: Iterable[type[Model]]) -> list[str]:
    """Labels of the personal fields that have no retention period."""
    return [
        entry.label
        for entry in entries(models)
        if entry.says_something and entry.retention_period.ending is Ending.NONE
    ]


def policy_of(model: type[Model]) -> DataPolicy | None:
    """The policy that the model declares. For a model of a third-party package, the one declared in
    privacy/third_party.py.

    Models of apps that privacy/ imports declare a pair of codes, because they cannot import its objects.
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
