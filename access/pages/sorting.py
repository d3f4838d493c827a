"""Sorts a list by one of its columns. A list declares its columns here once: label, code and sort order.

The query parameter `tri` has the code of a column, with a minus sign for descending order. Each order ends with the
list's unique key, so that no row is missing from the pages or on two of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, IntegerField, OrderBy, Value, When
from django.http import HttpRequest
from django.utils.functional import Promise

from formats.folding import folded

PARAMETER = "tri"


@dataclass(frozen=True)
class Column:
    """A column of a list. `order` returns its ascending order as new `OrderBy` expressions, given the access context.

    A column without `order` is not sortable. `largest_first` makes the first click on the header sort descending.
    """

    code: str
    label: Promise
    order: Callable[[Any], Sequence[Any]] | None = None
    is_number: bool = False
    largest_first: bool = False


@dataclass(frozen=True)
class Heading:
    """The header cell of a list's column. `url` sorts by the column; it is "" if that is impossible. `direction` is the
    value of the HTML attribute `aria-sort`."""

    column: Column
    url: str
    direction: str = ""


@dataclass(frozen=True)
class Sorting:
    """The order of a list. `chosen` is the code of the column that the user chose, with a minus sign if descending, or
    "". Without a choice, the list has the order of the column `default`. If `default` is "" too, the list is
    not in the order of a column."""

    columns: Sequence[Column]
    default: str
    chosen: str = ""

    @property
    def current(self) -> str:
        return self.chosen or self.default

    @property
    def is_descending(self) -> bool:
        return self.current.startswith("-")

    @property
    def column(self) -> Column | None:
        code = self.current.removeprefix("-")
        return next(column for column in self.columns if column.code == code) if code else None

    def order_by(self, access: Any, unique: str = "reference") -> list[Any]:
        """Return the arguments of a queryset's `order_by`. `unique` is the field that makes the order unique."""
        column = self.column
        order = [*(column.order(access) if column and column.order else ()), F(unique).asc()]
        if self.is_descending:
            for expression in order:
                expression.reverse_ordering()
        return order

    def headings(self, request: HttpRequest, *, sortable: bool = True) -> list[Heading]:
        """Return the header cells. Their links sort the list, keep its filters and show its first page.

        Without `sortable`, no header is a link.
        """
        return [self._heading(column, request, sortable) for column in self.columns]

    def _heading(self, column: Column, request: HttpRequest, sortable: bool) -> Heading:
        is_current = column is self.column
        direction = ("descending" if self.is_descending else "ascending") if is_current else ""
        if not (sortable and column.order):
            return Heading(column, "", direction)
        descending = not self.is_descending if is_current else column.largest_first
        query = request.GET.copy()
        query.pop("page", None)
        query[PARAMETER] = f"-{column.code}" if descending else column.code
        return Heading(column, f"?{query.urlencode()}", direction)


def by_label(field: str, labels: Mapping[str, Promise | str]) -> OrderBy:
    """Order a field of codes by the labels that the list shows, in the reader's language. Unknown codes come last."""
    ranked = sorted(labels, key=lambda code: folded(str(labels[code])))
    cases = [When(**{field: code}, then=Value(rank)) for rank, code in enumerate(ranked)]
    return Case(*cases, default=Value(len(ranked)), output_field=IntegerField()).asc()


def sorting_of(request: HttpRequest, columns: Sequence[Column], default: str) -> Sorting:
    """Read the chosen order from the query string. Without a valid choice, the list has its default order."""
    typed = request.GET.get("tri", "")
    known = {column.code for column in columns if column.order}
    return Sorting(columns, default, typed if typed.removeprefix("-") in known and typed != default else "")
