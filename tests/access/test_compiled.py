"""Querysets that are compiled once must find the same rows as querysets that are built anew."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import connections, transaction
from django.db.models import Model, TextField, Value

from access.compartments import Compartment
from access.guard.compiled import CompiledRows
from access.models import Person
from audit.record import Subject
from ledger.models import Entry
from ledger.queries import _entries_since, _parties_of_lease
from ledger.views.register import account as account_page
from tenants.models import Account
from tests.builders import OWNER, paris_day
from tests.noninterference.walls import uncompiled


@contextmanager
def acting_as(person: Person, compartment: Compartment) -> Iterator[None]:
    """Run a block in a transaction with the database role of the compartment, as the `@door` decorator does."""
    with transaction.atomic(durable=True), connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT set_config('role', %s, true), set_config('loge.person', %s, true)",
            [compartment.database_role, str(person.pk)],
        )
        yield


def contents(row: Any, *before: Any) -> Any:
    """Return all columns and annotations of a row, and those of the related objects that were read with it."""
    if not isinstance(row, Model) or row in before:
        return row
    own = {name: value for name, value in vars(row).items() if name != "_state"}
    return own, {name: contents(related, row, *before) for name, related in row._state.fields_cache.items()}


def queries(account: Account) -> list[tuple[CompiledRows, dict[str, Any]]]:
    """Return the compiled queries of an account's page, each with the values for this account."""
    long_ago = paris_day(-20_000)
    return [
        (account_page.door.find, {"key": account.reference}),  # type: ignore[attr-defined]  # set by the decorator
        (_entries_since, {"account": account.pk, "since": long_ago}),
        (_parties_of_lease, {"lease": account.lease_id, "first": long_ago, "last": paris_day()}),
    ]


@pytest.mark.parametrize(("name", "reaches"), [("elise", {True, False}), ("awa", {False})])
def test_compiled_queries_find_what_the_querysets_find(landlord, name, reaches):
    """Each query is compiled for one account and person, and then used for others. Élise reaches some of the accounts,
    Awa (a caretaker) none."""
    person, found = landlord.person(name), set()
    accounts = list(Account.objects.using(OWNER).order_by("reference"))
    with acting_as(person, Compartment.ACCOUNT):
        for account in accounts:
            for find, values in queries(account):
                rows = find(person, Compartment.ACCOUNT, None, **values)
                expected = uncompiled(find, person, Compartment.ACCOUNT, None, **values)
                assert [contents(row) for row in rows] == [contents(row) for row in expected]
                found.add((find, bool(rows)))
    assert found == {(find, rows) for find, _values in queries(accounts[0]) for rows in reaches}


def test_each_row_is_reported(landlord):
    """Rows of compiled queries must reach the audit event, as those of other querysets."""
    elise, account = landlord.person("elise"), landlord.account("Dette-Glycines A")
    reported: list[Subject] = []
    with acting_as(elise, Compartment.ACCOUNT):
        _entries_since(elise, Compartment.ACCOUNT, reported.append, account=account.pk, since=paris_day(-20_000))
    assert len(reported) == 3 and {subject.id for subject in reported} == {account.pk}


def entries(person: Person, compartment: Compartment, **values: object):
    return Entry.objects.visible_to(person, compartment).filter(**values)


def test_sql_is_compiled_once_for_each_compartment_and_type_of_value(landlord):
    built = []

    def build(person, compartment, **values):
        built.append(compartment)
        return entries(person, compartment, **values)

    find, elise, awa = CompiledRows(build), landlord.person("elise"), landlord.person("awa")
    for compartment in (Compartment.ACCOUNT, Compartment.BOOKS, Compartment.ACCOUNT):
        with acting_as(elise, compartment):
            find(elise, compartment, None, account=UUID(int=5))
            find(awa, compartment, None, account=UUID(int=6))
    with acting_as(elise, Compartment.ACCOUNT):
        find(elise, Compartment.ACCOUNT, None, label="rent")
    assert built == [Compartment.ACCOUNT] * 2 + [Compartment.BOOKS] * 2 + [Compartment.ACCOUNT] * 2


WRONG: dict[str, Any] = {
    "the day of the first use": lambda person, compartment, account: entries(
        person, compartment, account=account, effective_on=paris_day()
    ),
    "the id of an object": lambda person, compartment, account: entries(
        person, compartment, account=account, posted_by=UUID(int=77)
    ),
    "a list": lambda person, compartment, account: entries(person, compartment, account=account).annotate(
        places=Value([str(account)], output_field=ArrayField(TextField()))
    ),
    "SQL that depends on the person": lambda person, compartment, account: entries(
        person, compartment, account=account, amount_cents=person.pk.int
    ),
    "without a value": lambda person, compartment, account: entries(person, compartment),
    "without the person": lambda person, compartment, account: Entry.objects.filter(account=account),
    "a password": lambda person, compartment, account: entries(person, compartment, account=account).select_related(
        "posted_by"
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_sql_that_may_have_to_differ_is_not_compiled(landlord, wrong):
    """Compiled SQL would keep what it contains, whoever uses it later."""
    with pytest.raises(TypeError, match="cannot be compiled once"):
        CompiledRows(WRONG[wrong])(landlord.person("elise"), Compartment.ACCOUNT, None, account=UUID(int=5))
