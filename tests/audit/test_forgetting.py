"""The sealed audit log must be able to forget which person a pseudonym stands for, and to delete old events.

Proofs must stay valid afterwards.
"""

import io
import json
from contextlib import closing
from datetime import date

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from audit import events as kinds
from audit.events import Outcome
from audit.record import record_view
from audit.retention import GROUNDS, RetentionRefused, retention
from audit.sealed.forgetting import digest_of, list_path, read_list
from audit.tlog.leaf import read_entry
from tests.audit.test_months import make_month, months, months_ago
from tests.audit.test_sealing import beside
from tests.audit.test_tampering import found, newest_note, seal
from tests.builders import events, run


@pytest.fixture(autouse=True)
def outside(settings, tmp_path):
    """Give each test a list of erasures of its own.

    The list is a file, so restoring a database backup does not change it.
    """
    settings.ERASURES_FILE = str(tmp_path / "erasures")


def subjects():
    leaves = [read_entry(bytes(entry)) for (entry,) in run("SELECT entry FROM audit_leaf ORDER BY number")]
    return [leaf.subject for leaf in leaves if leaf.kind == "list_shown"]


def open_list(landlord, account):
    record_view(kinds.LIST_SHOWN, Outcome.SHOWN, by=landlord.person("awa"), shown_ids=[account.pk], list="accounts")
    seal()


def forget(*ids):
    out = io.StringIO()
    call_command("forget_pseudonym", *(str(one) for one in ids), stdout=out)
    return out.getvalue()


def test_destroying_a_pseudonym_key_keeps_all_proofs_valid(landlord):
    account, other = landlord.account("Dette-Glycines A"), landlord.account("Dette-Glycines B")
    open_list(landlord, account)
    open_list(landlord, other)
    before = newest_note()
    assert "1 clés détruites sur 1" in forget(account.pk)
    assert not run("SELECT whose FROM audit_pseudonym WHERE whose = %s", account.pk)
    open_list(landlord, account)
    open_list(landlord, other)
    first, same, second, again = subjects()
    assert first != second and same == again
    assert found((before,)) == []
    [event] = events(kind="pseudonym_destroyed")
    assert event["facts"] == {"erasure": digest_of(account.pk)} and event["machine"] == "forget_pseudonym"
    assert run("SELECT EXISTS (SELECT FROM audit_leaf WHERE event = %s)", event["id"]) == [(True,)]
    assert digest_of(account.pk) in read_list(list_path())
    # A restored backup brings back a destroyed pseudonym key. Applying the list of erasures must destroy the key again.
    run("DELETE FROM audit_pseudonym WHERE whose = %s", account.pk)
    run("INSERT INTO audit_pseudonym (whose, key) VALUES (%s, 'old')", account.pk)
    assert run("SELECT audit_destroy_pseudonym_keys(%s)", read_list(list_path()), alias="prune") == [(1,)]
    for alias in ("seal", "trace", "jobs", "default"):
        with pytest.raises(DatabaseError, match="permission denied"):
            run("SELECT audit_destroy_pseudonym_keys('{}')", alias=alias)


def test_no_key_is_destroyed_without_the_list_of_erasures(landlord, settings, tmp_path):
    account = landlord.account("Dette-Glycines A")
    open_list(landlord, account)
    for wrong in ("", str(tmp_path / "nowhere" / "list")):
        settings.ERASURES_FILE = wrong
        with pytest.raises(CommandError, match="Rien n’est détruit"):
            forget(account.pk)
    assert run("SELECT whose FROM audit_pseudonym WHERE whose = %s", account.pk)
    assert not events(kind="pseudonym_destroyed")


def test_longer_retention_needs_a_valid_reason(bare, settings, tmp_path):
    file = tmp_path / "retention.json"
    good = {"months": 36, "ground": "internal_control", "decided_on": "2026-11-01", "reason": "Un mésusage " * 10}
    settings.RETENTION_FILE = str(file)
    for wrong in (
        {"months": 37},
        {"months": 6},
        {"ground": "curiosity"},
        {"decided_on": "hier"},
        {"reason": "parce que"},
        {"reason": None},
    ):
        file.write_text(json.dumps(good | wrong))
        with pytest.raises(RetentionRefused):
            retention()
        with pytest.raises(CommandError, match="Les mentions anciennes"):
            call_command("prune_trace", "--apply", stdout=io.StringIO())
    file.write_text(json.dumps(good))
    assert (retention().months, retention().decided_on, retention().ground_text) == (
        36,
        date(2026, 11, 1),
        GROUNDS["internal_control"],
    )
    old, older = make_month(months_ago(14), months_ago(13)), make_month(months_ago(38), months_ago(37))
    seal()
    call_command("prune_trace", "--apply", stdout=io.StringIO())
    assert old in months() and older not in months()
    seal()
    assert found() == []
    settings.RETENTION_FILE = ""
    call_command("prune_trace", "--apply", stdout=io.StringIO())
    assert old not in months()
    seal()
    assert found() == []
    with closing(beside("seal")) as other, other.cursor() as cursor, pytest.raises(psycopg2.Error, match="denied"):
        cursor.execute("DELETE FROM audit_salt")
