"""The test databases of tests/prepared.py, by the example of the fixture `sample_objects`.

Each database must contain all objects and no changes of other tests. A database that is too old must be replaced.
"""

import math
from types import SimpleNamespace

import psycopg2
import pytest
from django.db.models import Model

from access.models import Person
from tests.builders import OWNER, make_tenant, run
from tests.clones import run_as_super
from tests.sample_objects import KEYS

# All tests of this module run in one process, because they share one template database.
pytestmark = pytest.mark.xdist_group("prepared")
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


def make_tenant_of_the_past(landlord):
    return SimpleNamespace(landlord=landlord, tenant=make_tenant("Restée"))


@pytest.mark.parametrize("age", ["minutes", "day"])
def test_outdated_template_is_replaced(prepare, monkeypatch, age):
    prepared = prepare(make_tenant_of_the_past)
    before = prepared.template()
    assert prepared.template() == before
    if age == "minutes":
        monkeypatch.setattr(prepared, "_made", -math.inf)
    else:
        monkeypatch.setattr("tests.prepared.today", lambda: ("tomorrow", "tomorrow"))
    after = prepared.template()
    assert after != before
    run_as_super(f"ALTER DATABASE {after} CONNECTION LIMIT -1")
    with pytest.raises(psycopg2.errors.InvalidCatalogName):
        run_as_super(f"ALTER DATABASE {before} CONNECTION LIMIT -1")
