"""API endpoints of the audit log: a person's own events, and all events for the data protection officer.

The endpoints never return the name of the employee who acted. Only a page shows it, after the reader gives a reason.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from access.api.endpoint import ApiRequest, endpoint, page
from access.api.paging import ListQuery, Page
from access.api.serializer_fields import Code, Day, Id
from access.models import Place
from access.permissions import Permission
from access.roles import ROLES
from audit import events, reading
from audit.events import KINDS, Outcome
from audit.models import Event
from audit.reading import Asked
from audit.record import Subject
from oversight.audit_log.lines import place_and_below
from oversight.forms.audit_log import midnight
from oversight.views.audit_log import say_who_is_named


class EventOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    at = serializers.DateTimeField()
    kind = serializers.CharField()
    outcome = serializers.ChoiceField(choices=[(outcome.value, reading.OUTCOMES[outcome]) for outcome in Outcome])
    role = serializers.CharField()
    permission = serializers.CharField()
    route = serializers.CharField()
    place = serializers.UUIDField(allow_null=True)
    count = serializers.IntegerField()


class EventDetail(EventOut):
    machine = serializers.CharField()
    about_kind = serializers.CharField()
    about = serializers.UUIDField(allow_null=True)
    request = serializers.UUIDField(allow_null=True)
    facts = serializers.DictField(
        source="readable_facts",
        help_text=_("Identifiants, codes, nombres et dates. Ni montant ni libellé d’un compte."),
    )


class OwnQuery(ListQuery):
    orders = {"at": ("at", "id")}

    first_day = Day(required=False)
    last_day = Day(required=False)


class AuditLogQuery(OwnQuery):
    kind = Code(choices=[(kind.code, kind.sentence) for kind in KINDS.values()], required=False)
    outcome = Code(choices=[(outcome.value, reading.OUTCOMES[outcome]) for outcome in Outcome], required=False)
    role = Code(choices=[(role.code, role.name) for role in ROLES.values()], required=False)
    place = Id(required=False, help_text=_("Ce lieu et tous les lieux qui en dépendent."))
    about = Id(required=False)


@endpoint(
    Permission.OWN_TRACE_READ,
    get_event=events.OWN_LOOKS_READ,
    title=_("Ma trace"),
    answers=EventOut,
    query=OwnQuery,
)
def own_looks(request: ApiRequest) -> Page:
    return page(request, reading.narrowed(request.access.rows(Event), _filters(request)))


@endpoint(
    Permission.TRACE_READ,
    get_event=events.HISTORY_READ,
    title=_("Toute la trace, sans le nom des agents"),
    answers=EventOut,
    query=AuditLogQuery,
)
def event_list(request: ApiRequest) -> Page:
    access, filters = request.access, _filters(request)
    access.note(scope="lines")
    access.about = Subject("", filters.about) if filters.about else None
    access.place = request.query.get("place")
    return page(request, reading.narrowed(access.rows(Event), filters))


@endpoint(
    Permission.TRACE_READ,
    model=Event,
    get_event=events.HISTORY_READ,
    title=_("Une mention de la trace et son sujet"),
    answers=EventDetail,
)
def event_detail(request: ApiRequest, event: Event) -> Event:
    request.access.note(scope="event")
    say_who_is_named(request, event)
    return event


def _filters(request: ApiRequest) -> Asked:
    query = request.query
    place = request.access.rows(Place).filter(pk=query["place"]).first() if "place" in query else None
    return Asked(
        about=query.get("about"),
        places=(place_and_below(place) if place else []) if "place" in query else None,
        kinds=[query[word] for word in ("kind",) if word in query],
        outcomes=[query[word] for word in ("outcome",) if word in query],
        roles=[query[word] for word in ("role",) if word in query],
        start=midnight(query["first_day"]) if "first_day" in query else None,
        end=midnight(query["last_day"], 1) if "last_day" in query else None,
    )
