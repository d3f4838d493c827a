"""What the database lets each login and each role do, by row-level security and privileges, without Python's checks."""

import io
import re
from typing import Any

import psycopg2
import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import DatabaseError, connections, transaction

from access.checks import routes
from access.compartments import PLACED, Compartment
from access.grants.grant_terms import Terms
from access.permissions import FOR_EVERYONE
from access.policies import all_policies
from access.roles import CARETAKER
from access.startup import reasons_to_refuse, refuse_unsafe_house
from tenants.models import DiscreetMark
from tests.builders import OWNER, assign, paris_day, run
from tests.resident_tables import PATTERNS, resident_models

RESIDENTS = [model._meta.db_table for model in resident_models()]


def as_role(compartment: Compartment, person: object, sql: str, *params: Any) -> list[tuple]:
    """Run SQL with the database role of `compartment` (a kind of data) and the settings of a request by `person`.
    Returns the rows."""
    with transaction.atomic(durable=True), connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT set_config('role', %s, true), set_config('loge.person', %s, true)",
            [compartment.database_role, str(person)],
        )
        cursor.execute(sql, params or None)
        return cursor.fetchall() if cursor.description else []


@pytest.mark.parametrize("alias", ["default", "trace", "prune", "cache"])
def test_web_logins_read_no_resident_table_without_a_role(landlord, alias):
    assert len(RESIDENTS) > 40
    for table in RESIDENTS:
        with pytest.raises(DatabaseError, match=f"permission denied for (table|view) {table}"):
            run(f"SELECT count(*) FROM {table}", alias=alias)


def test_tables_without_policies_have_no_grants(landlord):
    locked = {policy.table for policy in all_policies()}
    tables = {
        name
        for (name,) in run(
            "SELECT relname FROM pg_class WHERE relkind IN ('r','p') AND relnamespace = 'public'::regnamespace"
        )
    }
    assert len(tables) > 40
    for table in tables - locked:
        grants = run("SELECT grantee FROM information_schema.role_table_grants WHERE table_name = %s", table)
        grants += run("SELECT grantee FROM information_schema.column_privileges WHERE table_name = %s", table)
        assert {grantee for (grantee,) in grants} <= {f"{settings.INSTANCE}_owner"}, table


def test_every_resident_table_enables_and_forces_row_security(landlord):
    rows = run(
        "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class"
        " WHERE relname LIKE ANY (%s) AND relkind = 'r'",
        PATTERNS,
    )
    views = {policy.table for policy in all_policies() if policy.view}
    # Not tested: this table has rows only during a bulk load, and no role may read it (test_bulk_load.py).
    rows = [row for row in rows if row[0] != "ledger_bulkload"]
    assert len(rows) >= 15 and {name for name, *_ in rows} == set(RESIDENTS) - views
    assert [name for name, enabled, forced in rows if not (enabled and forced)] == []


def test_role_without_a_person_sees_no_rows(landlord):
    for compartment in PLACED:
        with transaction.atomic(durable=True), connections["default"].cursor() as cursor:
            cursor.execute("SELECT set_config('role', %s, true)", [compartment.database_role])
            cursor.execute("SELECT count(*) FROM buildings_unit")
            assert cursor.fetchone() == (0,), compartment


def test_caretakers_role_has_no_privilege_on_accounts(landlord):
    awa = landlord.person("awa").pk
    for table in ("tenants_account", "ledger_entry", "tenants_lease", "tenants_leaseparty", "tenants_identity"):
        for compartment in (Compartment.CARD, Compartment.HELP):
            with pytest.raises(DatabaseError, match="permission denied"):
                as_role(compartment, awa, f"SELECT count(*) FROM {table}")


def test_card_compartment_cannot_read_help_codes(landlord):
    with pytest.raises(DatabaseError, match="permission denied"):
        as_role(Compartment.CARD, landlord.person("awa").pk, "SELECT count(*) FROM tenants_helpcode")


def test_roles_in_different_places_keep_their_own_reach(landlord):
    denis = landlord.person("denis").pk
    cards = as_role(Compartment.CARD, denis, "SELECT DISTINCT building_id FROM tenants_residence")
    accounts = as_role(Compartment.ACCOUNT, denis, "SELECT DISTINCT building_id FROM tenants_account")
    quay, low, high = (landlord.building(name).pk for name in ("Quai 9", "Tour basse", "Tour haute"))
    assert {b for (b,) in cards} == {quay, low, high}
    assert {b for (b,) in accounts} == {low, high}


