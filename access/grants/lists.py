"""Columns and filters of the lists of people, of assignments and of access requests. Each list and its export read them
from the query string."""

from typing import Any

from django import forms
from django.db.models import DateField, ExpressionWrapper, F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from access.grants.queries import ending_soon
from access.guard.context import AccessContext, DoorRequest
from access.models import AccessRequest, Assignment, Person, Place
from access.models.decided import LAPSES_AFTER, Decision
from access.pages.fields import DayField, PlaceField
from access.pages.lists import ListForm, Listing, at_place, between, by_place, listing_of
from access.pages.sorting import Column, by_label
from access.roles import ROLES

ROLE_NAMES = {role.code: role.name for role in ROLES.values()}
ALL_ROLES = [("", _("tous")), *ROLE_NAMES.items()]
PLACE_LABEL = _("Lieu, et ceux qui en dépendent")


class PlaceListForm(ListForm):
    """A filter by place, among those that the person oversees, and by other values."""

    def __init__(self, data: Any, places: Any) -> None:
        super().__init__(data)
        self.offer_places("lieu", places)


# --- People ----------------------------------------------------------------------------------------------------------

PEOPLE_COLUMNS = (
    Column("personne", _("Nom"), lambda _access: [F("name").asc(), F("email").asc()]),
    Column("rattachement", _("Rattachement"), lambda _access: [F("employed_at__name").asc(), F("name").asc()]),
    Column("connexion", _("Dernière connexion"), lambda _access: [F("last_login").asc(nulls_first=True)]),
)
SIGN_IN_STATES = {
    "": Q(),
    "ouverte": Q(is_active=True),
    "fermee": Q(is_active=False),
    "jamais": Q(is_active=True, last_login=None, is_machine=False),
}


class PeopleFilter(PlaceListForm):
    CODES = {"lieu": "place", "connexion": "status"}

    lieu = PlaceField(label=_("Rattachement, ou un lieu au-dessus"), required=False)
    connexion = forms.ChoiceField(
        label=_("Connexion"),
        required=False,
        choices=[
            ("", _("toutes")),
            ("ouverte", _("ouverte")),
            ("fermee", _("fermée")),
            ("jamais", _("ouverte, jamais utilisée")),
        ],
    )


def people_list(request: DoorRequest) -> tuple[Listing, Any]:
    """Return the filters and order of the list of people, and its rows."""
    access = request.access
    listing = listing_of(request, PeopleFilter(request.GET, access.rows(Place)), PEOPLE_COLUMNS, "personne")
    criteria = listing.form.criteria
    rows = at_place(access.rows(Person).select_related("employed_at"), criteria.get("lieu"), "employed_at")
    return listing, listing.sort(rows.filter(SIGN_IN_STATES[criteria.get("connexion", "")]), access)


# --- Assignments -----------------------------------------------------------------------------------------------------

FIRST_DAY_WITHOUT = Coalesce("ended_on", ExpressionWrapper(F("last_day") + 1, DateField()))
ASSIGNMENT_COLUMNS = (
    Column(
        "personne",
        _("Personne"),
        lambda _access: [F("person__name").asc(), F("place__name").asc(), F("first_day").asc()],
    ),
    Column("lieu", _("Lieu"), lambda _access: by_place()),
    Column("role", _("Rôle"), lambda _access: [by_label("role", ROLE_NAMES)]),
    Column("fin", _("Jours"), lambda _access: [FIRST_DAY_WITHOUT.asc(), F("first_day").asc()]),
)


class AssignmentFilter(PlaceListForm):
    CODES = {"lieu": "place", "role": "role", "quand": "status"}

    lieu = PlaceField(label=PLACE_LABEL, required=False)
    role = forms.ChoiceField(label=_("Rôle"), required=False, choices=ALL_ROLES)
    quand = forms.ChoiceField(
        label=_("Quand"),
        required=False,
        choices=[
            ("", _("en cours et à venir")),
            ("bientot", _("prend fin sous 30 jours")),
            ("terminees", _("terminées")),
            ("toutes", _("toutes")),
        ],
    )


def assignment_list(request: DoorRequest) -> tuple[Listing, Any]:
    """Return the filters and order of the list of assignments, and its rows."""
    access = request.access
    form = AssignmentFilter(request.GET, access.rows(Place))
    criteria = form.criteria
    when = criteria.get("quand", "")
    default = {"bientot": "fin", "terminees": "-fin"}.get(when, "personne")
    listing = listing_of(request, form, ASSIGNMENT_COLUMNS, default)
    rows = at_place(access.rows(Assignment), criteria.get("lieu"), "place")
    if role := criteria.get("role"):
        rows = rows.filter(role=role)
    return listing, listing.sort(_assignments_when(rows, when, access), access)


def _assignments_when(rows: Any, when: str, access: AccessContext) -> Any:
    if when == "toutes":
        return rows
    if when == "bientot":
        return ending_soon(rows, access.day)
    if when == "terminees":
        return rows.exclude(pk__in=rows.open_on(access.day))
    return rows.open_on(access.day)


# --- Access requests -------------------------------------------------------------------------------------------------

DECISIONS = {**dict(Decision.choices), "": _("expirée")}
REQUEST_COLUMNS = (
    Column("personne", _("Personne"), lambda _access: [Coalesce("person__name", "name").asc()]),
    Column("role", _("Rôle"), lambda _access: [by_label("role", ROLE_NAMES)]),
    Column("lieu", _("Lieu"), lambda _access: by_place()),
    Column("fin", _("Jours"), lambda _access: [F("last_day").asc(), F("first_day").asc()]),
    Column("demande", _("Demandée"), lambda _access: [F("asked_at").asc()], largest_first=True),
    Column("decision", _("Décision"), lambda _access: [by_label("decision", DECISIONS), F("decided_at").asc()]),
)


class RequestFilter(PlaceListForm):
    CODES = {"lieu": "place", "role": "role", "decision": "status", "du": "days", "au": "days"}

    lieu = PlaceField(label=PLACE_LABEL, required=False)
    role = forms.ChoiceField(label=_("Rôle"), required=False, choices=ALL_ROLES)
    decision = forms.ChoiceField(
        label=_("Décision"),
        required=False,
        choices=[("", _("toutes")), *Decision.choices, ("expiree", _("expirée"))],
    )
    du = DayField(label=_("Demandée depuis le"), required=False)
    au = DayField(label=_("Demandée jusqu’au"), required=False)

    def clean(self) -> dict[str, Any]:
        self.check_days("du", "au")
        return self.cleaned_data


def decided_requests(request: DoorRequest) -> tuple[Listing, Any]:
    """Return the filters and order of the list of access requests that no longer wait, and its rows."""
    access = request.access
    listing = listing_of(request, RequestFilter(request.GET, access.rows(Place)), REQUEST_COLUMNS, "-demande")
    criteria = listing.form.criteria
    rows = access.rows(AccessRequest).exclude(decision="", asked_at__gt=access.at - LAPSES_AFTER)
    rows = at_place(rows, criteria.get("lieu"), "place")
    if role := criteria.get("role"):
        rows = rows.filter(role=role)
    if decision := criteria.get("decision"):
        rows = rows.filter(decision="" if decision == "expiree" else decision)
    return listing, listing.sort(between(rows, "asked_at__date", criteria.get("du"), criteria.get("au")), access)
