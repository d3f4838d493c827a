"""Lists with filters, a sort order and an export. The page and the export read both from the query string.

The filters are codes, days, amounts and places. None of them names a person, because a URL may be stored anywhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Case, F, OrderBy, When
from django.utils.translation import gettext_lazy as _

from access.guard.context import DoorRequest
from access.models.place import SMALL, Level, PlaceQuerySet, below
from access.pages.fields import MOST_SUGGESTED, PlaceField, label_of
from access.pages.sorting import Column, Sorting, sorting_of


class ListForm(forms.Form):
    """The form with the filters of a list, sent by GET.

    `CODES` maps each field to a code. Audit events contain the codes of the filters in use, but not their values.
    """

    CODES: ClassVar[Mapping[str, str]]

    def __init__(self, data: Any, **kwargs: Any) -> None:
        super().__init__(data, auto_id="filtre_%s", **kwargs)

    @property
    def criteria(self) -> dict[str, Any]:
        """The values of all filters in the form, or an empty dict if any of them is invalid."""
        return self.cleaned_data if self.is_valid() else {}

    @property
    def code(self) -> str | None:
        """The codes of the filters in use, separated by full stops, for the audit event."""
        criteria = self.criteria
        used = [code for name, code in self.CODES.items() if criteria.get(name) not in (None, "")]
        return ".".join(dict.fromkeys(used)) or None

    def offer_places(self, name: str, places: PlaceQuerySet) -> None:
        """Let the field accept these places. It suggests only places larger than an estate, because these are few."""
        place_field = cast(PlaceField, self.fields[name])
        place_field.places = places
        large = places.exclude(level__in=SMALL).order_by("name")[:MOST_SUGGESTED]
        place_field.widget.suggestions = [(place.code, label_of(place)) for place in large]

    def check_days(self, first: str, last: str) -> None:
        """Add an error if the day in the field `last` is before the one in the field `first`."""
        start, end = self.cleaned_data.get(first), self.cleaned_data.get(last)
        if start and end and end < start:
            sentence = _("Le dernier jour doit être postérieur ou égal au premier.")
            self.add_error(last, ValidationError(sentence, "reversed"))


@dataclass(frozen=True)
class Listing:
    """The filters and the sort order that a user chose for a list.

    `may_sort` is False if the list is too long to be sorted. The user must then choose a filter first.
    """

    form: ListForm
    sorting: Sorting
    may_sort: bool = field(default=True, kw_only=True)

    @property
    def is_valid(self) -> bool:
        return self.form.is_valid()

    def sort(self, rows: Any, access: Any, unique: str = "pk") -> Any:
        """Return the rows of a queryset in the chosen order, or none if a filter is invalid.

        Otherwise a list would look filtered although it is not.
        """
        return rows.order_by(*self.sorting.order_by(access, unique)) if self.is_valid else rows.none()

    def context(self, request: DoorRequest) -> dict[str, Any]:
        """Return the template context: the filter form, the column headers, and the query string for links that keep
        filters and order."""
        query = request.GET.copy()
        query.pop("page", None)
        return {
            "filters": self.form,
            "is_filtered": bool(self.form.code) or not self.is_valid,
            "may_sort": self.may_sort,
            "sorting": self.sorting,
            "headings": self.sorting.headings(request, sortable=self.may_sort),
            "query": query.urlencode(),
        }


class FirstRows(Paginator):
    """Paginator for the first rows of a list that is too long to be counted. Templates hide the number of pages.

    To show page n, read the rows of n pages, and one row more, which tells whether another page follows.
    """

    is_wide = True

    @property
    def total(self) -> int | None:
        """The number of rows if they fit on one page. None otherwise."""
        return self.count if self.num_pages == 1 else None


def page_number(typed: str) -> int:
    """Return the page number in the URL, or 1 if it is not a number."""
    return max(1, int(typed[:6])) if typed.isdecimal() else 1


def listing_of(request: DoorRequest, form: ListForm, columns: Sequence[Column], default: str) -> Listing:
    """Read the order from the query string, and note the codes of filters and order for the audit event."""
    sorting = sorting_of(request, columns, default)
    note_listing(request, form.code, sorting)
    return Listing(form, sorting)


def note_listing(request: DoorRequest, filters: str | None, sorting: Sorting) -> None:
    request.access.note(filters=filters, order=sorting.chosen.removeprefix("-") or None)


def at_place(rows: Any, place: Any, field_name: str) -> Any:
    """Return the rows at or below a place, or all rows without one. `field_name` is the lookup of a row's place."""
    return rows.filter(below([place.path], f"{field_name}__")) if place else rows


def between(rows: Any, field_name: str, first: date | None, last: date | None) -> Any:
    """Return the rows whose day is not before `first` and not after `last`, where these are given."""
    bounds = {f"{field_name}__gte": first, f"{field_name}__lte": last}
    return rows.filter(**{lookup: day for lookup, day in bounds.items() if day})


def by_place(field_name: str = "place") -> list[OrderBy]:
    """Return the sort order by place name. Buildings are sorted by estate name first, because pages name the estate
    first."""
    is_building = When(**{f"{field_name}__level": Level.BUILDING}, then=F(f"{field_name}__parent__name"))
    return [Case(is_building, default=F(f"{field_name}__name")).asc(), F(f"{field_name}__name").asc()]
