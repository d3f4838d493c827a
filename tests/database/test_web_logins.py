"""The database logins of the web processes: which roles each login may switch to, and which tables it can read."""

import io

import psycopg2
import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from access.checks import routes
from access.compartments import Compartment
from access.database.timeouts import TIMEOUTS
from access.database.web_logins import WEB_LOGINS
from access.permissions import FOR_EVERYONE
from access.roles import NOMINATOR, ROLES
from access.startup import reasons_to_refuse
from buildings.models import Unit
from housing.database.embedded import LOGINS as EMBEDDED
from tests.builders import OWNER, run
from tests.clones import no_other_provision, run_as_super
from tests.database.test_thieves import stolen
from tests.resident_tables import PREFIXES
from tests.sign_in import let_in, served_by

CONTINGENT = next(login for login in WEB_LOGINS if login.name == "web_contingent")
# Tables about residents and applicants in which a nominator may read some rows.
# Nominators may read rows about their own contingent of dwellings, and questions why they opened personal data.
OWN = {
    "allocations_candidacy",
    "allocations_contingent",
    "allocations_convention",
    "allocations_flowyear",
    "allocations_nominator",
    "allocations_vacancy",
    "oversight_lookquestion",
}
ENTER = "SELECT set_config('role', %s, false)"


@pytest.mark.parametrize("login", [login for login in WEB_LOGINS if login.role], ids=lambda login: login.name)
def test_a_login_for_one_role_enters_exactly_what_the_role_needs(login):
    permissions = ROLES[login.role].permissions | FOR_EVERYONE
    assert {permission.compartment for permission in permissions} == set(login.compartments)


def test_every_web_login_has_its_address_and_its_timeouts():
    for login in WEB_LOGINS:
        assert login.name in EMBEDDED.values() and login.name in TIMEOUTS
        assert login.name == "web" or login.name in settings.OTHER_LOGINS


@pytest.mark.parametrize("login", WEB_LOGINS, ids=lambda login: login.name)
def test_a_web_login_takes_the_roles_of_its_compartments_only(landlord, login):
    """A web login may switch only to the roles of its compartments (kinds of data).

    This must be true also after the login has switched to one of these roles. Otherwise injected SQL could read all
    data.
    """
    taken = set()
    with stolen(login.name) as cursor:
        for compartment in Compartment:
            cursor.execute("RESET ROLE")
            cursor.execute(ENTER, [login.compartments[0].database_role])
            try:
                cursor.execute(ENTER, [compartment.database_role])
                taken.add(compartment)
            except psycopg2.errors.InsufficientPrivilege:
                pass
    assert taken == set(login.compartments)


def test_nominators_login_reads_no_table_of_residents_or_applicants(landlord):
    login = f"{settings.INSTANCE}_{CONTINGENT.name}"
    tables = [
        table
        for (table,) in run(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm')"
            " AND relnamespace = 'public'::regnamespace"
        )
        if table.startswith(PREFIXES)
    ]
    assert len(tables) > 60
    may = "SELECT t FROM unnest(%s::text[]) t WHERE has_any_column_privilege(%s, t, %s)"
    for role in (login, *(compartment.database_role for compartment in CONTINGENT.compartments)):
        read = {table for (table,) in run(may, tables, role, "SELECT")}
        assert read <= (set() if role == login else OWN), role
        for privilege in ("INSERT", "UPDATE"):
            assert {table for (table,) in run(may, tables, role, privilege)} <= {"oversight_lookquestion"}, role


@pytest.mark.parametrize("compartment", CONTINGENT.compartments)
def test_nominator_without_a_contingent_reads_no_building_and_no_dwelling(landlord, compartment):
    assert Unit.objects.using(OWNER).count() > 10
    nominator = landlord.person("nadia")
    with stolen(CONTINGENT.name) as cursor:
        cursor.execute("SELECT set_config('loge.person', %s, false)", [str(nominator.pk)])
        cursor.execute(ENTER, [compartment.database_role])
        for table in ("buildings_unit", "buildings_building", "buildings_address", "buildings_unitterms", *OWN):
            try:
                cursor.execute(f"SELECT count(*) FROM {table}")
                assert cursor.fetchall() == [(0,)], table
            except psycopg2.errors.InsufficientPrivilege:
                pass


@pytest.mark.parametrize("login", [login for login in WEB_LOGINS if login.role], ids=lambda login: login.name)
def test_startup_refuses_a_login_that_may_take_a_role_too_many(landlord, login):
    role = Compartment.ACCOUNT.database_role
    with served_by(login.name):
        assert list(reasons_to_refuse()) == []
        try:
            with no_other_provision():
                run_as_super(f"GRANT {role} TO {settings.INSTANCE}_{login.name} WITH INHERIT FALSE")
                [reason] = reasons_to_refuse()
            assert f"peut prendre le rôle {role}, à tort" in reason
            call_command("provision", verbosity=0, stdout=io.StringIO())
            assert list(reasons_to_refuse()) == []
        finally:
            run_as_super(f"REVOKE {role} FROM {settings.INSTANCE}_{login.name}")


def test_nominators_login_serves_all_their_pages(landlord):
    """Each page for nominators must work with their database login.

    A missing privilege would make the page answer 500.
    """
    client = let_in(Client(), landlord.person("nadia"))
    doors = [(path, getattr(pattern.callback, "door", None)) for path, pattern in routes() if "<" not in str(path)]
    theirs = NOMINATOR.permissions | FOR_EVERYONE
    pages = [f"/{path}" for path, door in doors if door and door.permission in theirs and "GET" in door.methods]
    assert len(pages) >= 5
    for page in pages:
        assert client.get(page).status_code in {200, 302}, page