def test_no_policy_compares_a_column_with_itself(landlord):
    """No policy may contain a condition like a.x = a.x, which is always true.

    It arises when a column without a table name in a subquery means a column of the subquery's own table.
    """
    policies = run("SELECT tablename, policyname, concat(qual, ' ', with_check) FROM pg_policies")
    assert len(policies) > 200
    assert [(table, name) for table, name, sql in policies if re.search(r"\((\w+\.\w+) = \1\)", sql)] == []


DETAILS = {
    "tenants_identity": (Compartment.IDENTITY, "tenant_id, birth_date", "loge_today() - 9999"),
    "tenants_representative": (
        Compartment.ACCOUNT,
        "tenant_id, id, name, phone, first_day",
        "gen_random_uuid(), 'Rita', '', loge_today()",
    ),
    "tenants_helpcode": (
        Compartment.HELP,
        "tenant_id, id, code, asked_by, asked_on, renew_by",
        "gen_random_uuid(), 'stairs_help', 'tenant', loge_today(), loge_today() + 90",
    ),
    "ledger_bankdetail": (
        Compartment.IDENTITY,
        "tenant_id, id, iban, holder, set_on",
        "gen_random_uuid(), '\\x00', '\\x00', loge_today()",
    ),
}


@pytest.mark.parametrize("table", DETAILS)
def test_details_of_tenants_out_of_sight_are_neither_read_nor_written(landlord, table):
    """Élise sees a tenant in her buildings, but neither one of Bercy nor one whom a discreet mark hides."""
    compartment, columns, values = DETAILS[table]
    elise, near = landlord.person("elise").pk, landlord.tenant("Calme-Glycines A")
    out_of_sight = [landlord.tenant(name).pk for name in ("Calme-Quai 9", "Dette-Glycines A")]
    hide_household(landlord.account("Dette-Glycines A").lease)
    insert = f"INSERT INTO {table} ({columns}) VALUES (%s, {values})"
    for tenant in out_of_sight:
        with pytest.raises(DatabaseError, match="row-level security"):
            as_role(compartment, elise, insert, tenant)
    for tenant in (near.pk, *out_of_sight):
        run(insert, tenant)
    assert as_role(compartment, elise, f"SELECT tenant_id FROM {table}") == [(near.pk,)]


def hide_household(lease) -> None:
    days = {"first_day": paris_day(-1), "last_day": paris_day(60)}
    DiscreetMark(lease=lease, building_id=lease.building_id, **days).save(using=OWNER)


def test_injected_sql_cannot_set_a_role_beyond_the_login(landlord):
    """A web process that serves only caretakers has a database login of its own. SQL injected with this login must be
    unable to switch to the database role for accounts. tests/database/test_web_logins.py tries all logins and roles."""
    parameters = connections["default"].get_connection_params()
    parameters["user"] = f"{settings.INSTANCE}_web_card"
    parameters.pop("cursor_factory", None)
    connection = psycopg2.connect(**parameters)
    try:
        cursor = connection.cursor()
        cursor.execute("SELECT set_config('role', %s, true)", [Compartment.CARD.database_role])
        with pytest.raises(psycopg2.Error, match="permission denied to set role"):
            cursor.execute("RESET ROLE; SELECT set_config('role', %s, true)", [Compartment.ACCOUNT.database_role])
    finally:
        connection.close()


def test_database_refuses_assigning_oneself(landlord):
    jules, place = landlord.person("jules").pk, landlord.place("Quai 9").pk
    grant = (
        "INSERT INTO access_assignment (id, person_id, role, place_id, first_day, last_day, reason, given_by_id,"
        " given_at, end_reason)"
        " VALUES (gen_random_uuid(), %s, 'caretaker', %s, loge_today(), loge_today(), 'posting', %s, now(), '')"
    )
    with pytest.raises(DatabaseError, match=r"row-level security|assignment_never_for_oneself"):
        as_role(Compartment.ASSIGNMENTS, jules, grant, str(jules), str(place), str(jules))
    noel = str(landlord.person("noel").pk)
    with pytest.raises(DatabaseError, match="row-level security"):
        as_role(Compartment.ASSIGNMENTS, jules, grant, str(jules), str(place), noel)
    as_role(Compartment.ASSIGNMENTS, jules, grant, noel, str(place), str(jules))


