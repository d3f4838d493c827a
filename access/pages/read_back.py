"""Confirmation of an action: the first POST shows what would be stored, the second one stores it.

    if form.is_valid() and not correcting(request) and done(form, act, request, ...):
        if not is_confirmed(request, form.cleaned_data):
            return read_back(request, ReadBack(title, facts, submit), form.cleaned_data)

The action runs both times, so that the first POST already shows database errors. The `@door` decorator rolls back the
first run. The second POST contains a token for the values, person and URL. If the token does not match, the
confirmation is shown again.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.core import signing
from django.db.models import Model
from django.forms import ChoiceField, Form
from django.http import HttpResponse
from django.shortcuts import render

from access.guard.context import DoorRequest

SALT = "access.read_back"
TOKEN, CORRECT = "relu", "corriger"
VALID_SECONDS = 3_600
_OURS = {"csrfmiddlewaretoken", TOKEN, CORRECT}


@dataclass(frozen=True)
class ReadBack:
    """Confirmation page. `facts` are labels and values to be stored, `warnings` sentences about unusual values."""

    title: str
    facts: Sequence[tuple[str, Any]]
    submit: str
    warnings: Sequence[str] = ()
    undo: Any = ""


def correcting(request: DoorRequest) -> bool:
    """Return whether the person chose to correct the form instead of confirming the values."""
    return CORRECT in request.POST


def is_confirmed(request: DoorRequest, values: Mapping[str, Any]) -> bool:
    """Return whether this person has seen exactly these values on the confirmation page at this URL."""
    return matches(request, values)


def matches(request: DoorRequest, values: Mapping[str, Any]) -> bool:
    try:
        confirmed = signing.loads(request.POST.get(TOKEN, ""), salt=SALT, max_age=VALID_SECONDS)
    except signing.BadSignature:
        return False
    return bool(confirmed == _digest(request.access.person.pk, request.path, values))


def token_for(request: DoorRequest, path: str, values: Mapping[str, Any]) -> str:
    return signing.dumps(_digest(request.access.person.pk, path, values), salt=SALT)


def read_back(request: DoorRequest, page: ReadBack, values: Mapping[str, Any]) -> HttpResponse:
    typed = [(name, value) for name, given in request.POST.lists() if name not in _OURS for value in given]
    token = token_for(request, request.path, values)
    return render(request, "access/read_back.html", {"page": page, "typed": typed, "token": token})


def facts_of(form: Form) -> list[tuple[str, Any]]:
    """Return (label, value) pairs of the non-empty fields of a form. The value of a choice is its label."""
    facts = []
    for bound in form.visible_fields():
        if (value := form.cleaned_data.get(bound.name)) in (None, "", []):
            continue
        if isinstance(bound.field, ChoiceField):
            words = dict(_flat(bound.field.widget.choices))
            codes = bound.data if isinstance(bound.data, list) else [bound.data]
            value = ", ".join(str(words.get(str(code), code)) for code in codes)
        facts.append((str(bound.label), value))
    return facts


def _flat(choices: Iterable[Any]) -> Iterable[tuple[str, Any]]:
    for value, words in choices:
        if isinstance(words, list | tuple):
            yield from _flat(words)
        else:
            yield str(value), words


def _digest(person: UUID, path: str, values: Mapping[str, Any]) -> str:
    payload = json.dumps([str(person), path, values], default=_plain, sort_keys=True)
    return sha256(payload.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, date | time | UUID):
        return str(value)
    if hasattr(value, "__dataclass_fields__"):
        return vars(value)
    raise TypeError(f"{type(value).__name__} cannot be serialised for the confirmation token")
