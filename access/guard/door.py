"""The `@door` decorator: gives a view only an object that the person may see, and writes an audit event first.

    @door(Permission.ACCOUNT_VIEW, model=Account, lookup="reference", get_event=events.ACCOUNT_OPENED)
    def account(request, account): ...

The decorator fetches the object, checks access, calls and renders the view, writes the audit event and returns the
response. The response is 404 if the person may see no data of the object's building, and 403 if the person may see the
building but lacks the permission. Both refusals are recorded.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any, cast
from uuid import UUID, uuid4

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from access.api.endpoint_spec import Endpoint
from access.api.problems import RETRY_AFTER, Problem
from access.compartments import ON_OCCASION, PLACED
from access.guard.answers import HTML_RESPONDER, Responder
from access.guard.conflicts import ConflictOfInterest, hidden_by_conflict
from access.guard.context import AccessContext, DoorRequest, as_database_role
from access.guard.door_spec import Door, View
from access.guard.limits import LIMITED, LimitReached, keep_within
from access.guard.object_access import check_object_access, opened_on_occasion
from access.guard.purpose import PurposeMissing, by_default, remember, remembered, stated_for, why
from access.guard.refusal_time import wait_for_slot
from access.guard.standby import StandbyFailed, is_available, primary_position, reading_from_standby
from access.permissions import Permission
from access.signin.proofs import freshly_proved, second_factor_missing
from audit import events
from audit.events import Code, Kind, Outcome
from audit.purposes import PICKED, Purpose
from audit.record import AuditLogUnavailable, Subject, record_view, require_answering_log


def door(
    permission: Permission,
    *,
    get_event: Kind | None = None,
    post_event: Kind | None = None,
    model: type[models.Model] | None = None,
    lookup: str = "pk",
    post_is_search: bool = False,
    reauthenticate: bool = False,
    select_related: tuple[str, ...] = (),
    purpose: Purpose | None = None,
    purpose_required: bool = True,
    narrowed: bool = False,
    from_standby: bool = False,
    api: Endpoint | None = None,
) -> Callable[[View], View]:
    """Decorate a view so that it runs only if the person has the permission and may see the object, and is recorded.

    `post_event`: event recorded before a POST that changes data, or None. `get_event`: event recorded when a page was
    shown, also after a search or an invalid form; by default `events.FORM_SHOWN`. `model` and `lookup`: model of the
    object, and URL argument that identifies it. `post_is_search`: POST changes nothing. `reauthenticate`: requires a
    recent proof of identity. `purpose`: purpose to record, if always the same. `purpose_required`: False if the person
    need not choose one. `narrowed`: True if the page shows only the object's building and household, or only that
    building. `from_standby`: the page may read from a standby. `api`: endpoint specification, or None for an HTML page.
    """
    if get_event is None and post_event is None:
        raise TypeError("A door needs a get_event or a post_event.")

    def decorate(view: View) -> View:
        spec = Door(permission, model, lookup, get_event or events.FORM_SHOWN, post_event, post_is_search,
            reauthenticate, select_related, purpose, purpose_required, narrowed, from_standby, view, api)  # fmt: skip

        @wraps(view)
        def enter(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            return _handle(spec, request, kwargs)

        enter.door = spec  # type: ignore[attr-defined]  # for system checks and API documentation
        return enter

    return decorate


def _handle(spec: Door, request: HttpRequest, kwargs: dict[str, Any]) -> HttpResponse:
    try:
        require_answering_log()
        if (response := _answer_before_deciding(spec, request)) is not None:
            return response
        shown_as = getattr(request, "shown_as", None)
        access = AccessContext(
            person=shown_as.person if shown_as else cast(DoorRequest, request).user,
            shown_as=shown_as,
            permission=spec.permission,
            kind=spec.get_event,
            route=request.resolver_match.view_name if request.resolver_match else "",
            request_id=getattr(request, "id", None) or uuid4(),
            at=timezone.now(),
            limited_to=request.token.permissions if hasattr(request, "token") else None,
            narrowed_to=spec.narrowing(kwargs),
        )
        access.purpose = spec.purpose or by_default(spec.permission, access.limited_to)
        cast(DoorRequest, request).access = access
        return _decide(spec, request, access, kwargs)
    except AuditLogUnavailable:
        return unavailable(spec.responder)


def _answer_before_deciding(spec: Door, request: HttpRequest) -> HttpResponse | None:
    """Check sign-in, second factor, HTTP method and reauthentication, before the permission is checked.

    Returns a response if a requirement is not met, or None if the request may continue.
    """
    if not request.user.is_authenticated:
        return spec.responder.nobody(request)
    machine = hasattr(request, "token")  # The middleware sets request.token for a valid machine token.
    if not machine and second_factor_missing(request):
        return spec.responder.one_factor(request)
    if request.method not in spec.methods:
        return spec.responder.wrong_method(request, spec.methods)
    if spec.reauthenticate and not machine and not freshly_proved(request):
        return spec.responder.proved_long_ago(request)
    return None


def _decide(spec: Door, request: HttpRequest, access: AccessContext, kwargs: dict[str, Any]) -> HttpResponse:
    posted = spec.post_event if request.method in ("POST", "PUT", "PATCH", "DELETE") else None
    changing = posted is not None
    try:
        spec.responder.check(request)
        if access.shown_as:
            access.shown_as.check(spec.permission, changing)
        response = _read_from_standby(spec, request, access, kwargs) if spec.from_standby else None
        if response is None:
            response = _open_on_primary(spec, request, access, kwargs, posted)
    except Http404:
        return _refuse(spec, request, access, kwargs, Outcome.MISSING)
    except PermissionDenied as denied:
        access.in_conflict = isinstance(denied, ConflictOfInterest)
        return _refuse(spec, request, access, kwargs, Outcome.REFUSED)
    except PurposeMissing:
        return spec.responder.why(request, spec.asking.page if spec.asking else "")
    except LimitReached as limit:
        return _ask_to_wait(spec, request, access, limit)
    except Problem as problem:  # An API view raised Problem, so its transaction was rolled back.
        if problem.status == 403:
            _refuse(spec, request, access, kwargs, Outcome.REFUSED)
        wait_for_slot(access.started)
        return problem.answer(request)
    except Exception as error:
        if not isinstance(error, AuditLogUnavailable):
            access.write(Outcome.FAILED, posted)
        raise
    # A search that redirects to its only result is recorded and delayed like a search that shows a page.
    is_page = access.kind is events.SEARCH_RUN or (response.status_code == 200 and not (changing and spec.api))
    if is_page:
        access.write(Outcome.SHOWN)
    elif changing and response.status_code < 400:
        # For the request log and the metrics only: the action of the view has already written the audit event.
        access.outcome = Outcome.CHANGED
    if is_page and request.method == "POST":
        wait_for_slot(access.started)  # Delay the response, so that its time does not reveal a hidden object.
    return response


def _read_from_standby(
    spec: Door, request: HttpRequest, access: AccessContext, kwargs: dict[str, Any]
) -> HttpResponse | None:
    """Run the view on the standby database. Returns None, without having written an audit event, if the view must run
    on the primary database instead."""
    if not is_available():
        return None
    before = replace(access, shown_ids={}, facts={}, roles_by_building={})
    position = primary_position()
    try:
        access.standby = "read"
        with reading_from_standby(), as_database_role(access, read_only=True, replayed=position):
            return _run_view(spec, request, access, kwargs)
    except StandbyFailed:
        # Forget the rows read from the standby: the audit event must list only what is shown from the primary.
        vars(access).update(vars(before), standby="left")
        return None


def _open_on_primary(
    spec: Door, request: HttpRequest, access: AccessContext, kwargs: dict[str, Any], posted: Kind | None
) -> HttpResponse:
    """Run the view on the primary. `posted`: event of the change, or None if the request only reads."""
    with as_database_role(access, read_only=posted is None):
        if posted:
            access.write(Outcome.ATTEMPTED, posted)
        response = _run_view(spec, request, access, kwargs)
        if posted and response.status_code == 200 and not spec.api:
            transaction.set_rollback(True)  # A form that is shown again, with errors or a preview, stores nothing.
    return response


def _run_view(spec: Door, request: HttpRequest, access: AccessContext, kwargs: dict[str, Any]) -> HttpResponse:
    if spec.model is None:
        response = spec.view(request, **kwargs)
    else:
        # The view gets the object instead of its id. `kwargs` still has the id, because `_refuse` needs it.
        beside = {word: value for word, value in kwargs.items() if word != spec.lookup}
        target = _fetch(spec, access, kwargs[spec.lookup])
        key = str(kwargs[spec.lookup])
        chosen = _resolve_purpose(spec, request, access, key)
        response = spec.view(request, target, **beside)
        if chosen:
            remember(response, access.person, key, chosen)
    if response.streaming:
        raise TypeError("A view behind a door cannot stream: its rows would be fetched after the door's transaction.")
    if hasattr(response, "render"):
        response.render()
    return response


def _resolve_purpose(spec: Door, request: HttpRequest, access: AccessContext, key: str) -> str:
    """Set `access.purpose`, the purpose for which the person opens this object.

    Returns the purpose to store in a cookie for the object's next pages, or "". Raises PurposeMissing if the person
    must choose a purpose first.
    """
    if spec.asking is None or (spec.api and stated_for(spec.asking, spec.permission, request)):
        return ""
    if access.limited_to is not None:
        return ""
    if spec.purpose:
        return (
            remembered(request, access.person, key) or spec.asking.led_by(request, access.person, key) or spec.purpose
        )
    access.purpose = why(spec.asking, spec.permission, request, access.person, key)
    return access.purpose if access.purpose in PICKED else ""


def _fetch(spec: Door, access: AccessContext, key: Any) -> Any:
    """Return the object with this key, if the person may see data of its building.

    Otherwise raises Http404, or ConflictOfInterest if only a conflict of interest hides the object.
    """
    assert spec.model is not None  # noqa: S101 (type checker)
    try:
        target = _find(spec, access, key)
    except ObjectDoesNotExist as error:
        kind = spec.lookup if spec.lookup == "reference" else spec.model.__name__.lower()
        raise (ConflictOfInterest if hidden_by_conflict(access.compartment, kind, key) else Http404) from error
    except (ValueError, ValidationError) as error:
        raise Http404 from error
    access.about = target.subject() or Subject(spec.model.__name__.lower(), target.pk)
    if access.compartment in PLACED:
        _check_object_permission(spec, access, target)
    elif access.compartment in ON_OCCASION:
        access.place = getattr(target, "kept_at_id", None)
        if not opened_on_occasion(access.person, access.compartment, target.application_id):
            raise Http404
    return target


def _find(spec: Door, access: AccessContext, key: Any) -> Any:
    if access.narrowed_to:
        # These pages are opened most often, so the SQL of their objects is compiled once.
        rows = [*spec.find(access.person, access.compartment, None, key=key)]
    else:
        # Two audit events may have the same id (audit/sealed/tables.py), for which get() would raise.
        rows = [*spec.visible_rows(access.person, access.compartment).filter(**{spec.lookup: key})[:1]]
    if not rows:
        raise ObjectDoesNotExist
    return rows[0]


def _check_object_permission(spec: Door, access: AccessContext, target: Any) -> None:
    """Check django-guardian's permission, the role at the building, and the limit of accounts per hour.

    Raises Http404, PermissionDenied or LimitReached.
    """
    assert access.about is not None  # noqa: S101 (type checker)
    access.place = building_id = target.building_id
    counted = access.compartment in LIMITED and access.about.kind == "account"
    account = access.about.id if counted else None
    checks = check_object_access(access.person, access.compartment, building_id, account, target)
    if not checks.allowed:
        raise Http404  # The row-level policies let the object be read, but django-guardian refuses its building.
    access.roles_by_building[building_id] = checks.roles
    if not access.may(spec.permission, building_id):
        raise PermissionDenied
    if counted:
        keep_within(checks.opened)


def _refuse(
    spec: Door, request: HttpRequest, access: AccessContext, kwargs: dict[str, Any], outcome: Outcome
) -> HttpResponse:
    """Record a refusal with the id or reference of the requested object, and return the response.

    A reference in the wrong format is not recorded, because a URL may contain any text.
    """
    access.outcome = outcome
    key = kwargs.get(spec.lookup) if spec.model else None
    about = access.about or (
        Subject(spec.model.__name__.lower(), key) if spec.model and isinstance(key, UUID) else None
    )
    shape = getattr(spec.model, "REFERENCE", None)
    reference = Code(key) if shape and isinstance(key, str) and shape.fullmatch(key) else None
    record_view(
        events.WALL_MET if access.in_conflict else events.REFUSED,
        outcome,
        by=access.by,
        about=about,
        place=access.place,
        context=access.context,
        reference=reference,
    )
    response = spec.responder.refused(request, 403 if outcome is Outcome.REFUSED else 404)
    if outcome is Outcome.MISSING:
        wait_for_slot(access.started)
    return response


def _ask_to_wait(spec: Door, request: HttpRequest, access: AccessContext, limit: LimitReached) -> HttpResponse:
    """Refuse a request beyond the hourly limit of opened accounts. The response says when to try again.

    The refusal has an audit event of its own kind, so that monitoring can distinguish it from other refusals.
    """
    access.note(events.LIMIT_REACHED)
    access.write(Outcome.REFUSED)
    response = spec.responder.wait(request, limit)
    response["Retry-After"] = str(limit.seconds)
    return response


def unavailable(responder: Responder = HTML_RESPONDER) -> HttpResponse:
    response = responder.unavailable()
    response["Retry-After"] = RETRY_AFTER
    response.without_audit_log = True  # type: ignore[attr-defined]  # read by the metrics
    return response
