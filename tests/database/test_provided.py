"""The test databases of the fixture `sample_objects`, which contain one object of each kind.

Each database must contain all objects and no changes of other tests. A database that is too old must be replaced.
"""

import math

import psycopg2
import pytest
from django.db.models import Model

from access.models import Person
from tests.builders import OWNER, make_tenant, run
from tests.clones import run_as_super
from tests.sample_objects import KEYS

# All tests of this module run in one process, because they share one template database.
pytestmark = pytest.mark.xdist_group("provided")
LEFT = "SELECT count(*) FROM tenants_tenant WHERE last_name = 'Restée'"


def test_clone_contains_the_provided_objects(sample_objects, sign_in):
    # The last check of this test needs an audit event, and signing in creates one.
    sign_in("noel")
    things = [thing for thing in vars(sample_objects).values() if isinstance(thing, Model)]
    assert len(things) > 20
    for thing in things:
        thing.refresh_from_db(using=OWNER)
    assert all(key(sample_objects) for key in KEYS.values())


@pytest.mark.parametrize("turn", ("first", "second"))
def test_tests_do_not_see_each_others_changes(sample_objects, turn):
    bruno = Person.objects.using(OWNER).filter(pk=sample_objects.bruno.pk)
    assert run(LEFT) == [(0,)] and bruno.get().name == sample_objects.bruno.name != "Restée"
    make_tenant("Restée")
    bruno.update(name="Restée")
    assert run(LEFT) == [(1,)]


def test_outdated_template_is_replaced(provided, monkeypatch):
    before = provided.template()
    assert provided.template() == before
    monkeypatch.setattr(provided, "_made", -math.inf)
    after = provided.template()
    assert after != before
    run_as_super(f"ALTER DATABASE {after} CONNECTION LIMIT -1")
    with pytest.raises(psycopg2.errors.InvalidCatalogName):
        run_as_super(f"ALTER DATABASE {before} CONNECTION LIMIT -1")
