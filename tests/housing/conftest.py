"""Fixtures that start servers with an application that needs no database (tests/housing/served.py)."""

from collections.abc import Iterator

import pytest

from tests.housing.test_proxy import free_port
from tests.housing.test_serving import running, wait_for


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Start a server that disconnects silent clients after two seconds."""
    yield from serving("2")


@pytest.fixture(scope="module")
def patient_port() -> Iterator[int]:
    """Start a server that disconnects silent clients only after two minutes.

    Test clients wait for 20 seconds. So a test fails if one client blocks another.
    """
    yield from serving("120")


def serving(seconds: str) -> Iterator[int]:
    port = free_port()
    with running(f"127.0.0.1:{port}", SERVED_SECONDS=seconds):
        wait_for(port)
        yield port
