"""A second empty database in one test, to compare two landlords."""

from collections.abc import Callable, Iterator

import pytest
from pytest_django import DjangoDbBlocker

from tests.conftest import clone_of


@pytest.fixture
def another_bare(templates: dict[str, str], django_db_blocker: DjangoDbBlocker) -> Iterator[Callable[[], None]]:
    """`another_bare()` points every login at a fresh empty database."""
    clones: list[Iterator[str]] = []

    def make() -> None:
        clones.append(clone := clone_of(templates["bare"], django_db_blocker))
        next(clone)

    yield make
    for clone in reversed(clones):
        next(clone, None)
