"""Querysets whose SQL is compiled once in each process, for pages that run the same few queries for every object.

Django builds a queryset and its SQL anew at each call. On an account's page this took as long as all statements take in
PostgreSQL.
"""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models.sql.compiler import SQLCompiler

from access.compartments import Compartment
from access.database.prepared import prepared
from access.models import Person
from access.models.person import PasswordField
from access.scope import ScopedQuerySet, Witness

Build = Callable[..., ScopedQuerySet]
_PERSON = "person"


class CompiledRows:
    """The rows of a queryset, whose SQL is compiled when it is first needed.

    `build(person, compartment, **values)` returns the queryset. Each value is a UUID, a date or a text. `build` may use
    the values and the person's id only as parameters of the SQL, and must always return the same queryset otherwise.
    """

    def __init__(self, build: Build) -> None:
        self.build = build
        self.compiled: dict[Any, _Built] = {}

    def __call__(self, person: Person, compartment: Compartment, witness: Witness | None, **values: Any) -> list[Any]:
        """Return the rows that the person may see. `witness` is called for each, as by `ScopedQuerySet.witnessed`.

        Views call `AccessContext.compiled_rows`, which records each row as shown.
        """
        kinds = compartment, *((name, type(value)) for name, value in values.items())
        if kinds not in self.compiled:
            self.compiled[kinds] = _compiled(self.build, compartment, values)
        rows = self.compiled[kinds].with_values({_PERSON: person.pk, **values})
        rows.witness = witness
        return list(rows)


@dataclass(frozen=True)
class _Built:
    """A queryset that was built with placeholders, and its SQL. `names` has the name of the value that each parameter
    of the SQL stands for, or None for a parameter that never changes."""

    rows: ScopedQuerySet
    compiler: SQLCompiler
    sql: str
    params: tuple[Any, ...]
    names: list[str | None]

    @property
    def unchanging(self) -> list[Any]:
        return [param for param, name in zip(self.params, self.names, strict=True) if name is None]

    def with_values(self, values: dict[str, Any]) -> ScopedQuerySet:
        """Return the queryset with these values. It can be read, but not filtered further."""
        pairs = zip(self.params, self.names, strict=True)
        query = _Query(self.compiler, self.sql, tuple(param if name is None else values[name] for param, name in pairs))
        rows = type(self.rows)(model=self.rows.model, query=query)  # type: ignore[arg-type]  # reads as a Query does
        rows._iterable_class = self.rows._iterable_class
        rows._fields = self.rows._fields  # type: ignore[attr-defined]  # Django's own, which the stubs leave out
        return rows


def _compiled(build: Build, compartment: Compartment, values: dict[str, Any]) -> _Built:
    """Build the queryset twice, with different placeholders, to find out what depends on them.

    Raises TypeError if the SQL may have to differ for another person, value, day or connection.
    """
    kinds: dict[str, type] = {_PERSON: UUID, **{name: type(value) for name, value in values.items()}}
    built, other = (_built(build, compartment, kinds, first) for first in (1, 1_001))
    same = (built.sql, built.names, built.unchanging) == (other.sql, other.names, other.unchanging)
    # Such a parameter comes from no value. It may be today's date, or belong to the first object or person.
    depends = any(isinstance(param, UUID | date | list | tuple) for param in built.unchanging)
    # The SQL of the password column differs between database logins.
    passwords = any(isinstance(getattr(column[0], "target", None), PasswordField) for column in built.compiler.select)
    if not same or depends or passwords or kinds.keys() - {*built.names}:
        raise TypeError(f"The SQL of {build.__qualname__} cannot be compiled once for all people, values and days.")
    return built


def _built(build: Build, compartment: Compartment, kinds: dict[str, type], first: int) -> _Built:
    placeholders = {name: _placeholder(kind, number) for number, (name, kind) in enumerate(kinds.items(), first)}
    names = {placeholder: name for name, placeholder in placeholders.items()}
    rows = build(Person(pk=placeholders.pop(_PERSON)), compartment, **placeholders)
    compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
    sql, params = compiler.as_sql()
    named = [names.get(param) if isinstance(param, UUID | date | str) else None for param in params]
    prepared(sql)
    compiler.connection = None  # Each use sets the connection of its own thread.
    return _Built(rows, compiler, sql, tuple(params), named)


class _Query:
    """What a queryset reads from its query, with SQL that is already compiled."""

    def __init__(self, compiler: SQLCompiler, sql: str, params: tuple[Any, ...]) -> None:
        self.compiler, self.sql, self.params = compiler, sql, params

    def get_compiler(self, using: str, **_options: Any) -> SQLCompiler:
        compiler = copy(self.compiler)
        compiler.using, compiler.connection = using, connections[using]
        compiler.as_sql = lambda *_args, **_kwargs: (self.sql, self.params)  # type: ignore[method-assign]
        return compiler

    def __getattr__(self, name: str) -> Any:
        return getattr(self.compiler.query, name)


def _placeholder(kind: type, number: int) -> Any:
    """Return a value of this type that no row and no constant in a query has."""
    if kind is UUID:
        return UUID(int=number)
    return date.min + timedelta(days=number) if kind is date else f"\x01{number}"
