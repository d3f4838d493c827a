"""Fixtures that provide the allocation of a dwelling in three states: applications, candidates, ranked candidates.

Each state is created once per process, in a template database (tests/prepared.py).
"""

from collections.abc import Callable
from typing import Any

import pytest

from allocations.models import Candidacy
from tests.allocations.commission import Commission, make_commission, make_presented, make_ranked


@pytest.fixture
def builder(request: pytest.FixtureRequest) -> Callable[[Any], Commission]:
    """Provide the function that creates the allocation for this test. A test module may override the fixture."""
    if "ranked" in request.fixturenames:
        return make_ranked
    return make_presented if "candidacies" in request.fixturenames else make_commission


@pytest.fixture
def cloned(request: pytest.FixtureRequest, cloned: str) -> str:
    if "prepared" not in request.fixturenames:
        return cloned
    assert "sample_objects" not in request.fixturenames, "a test starts from one template database"
    template: str = request.getfixturevalue("prepare")(request.getfixturevalue("builder")).template()
    return template


@pytest.fixture
def prepared(prepare: Any, builder: Callable[[Any], Commission], landlord: Any) -> Commission:
    """Provide the allocation that `builder` created, in this test's copy of the template database."""
    commission: Commission = prepare(builder).result(landlord)
    return commission


@pytest.fixture
def commission(prepared: Commission) -> Commission:
    """Provide a dwelling and four applications. The fixtures `candidacies` and `ranked` take further steps."""
    return prepared


@pytest.fixture
def candidacies(prepared: Commission) -> list[Candidacy]:
    """Provide three candidates on the agenda of a convened session."""
    return prepared.candidacies


@pytest.fixture
def ranked(prepared: Commission) -> list[Candidacy]:
    """Provide three candidates in the order in which a session ranked them. Its minutes are signed."""
    return prepared.candidacies
