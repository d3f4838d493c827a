"""What an attacker with the password of each database login can do, and what remains impossible."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg2
import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import get_user
from django.core.management import call_command
from django.db import connections
from django.http import HttpRequest
from django.test import Client

from access.database.provision import LOGINS
from access.models import Person, Session
from access.signin.session_store import SessionStore
from tests.builders import OWNER, assign, run
from tests.sign_in import let_in, listed, served_by, session_in

# The tests do not try the owner's login, because this login may do everything with the tables.
THIEVES = sorted(LOGINS.keys() - {"owner"})
OF_CARETAKERS, OF_NOMINATORS = "web_card", "web_contingent"


@contextmanager
def stolen(login: str) -> Iterator[psycopg2.extensions.cursor]:
    """Open a new connection with the stolen login, in autocommit mode."""
    parameters = connections["default"].get_connection_params() | {"user": f"{settings.INSTANCE}_{login}"}
    parameters.pop("cursor_factory", None)
    connection = psycopg2.connect(**parameters)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


def tried(login: str, statement: str, *params: object) -> list[tuple] | None:
    """Execute the statement with the stolen login.

    Returns the rows, or the number of changed rows, or None if the database refuses the statement.
    """
    with stolen(login) as cursor:
        try:
            cursor.execute(statement, params or None)
        except (psycopg2.errors.InsufficientPrivilege, psycopg2.errors.ReadOnlySqlTransaction):
            return None
        return cursor.fetchall() if cursor.description else [(cursor.rowcount,)]


@pytest.fixture
def people(landlord) -> dict[str, object]:
    """Provide a caretaker, an officer and a nominator, all signed in with a second factor."""
    people = {name: landlord.person(name) for name in ("awa", "elise", "nadia")}
    for person in people.values():
        Authenticator.objects.using(OWNER).create(user=person, type="totp", data={"secret": "sealed"})
        listed(person)
    return people


@pytest.mark.parametrize("login", THIEVES)
def test_stored_session_keys_do_not_sign_anybody_in(people, login):
    sessions_read = 0
    for table in ("access_session", "usersessions_usersession", "django_session"):
        for (key,) in tried(login, f"SELECT session_key FROM {table}") or []:
            client, sessions_read = Client(), sessions_read + 1
            client.cookies["sessionid"] = key
            assert client.get("/regles/").status_code == 302
    assert sessions_read == {"web": 4, "backup": 6, "jobs": 6, OF_CARETAKERS: 2, OF_NOMINATORS: 2}.get(login, 0)


def test_no_column_holds_a_cookie(landlord, people):
    client = let_in(Client(), people["elise"])
    assert client.get("/regles/").status_code == 200
    cookie = client.cookies["sessionid"].value
    tables = run(
        "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    assert len(tables) > 40
    for (table,) in tables:
        assert run(f"SELECT 1 FROM {table} t WHERE to_jsonb(t)::text LIKE %s", f"%{cookie}%") == [], table


@pytest.mark.parametrize("login", THIEVES)
def test_stolen_login_cannot_move_a_session_to_another_cookie(people, login):
    """An attacker must be unable to open an officer's session by changing rows of the session table.

    The test copies the officer's data into the row of the caretaker's session, and the caretaker's key into the
    officer's row.
    """
    hers = let_in(Client(), people["awa"])
    theirs = Session.objects.using(OWNER).filter(person=people["elise"]).first()
    key = session_in(hers).session_key
    change = "UPDATE access_session SET session_data = %s, person_id = %s WHERE session_key = %s"
    tried(login, change, theirs.session_data, str(people["elise"].pk), key)
    tried(login, change, theirs.session_data, str(people["awa"].pk), key)
    tried(login, "DELETE FROM access_session WHERE session_key = %s", key)
    tried(login, "UPDATE access_session SET session_key = %s WHERE session_key = %s", key, theirs.session_key)
    request = HttpRequest()
    request.session = session_in(hers)
    assert get_user(request).pk in (None, people["awa"].pk)


def test_compromised_caretaker_process_cannot_sign_in_an_officer(people):
    """An attacker who controls a web process for caretakers knows the secret key, and can sign any session data.

    The database login of this process must still be unable to store a session that signs an officer in.
    """
    store = SessionStore()
    forged = store._get_new_session_key()
    store._session_key = forged
    for claimed in ({"_auth_user_id": str(people["elise"].pk)}, {"account_login": {"user_pk": people["elise"].pk.hex}}):
        row = "INSERT INTO access_session VALUES (%s, %s, now() + interval '1 hour', %s)"
        data = store.encode(claimed)
        assert tried(OF_CARETAKERS, row, forged, data, str(people["elise"].pk)) is None
        assert tried(OF_CARETAKERS, row, forged, data, None) == [(1,)]
        assert SessionStore(forged).load() == {}, "a session without a person signs nobody in"
        assert tried(OF_CARETAKERS, "DELETE FROM access_session WHERE session_key = %s", forged) == [(1,)]
        assert tried(OF_CARETAKERS, row, forged, data, str(people["awa"].pk)) == [(1,)]
        assert SessionStore(forged).load() == {}, "a caretaker's session does not sign an officer in"
        assert tried(OF_CARETAKERS, "DELETE FROM access_session WHERE session_key = %s", forged) == [(1,)]


def test_caretakers_session_cannot_name_an_officer(people):
    """A session stored for a caretaker must be refused if its data also name an officer.

    Django ignores a session with an unknown authentication backend. But allauth has a session key of its own,
    `account_login`, and would go on to sign in the officer whose id is stored under this key.
    """
    store = SessionStore()
    forged = store._session_key = store._get_new_session_key()
    hers = {"_auth_user_id": str(people["awa"].pk), "_auth_user_backend": "nowhere"}
    data = store.encode(hers | {"account_login": {"user_pk": people["elise"].pk.hex}})
    row = "INSERT INTO access_session VALUES (%s, %s, now() + interval '1 hour', %s)"
    assert tried(OF_CARETAKERS, row, forged, data, str(people["awa"].pk)) == [(1,)]
    assert SessionStore(forged).load() == {}


# SQL statements that a sign-in needs. Each web login may run them only for the people whom it may sign in (REACHED).
WAYS_IN = {
    "password read": "SELECT password FROM access_person WHERE id = '{person}'",
    "password written": "UPDATE access_person SET password = 'x' WHERE id = '{person}'",
    "factors read": "SELECT data FROM mfa_authenticator WHERE user_id = '{person}'",
    "factor added": "INSERT INTO mfa_authenticator (user_id, type, data, created_at)"
    " VALUES ('{person}', 'webauthn', '{{}}', now())",
    "factor rewritten": "UPDATE mfa_authenticator SET data = '{{}}' WHERE user_id = '{person}'",
    "factors removed": "DELETE FROM mfa_authenticator WHERE user_id = '{person}'",
    "directory tied": "INSERT INTO socialaccount_socialaccount"
    " (user_id, provider, uid, last_login, date_joined, extra_data)"
    " VALUES ('{person}', 'x', gen_random_uuid(), now(), now(), '{{}}')",
    "address added": 'INSERT INTO account_emailaddress (user_id, email, verified, "primary")'
    " VALUES ('{person}', gen_random_uuid() || '@example.org', true, true)",
    "session read": "SELECT session_data FROM access_session WHERE person_id = '{person}'",
    "session deleted": "DELETE FROM access_session WHERE person_id = '{person}'",
    "place in the list": "SELECT ip FROM usersessions_usersession WHERE user_id = '{person}'",
}
REACHED = {"web": {"awa", "elise"}, OF_CARETAKERS: {"awa"}, OF_NOMINATORS: {"nadia"}}
# The backup login may run these statements, because it copies the whole database. Secrets are encrypted or hashed.
COPIED = {"password read", "factors read", "session read", "place in the list"}


@pytest.mark.parametrize("login", THIEVES)
def test_web_logins_reach_the_credentials_of_their_own_people_only(people, login):
    for name, person in people.items():
        for way, statement in WAYS_IN.items():
            done = tried(login, statement.format(person=person.pk)) not in (None, [], [(0,)])
            expected = name in REACHED.get(login, ()) or (login == "backup" and way in COPIED)
            assert done is expected, (name, way)


@pytest.mark.parametrize(("login", "name"), [(OF_CARETAKERS, "awa"), (OF_NOMINATORS, "nadia")])
@pytest.mark.parametrize("role", ["officer", "access_administrator", "dpo"])
def test_person_with_another_role_is_out_of_reach_of_a_login_for_one_role(landlord, people, role, login, name):
    change = WAYS_IN["password written"].format(person=people[name].pk)
    assert tried(login, change) == [(1,)]
    run("ALTER TABLE access_assignment DISABLE TRIGGER USER")
    assign(people[name], role, landlord.place("Les Glycines"), first=20, last=40)
    assert tried(login, change) in (None, [(0,)]), "as soon as the assignment is given, even before its first day"
    assert tried("web", change) == [(1,)]


@pytest.mark.parametrize("days", [1, 89, 91, 400])
def test_offices_login_never_reaches_somebody_who_was_only_a_nominator(people, days):
    """Only the nominators' login may sign in a nominator, until 90 days after the nominator's last assignment.

    The officers' and the caretakers' logins may never sign in somebody who was only a nominator.
    """
    change = WAYS_IN["password written"].format(person=people["nadia"].pk)
    run(
        "UPDATE access_assignment SET first_day = first_day - 1000, last_day = loge_today() - %s WHERE person_id = %s",
        days,
        str(people["nadia"].pk),
    )
    assert tried("web", change) == [(0,)]
    assert tried(OF_NOMINATORS, change) == [(int(days < 90),)]
    assert tried(OF_CARETAKERS, change) == [(0,)]


@pytest.mark.parametrize("login", THIEVES)
def test_only_audit_logins_write_audit_events(people, login):
    row = (
        "INSERT INTO audit_event (id, kind, outcome, actor, machine, role, permission, purpose, route, about_kind,"
        " shown, count, request, facts)"
        " VALUES (%s, 'account_opened', 'shown', %s, '', '', '', '', '', '', '{}', 0, %s, '{}')"
    )
    done = tried(login, row, str(uuid4()), str(people["elise"].pk), str(uuid4()))
    assert (done is not None) is (login in ("trace", "jobs"))
    for change in ("UPDATE audit_event SET facts = '{}'", "DELETE FROM audit_event", "TRUNCATE audit_event"):
        assert tried(login, change) is None, change


@pytest.mark.parametrize(("login", "name"), [(OF_CARETAKERS, "awa"), (OF_NOMINATORS, "nadia")])
def test_session_list_works_with_a_login_for_one_role(people, login, name):
    with served_by(login):
        this_browser, other_browser = listed(people[name]), listed(people[name])
        assert other_browser.get("/ma-trace/").status_code == 200
        # The login sees the three sessions of this person, and nobody else's.
        assert {session.user_id for session in UserSession.objects.all()} == {people[name].pk}
        assert UserSession.objects.count() == 3
        assert this_browser.post("/entrer/sessions/").status_code == 302
        assert other_browser.get("/ma-trace/").status_code == 302


@pytest.mark.unwatched("signs in with a password")
@pytest.mark.parametrize("name", ["awa", "elise", "nadia"])
@pytest.mark.parametrize("login", sorted(REACHED))
def test_right_password_is_wrong_at_the_process_of_others(people, login, name):
    """Each web process signs in only its own people: caretakers, nominators, or all employees of the landlord.

    Anybody else gets the message for an unknown address, even with the right password.
    """
    person = people[name]
    person.set_password("correct cheval agrafe pile")
    Person.objects.using(OWNER).filter(pk=person.pk).update(password=person.password)
    client = Client()
    with served_by(login):
        answer = client.post("/entrer/", {"login": person.email, "password": "correct cheval agrafe pile"})
        if name in REACHED[login]:
            assert answer.status_code == 302
            return
        unknown = Client().post("/entrer/", {"login": "personne@example.org", "password": "correct cheval agrafe pile"})
        assert answer.status_code == unknown.status_code == 200
        for refused in (answer, unknown):
            assert "L’adresse ou le mot de passe est incorrect" in refused.content.decode()
        assert client.get("/ma-trace/").status_code == 302


@pytest.mark.parametrize("login", sorted(REACHED))
def test_cookie_from_another_process_signs_nobody_in(people, login):
    """A session cookie must be valid only at web processes that may serve the signed-in person.

    All web processes share the session table.
    """
    served = {}
    for name, person in people.items():
        cookie = let_in(Client(), person).cookies["sessionid"].value
        client = Client()
        client.cookies["sessionid"] = cookie
        with served_by(login):
            served[name] = client.get("/ma-trace/").status_code == 200
    assert {name for name, opened in served.items() if opened} == REACHED[login]


# Statements that need rights on the whole server. No login of the application needs these rights.
OF_THE_SERVER = {
    "large object": "SELECT lo_create(0)",
    "large object with bytes": "SELECT lo_from_bytea(0, 'x')",
    "large object read": "SELECT lo_get(1)",
    "large object opened": "SELECT lo_open(1, 131072)",
    "file into an object": "SELECT lo_import('/etc/hostname')",
    "object into a file": "SELECT lo_export(1, '/tmp/x')",
    "file": "SELECT pg_read_file('/etc/hostname')",
    "folder": "SELECT pg_ls_dir('.')",
    "table from a file": "COPY access_person FROM '/etc/hostname'",
    "program": "COPY (SELECT 1) TO PROGRAM 'true'",
    "table": "CREATE TABLE public.mine (n integer)",
    "function": "CREATE FUNCTION public.mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "schema": "CREATE SCHEMA mine",
    "role": "CREATE ROLE mine",
    "database": "CREATE DATABASE mine",
    "others' connections ended": "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()",
    "others' questions ended": "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()",
    "owner's password": f"ALTER ROLE {settings.INSTANCE}_owner PASSWORD 'x'",
    "logins' hashes": "SELECT rolpassword FROM pg_authid",
    "triggers put to sleep": "SET session_replication_role = replica",
    "configuration": "ALTER SYSTEM SET work_mem = '1MB'",
}


@pytest.mark.parametrize("login", THIEVES)
def test_logins_have_no_server_wide_rights(landlord, login):
    assert tried(login, "SELECT 1") == [(1,)]
    given = [name for name, statement in OF_THE_SERVER.items() if tried(login, statement) is not None]
    # The backup login may read the password hashes of all logins, because a restore creates the logins again.
    assert given == (["logins' hashes"] if login == "backup" else [])


@pytest.mark.spoils
def test_only_the_jobs_login_may_create_temporary_tables(landlord):
    """Only the login of background jobs may create temporary tables. The test runs `provision` first, because
    `provision` revokes a privilege on the database itself, which a cloned database does not inherit."""
    call_command("provision", verbosity=0, stdout=io.StringIO())
    made = [login for login in THIEVES if tried(login, "CREATE TEMP TABLE mine (n integer)") is not None]
    assert made == ["jobs"]


@pytest.mark.parametrize("login", THIEVES)
def test_logins_cannot_see_each_others_queries(landlord, login):
    with stolen("web") as cursor:
        cursor.execute("SELECT 'Ravindranathan'")
        rows = tried(
            login,
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND query = $$SELECT 'Ravindranathan'$$",
        )
    assert rows == [(1 if login == "web" else 0,)], "a login sees its own queries, from another connection"