def test_local_dpo_and_administrator_have_no_organisation_wide_view(landlord, sign_in):
    """A data protection officer or an administrator of one agency must see only what belongs to this agency.

    Otherwise two administrators of an agency could appoint a data protection officer who reads the whole audit log.
    """
    run("UPDATE access_assignment SET first_day = loge_today() - 366 WHERE role = 'sector_manager'")
    georges = sign_in("georges")
    rights = georges.get("/acces/confirmer/").context["rights"]
    assert georges.post("/acces/confirmer/", {str(right.pk): "keep" for right in rights}).status_code == 302
    noel, ines = landlord.person("noel"), landlord.person("ines")
    for role in ("dpo", "access_administrator"):
        assign(noel, role, landlord.place("Agence Bercy"))
    looks = "SELECT id FROM audit_event"
    assert as_role(Compartment.ALL_TRACE, noel.pk, looks) == [] != as_role(Compartment.ALL_TRACE, ines.pk, looks)
    for compartment, question in (
        (Compartment.REVIEWS, "SELECT oversight_reads_questions('dpo')"),
        (Compartment.ASSIGNMENTS, "SELECT EXISTS (SELECT FROM access_rightsreview)"),
        (Compartment.ASSIGNMENTS, "SELECT EXISTS (SELECT FROM access_reviews() r JOIN access_assignment a"
         " ON a.id = r.assignment WHERE a.role = 'sector_manager')"),
    ):  # fmt: skip
        answered = [as_role(compartment, person.pk, question) for person in (noel, ines)]
        assert answered == [[(False,)], [(True,)]], question
    bercy = Terms(landlord.place("Agence Bercy"), paris_day(), paris_day(30), "posting", "dpo")
    with pytest.raises(ValidationError, match="tout l’organisme"):
        bercy.check(paris_day())


def test_places_cannot_be_moved(landlord):
    """Managers must not move a building of another sector into their own, which would let them act in this building."""
    georges, estate, quay = (
        landlord.person("georges").pk,
        landlord.place("Les Glycines").pk,
        landlord.place("Quai 9").pk,
    )
    with pytest.raises(DatabaseError, match="permission denied"):
        as_role(Compartment.ASSIGNMENTS, georges, "UPDATE access_place SET parent_id = %s WHERE id = %s", estate, quay)


@pytest.mark.parametrize("column", ["email", "name", "employed_at_id", "password"])
def test_administrator_cannot_change_a_colleagues_identity(landlord, column):
    """Nobody may change a colleague's address: the link that resets the colleague's sign-in is sent to this address."""
    change = f"UPDATE access_person SET {column} = {column} WHERE id = %s"
    with pytest.raises(DatabaseError, match="permission denied"):
        as_role(Compartment.ASSIGNMENTS, landlord.person("jules").pk, change, landlord.person("elise").pk)


_PARTY = (
    "INSERT INTO tenants_leaseparty (id, lease_id, tenant_id, name_key, building_id, capacity, first_day)"
    " VALUES (gen_random_uuid(), %s, %s, %s, %s, 'co_holder', loge_today())"
)
_RESIDENCE = (
    "INSERT INTO tenants_residence (id, lease_id, unit_id, tenant_id, name_key, building_id, moved_in, transferred)"
    " SELECT gen_random_uuid(), l.id, l.main_unit_id, %s, %s, l.building_id, loge_today(), false"
    " FROM tenants_lease l WHERE l.id = %s"
)


def test_tenant_of_another_agency_cannot_join_a_lease(landlord):
    """An officer must not add a tenant of another agency to a lease.

    The foreign key accepts any tenant, so the row-level security policy must check that the officer may see the tenant.
    """
    fatou, own, stranger = (
        landlord.person("fatou").pk,
        landlord.account("Calme-Quai 9"),
        landlord.tenant("Calme-Glycines A"),
    )
    with pytest.raises(DatabaseError, match="row-level security"):
        as_role(Compartment.ACCOUNT, fatou, _PARTY, own.lease_id, stranger.pk, stranger.name_key, own.building_id)
    with pytest.raises(DatabaseError, match="row-level security"):
        as_role(Compartment.ACCOUNT, fatou, _RESIDENCE, stranger.pk, stranger.name_key, own.lease_id)
    assert not as_role(Compartment.IDENTITY, fatou, "SELECT 1 FROM tenants_tenant WHERE id = %s", stranger.pk)


