"""The first lock: a view is never handed an object that it may not show, and nothing leaves before it is recorded.

    @door(Permission.ACCOUNT_VIEW, of=Account, by="reference", records=events.ACCOUNT_OPENED)
    def account(request, account): ...

fetch, decide, call and render, record, release. 404 outside one's world, 403 inside it, both recorded.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from access.compartments import PLACED
from access.limits import LIMITED, LimitReached, keep_within
from access.look import DoorRequest, Look, may_touch, wearing
from access.permissions import FOR_EVERYONE, Permission
from access.proofs import freshly_proved, second_factor_missing
from access.reach import roles_today
from access.roles import roles_with
from access.scope import ScopedQuerySet
from audit import events
from audit.events import Code, Kind, Outcome
from audit.record import Subject, TraceUnavailable, look

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Door:
    permission: Permission
    of: type[models.Model] | None
    by: str
    records: Kind
    writes: bool
    searches: bool
    fresh: bool
    view: View

    @property
    def methods(self) -> list[str]:
        return ["GET", "HEAD", "POST"] if self.writes or self.searches else ["GET", "HEAD"]


def door(
    permission: Permission,
    *,
    records: Kind,
    of: type[models.Model] | None = None,
    by: str = "pk",
    writes: bool = False,
    searches: bool = False,
    fresh: bool = False,
) -> Callable[[View], View]:
    """`of` and `by`: the model and the URL word that name the object. `writes`: POST changes. `searches`: POST asks.
    `fresh`: what is behind it asks who one is once more, unless that was proved a few minutes ago."""

    def decorate(view: View) -> View:
        spec = Door(permission, of, by, records, writes, searches, fresh, view)

        @wraps(view)
        def enter(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            return _enter(spec, request, kwargs)

        enter.door = spec  # type: ignore[attr-defined]  # read from the view by whoever lists the doors
        return enter

    return decorate


def _enter(spec: Door, request: HttpRequest, kwargs: dict[str, Any]) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if second_factor_missing(request):
        return redirect("mfa_index")
    if request.method not in spec.methods:
        return HttpResponseNotAllowed(spec.methods)
    if spec.fresh and not freshly_proved(request):
        return redirect_to_login(request.get_full_path(), reverse("account_reauthenticate"))
    try:
        passing = Look(
            person=request.user,
            permission=spec.permission,
            roles=roles_today(request.user.pk),
            kind=spec.records,
            route=request.resolver_match.view_name if request.resolver_match else "",
            request_id=getattr(request, "id", None) or uuid4(),
            at=timezone.now(),
        )
        cast(DoorRequest, request).look = passing
        return _decide(spec, request, passing, kwargs)
    except TraceUnavailable:
        return unavailable()


def _decide(spec: Door, request: HttpRequest, passing: Look, kwargs: dict[str, Any]) -> HttpResponse:
    changing = spec.writes and request.method == "POST"
    if not _holds_somewhere(spec, passing):
        return _refuse(spec, request, passing, kwargs, Outcome.REFUSED)
    if changing:
        passing.write(Outcome.ATTEMPTED)
    try:
        with wearing(passing, read_only=not changing):
            response = _show(spec, request, passing, kwargs)
            if changing and response.status_code == 200:
                transaction.set_rollback(True)  # a form shown again changed nothing, whatever its view did before
    except Http404:
        return _refuse(spec, request, passing, kwargs, Outcome.MISSING)
    except PermissionDenied:
        return _refuse(spec, request, passing, kwargs, Outcome.REFUSED)
    except LimitReached:
        return _ask_to_wait(request, passing)
    except Exception:
        passing.write(Outcome.FAILED)
        raise
    if response.status_code == 200:
        passing.write(Outcome.SHOWN)
    return response


def _show(spec: Door, request: HttpRequest, passing: Look, kwargs: dict[str, Any]) -> HttpResponse:
    if spec.of is None:
        response = spec.view(request, **kwargs)
    else:
        found = _fetch(spec, passing, kwargs.pop(spec.by))
        response = spec.view(request, found, **kwargs)
    if response.streaming:
        raise TypeError("Nothing streams through a door: its rows would be read after it has closed.")
    if hasattr(response, "render"):
        response.render()
    return response


def _fetch(spec: Door, passing: Look, key: Any) -> Any:
    """The object, if it is in the person's world; Http404 otherwise, whatever the reason."""
    assert spec.of is not None  # noqa: S101 (said to the type checker)
    rows = cast(ScopedQuerySet, spec.of._default_manager.all())
    try:
        found = rows.visible_to(passing.person, passing.compartment).get(**{spec.by: key})
    except (ObjectDoesNotExist, ValueError, ValidationError) as error:
        raise Http404 from error
    passing.about = found.subject() or Subject(spec.of.__name__.lower(), found.pk)
    if passing.compartment in PLACED:
        passing.place = found.building_id
        if not may_touch(passing.person, passing.compartment, found.building_id):
            raise Http404  # guardian does not know of it: the locks disagree, so the door stays shut
        if not passing.may(spec.permission, found.building_id):
            raise PermissionDenied
    if passing.compartment in LIMITED and passing.about.kind == "account" and passing.about.id:
        keep_within(passing.about.id)
    return found


def _holds_somewhere(spec: Door, passing: Look) -> bool:
    return spec.permission in FOR_EVERYONE or not passing.roles.isdisjoint(roles_with(spec.permission))


def _refuse(spec: Door, request: HttpRequest, passing: Look, kwargs: dict[str, Any], outcome: Outcome) -> HttpResponse:
    """Recorded as what was asked for: the id when it is one, a reference when it looks like one, nothing else."""
    passing.outcome = outcome
    asked = kwargs.get(spec.by) if spec.of else None
    about = passing.about or (Subject(spec.of.__name__.lower(), asked) if spec.of and isinstance(asked, UUID) else None)
    reference = Code(asked) if isinstance(asked, str) and asked.isascii() and asked.replace("-", "").isalnum() else None
    look(
        events.REFUSED,
        outcome,
        by=passing.person,
        about=about,
        place=passing.place,
        context=passing.context,
        reference=reference[:64] if reference else None,
    )
    status = 403 if outcome is Outcome.REFUSED else 404
    return render(request, f"errors/{status}.html", {"refused": True}, status=status)


def _ask_to_wait(request: HttpRequest, passing: Look) -> HttpResponse:
    """An event of its own, so that whoever watches the trace sees it among refusals."""
    limit = settings.ACCOUNTS_AN_HOUR
    passing.note(events.LIMIT_REACHED)
    passing.write(Outcome.REFUSED)
    response = render(request, "errors/429.html", {"limit": limit}, status=429)
    response["Retry-After"] = "600"
    return response


def unavailable() -> HttpResponse:
    """503 without a personal byte: the page knows neither who asked nor what for."""
    body = render_to_string("errors/503.html", {"at": timezone.now()})
    response = HttpResponse(body, status=503, headers={"Retry-After": "30"})
    response.without_trace = True  # type: ignore[attr-defined]  # read by whoever counts
    return response
