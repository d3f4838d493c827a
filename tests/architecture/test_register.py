"""The GDPR register of processing activities is complete: every model field has a processing activity, a legal basis
and a retention period. The database grants and deletes exactly what the register says about readers and deletion."""

import io
import re
from importlib import import_module

from django.apps import apps
from django.core.management import call_command, get_commands
from django.db import connections
from django.test.utils import CaptureQueriesContext

from access.compartments import Compartment
from access.database.recipients import policies_by_table, roles_reading, table_of
from access.policies import all_policies
from casework.models import AccountFact
from oversight.register import activities, dictionary
from privacy.processing_activities import FACTS, PROCESSING_ACTIVITIES
from privacy.retention import DataPolicy, endless, entries, without_policy
from privacy.retention_periods import RETENTION_PERIODS, Ending
from tenants.models import Tenant
from tests.allocations.builders import make_application
from tests.builders import paris_day, run

# Maps each field without a retention period to the reason why the field's values may be stored without limit.
ENDLESS = {
    "buildings.Programme.nature": "public open data about a building",
    "buildings.Programme.is_home": "public open data about a building",
    **dict.fromkeys(
        (
            "allocations.LegalFigure.entered_by",
            "allocations.Ceiling.entered_by",
            "allocations.FlowBase.entered_by",
            "allocations.FragileResidence.entered_by",
            "allocations.Grid.drafted_by",
            "allocations.Grid.adopted_by",
            "allocations.Vacancy.declared_by",
            "allocations.Vacancy.oriented_by",
            "allocations.AgendaItem.added_by",
            "allocations.AgendaItem.presided_by",
            "allocations.Session.convened_by",
            "allocations.Session.signed_by",
        ),
        "who answers for a public rule, figure, vacancy or session, as long as decisions rest on it",
    ),
}


def everything():
    return apps.get_models()


def test_every_field_has_an_activity_and_a_retention_period():
    assert without_policy(everything()) == []
    assert len(entries(everything())) > 350
    assert {line.entry.model for line in dictionary()} == set(everything())


def test_a_model_without_retention_is_reported(monkeypatch):
    monkeypatch.delattr(Tenant, "data_policy")
    assert without_policy(everything()) == [
        "tenants.Tenant: data_policy = DataPolicy(<processing activity>, <retention period>)"
    ]


def test_personal_fields_have_an_end(monkeypatch):
    assert set(endless(everything())) == set(ENDLESS)
    monkeypatch.setattr(Tenant, "data_policy", DataPolicy(FACTS, RETENTION_PERIODS["without_end"]))
    assert "tenants.Tenant.last_name" in endless(everything())


def test_no_activity_and_no_retention_period_is_unused():
    used = entries(everything())
    assert PROCESSING_ACTIVITIES.keys() - {entry.processing_activity.code for entry in used} == set()
    assert RETENTION_PERIODS.keys() - {entry.retention_period.code for entry in used} == set()


def test_every_activity_has_a_legal_basis():
    for activity in PROCESSING_ACTIVITIES.values():
        assert re.search(r"art\.\s\d", str(activity.basis)), activity.code
        assert len(str(activity.purpose).split()) > 5, activity.code


def test_fields_that_name_an_employee_belong_to_signatures():
    signed = {line.entry.label for line in dictionary() if line.entry.processing_activity.code == "signatures"}
    assert {"casework.AccountNote.written_by", "ledger.Entry.posted_by", "casework.CardFact.written_by"} <= signed
    assert not any(label.startswith("access.") for label in signed)


# --- A stated retention period is enforced ---------------------------------------------------------------------------


def tables_of(command: str) -> set[str]:
    return {table_of(entry.model) for entry in entries(everything()) if entry.retention_period.by == command}


