"""With much data and under row-level security, queries must use an index instead of reading every row."""

import json
import os
from contextlib import closing
from uuid import uuid4

import psycopg2
import pytest
from django.db import connections, transaction
from django.test.utils import CaptureQueriesContext

from access.compartments import Compartment
from tests.builders import OWNER, run
from tests.clones import clone, drop, stand_on

# Creates 300 buildings with 100 residents each, in addition to the usual test data.
CROWD = """
INSERT INTO access_place (id, level, parent_id, name, code, path)
    SELECT gen_random_uuid(), 'building', p.id, 'Foule ' || n, 'foule-' || n, ''
    FROM access_place p, generate_series(1, 300) n
    WHERE p.code = 'les-glycines';
INSERT INTO buildings_building (place_id) SELECT id FROM access_place WHERE code LIKE 'foule-%';
INSERT INTO buildings_unit (id, building_id, kind, type, staircase, door)
    SELECT gen_random_uuid(), b.place_id, 'dwelling', '', 'A', n::text
    FROM buildings_building b JOIN access_place p ON p.id = b.place_id AND p.code LIKE 'foule-%',
         generate_series(1, 100) n;
INSERT INTO tenants_tenant (id, title, last_name, first_name, name_key, channel, phone, email, contact_name)
    SELECT id, '', 'Foule', '', 'foule ' || id, 'phone', '', '', '' FROM buildings_unit WHERE type = '';
INSERT INTO tenants_lease (id, main_unit_id, building_id, starts_on)
    SELECT id, id, building_id, '2020-01-01' FROM buildings_unit WHERE type = '';
INSERT INTO tenants_residence (id, tenant_id, name_key, lease_id, unit_id, building_id, moved_in, transferred)
    SELECT id, id, 'foule ' || id, id, id, building_id, '2020-01-01', false FROM buildings_unit WHERE type = '';
"""
QUESTIONS = {
    "list": "SELECT r.*, t.* FROM tenants_residence r JOIN tenants_tenant t ON t.id = r.tenant_id"
    " ORDER BY r.name_key LIMIT 50",
    "count": "SELECT count(*) FROM tenants_residence",
    "search": "SELECT r.* FROM tenants_residence r WHERE r.name_key LIKE 'dup%'",
}


# All tests of this module run in one process, so that the 300 buildings are created only once.
pytestmark = pytest.mark.xdist_group("plans")
CROWDED = f"loge_crowded_{uuid4().hex[:12]}"


@pytest.fixture(scope="module")
def crowded(templates, clones, django_db_blocker):
    with django_db_blocker.unblock():
        clone(templates["world"], CROWDED)
        stand_on(CROWDED)
        run(CROWD)
        run("ANALYZE")
        stand_on("postgres")
        yield CROWDED
        clones.drop_of(CROWDED)
        drop(CROWDED)


@pytest.fixture
def cloned(crowded):
    return crowded


def index_conditions(plan: dict) -> list[str]:
    conditions = (
        [f"{plan.get('Relation Name')}: {plan['Index Cond']}"]
        if "Index Cond" in plan and "Relation Name" in plan
        else []
    )
    if plan.get("Node Type") == "Bitmap Index Scan":
        conditions.append(f"{plan['Index Name']}: {plan['Index Cond']}")
    return conditions + [condition for child in plan.get("Plans", []) for condition in index_conditions(child)]


