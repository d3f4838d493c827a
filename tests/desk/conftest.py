"""A second empty database in one test, to compare two landlords."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from pytest_django import DjangoDbBlocker

from tests.clones import Clones


@pytest.fixture
def another_bare(
    clones: Clones, templates: dict[str, str], django_db_blocker: DjangoDbBlocker
) -> Iterator[Callable[[], None]]:
    """`another_bare()` points every login at a fresh empty database."""
    with django_db_blocker.unblock(), ExitStack() as made:

        def make() -> None:
            made.enter_context(clones.one_of(templates["bare"]))

        yield make