def test_commands_erase_exactly_the_tables_of_their_retention_periods(landlord):
    """A retention period names the command that erases the data. The command deletes from exactly the tables with such
    a retention period."""
    # Without an application to delete, Django would send no DELETE for the tables of housing applications.
    make_application(landlord.place("Agence Belleville"), filed_on=paris_day(-500), renew_by=paris_day(-40))
    commands = {period.by for period in RETENTION_PERIODS.values() if period.ending is Ending.ERASED}
    assert commands == {"expire_notes", "prune_trace", "forget_pseudonym", "measure_exposure", "measure_board"}
    assert commands <= get_commands().keys()
    with CaptureQueriesContext(connections["jobs"]) as sent:
        call_command("expire_notes", stdout=io.StringIO())
    emptied = {match[1] for query in sent if (match := re.match(r'DELETE FROM "(\w+)"', query["sql"]))}
    for function in ("allocations_expire_claims", "allocations_leave_pool"):
        [(body,)] = run("SELECT prosrc FROM pg_proc WHERE proname = %s", function)
        emptied |= set(re.findall(r"DELETE FROM (\w+)", body))
    assert emptied == tables_of("expire_notes") and AccountFact._meta.db_table in emptied
    assert tables_of("measure_exposure") == {"oversight_exposureday"}
    assert tables_of("measure_board") == {"oversight_boardfigure"}
    [counting] = run("SELECT prosrc FROM pg_proc WHERE proname = 'oversight_measure_board'")[0]
    assert "DELETE FROM oversight_boardfigure" in counting
    [measuring] = run("SELECT prosrc FROM pg_proc WHERE proname = 'oversight_measure_exposure'")[0]
    assert "DELETE FROM oversight_exposureday" in measuring
    assert tables_of("prune_trace") == {"audit_event", "audit_salt"}
    assert tables_of("forget_pseudonym") == {"audit_pseudonym"}
    [forgetting] = run("SELECT prosrc FROM pg_proc WHERE proname = 'audit_destroy_pseudonym_keys'")[0]
    assert "DELETE FROM audit_pseudonym" in forgetting
    [dropping] = run("SELECT prosrc FROM pg_proc WHERE proname = 'audit_drop_months'")[0]
    assert "DROP TABLE" in dropping and "audit_event" in dropping and "DELETE FROM audit_salt" in dropping


def test_hidden_rows_are_hidden_by_a_policy_about_days():
    hidden = {period.by for period in RETENTION_PERIODS.values() if period.ending is Ending.HIDDEN}
    rules = {policy.table: " ".join(grant.using for grant in policy.grants) for policy in all_policies()}
    assert hidden == {"tenants_residence", "tenants_account"}
    assert "loge_today" in rules["tenants_residence"] and "settled_on IS NULL" in rules["tenants_account"]


def test_replaced_values_name_an_existing_function():
    for period in RETENTION_PERIODS.values():
        if period.ending is Ending.REPLACED:
            module, _dot, name = period.by.partition(":")
            target = import_module(module)
            for part in name.split("."):
                target = getattr(target, part)
            assert callable(target), period.by
        else:
            assert ":" not in period.by


# --- Recipients ---


def test_documented_recipients_are_those_the_database_lets_read(landlord):
    """The register lists, for each column, the compartments (kinds of data) that contain the column. PostgreSQL lets
    the database roles of exactly these compartments read the column."""
    columns = [line for line in dictionary() if not line.entry.field.many_to_many and line.entry.model._meta.managed]
    pairs = [
        (c.database_role, table_of(line.entry.model), line.entry.field.column) for line in columns for c in Compartment
    ]
    documented = {(c.database_role, *line.column.split(".")) for line in columns for c in line.compartments}
    query = "SELECT r, t, c FROM unnest(%s::text[], %s::text[], %s::text[]) AS u (r, t, c)"
    allowed = set(
        run(
            f"{query} WHERE has_column_privilege(r, t, c, 'SELECT')",
            *(list(values) for values in zip(*pairs, strict=True)),
        )
    )
    assert len(documented) > 1000 and allowed == documented


def test_a_revoked_grant_removes_its_recipients():
    policies = policies_by_table()
    entry = next(line.entry for line in dictionary() if line.column == "casework_accountnote.text")
    assert [role.code for role in roles_reading(entry, policies)] == ["officer", "dpo"]
    assert roles_reading(entry, {}) == []


def test_caretakers_and_front_desk_receive_no_account():
    for activity in activities(dictionary()):
        if activity.processing_activity.code in ("accounts", "debits", "notes"):
            assert {role.code for role in activity.roles}.isdisjoint({"caretaker", "front_desk"})
