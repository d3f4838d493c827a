"""Which columns a piece of code reads of the rows it has, asked of Python itself."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db.models import Model

from privacy.held import entries
from privacy.treatments import SIGNATURES

Read = set[tuple[type[Model], str]]


@contextmanager
def reads() -> Iterator[Read]:
    """Fills as rows are read. What the database gives a row stands in it unread."""
    read: Read = set()

    def noted(one: Model, name: str) -> Any:
        read.add((type(one), name))
        return object.__getattribute__(one, name)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Model, "__getattribute__", noted, raising=False)
        yield read


def untold(models: Iterable[type[Model]], read: Read) -> set[str]:
    """What says something of somebody and was not read. Keys join; whom they name stands elsewhere in the row."""
    said = [one for one in entries(models) if one.says_something and one.treatment is not SIGNATURES]
    return {one.label for one in said if not one.field.is_relation and (one.model, one.field.attname) not in read}
