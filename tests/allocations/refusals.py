"""Checks that a rule of allocation refuses a breach by raw SQL or by an action, and shows its own message."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from access.constraints import name_of, sentence, sentence_of


@contextmanager
def refused(rule: str) -> Iterator[None]:
    """Expect that the block breaks the constraint or trigger `rule`, and that the error has this rule's own message."""
    with pytest.raises((IntegrityError, ValidationError)) as caught:
        yield
    error: Any = caught.value
    if isinstance(error, IntegrityError):
        assert name_of(error) == rule
        error = sentence(error)
    assert error.code == rule and error.messages == [sentence_of(rule)]
