"""Checks at start-up: the configuration, the encryption keys, and row-level security in the database."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections

from access.compartments import Compartment
from access.database.provision import OLDEST
from access.database.web_logins import SWITCHING_LOGINS
from access.deploy_checks import is_exposed, reasons_against
from access.policies import all_policies
from access.roles import enforced
from audit.guard.shape import alterations
from privacy.encryption import keys

# _UNLOCKED selects tables without row-level security, where any grant would give access to all rows.
_UNLOCKED = """SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname = ANY (%s)
               AND NOT (relrowsecurity AND relforcerowsecurity) ORDER BY 1"""
_OWNS = """SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE n.nspname = 'public' AND pg_has_role(current_user, c.relowner, 'MEMBER')"""


def refuse_unsafe_house(alias: str = "default") -> None:
    """Raise ImproperlyConfigured, with all reasons, if the configuration, keys or database are unsafe."""
    try:
        reasons = list(reasons_to_refuse(alias))
    except DatabaseError as error:
        raise ImproperlyConfigured(f"Loge ne joint pas sa base : {error}") from error
    if reasons:
        raise ImproperlyConfigured("Loge refuse de démarrer.\n" + "\n".join(f"- {reason}" for reason in reasons))


def reasons_to_refuse(alias: str = "default") -> Iterator[str]:
    yield from reasons_against()
    try:
        keys.ring()  # Loading the keys also checks them, because the web process does not run Django's system checks.
    except keys.KeyRingRefused as refusal:
        yield str(refusal)
    if is_exposed() and settings.SEAL_KEY_FILE:
        yield "LOGE_SEAL_KEYS est dans l’environnement du web : seul le sceau signe, et seul il lit ce fichier."
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int, current_setting('server_version')")
        number, version = cursor.fetchone()
        if number < OLDEST:
            yield f"PostgreSQL {version} est trop ancien : il faut la version 15 ou une plus récente."
        yield from reasons_to_refuse_the_login(cursor)
        yield from reasons_to_refuse_the_tables(cursor)
    # Rate limits count requests in the table shared_cache. The web process must not start without this table.
    with connections["cache"].cursor() as cursor:
        cursor.execute("SELECT to_regclass('shared_cache') IS NOT NULL")
        if not cursor.fetchone()[0]:
            yield "La table du cache partagé manque : lancez « manage.py provision »."
            return
        cursor.execute("SELECT current_user, has_table_privilege('shared_cache', 'INSERT')")
        login, may = cursor.fetchone()
        if not may:
            yield f"La connexion {login} ne peut écrire le cache partagé : lancez « manage.py provision »."


def reasons_to_refuse_the_login(cursor: Any) -> Iterator[str]:
    """Yields a message for each unsafe right of the web process's database login: to bypass row-level security, to own
    tables, to use a compartment's role without SET ROLE, or to take a role that SWITCHING_LOGINS does not give it."""
    cursor.execute("SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
    login, is_super, bypasses = cursor.fetchone()
    if is_super or bypasses:
        yield f"La connexion {login} contourne les règles de ligne : retirez SUPERUSER et BYPASSRLS."
    cursor.execute(_OWNS)
    if owned := cursor.fetchone()[0]:
        yield f"La connexion {login} possède {owned} tables ou en hérite : la connexion web ne doit rien posséder."
    compartments_by_login = {f"{settings.INSTANCE}_{its.name}": its.compartments for its in SWITCHING_LOGINS}
    allowed = compartments_by_login.get(login, Compartment)
    for compartment in Compartment:
        role = compartment.database_role
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone() is None:
            yield f"Le rôle {role} manque : lancez « manage.py provision »."
            continue
        cursor.execute(
            "SELECT pg_has_role(current_user, %s, 'USAGE'), pg_has_role(current_user, %s, 'MEMBER')", [role] * 2
        )
        inherits, is_member = cursor.fetchone()
        if is_member and compartment not in allowed:
            yield f"La connexion {login} peut prendre le rôle {role}, à tort : lancez « manage.py provision »."
        if inherits:
            yield f"La connexion {login} hérite de {role} : elle lirait les données de ce rôle sans contrôle d’accès."


def reasons_to_refuse_the_tables(cursor: Any) -> Iterator[str]:
    """Yields a message for each table without row-level security.

    Also compares the stored roles and the triggers of append-only tables with the code.
    """
    cursor.execute(_UNLOCKED, [[policy.table for policy in all_policies() if not policy.view]])
    if names := ", ".join(name for (name,) in cursor.fetchall()):
        yield f"Tables sans règles de ligne : {names}. Lancez « manage.py provision »."
    cursor.execute("SELECT to_regclass('access_rolecompartment') IS NOT NULL")
    if cursor.fetchone()[0]:
        cursor.execute("SELECT role, compartment FROM access_rolecompartment")
        if set(cursor.fetchall()) != enforced():
            yield "La table des rôles de la base diffère de access/roles.py : lancez « manage.py provision »."
    else:
        yield "Les tables manquent : lancez « manage.py provision »."
    yield from _about_guarded_tables(cursor)


@register(Tags.database, deploy=True)
def would_start(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Report in `manage.py check --deploy --database default` what would prevent the web process from starting."""
    if "default" not in (databases or ()):
        return []
    # Leave out the problems in `exposure_reasons`, because deploy_checks.py reports them already.
    exposure_reasons = set(reasons_against())
    try:
        return [Error(reason, id="access.E011") for reason in reasons_to_refuse() if reason not in exposure_reasons]
    except DatabaseError as error:
        return [Error(f"Loge ne joint pas sa base : {error}", id="access.E011")]


def reasons_to_refuse_the_sealer(alias: str) -> Iterator[str]:
    """Yields the reasons why the process `manage.py seal` must not start.

    Its database login must not bypass row-level security or own tables, and must be able to add rows to the sealed log.
    Manual changes to the protection of append-only tables are reasons, too.
    """
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        login, passes = cursor.fetchone()
        cursor.execute(_OWNS)
        if passes or cursor.fetchone()[0]:
            yield f"La connexion {login} passe outre les règles de ligne ou possède des tables."
        cursor.execute("SELECT has_table_privilege('audit_leaf', 'INSERT') FROM pg_class WHERE relname = 'audit_leaf'")
        if cursor.fetchone() != (True,):
            yield f"La connexion {login} ne peut ajouter de feuilles : lancez « manage.py provision »."
            return
        yield from _about_guarded_tables(cursor)


def _about_guarded_tables(cursor: Any) -> Iterator[str]:
    """Yields a message for each manual change to rules, triggers or defaults that protect append-only tables."""
    cursor.execute("SELECT to_regclass('audit_event') IS NOT NULL")
    if cursor.fetchone()[0]:
        yield from (
            f"Une table diffère de celle que Loge définit : {alteration}." for alteration in alterations(cursor)
        )
