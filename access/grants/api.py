"""API of assignments: list, grant, extend and end them.

A client sees its own assignments and those at places that it oversees. The endpoints call the same actions as the
pages, so that the same checks apply.
"""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from access.api.endpoint import ApiRequest, acted_once, endpoint, page
from access.api.paging import ListQuery, Page
from access.api.problems import Problem
from access.api.serializer_fields import Code, Day, Id, Strict
from access.grants.actions.assignments import end, extend, grant
from access.grants.grant_terms import Terms
from access.grants.reasons import EndReason, StartReason
from access.models import Assignment, Level, Person, Place
from access.models.place import below
from access.permissions import Permission
from access.roles import ROLES
from audit import events

ROLE_CHOICES = [(role.code, role.name) for role in ROLES.values()]

# --- Responses -------------------------------------------------------------------------------------------------------


class PlaceOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    level = serializers.ChoiceField(choices=Level.choices)
    code = serializers.CharField()
    name = serializers.CharField()
    parent = serializers.UUIDField(source="parent_id", allow_null=True)


class PersonOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class AssignmentOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    person = PersonOut()
    role = serializers.ChoiceField(choices=ROLE_CHOICES)
    place = PlaceOut()
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    reason = serializers.ChoiceField(choices=StartReason.choices)
    ended_on = serializers.DateField(allow_null=True)
    end_reason = serializers.ChoiceField(choices=EndReason.choices, allow_blank=True)


# --- Requests --------------------------------------------------------------------------------------------------------


class AssignmentsQuery(ListQuery):
    orders = {"last_day": ("last_day", "id"), "first_day": ("first_day", "id")}

    place = Id(required=False, help_text=_("Ce lieu et tous les lieux qui en dépendent."))
    person = Id(required=False)
    role = Code(choices=ROLE_CHOICES, required=False)
    when = Code(choices=[("open", _("en cours et à venir")), ("over", _("terminées"))], default="open")


class MineQuery(ListQuery):
    orders = {"last_day": ("last_day", "id"), "first_day": ("first_day", "id")}


class GrantBody(Strict):
    person = Id()
    place = Id(help_text=_("Pour un seul bâtiment. Au-delà, faites une demande, qu’une autre personne doit approuver."))
    first_day = Day()
    last_day = Day()
    reason = Code(choices=StartReason.choices)


class ExtendBody(Strict):
    last_day = Day()


class EndBody(Strict):
    ended_on = Day(help_text=_("Le premier jour sans accès. Aujourd’hui : l’accès prend fin immédiatement."))
    reason = Code(choices=EndReason.choices)


# --- Doors -----------------------------------------------------------------------------------------------------------


@endpoint(
    Permission.RIGHTS_READ,
    get_event=events.LIST_SHOWN,
    title=_("Affectations : personne, rôle, lieu, dates"),
    answers=AssignmentOut,
    query=AssignmentsQuery,
)
def assignments(request: ApiRequest) -> Page:
    query, rows = request.query, request.access.rows(Assignment)
    request.access.note(list="assignments")
    still = rows.open_on(request.access.day)
    rows = still if query["when"] == "open" else rows.exclude(pk__in=still.values("pk"))
    if place := query.get("place"):
        within = request.access.rows(Place).filter(pk=place).first()
        rows = rows.filter(below([within.path] if within else [], "place__"))
    return page(request, rows.filter(**{word: query[word] for word in ("person", "role") if word in query}))


@endpoint(
    Permission.MY_RIGHTS,
    get_event=events.RIGHTS_READ,
    title=_("Mes affectations, en cours et à venir"),
    answers=AssignmentOut,
    query=MineQuery,
)
def mine(request: ApiRequest) -> Page:
    access = request.access
    access.note(question="mine", day=access.day)
    return page(request, access.rows(Assignment).filter(person=access.person).open_on(access.day))


@endpoint(
    Permission.ASSIGNMENTS_MANAGE,
    post_event=events.ASSIGNMENT_GRANTED,
    reauthenticate=True,
    title=_("Confier un immeuble à un gardien"),
    answers=AssignmentOut,
    body=GrantBody,
    status=201,
)
def assignment_grant(request: ApiRequest) -> Assignment:
    values = request.body_data
    person, place = _one(request, Person, "person"), _one(request, Place, "place")
    terms = Terms(place, values["first_day"], values["last_day"], values["reason"])
    return _once(request, grant, person=person, terms=terms)


@endpoint(
    Permission.ASSIGNMENTS_MANAGE,
    model=Assignment,
    post_event=events.ASSIGNMENT_EXTENDED,
    reauthenticate=True,
    title=_("Prolonger une affectation"),
    answers=AssignmentOut,
    body=ExtendBody,
)
def assignment_extend(request: ApiRequest, assignment: Assignment) -> Assignment:
    return _once(request, extend, assignment=assignment, **request.body_data)


@endpoint(
    Permission.ASSIGNMENTS_MANAGE,
    model=Assignment,
    post_event=events.ASSIGNMENT_ENDED,
    title=_("Mettre fin à une affectation"),
    answers=AssignmentOut,
    body=EndBody,
)
def assignment_end(request: ApiRequest, assignment: Assignment) -> Assignment:
    return _once(request, end, assignment=assignment, **request.body_data)


def _one(request: ApiRequest, model: type[Person] | type[Place], word: str) -> Any:
    """Return the person or place whose id is in the body field named `word`.

    Raises Problem if the person or place does not exist or the client may not see it.
    """
    row = request.access.rows(model).filter(pk=request.body_data[word]).first()
    if row is None:
        raise Problem(
            "invalid", [{"pointer": f"/{word}", "detail": str(_("Aucun élément ne correspond dans votre périmètre."))}]
        )
    return row


def _once(request: ApiRequest, act: Callable[..., Assignment], **arguments: Any) -> Assignment:
    """Execute `act` once per idempotency key. A request that repeats a key gets the assignment that the first request
    returned."""
    sent = acted_once(request, act, **arguments)
    assignment: Assignment = request.access.rows(Assignment).get(pk=sent.assignment_id)
    assert sent.last_day  # noqa: S101 (type checker)
    assignment.last_day, assignment.ended_on, assignment.end_reason = sent.last_day, sent.ended_on, sent.end_reason
    return assignment