def test_officer_cannot_name_themselves_on_a_discreet_mark(landlord):
    elise, account = landlord.person("elise").pk, landlord.account("Calme-Glycines A")
    run(
        "INSERT INTO tenants_discreetmark (id, lease_id, building_id, first_day, last_day)"
        " VALUES (gen_random_uuid(), %s, %s, loge_today(), loge_today() + 9)",
        account.lease_id,
        account.building_id,
    )
    run(
        "INSERT INTO tenants_discreetname (mark_id, person_id) SELECT id, %s FROM tenants_discreetmark",
        landlord.person("awa").pk,
    )
    [(mark,)] = run("SELECT id FROM tenants_discreetmark")
    with pytest.raises(DatabaseError, match="row-level security"):
        as_role(
            Compartment.ACCOUNT,
            elise,
            "INSERT INTO tenants_discreetname (mark_id, person_id) VALUES (%s, %s)",
            mark,
            elise,
        )
    assert not as_role(Compartment.ACCOUNT, elise, "SELECT 1 FROM tenants_account WHERE id = %s", account.pk)


@pytest.mark.spoils
def test_provisioning_revokes_grants_to_public(landlord):
    run("GRANT SELECT ON audit_event, access_right TO PUBLIC")
    run("GRANT EXECUTE ON FUNCTION audit_drop_months(date), ledger_settle_account(uuid) TO PUBLIC")
    call_command("provision", verbosity=0)
    web = f"{settings.INSTANCE}_web"
    for table in ("audit_event", "access_right"):
        assert run("SELECT has_table_privilege(%s, %s, 'SELECT')", web, table) == [(False,)], table
    for function in ("audit_drop_months(date)", "ledger_settle_account(uuid)"):
        assert run("SELECT has_function_privilege(%s, %s, 'EXECUTE')", web, function) == [(False,)], function


def test_public_cannot_execute_definer_functions(landlord):
    open_to_all = "SELECT proname FROM pg_proc p, aclexplode(coalesce(proacl, acldefault('f', proowner))) a"
    where = "WHERE prosecdef AND pronamespace = 'public'::regnamespace AND a.grantee = 0"
    assert run(f"{open_to_all} {where}") == []


def test_application_roles_cannot_write_django_guardian_tables(landlord):
    for table in ("guardian_userobjectpermission", "guardian_groupobjectpermission"):
        for compartment in Compartment:
            with pytest.raises(DatabaseError, match="permission denied"):
                as_role(compartment, landlord.person("jules").pk, f"DELETE FROM {table}")
        with pytest.raises(DatabaseError, match="permission denied"):
            run(f"DELETE FROM {table}", alias="default")


# The tests below check that start-up refuses a wrongly configured database and states the reason.


def test_startup_accepts_the_provisioned_database(landlord):
    assert list(reasons_to_refuse()) == []


def test_startup_refuses_the_owner(landlord):
    reasons = " ".join(reasons_to_refuse("owner"))
    assert "contourne les règles de ligne" in reasons and "possède" in reasons


def test_startup_refuses_a_role_table_that_differs(landlord):
    run("DELETE FROM access_rolecompartment WHERE role = 'caretaker'")
    with pytest.raises(Exception, match=r"diffère de access/roles\.py"):
        refuse_unsafe_house()


@pytest.mark.spoils
def test_deploy_checks_report_what_startup_refuses(landlord):
    def warnings() -> set[str]:
        return {str(check.msg) for check in run_checks(include_deployment_checks=True, databases=["default"])}

    assert not [reason for reason in warnings() if "Tables sans règles" in reason or "table des rôles" in reason]
    run("ALTER TABLE tenants_tenant DISABLE ROW LEVEL SECURITY")
    run("DELETE FROM access_rolecompartment WHERE role = 'caretaker'")
    refused = set(reasons_to_refuse())
    assert len(refused) == 2 and refused <= warnings()


