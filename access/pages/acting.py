"""Helpers of views that change data: run the action, and show on the form why the action was refused."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from access.grants.exchange import MOST_BYTES, decode, rows_of
from access.guard.context import DoorRequest
from access.models import Person, Place
from formats.workbooks.reading import as_csv

Result = TypeVar("Result")
Row = TypeVar("Row", bound=Model)
MOST_TICKED = 50  # With more than 50 ids, a URL could be too long for gunicorn.


def done(form: forms.Form, act: Callable[..., Any], request: DoorRequest, **arguments: Any) -> bool:
    """Run the action `act` as the current person and return True.

    If the action raises ValidationError, add its message to the form and return False.
    """
    return run_or_add_errors(form, lambda: act(by=request.access.person, context=request.access.context, **arguments))


def result_of(form: forms.Form, act: Callable[..., Result], request: DoorRequest, **arguments: Any) -> Result | None:
    """Run the action `act` as the current person and return its result.

    If the action raises ValidationError, add its message to the form and return None.
    """
    results: list[Result] = []
    done(form, lambda **passed: results.append(act(**passed)), request, **arguments)
    return results[0] if results else None


def run_or_add_errors(form: forms.Form, act: Callable[[], Any]) -> bool:
    """Call `act` and return True. If it raises ValidationError, add the errors to the form and return False.

    Errors of fields that the form has are shown at these fields, others above the form.
    """
    try:
        act()
    except ValidationError as refusal:
        placed = getattr(refusal, "error_dict", {}).keys() <= form.fields.keys()
        form.add_error(None, refusal if placed else ValidationError(refusal.messages))
        return False
    return True


def row_or_404(rows: Iterable[Row], pk: str) -> Row:
    """Return the row whose id is `pk`, or raise Http404. `pk` comes from the browser and may be any text."""
    for row in rows:
        if str(row.pk) == pk:
            return row
    raise Http404


def days_from_link(request: DoorRequest) -> tuple[date, date | None]:
    """Return the first and last day for a form that grants an assignment, from the URL parameters `du` and `au`.

    Links from gaps in the coverage chart have these parameters. The first day is never before today. The last day is
    None without a valid parameter `au`.
    """
    first, last = day_in_url(request, "du"), day_in_url(request, "au")
    start = max(first or request.access.day, request.access.day)
    return start, last if last and last >= start else None


def day_in_url(request: DoorRequest, word: str) -> date | None:
    """Return the day in the URL parameter named `word`, or None if the parameter is missing or invalid."""
    try:
        return date.fromisoformat(request.GET.get(word, ""))
    except ValueError:
        return None


def ticked_rows(request: DoorRequest, rows: QuerySet[Row]) -> list[Row]:
    """Return the rows that a person ticked in a list. Their ids are the values of the parameter `choix`.

    Raises Http404 if an id is invalid, or if it belongs to none of `rows`. Adds an error message if no row was ticked,
    or more than MOST_TICKED rows.
    """
    sent = request.POST if request.method == "POST" else request.GET
    keys = set(sent.getlist("choix"))
    if not keys:
        messages.error(request, _("Cochez au moins une ligne."))
    elif len(keys) > MOST_TICKED:
        messages.error(request, _("Cochez %(most)d lignes au plus.") % {"most": MOST_TICKED})
        return []
    try:
        ticked = list(rows.filter(pk__in=[UUID(key) for key in keys]))
    except ValueError:
        raise Http404 from None
    if len(ticked) != len(keys):
        raise Http404
    return ticked


def from_link(request: DoorRequest, model: type[Person] | type[Place], word: str) -> Any:
    """Return the person or place whose id is in the URL parameter named `word`.

    Returns None for an unknown id, and if the current person may not see the person or place.
    """
    try:
        key = UUID(request.GET.get(word, ""))
    except ValueError:
        return None
    return request.access.rows(model).filter(pk=key).first()


def rows_sent(form: forms.Form, columns: Sequence[str], optional: Sequence[str] = ()) -> list[dict[str, str]] | None:
    """Return the lines of the uploaded file. If they cannot be read, add the reason to the form and return None."""
    if not form.is_valid():
        return None
    file = form.cleaned_data["file"]
    try:
        if file.size > MOST_BYTES:
            raise ValidationError(_("Le fichier dépasse 256 ko."))
        return rows_of(decode(as_csv(file.read())), columns, optional)
    except ValidationError as error:
        form.add_error("file", error)
        return None
