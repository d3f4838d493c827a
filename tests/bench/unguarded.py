"""Loge without access control and audit log, as a baseline for the benchmark. Must never be deployed.

View functions, templates, middleware and sessions are unchanged. The replacement of the `@door` decorator only requires
a sign-in, loads the object by its reference and calls the view function. Querysets are not restricted, and the database
login passes every row-level security policy (tests/bench/serving.py uses the owner's).
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any
from uuid import UUID, uuid4

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "housing.settings")

import django
from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL

import access.scope

# `within` restricts all querysets to rows that a person may see. A condition that is always true replaces it. It
# contains the person's id, because compiled querysets must (access/guard/compiled.py).
# `access.scope.within` must be replaced before django.setup() imports the models that use this function.
access.scope.within = lambda building, person, compartment: Q(
    RawSQL("%s::uuid IS NOT NULL", [person.pk], BooleanField())
)
django.setup()

from django.contrib.auth.views import redirect_to_login  # noqa: E402  (what follows needs the apps)
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.shortcuts import get_object_or_404  # noqa: E402
from django.utils import timezone  # noqa: E402

import access.guard.door  # noqa: E402
from access.guard.context import AccessContext  # noqa: E402
from access.models import Place  # noqa: E402
from access.roles import OFFICER  # noqa: E402
from audit.events import FORM_SHOWN  # noqa: E402
from housing.serving.frames import with_large_frame  # noqa: E402


class Open(AccessContext):
    """An access context that permits everything to view functions, without querying the database."""

    def rows(self, model: Any) -> Any:
        return model._default_manager.visible_to(self.person, self.compartment)

    def may(self, *_: Any) -> bool:
        return True

    def first_buildings(self, most: int) -> list[UUID]:
        return list(Place.objects.buildings().order_by("name", "pk").values_list("pk", flat=True)[:most])

    def reaches_more_than(self, number: int) -> bool:
        return len(self.first_buildings(number + 1)) > number

    @contextmanager
    def narrow_to(self, _buildings: Iterable[UUID]) -> Iterator[None]:
        yield


def no_door(
    permission: Any,
    *,
    get_event: Any = FORM_SHOWN,
    model: Any = None,
    lookup: str = "pk",
    select_related: Any = (),
    **_more: Any,
) -> Callable[..., Any]:
    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def enter(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            request.access = Open(  # type: ignore[attr-defined]
                person=request.user,
                permission=permission,
                roles=frozenset({OFFICER.code}),
                kind=get_event,
                route="",
                request_id=uuid4(),
                at=timezone.now(),
                day=timezone.localdate(),
            )
            if model is None:
                return view(request, **kwargs)
            rows = model._default_manager.select_related(*select_related) if select_related else model
            return view(request, get_object_or_404(rows, **{lookup: kwargs.pop(lookup)}), **kwargs)

        return enter

    return decorate


# Replace the `@door` decorator before get_wsgi_application() imports the view functions decorated with it.
access.guard.door.door = no_door
application = with_large_frame(get_wsgi_application())
