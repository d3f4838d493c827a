"""Every field says why it is held, on what ground and until when; nothing is named that is not so."""

import io
import re
from importlib import import_module

from django.apps import apps
from django.core.management import call_command, get_commands
from django.db import connections
from django.test.utils import CaptureQueriesContext

from access.compartments import Compartment
from access.locks import all_locks
from access.recipients import locks_by_table, roles_reading, table_of
from desk.register import activities, dictionary
from privacy.held import Held, endless, entries, unheld
from privacy.lives import LIVES, Ending
from privacy.treatments import FACTS, TREATMENTS
from tenants.models import AccountFact, Tenant
from tests.builders import run

# What speaks of somebody and has no end, and why it may.
ENDLESS = {
    "buildings.Programme.nature": "open data of the city, which anybody may read: it is of a building",
    "buildings.Programme.is_home": "the same",
}


def everything():
    return apps.get_models()


def test_every_field_says_why_it_is_held_and_until_when():
    assert unheld(everything()) == []
    assert len(entries(everything())) > 350
    assert {line.entry.model for line in dictionary()} == set(everything())


def test_a_model_that_says_nothing_is_named(monkeypatch):
    monkeypatch.delattr(Tenant, "held")
    assert unheld(everything()) == ["tenants.Tenant: held = Held(<treatment>, <life>)"]


def test_what_speaks_of_somebody_has_an_end(monkeypatch):
    assert set(endless(everything())) == set(ENDLESS)
    monkeypatch.setattr(Tenant, "held", Held(FACTS, LIVES["without_end"]))
    assert "tenants.Tenant.last_name" in endless(everything())


def test_no_purpose_and_no_life_is_named_for_nothing():
    used = entries(everything())
    assert TREATMENTS.keys() - {one.treatment.code for one in used} == set()
    assert LIVES.keys() - {one.life.code for one in used} == set()


def test_every_purpose_says_its_ground():
    for one in TREATMENTS.values():
        assert re.search(r"art\.\s\d", str(one.basis)), one.code
        assert len(str(one.purpose).split()) > 5, one.code


def test_what_names_an_employee_is_held_to_say_who_acted():
    signed = {line.entry.label for line in dictionary() if line.entry.treatment.code == "signatures"}
    assert {"tenants.AccountNote.written_by", "tenants.Entry.posted_by", "tenants.CardFact.written_by"} <= signed
    assert not any(label.startswith("access.") for label in signed)


# --- A life that is stated is a life that ends ------------------------------------------------------------------------


def tables_of(command: str) -> set[str]:
    return {table_of(one.model) for one in entries(everything()) if one.life.by == command}


def test_what_a_command_erases_is_what_its_lives_say(house):
    """Run it, and read the statements it sends: the tables emptied are those that name it, neither more nor less."""
    commands = {life.by for life in LIVES.values() if life.ending is Ending.ERASED}
    assert commands == {"expire_notes", "prune_trace", "forget_pseudonym", "measure_exposure"}
    assert commands <= get_commands().keys()
    with CaptureQueriesContext(connections["jobs"]) as sent:
        call_command("expire_notes", stdout=io.StringIO())
    emptied = {found[1] for query in sent if (found := re.match(r'DELETE FROM "(\w+)"', query["sql"]))}
    assert emptied == tables_of("expire_notes") and AccountFact._meta.db_table in emptied
    assert tables_of("measure_exposure") == {"tenants_exposureday"}
    [measuring] = run("SELECT prosrc FROM pg_proc WHERE proname = 'tenants_measure_exposure'")[0]
    assert "DELETE FROM tenants_exposureday" in measuring
    assert tables_of("prune_trace") == {"audit_event", "audit_salt"}
    assert tables_of("forget_pseudonym") == {"audit_pseudonym"}
    [forgetting] = run("SELECT prosrc FROM pg_proc WHERE proname = 'audit_forget'")[0]
    assert "DELETE FROM audit_pseudonym" in forgetting
    [dropping] = run("SELECT prosrc FROM pg_proc WHERE proname = 'audit_drop_months'")[0]
    assert "DROP TABLE" in dropping and "audit_event" in dropping and "DELETE FROM audit_salt" in dropping


def test_what_locks_hide_is_hidden_by_a_rule_about_days():
    hidden = {life.by for life in LIVES.values() if life.ending is Ending.HIDDEN}
    rules = {lock.table: " ".join(grant.rows for grant in lock.grants) for lock in all_locks()}
    assert hidden == {"tenants_residence", "tenants_account"}
    assert "loge_today" in rules["tenants_residence"] and "settled_on IS NULL" in rules["tenants_account"]


def test_what_an_act_replaces_names_an_act():
    for life in LIVES.values():
        if life.ending is Ending.REPLACED:
            module, _dot, name = life.by.partition(":")
            found = import_module(module)
            for part in name.split("."):
                found = getattr(found, part)
            assert callable(found), life.by
        else:
            assert ":" not in life.by


# --- Recipients cannot lie --------------------------------------------------------------------------------------------


def test_recipients_are_those_the_database_lets_read(house):
    """Asked of PostgreSQL: each column of each table, for each compartment's role."""
    columns = [line for line in dictionary() if not line.entry.field.many_to_many and line.entry.model._meta.managed]
    pairs = [
        (c.database_role, table_of(line.entry.model), line.entry.field.column) for line in columns for c in Compartment
    ]
    said = {(c.database_role, *line.column.split(".")) for line in columns for c in line.compartments}
    asked = "SELECT r, t, c FROM unnest(%s::text[], %s::text[], %s::text[]) AS u (r, t, c)"
    found = set(
        run(f"{asked} WHERE has_column_privilege(r, t, c, 'SELECT')", *(list(one) for one in zip(*pairs, strict=True)))
    )
    assert len(said) > 1000 and found == said


def test_a_grant_taken_away_takes_its_recipients_away():
    locks = locks_by_table()
    one = next(line.entry for line in dictionary() if line.column == "tenants_accountnote.text")
    assert [role.code for role in roles_reading(one, locks)] == ["officer", "dpo"]
    assert roles_reading(one, {}) == []


def test_no_caretaker_and_no_counter_receives_an_account():
    for activity in activities():
        if activity.treatment.code in ("accounts", "debits", "notes"):
            assert {role.code for role in activity.roles}.isdisjoint({"caretaker", "front_desk"})
