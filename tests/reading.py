"""Records which columns of model instances are read, to find personal data that a report leaves out."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db.models import Model

from privacy.processing_activities import SIGNATURES
from privacy.retention import entries

Read = set[tuple[type[Model], str]]


@contextmanager
def reads() -> Iterator[Read]:
    """Collect (model, attribute) for each attribute of an instance that is read.

    Loading a row does not count as reading.
    """
    accesses: Read = set()

    def recorded(instance: Model, name: str) -> Any:
        accesses.add((type(instance), name))
        return object.__getattribute__(instance, name)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Model, "__getattribute__", recorded, raising=False)
        yield accesses


def untold(models: Iterable[type[Model]], accesses: Read) -> set[str]:
    """Return the labels of the fields of `models` that contain personal data and that no code has read.

    `accesses`: the fields that code has read, as collected by reads(). Foreign keys and signatures are left out.
    """
    fields = [
        entry for entry in entries(models) if entry.says_something and entry.processing_activity is not SIGNATURES
    ]
    return {
        entry.label
        for entry in fields
        if not entry.field.is_relation and (entry.model, entry.field.attname) not in accesses
    }
