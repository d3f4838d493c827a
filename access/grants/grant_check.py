"""Confirmation page before a grant, for a form in which only a part of the receiver's name was typed."""

from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest
from access.models import Person, Place
from access.pages.fields import is_whole_name, label_of
from access.pages.read_back import ReadBack, facts_of, is_confirmed, read_back


def page_before_grant(request: DoorRequest, form: Form, title: str) -> HttpResponse | None:
    """Return the page that asks whether the right person was found by a part of the name.

    Returns None if the complete name or the email address was typed, or if this page was already confirmed.
    """
    values = form.cleaned_data
    if is_whole_name(form.data.get("person", ""), values["person"]) or is_confirmed(request, values):
        return None
    facts = [(label, _words(value)) for label, value in facts_of(form)]
    warning = _("Vous avez écrit une partie du nom : vérifiez la personne.")
    return read_back(request, ReadBack(title, facts, _("Confier"), [warning]), values)


def _words(value: Any) -> Any:
    if isinstance(value, Person):
        return f"{value.name} ({value.email})"
    return label_of(value) if isinstance(value, Place) else value
