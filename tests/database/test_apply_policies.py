"""`provision` applies the row-level policies table by table. If `provision` is interrupted, or if somebody switches off
row-level security on a table, no row may be exposed.
"""

import io
import os
from contextlib import closing
from uuid import uuid4

import psycopg2
import pytest
from django.core.management import CommandError, call_command

from access.database import apply_policies, provision
from access.policies import all_policies
from access.startup import reasons_to_refuse
from tests.builders import run
from tests.clones import drop, stand_on

# Selects each table on which a role other than the owner has a privilege, and whether the table enforces RLS.
GRANTED = """
    SELECT DISTINCT c.oid::regclass::text, c.relrowsecurity AND c.relforcerowsecurity OR c.relkind = 'v'
    FROM pg_class c
    CROSS JOIN LATERAL (SELECT c.relacl AS acl UNION ALL SELECT t.attacl FROM pg_attribute t WHERE t.attrelid = c.oid) s
    CROSS JOIN LATERAL aclexplode(s.acl) a
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm') AND a.grantee <> c.relowner"""
EVERYBODYS = """
    SELECT p.oid::regprocedure::text FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef
        AND (p.proacl IS NULL OR EXISTS (SELECT FROM aclexplode(p.proacl) a WHERE a.grantee = 0))"""
LOCKED_BEFORE = 25


@pytest.fixture
def broken_off(templates, django_db_blocker, monkeypatch):
    """Interrupt the provisioning of a first installation, and return the tables that already have their policies."""
    name, real, reached = f"loge_half_{uuid4().hex[:8]}", apply_policies.apply_policy, []

    def apply(cursor, policy, roles):
        reached.append(policy.table)
        if len(reached) > LOCKED_BEFORE:
            raise RuntimeError("the power went")
        real(cursor, policy, roles)

    monkeypatch.setattr(apply_policies, "apply_policy", apply)
    with django_db_blocker.unblock():
        stand_on(name)
        try:
            with pytest.raises(CommandError, match="the power went"):
                call_command("provision", verbosity=0, stdout=io.StringIO())
            monkeypatch.setattr(apply_policies, "apply_policy", real)
            yield reached
        finally:
            drop(name)


def test_interrupted_installation_exposes_nothing_and_can_be_finished(broken_off):
    granted = dict(run(GRANTED))
    assert granted.keys() <= set(broken_off[:LOCKED_BEFORE]) and len(granted) > LOCKED_BEFORE / 2
    assert [table for table, locked in granted.items() if not locked] == [] == run(EVERYBODYS)
    assert "provision" in " ".join(reasons_to_refuse())
    call_command("provision", verbosity=0, stdout=io.StringIO())
    assert list(reasons_to_refuse()) == [] and len(run(GRANTED)) > len(granted)


@pytest.mark.spoils
@pytest.mark.parametrize("how", ["DISABLE ROW LEVEL SECURITY", "NO FORCE ROW LEVEL SECURITY"])
def test_startup_refuses_a_table_without_row_level_security(landlord, how):
    """Start-up must be refused if row-level security is not enabled and forced on a table. The grants alone would open
    all rows of the table."""
    run(f"ALTER TABLE tenants_residence {how}")
    [reason] = reasons_to_refuse()
    assert "tenants_residence" in reason and "provision" in reason
    call_command("provision", verbosity=0, stdout=io.StringIO())
    assert list(reasons_to_refuse()) == []


def test_startup_check_covers_every_declared_table(landlord):
    declared = {policy.table for policy in all_policies() if not policy.view}
    locked = {table for table, under in run(GRANTED) if under}
    assert len(declared) > 40 and "tenants_residence" in declared & locked


def test_provision_does_not_wait_forever_for_another(other_provision, monkeypatch):
    """`provision` takes a lock, and must give up after a time if somebody else holds it.

    Any login may take this lock, so an attacker with the password of one login could otherwise stop an upgrade.
    """
    monkeypatch.setattr(provision, "LOCK_TIMEOUT", "200ms")
    with pytest.raises(CommandError, match="lock timeout"):
        call_command("provision", verbosity=0, stdout=io.StringIO())


@pytest.fixture
def other_provision(landlord):
    with closing(psycopg2.connect(os.environ["LOGE_SUPER_URL"])) as holder:
        holder.cursor().execute("SELECT pg_advisory_lock(hashtext('loge roles'))")
        yield
