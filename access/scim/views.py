"""The SCIM endpoints. The directory finds a person by email address, reads `active`, and sets it to false."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.common import no_append_slash
from django.views.decorators.csrf import csrf_exempt

from access.api.endpoint import read_json
from access.api.endpoint_spec import Endpoint
from access.api.problems import Problem
from access.api.serializer_fields import Document
from access.grants.actions.directory import close_departed
from access.guard.context import DoorRequest
from access.guard.door import door
from access.models import Person
from access.permissions import Permission
from access.reach import paths_held, would_lock_out
from access.scim.descriptions import RESOURCE_TYPE, SCHEMA, SERVICE_PROVIDER_CONFIG
from access.scim.messages import ScimProblem, active_after_patch, active_in, address_sought, answer, listed, user
from audit import events
from audit.events import Outcome
from audit.record import record_view

_SCIM = Endpoint(title=_("SCIM : fermer la connexion des personnes parties"), answers=Document, scim=True)


def scim_door(**options: Any) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Decorate a SCIM view with `@door`. Browsers never send its bearer tokens by themselves, so it needs no CSRF
    check."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        passing = door(Permission.PEOPLE_DEPROVISION, api=_SCIM, **options)
        return no_append_slash(csrf_exempt(passing(view)))

    return decorate


@scim_door(get_event=events.RULES_SHOWN)
def service_provider_config(request: DoorRequest) -> HttpResponse:
    return answer(SERVICE_PROVIDER_CONFIG)


@scim_door(get_event=events.RULES_SHOWN)
def resource_types(request: DoorRequest) -> HttpResponse:
    return answer(listed([RESOURCE_TYPE]))


@scim_door(get_event=events.RULES_SHOWN)
def schemas(request: DoorRequest) -> HttpResponse:
    return answer(listed([SCHEMA]))


@scim_door(get_event=events.PERSON_MATCHED)
def users(request: DoorRequest) -> HttpResponse:
    """Find the person with an email address. Without a filter the list is empty, because directories request it to
    test the connection, and nobody needs a list of the staff."""
    expression = request.GET.get("filter", "")
    sought = address_sought(expression) if expression else ""
    people = []
    if sought and "\0" not in sought:
        people = [
            row for row in request.access.rows(Person).filter(email__iexact=sought) if _is_of_directory(request, row)
        ]
    request.access.note(count=len(people))
    return answer(listed([_user(request, person) for person in people]))


@scim_door(model=Person, get_event=events.PERSON_MATCHED, post_event=events.PERSON_CLOSED)
def user_detail(request: DoorRequest, person: Person) -> HttpResponse:
    if not _is_of_directory(request, person):
        raise Http404
    if request.method in ("GET", "HEAD"):
        request.access.note(count=1)
        return answer(_user(request, person))
    active = active_wanted(request)
    if active is True and not person.is_active:
        raise ScimProblem(
            400, "A closed sign-in is reopened in Loge only, by an administrator; rights by two.", "mutability"
        )
    if active is False:
        close(request, person)
        person.refresh_from_db(fields=["is_active"])
    return HttpResponse(status=204) if request.method == "DELETE" else answer(_user(request, person))


def active_wanted(request: DoorRequest) -> bool | None:
    """Return the value of `active` in the request (False for DELETE), or None if the request has no `active`."""
    if request.method == "DELETE":
        return False
    try:
        body = read_json(request)
    except Problem:
        raise ScimProblem(400, "The body is no JSON object of at most 64 KB.", "invalidSyntax") from None
    return active_after_patch(body) if request.method == "PATCH" else active_in(body)


def close(request: DoorRequest, person: Person) -> None:
    access = request.access
    if would_lock_out(person.pk):
        # The exception rolls the request back, so this event is committed on the audit log's own connection.
        record_view(
            events.DEPARTURE_REFUSED,
            Outcome.ATTEMPTED,
            by=access.by,
            about=access.about,
            place=person.employed_at_id,
            context=access.context,
            person=person.pk,
        )
        raise ScimProblem(409, "Two access administrators must remain: appoint another one in Loge first.")
    try:
        close_departed(by=access.person, person=person, context=access.context)
    except ValidationError as refusal:
        raise ScimProblem(409, " ".join(refusal.messages)) from refusal


def _is_of_directory(request: DoorRequest, person: Person) -> bool:
    """Return whether the directory answers for this person: an employee of the token's part of the organisation, with
    an address in the landlord's domains.

    Members of the commission and nominators have addresses of other organisations, which the directory does not manage.
    """
    domains = settings.STAFF_DOMAINS
    if person.is_machine or (domains and person.email.rpartition("@")[2].lower() not in domains):
        return False
    return person.employed_at.is_under(paths_held(request.access.person.pk, [Permission.PEOPLE_DEPROVISION]))


def _user(request: DoorRequest, person: Person) -> dict[str, Any]:
    return user(person, request.build_absolute_uri(reverse("scim_user", kwargs={"pk": person.pk})))
