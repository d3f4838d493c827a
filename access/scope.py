"""Limits querysets to the rows that a person may see. Row-level security policies enforce the same limit again."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from django.db import models
from django.db.models import BooleanField, F, Func, Q
from django.db.models.query import ModelIterable
from django.db.models.sql.compiler import SQLCompiler

from access.compartments import Compartment
from audit.record import Subject

if TYPE_CHECKING:  # At run time, importing Person would be circular: access.models imports access.scope.
    from access.models import Person

Witness = Callable[[Subject], None]


class Within(Func):
    """SQL condition that the person may see the building of the row today: `building = ANY(ARRAY(SELECT …))`.

    Never negate this condition: in a transaction that is limited to a few buildings, the negation would match more
    rows.
    """

    output_field = BooleanField()
    conditional = True

    def __init__(self, building: Any, person_id: UUID, compartment: str) -> None:
        super().__init__(F(building) if isinstance(building, str) else building)
        self.person_id, self.compartment = person_id, compartment

    def as_sql(self, compiler: SQLCompiler, connection: Any, *_: Any, **__: Any) -> tuple[str, tuple[Any, ...]]:
        building, params = compiler.compile(self.source_expressions[0])
        sql = f"{building} = ANY (ARRAY (SELECT access_reach_on_page(%s, %s)))"
        return sql, (*params, self.person_id, self.compartment)


def within(building: str, person: "Person", compartment: Compartment) -> Q:
    """Return a filter for rows of buildings that the person may see in the compartment.

    `building` is the lookup from a row to its building. Every filter by building must call this function.
    """
    return Q(Within(building, person.pk, compartment.value))


class Among(Func):
    """SQL condition that a column has one of these ids: `x = ANY (ARRAY (SELECT unnest(…)))`.

    For the rows of a page in many buildings. With a plain list of ids, PostgreSQL would often read all rows of these
    buildings, because it underestimates their number, instead of looking up each id.
    """

    output_field = BooleanField()
    conditional = True

    def __init__(self, column: str, ids: Iterable[UUID]) -> None:
        super().__init__(F(column))
        self.ids = list(ids)

    def as_sql(self, compiler: SQLCompiler, connection: Any, *_: Any, **__: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = compiler.compile(self.source_expressions[0])
        return f"{column} = ANY (ARRAY (SELECT unnest(%s::uuid[])))", (*params, self.ids)


class ScopedQuerySet(models.QuerySet[Any]):
    """A queryset that can report each object that it fetches.

    `witnessed(callback)` returns a copy of the queryset that calls `callback` for each object. The `@door` decorator
    uses such copies to record which objects were shown.
    """

    witness: Witness | None = None

    def visible_to(self, person: "Person", compartment: Compartment) -> Self:
        """Return the rows whose building the person may see in this compartment (kind of data).

        Models without a field `building` override this method.
        """
        return self.filter(within("building", person, compartment))

    def witnessed(self, witness: Witness | None) -> Self:
        rows = self.all()
        rows.witness = witness
        return rows

    def iterator(self, *args: Any, **kwargs: Any) -> Iterator[Any]:
        if self.witness:
            raise TypeError(
                "Querysets behind a door cannot use iterator(): rows must be recorded before they are sent."
            )
        return super().iterator(*args, **kwargs)

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]  # Django's own hook, which the stubs leave out
        clone.witness = self.witness
        return clone

    def _fetch_all(self) -> None:
        fresh = self._result_cache is None
        if fresh and self.witness and self._iterable_class is not ModelIterable:
            raise TypeError("Querysets behind a door must return model instances, so that the audit log records them.")
        super()._fetch_all()
        if fresh and self.witness:
            for row in self._result_cache or ():
                if subject := row.subject():
                    self.witness(subject)