def explain(person: object, sql: str) -> dict:
    with transaction.atomic(durable=True), connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT set_config('role', %s, true), set_config('loge.person', %s, true)",
            [Compartment.CARD.database_role, str(person)],
        )
        cursor.execute("EXPLAIN (FORMAT JSON) " + sql)
        plan = cursor.fetchone()[0]
        return (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_place_column_drives_the_index(landlord, question):
    assert run("SELECT count(*) FROM tenants_residence")[0][0] > 30_000
    plan = explain(landlord.person("awa").pk, QUESTIONS[question])
    driven = [c for c in index_conditions(plan) if "residence" in c and "building_id = ANY" in c]
    assert driven, json.dumps(plan, indent=1)


PAGES = {
    "buildings": ("GET", "/immeubles/"),
    "list": ("GET", "/immeubles/{}/"),
    "search": ("POST", "/immeubles/chercher/"),
}


@pytest.mark.parametrize("page", PAGES)
def test_queries_of_pages_use_the_index(landlord, sign_in, page):
    """On each page, every query that reads residents must find them by the index on the building, the dwelling
    or the tenant."""
    method, url = PAGES[page]
    client, awa = sign_in("awa"), landlord.person("awa").pk
    home = landlord.building("Glycines A").pk
    url = url.format(home)
    [[name]] = run(
        "SELECT min(last_name) FROM tenants_tenant t JOIN tenants_residence r ON r.tenant_id = t.id"
        " WHERE building_id = %s",
        home,
    )
    with CaptureQueriesContext(connections["default"]) as sent:
        answer = client.get(url) if method == "GET" else client.post(url, {"q": name})
    # A search with one exact result redirects to the result's page.
    assert answer.status_code == (302 if page == "search" else 200)
    queries = [query["sql"] for query in sent if 'FROM "tenants_residence"' in query["sql"]]
    assert queries
    for sql in queries:
        plan = explain(awa, sql)
        # Most pages select residents by building_id, the page of a part of a large building by unit_id, and a search
        # by tenant_id.
        led = ("building_id", "unit_id", "tenant_id")
        assert [c for c in index_conditions(plan) if "residence" in c and any(word in c for word in led)], sql
        assert "tenants_residence" not in scanned(plan), sql


@pytest.mark.parametrize("day", ["moved_in", "moved_out"])
def test_moves_are_found_by_their_day(landlord, day):
    """A search for residents who move in or out soon must use the index on that date, not read all residents."""
    rule = f"{day} BETWEEN DATE '2031-01-01' AND DATE '2031-01-14'"
    plan = explain(landlord.person("awa").pk, f"SELECT id FROM tenants_residence WHERE {rule}")
    assert [condition for condition in index_conditions(plan) if day in condition]
    assert "tenants_residence" not in scanned(plan)


def scanned(plan: dict) -> set[str]:
    """Return the tables that the plan reads by a sequential scan."""
    tables = {plan["Relation Name"]} if plan.get("Node Type") == "Seq Scan" else set()
    return tables.union(*(scanned(child) for child in plan.get("Plans", [])))


@pytest.mark.spoils
def test_subquery_policy_would_not_use_the_index(landlord):
    """If the policy used IN (SELECT …), PostgreSQL would read every row instead of using the index.

    This shows that the assertions of the other tests can fail.
    """
    run("DROP POLICY card_select_0 ON tenants_residence")
    role = Compartment.CARD.database_role
    run(
        f"CREATE POLICY slow ON tenants_residence FOR SELECT TO {role}"
        " USING (building_id IN (SELECT access_reach_on_page(loge_person(), 'card')))"
    )
    plan = explain(landlord.person("awa").pk, QUESTIONS["count"])
    assert not [c for c in index_conditions(plan) if "residence" in c and "building_id = ANY" in c]


@pytest.mark.spoils
@pytest.mark.parametrize("function", ["loge_now", "loge_today", "loge_person"])
def test_postgresql_inlines_the_current_time_day_and_person(landlord, function):
    """The row policies ask for them dozens of times a page. With a search path of its own, a function is called."""
    plan = f"EXPLAIN (VERBOSE, COSTS OFF) SELECT {function}()"
    assert f"{function}()" not in str(run(plan))
    run(f"ALTER FUNCTION {function}() SET search_path = pg_catalog")
    assert f"{function}()" in str(run(plan))


# Gives a person an assignment at each of 5,000 new buildings.
ASSIGNMENTS = """
SET session_replication_role = replica;
INSERT INTO access_place (id, level, parent_id, name, code, path)
    SELECT id, 'building', parent, 'Large ' || n, 'large-' || n, path || id || '/'
    FROM (SELECT gen_random_uuid() AS id, n, p.id AS parent, p.path
          FROM generate_series(1, 5000) n JOIN access_place p ON p.code = 'les-glycines') q;
INSERT INTO access_assignment (id, person_id, role, place_id, first_day, last_day, reason, end_reason, given_at)
    SELECT gen_random_uuid(), '{person}', 'officer', id, loge_today() - 30, loge_today() + 200, 'posting', '', now()
    FROM access_place WHERE code LIKE 'large-%';
ANALYZE access_place, access_assignment
"""
# Selects how many rows and index entries of assignments this transaction has read.
ENTRIES_READ = """SELECT sum(pg_stat_get_xact_tuples_returned(relation))
    FROM (SELECT 'access_assignment'::regclass::oid AS relation
          UNION ALL SELECT indexrelid FROM pg_index WHERE indrelid = 'access_assignment'::regclass) one"""


@pytest.mark.spoils
def test_roles_are_found_without_reading_all_assignments(landlord):
    """Each page asks for the person's roles. If the person has thousands of assignments that count today, PostgreSQL
    must read only a few of them."""
    person, role = give_many_assignments(landlord), Compartment.ACCOUNT.database_role
    questions = {
        f"SELECT access_has_only('{person}', 'caretaker', false)": False,
        f"SELECT roles FROM access_enter('{person}', false, '{{officer}}', '{role}', '', '', 'on')": ["officer"],
    }
    for question, answer in questions.items():
        with transaction.atomic(durable=True), connections["default"].cursor() as cursor:
            cursor.execute(question)
            assert cursor.fetchone() == (answer,)
            cursor.execute(ENTRIES_READ)
            assert 0 < cursor.fetchone()[0] < 20, question


@pytest.mark.spoils
def test_first_buildings_are_found_without_reading_all_assignments_for_each(landlord):
    """Lists ask for the first buildings by name. If the person has thousands of assignments, PostgreSQL must not read
    all of them for each building."""
    person = give_many_assignments(landlord)
    with transaction.atomic(OWNER):
        run("SELECT set_config('loge.person', %s, true)", str(person))
        assert len(run("SELECT loge_first_buildings('account', 100)")) == 100
        [(entries,)] = run(ENTRIES_READ)
    assert 0 < entries < 5000


def give_many_assignments(landlord):
    person = landlord.person("elise").pk
    name = connections["default"].settings_dict["NAME"]
    with closing(psycopg2.connect(os.environ["LOGE_SUPER_URL"], dbname=name)) as connection:
        connection.cursor().execute(ASSIGNMENTS.format(person=person))
        connection.commit()
    return person
