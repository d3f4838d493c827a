"""Columns, filters and order of the list of subject requests."""

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from access.guard.context import DoorRequest
from access.pages.fields import DayField
from access.pages.lists import ListForm, Listing, between, listing_of
from access.pages.sorting import Column, by_label
from formats.folding import folded
from rights.disclosure.looks import requesters
from rights.models import SubjectRequest
from rights.models.subject_request import Right

# The column NAME has no SQL order, because `ordered_requests` sorts the names, which a function of the database gives.
NAME = Column("personne", _("Personne"), lambda _access: [])
COLUMNS = (
    NAME,
    Column("droit", _("Droit"), lambda _access: [by_label("kind", dict(Right.choices))]),
    Column("demande", _("Demandée le"), lambda _access: [F("opened_on").asc()]),
    Column("due", _("Réponse due le"), lambda _access: [F("due_on").asc()]),
    Column(
        "etat",
        _("État"),
        lambda _access: [F("closed_on").desc(nulls_first=True), F("due_on").asc(), F("opened_on").asc()],
    ),
)


class SubjectRequestFilter(ListForm):
    CODES = {"droit": "right", "etat": "status", "du": "days", "au": "days"}

    droit = forms.ChoiceField(label=_("Droit"), required=False, choices=[("", _("tous")), *Right.choices])
    etat = forms.ChoiceField(
        label=_("État"),
        required=False,
        choices=[
            ("", _("tous")),
            ("attente", _("en attente")),
            ("retard", _("en retard")),
            ("prolongees", _("prolongées")),
            ("closes", _("closes")),
        ],
    )
    du = DayField(label=_("Demandée depuis le"), required=False)
    au = DayField(label=_("Demandée jusqu’au"), required=False)

    def clean(self) -> dict[str, Any]:
        self.check_days("du", "au")
        return self.cleaned_data


def request_list(request: DoorRequest) -> tuple[Listing, Any]:
    """Return the filters and order of the list, and its requests."""
    access = request.access
    listing = listing_of(request, SubjectRequestFilter(request.GET), COLUMNS, "etat")
    criteria = listing.form.criteria
    rows = access.rows(SubjectRequest)
    if right := criteria.get("droit"):
        rows = rows.filter(kind=right)
    states: dict[str, dict[str, Any]] = {
        "attente": {"closed_on": None},
        "retard": {"closed_on": None, "due_on__lt": access.day},
        "prolongees": {"extended_on__isnull": False},
        "closes": {"closed_on__isnull": False},
    }
    rows = rows.filter(**states.get(criteria.get("etat", ""), {}))
    return listing, listing.sort(between(rows, "opened_on", criteria.get("du"), criteria.get("au")), access)


def ordered_requests(listing: Listing, rows: Any) -> list[UUID]:
    """Return the ids of the requests of the list in the chosen order, without recording them as displayed."""
    pairs = list(rows.witnessed(None).values_list("pk", "tenant"))
    if listing.sorting.column is NAME:
        names = {tenant: folded(name) for tenant, name in requesters().items()}
        pairs.sort(key=lambda pair: names.get(pair[1], ""), reverse=listing.sorting.is_descending)
    return [pk for pk, _tenant in pairs]
