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

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from access.answers import PAGES, PROGRAMS, Voice
from access.compartments import PLACED
from access.described import Endpoint
from access.limits import LIMITED, LimitReached, keep_within
from access.look import DoorRequest, Look, wearing
from access.permissions import Permission
from access.problems import RETRY_AFTER, Problem
from access.proofs import freshly_proved, second_factor_missing
from access.purpose import Ask, PurposeMissing, by_default, held, hold, stated_for, why
from access.refusal_time import wait_for_slot
from access.scope import ScopedQuerySet
from access.threshold import threshold
from access.walls import Walled, walled
from audit import events
from audit.events import Code, Kind, Outcome
from audit.purposes import PICKED, Purpose
from audit.record import Subject, TraceUnavailable, look, require_answering_log

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
    along: tuple[str, ...]
    purpose: Purpose | None
    asks: bool
    leads: bool
    view: View
    api: Endpoint | None = None

    @property
    def asking(self) -> Ask | None:
        """How one is asked why: of what has people in it, and of nothing else."""
        return getattr(self.of, "ASK", None) if self.asks and self.permission.compartment in LIMITED else None

    @property
    def voice(self) -> Voice:
        return PROGRAMS if self.api else PAGES

    @property
    def methods(self) -> list[str]:
        """A page shows its form at the address that takes it; a program reads or writes."""
        if self.api:
            return ["POST"] if self.writes or self.searches else ["GET", "HEAD"]
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
    along: tuple[str, ...] = (),
    purpose: Purpose | None = None,
    asks: bool = True,
    leads: bool = False,
    api: Endpoint | None = None,
) -> Callable[[View], View]:
    """`of` and `by`: the model and the URL word that name the object. `writes`: POST changes. `searches`: POST asks.
    `fresh`: what is behind it asks who one is once more, unless that was proved a few minutes ago.
    `along`: what is read with the object, in the same question.
    `purpose`: why one passes, where the act says it better than the permission. `asks` no: it asks nobody why.
    `leads`: a POST keeps what was said in a signed cookie and leads on; the page that follows is what is recorded.
    `api`: what a program gives and gets there; without it the door opens on a page."""

    def decorate(view: View) -> View:
        spec = Door(permission, of, by, records, writes, searches, fresh, along, purpose, asks, leads, view, api)

        @wraps(view)
        def enter(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            return _enter(spec, request, kwargs)

        enter.door = spec  # type: ignore[attr-defined]  # read from the view by whoever lists the doors
        return enter

    return decorate


def _enter(spec: Door, request: HttpRequest, kwargs: dict[str, Any]) -> HttpResponse:
    try:
        require_answering_log()
        if (asked := _asked_first(spec, request)) is not None:
            return asked
        shown_as = getattr(request, "shown_as", None)
        passing = Look(
            person=shown_as.person if shown_as else cast(DoorRequest, request).user,
            shown_as=shown_as,
            permission=spec.permission,
            kind=spec.records,
            route=request.resolver_match.view_name if request.resolver_match else "",
            request_id=getattr(request, "id", None) or uuid4(),
            at=timezone.now(),
            limited_to=request.token.permissions if hasattr(request, "token") else None,
        )
        passing.purpose = spec.purpose or by_default(spec.permission, passing.limited_to)
        cast(DoorRequest, request).look = passing
        return _decide(spec, request, passing, kwargs)
    except TraceUnavailable:
        return unavailable(spec.voice)


def _asked_first(spec: Door, request: HttpRequest) -> HttpResponse | None:
    """Who it is, proved by two factors, with a method that is one here. None: the door may decide."""
    if not request.user.is_authenticated:
        return spec.voice.nobody(request)
    machine = hasattr(request, "token")  # its token is all that it has, and was checked before
    if not machine and second_factor_missing(request):
        return spec.voice.one_factor(request)
    if request.method not in spec.methods:
        return spec.voice.wrong_method(request, spec.methods)
    if spec.fresh and not machine and not freshly_proved(request):
        return spec.voice.proved_long_ago(request)
    return None


def _decide(spec: Door, request: HttpRequest, passing: Look, kwargs: dict[str, Any]) -> HttpResponse:
    changing = spec.writes and request.method == "POST"
    try:
        spec.voice.check(request)
        if passing.shown_as:
            passing.shown_as.check(spec.permission, changing)
        with wearing(passing, read_only=not changing):
            if changing:
                passing.write(Outcome.ATTEMPTED)
            response = _show(spec, request, passing, kwargs)
            if changing and response.status_code == 200 and not spec.api:
                transaction.set_rollback(True)  # a form shown again changed nothing, whatever its view did before
    except Http404:
        return _refuse(spec, request, passing, kwargs, Outcome.MISSING)
    except PermissionDenied as denied:
        passing.walled = isinstance(denied, Walled)
        return _refuse(spec, request, passing, kwargs, Outcome.REFUSED)
    except PurposeMissing:
        return spec.voice.why(request, spec.asking.page if spec.asking else "")
    except LimitReached as limit:
        return _ask_to_wait(spec, request, passing, limit)
    except Problem as problem:  # nothing was shown, and what was begun is rolled back
        if problem.status == 403:
            _refuse(spec, request, passing, kwargs, Outcome.REFUSED)
        wait_for_slot(passing.started)
        return problem.answer(request)
    except TraceUnavailable:
        raise
    except Exception:
        passing.write(Outcome.FAILED)
        raise
    if response.status_code == 200 and not (changing and spec.api):
        passing.write(Outcome.SHOWN)
    elif changing and response.status_code < 400:
        passing.outcome = Outcome.CHANGED  # for the log and the figures: the trace has the change's own line
    if request.method == "POST" and response.status_code == 200 and not (changing and spec.api):
        wait_for_slot(passing.started)  # a search, or a form shown again, may have named what is hidden
    return response


def _show(spec: Door, request: HttpRequest, passing: Look, kwargs: dict[str, Any]) -> HttpResponse:
    if spec.of is None:
        response = spec.view(request, **kwargs)
    else:
        # The key stays in the address's words: a refusal is recorded as what was asked for.
        beside = {word: value for word, value in kwargs.items() if word != spec.by}
        found = _fetch(spec, passing, kwargs[spec.by])
        key = str(kwargs[spec.by])
        why_held = _why(spec, request, passing, key)
        response = spec.view(request, found, **beside)
        if why_held:
            hold(response, passing.person, key, why_held)
    if response.streaming:
        raise TypeError("Nothing streams through a door: its rows would be read after it has closed.")
    if hasattr(response, "render"):
        response.render()
    return response


def _why(spec: Door, request: HttpRequest, passing: Look, key: str) -> str:
    """Says in the look why this object is opened, and returns what holds for its next pages. Raises PurposeMissing."""
    if spec.asking is None or (spec.api and stated_for(spec.asking, spec.permission, request)):
        return ""
    if passing.limited_to is not None:
        return ""
    if spec.purpose:
        return held(request, passing.person, key) or spec.asking.led_by(request, passing.person, key) or spec.purpose
    passing.purpose = why(spec.asking, spec.permission, request, passing.person, key)
    return passing.purpose if passing.purpose in PICKED else ""


def _fetch(spec: Door, passing: Look, key: Any) -> Any:
    """The object, if it is in the person's world; Http404 otherwise, whatever the reason."""
    assert spec.of is not None  # noqa: S101 (said to the type checker)
    rows = cast(ScopedQuerySet, spec.of._default_manager.all()).visible_to(passing.person, passing.compartment)
    try:
        found = (rows.select_related(*spec.along) if spec.along else rows).get(**{spec.by: key})
    except ObjectDoesNotExist as error:
        what = spec.by if spec.by == "reference" else spec.of.__name__.lower()
        raise (Walled if walled(passing.compartment, what, key) else Http404) from error
    except (ValueError, ValidationError) as error:
        raise Http404 from error
    passing.about = found.subject() or Subject(spec.of.__name__.lower(), found.pk)
    if passing.compartment in PLACED:
        _stand(spec, passing, found.building_id)
    return found


def _stand(spec: Door, passing: Look, building_id: UUID) -> None:
    """Guardian's answer, the permission at this very building, and the limit, before the view sees the object."""
    assert passing.about is not None  # noqa: S101 (said to the type checker)
    passing.place = building_id
    counted = passing.compartment in LIMITED and passing.about.kind == "account"
    here = threshold(passing.person, passing.compartment, building_id, passing.about.id if counted else None)
    if not here.touches:
        raise Http404  # guardian does not know of it: the locks disagree, so the door stays shut
    passing.roles_by_building[building_id] = here.roles
    if not passing.may(spec.permission, building_id):
        raise PermissionDenied
    if counted:
        keep_within(here.opened)


def _refuse(spec: Door, request: HttpRequest, passing: Look, kwargs: dict[str, Any], outcome: Outcome) -> HttpResponse:
    """Recorded as what was asked for: the id when it is one, a reference when it has the shape of those that its model
    draws, nothing else. An address takes any word, and the trace none."""
    passing.outcome = outcome
    asked = kwargs.get(spec.by) if spec.of else None
    about = passing.about or (Subject(spec.of.__name__.lower(), asked) if spec.of and isinstance(asked, UUID) else None)
    shape = getattr(spec.of, "REFERENCE", None)
    reference = Code(asked) if shape and isinstance(asked, str) and shape.fullmatch(asked) else None
    look(
        events.WALL_MET if passing.walled else events.REFUSED,
        outcome,
        by=passing.by,
        about=about,
        place=passing.place,
        context=passing.context,
        reference=reference,
    )
    response = spec.voice.refused(request, 403 if outcome is Outcome.REFUSED else 404)
    if outcome is Outcome.MISSING:
        wait_for_slot(passing.started)
    return response


def _ask_to_wait(spec: Door, request: HttpRequest, passing: Look, limit: LimitReached) -> HttpResponse:
    """An event of its own, so that whoever watches the trace sees it among refusals."""
    passing.note(events.LIMIT_REACHED)
    passing.write(Outcome.REFUSED)
    response = spec.voice.wait(request, limit)
    response["Retry-After"] = str(limit.seconds)
    return response


def unavailable(voice: Voice = PAGES) -> HttpResponse:
    response = voice.unavailable()
    response["Retry-After"] = RETRY_AFTER
    response.without_trace = True  # type: ignore[attr-defined]  # read by whoever counts
    return response
