"""Queryset conditions that exclude hidden households, in addition to the row-level security policies.

A household is hidden from an employee if it has a discreet mark that does not name the employee, or if a conflict of
interest closes its file to the employee. Conditions and policies use the same SQL functions, which return the hidden
ids. The tests in tests/noninterference check each of the two with the other switched off.
"""

from collections.abc import Mapping
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.sql.compiler import SQLCompiler

from access.compartments import Compartment as C
from access.models import Person
from access.scope import ScopedQuerySet

# _LEASES maps each compartment (kind of data with its own database role) to an SQL function that returns hidden leases.
# Accountants (compartment BOOKS) see no names, so an account is hidden from them only by a conflict of interest.
_LEASES = dict.fromkeys((C.CARD, C.HELP, C.COUNTER, C.EMERGENCY, C.ACCOUNT, C.IDENTITY), "tenants_hidden") | {
    C.BOOKS: "tenants_hidden_by_walls",
    # Evacuation lists are handed to other people, so they hide discreet households whoever opens the list.
    C.EVACUATION: "tenants_masked_on_evacuation_list",
}
_ACCOUNTS = {
    C.ACCOUNT: "tenants_hidden_account_ids",
    C.TRIAGE: "tenants_hidden_account_ids",
    C.BOOKS: "tenants_walled_accounts",
}


# _OF_PAGES: kinds of data whose pages are about one account, so that PostgreSQL need not list all hidden accounts.
_OF_PAGES = (C.CARD, C.HELP, C.ACCOUNT, C.IDENTITY)
_ON_PAGE = {"tenants_hidden": "tenants_lease_on_page", "tenants_hidden_account_ids": "tenants_account_on_page"}


class NotHidden(models.Func):
    """Condition that a row's lease or account is not hidden: `lease_id <> ALL (ARRAY (SELECT hidden()))`.

    `hidden` is the name of an SQL function that returns the hidden ids. PostgreSQL calls it once per query, not once
    per row. `on_page`, if given, is the name of an SQL function that returns the page's own lease or account, unless it
    is hidden. Rows of this lease or account are accepted without calling `hidden`.
    """

    output_field = models.BooleanField()
    conditional = True

    def __init__(self, column: Any, hidden: str, on_page: str = "") -> None:
        super().__init__(F(column) if isinstance(column, str) else column)
        self.hidden, self.on_page = hidden, on_page

    def as_sql(self, compiler: SQLCompiler, connection: Any, *_: Any, **__: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = compiler.compile(self.source_expressions[0])
        sql = f"{column} <> ALL (ARRAY (SELECT {self.hidden}()))"
        if self.on_page:
            return f"({column} = (SELECT {self.on_page}()) OR {sql})", (*params, *params)
        return sql, tuple(params)


def lease_not_hidden(compartment: C, lease: str = "lease") -> Q:
    """Return the condition that excludes hidden leases for a compartment (a kind of data with its own database role).

    The condition is empty if the compartment shows no leases.
    """
    return _not_hidden(compartment, lease, _LEASES)


def account_not_hidden(compartment: C, account: str = "account") -> Q:
    return _not_hidden(compartment, account, _ACCOUNTS)


def _not_hidden(compartment: C, column: str, functions: Mapping[C, str]) -> Q:
    if compartment not in functions:
        return Q()
    hidden = functions[compartment]
    return Q(NotHidden(column, hidden, _ON_PAGE.get(hidden, "") if compartment in _OF_PAGES else ""))


class OfLeaseQuerySet(ScopedQuerySet):
    """Base of querysets whose model has a building and a lease. It excludes hidden households."""

    def visible_to(self, person: Person, compartment: C) -> Self:
        return super().visible_to(person, compartment).filter(lease_not_hidden(compartment))
