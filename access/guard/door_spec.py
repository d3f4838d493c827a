"""What one use of the `@door` decorator declares: the permission, the model of the object, and what is recorded."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast
from uuid import UUID

from django.db import models
from django.http import HttpResponse

from access.api.endpoint_spec import Endpoint
from access.compartments import Compartment
from access.guard.answers import API_RESPONDER, HTML_RESPONDER, Responder
from access.guard.compiled import CompiledRows
from access.guard.limits import LIMITED
from access.guard.object_access import with_object_access
from access.guard.purpose import Ask
from access.models import Person
from access.permissions import Permission
from access.scim.responder import SCIM_RESPONDER
from access.scope import ScopedQuerySet
from audit.events import Kind
from audit.purposes import Purpose

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Door:
    permission: Permission
    model: type[models.Model] | None
    lookup: str
    get_event: Kind
    post_event: Kind | None
    post_is_search: bool
    reauthenticate: bool
    select_related: tuple[str, ...]
    purpose: Purpose | None
    purpose_required: bool
    narrowed: bool
    from_standby: bool
    view: View
    api: Endpoint | None = None

    def __post_init__(self) -> None:
        if self.narrowed and self.writes:
            raise TypeError("A door that changes data cannot be narrowed: its checks may concern other buildings.")
        if self.from_standby and (self.writes or self.post_is_search):
            raise TypeError("Only a door without POST can read from a standby.")

    @cached_property
    def find(self) -> CompiledRows:
        """Finds the object by `key`, the value of the URL argument `lookup`."""

        def build(person: Person, compartment: Compartment, *, key: Any) -> ScopedQuerySet:
            rows = self.visible_rows(person, compartment).filter(**{self.lookup: key})
            counted = compartment in LIMITED and self.model and self.model.__name__.lower() == "account"
            return with_object_access(rows, person, compartment) if counted else rows

        return CompiledRows(build)

    def visible_rows(self, person: Person, compartment: Compartment) -> ScopedQuerySet:
        assert self.model is not None  # noqa: S101 (type checker)
        rows = cast(ScopedQuerySet, self.model._default_manager.all()).visible_to(person, compartment)
        return rows.select_related(*self.select_related) if self.select_related else rows

    @property
    def writes(self) -> bool:
        return self.post_event is not None

    @property
    def asking(self) -> Ask | None:
        """Where and how the person chooses a purpose for opening the object, or None if the view needs no purpose."""
        return (
            getattr(self.model, "ASK", None)
            if self.purpose_required and self.permission.compartment in LIMITED
            else None
        )

    @property
    def responder(self) -> Responder:
        if self.api:
            return SCIM_RESPONDER if self.api.scim else API_RESPONDER
        return HTML_RESPONDER

    def narrowing(self, kwargs: dict[str, Any]) -> tuple[str, str] | None:
        """Return the URL argument that identifies the object, as (name, value), if the view limits its queries to the
        object's building.

        Returns None for other views, and for a value in the wrong format, because a URL may contain any text.
        """
        shape, key = getattr(self.model, "REFERENCE", None), kwargs.get(self.lookup)
        if not self.narrowed or not (isinstance(key, UUID) or (shape and shape.fullmatch(str(key)))):
            return None
        return self.lookup, str(key)

    @property
    def methods(self) -> list[str]:
        """HTTP methods that the view accepts.

        A page that writes also accepts GET, to show its form. An API endpoint that writes accepts only POST. A SCIM
        endpoint has one address for reading and writing.
        """
        if self.api and not self.api.scim:
            return ["POST"] if self.writes or self.post_is_search else ["GET", "HEAD"]
        writing = ["PUT", "PATCH", "DELETE"] if self.api else ["POST"]
        return ["GET", "HEAD", *writing] if self.writes or self.post_is_search else ["GET", "HEAD"]