def test_startup_refuses_a_missing_role(landlord, settings):
    settings.INSTANCE = "autre"
    assert any("Le rôle autre_card manque" in reason for reason in reasons_to_refuse())


def test_startup_refuses_an_old_server(landlord, monkeypatch):
    monkeypatch.setattr("access.startup.OLDEST", 990000)
    assert any("trop ancien" in reason for reason in reasons_to_refuse())


def test_startup_refuses_a_login_that_inherits(landlord):
    """Start-up must be refused if the login of background jobs inherits the rights of a database role.

    The test grants the role to the login and revokes it afterwards.
    """
    role, login = Compartment.CARD.database_role, f"{settings.INSTANCE}_jobs"
    from tests.clones import run_as_super

    run_as_super(f"GRANT {role} TO {login}")
    try:
        assert any(f"hérite de {role}" in reason for reason in reasons_to_refuse("jobs"))
    finally:
        run_as_super(f"REVOKE {role} FROM {login}")


@pytest.mark.spoils
def test_caretakers_login_serves_cards_but_no_accounts(landlord, sign_in, monkeypatch):
    """A web process for caretakers has its own database login, which can only assume the database roles for cards.

    With this login, the same code must serve residents' cards, but no accounts.
    """
    monkeypatch.setitem(connections["default"].settings_dict, "USER", f"{settings.INSTANCE}_web_card")
    connections["default"].close()
    card, client = landlord.residence("Dette-Glycines A"), sign_in("awa")
    assert client.get(f"/fiches/{card.pk}/").status_code == 200
    # Élise is an officer, so the database login of caretakers must be unable to sign her in.
    with pytest.raises(DatabaseError, match="row-level security"):
        sign_in("elise")
    connections["default"].close()


def test_caretakers_login_serves_all_caretaker_pages(landlord, sign_in, monkeypatch):
    """Every page for caretakers must work with the caretakers' database login.

    A missing privilege would make a page answer 500, perhaps in an emergency.
    """
    monkeypatch.setitem(connections["default"].settings_dict, "USER", f"{settings.INSTANCE}_web_card")
    connections["default"].close()
    client, building = sign_in("awa"), landlord.building("Glycines A").pk
    hers = CARETAKER.permissions | FOR_EVERYONE
    doors = [(path, getattr(pattern.callback, "door", None)) for path, pattern in routes() if "<" not in str(path)]
    pages = [f"/{path}" for path, door in doors if door and door.permission in hers and "GET" in door.methods]
    assert len(pages) >= 9
    for page in (*pages, f"/evacuations/{building}/"):
        assert client.get(page).status_code in {200, 302}, page
    assert client.post(f"/evacuations/{building}/", {"reason": "fire"}).status_code == 302
    assert b"escalier" in client.get(f"/evacuations/{building}/").content.lower()
    connections["default"].close()


HELD = """
SELECT 'table', c.relname, a.grantee::regrole::text, a.privilege_type FROM pg_class c, aclexplode(c.relacl) a
    WHERE c.relnamespace = 'public'::regnamespace
UNION SELECT 'column', c.relname || '.' || t.attname, a.grantee::regrole::text, a.privilege_type
    FROM pg_attribute t JOIN pg_class c ON c.oid = t.attrelid, aclexplode(t.attacl) a
    WHERE c.relnamespace = 'public'::regnamespace
UNION SELECT 'function', p.oid::regprocedure::text, a.grantee::regrole::text, a.privilege_type
    FROM pg_proc p, aclexplode(p.proacl) a WHERE p.pronamespace = 'public'::regnamespace
UNION SELECT 'policy', tablename, policyname, concat(roles, cmd, qual, with_check) FROM pg_policies
UNION SELECT 'member', m.member::regrole::text, m.roleid::regrole::text, m.admin_option::text FROM pg_auth_members m
UNION SELECT 'role', role, compartment, '' FROM access_rolecompartment
"""


@pytest.mark.spoils
def test_provisioning_again_changes_and_reports_nothing(bare):
    before, output = sorted(run(HELD)), io.StringIO()
    assert len(before) > 500
    call_command("provision", stdout=output)
    assert sorted(run(HELD)) == before
    assert "0 ajoutées, 0 retirées" in output.getvalue() and "créé" not in output.getvalue()
