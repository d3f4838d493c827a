"""The audit log. It has no foreign keys, no names, and no text that somebody typed."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models

from audit.events import KINDS, OF_WORDS, Kind
from audit.sealed.tables import Checkpoint, Cosignature, Erasure, Leaf, Pseudonym, Salt, SealKey, Subtree

__all__ = ["Checkpoint", "Cosignature", "Erasure", "Event", "Leaf", "Pseudonym", "Salt", "SealKey", "Subtree"]


# Facts about the entries of an account. If an event has an amount, its reason belongs to them too.
AMOUNTS = frozenset({"cents", "label"})


def without_amounts(facts: Mapping[str, Any]) -> dict[str, Any]:
    hidden = AMOUNTS | {"reason"} if AMOUNTS & facts.keys() else AMOUNTS
    return {name: value for name, value in facts.items() if name not in hidden}


class Reader(Protocol):
    @property
    def pk(self) -> UUID: ...


class EventQuerySet(models.QuerySet["Event"]):
    def visible_to(self, person: Reader, compartment: str) -> "EventQuerySet":
        """All events for roles that read the whole audit log, events about texts for word inspections, and one's own
        events for everybody else. The row-level security policies enforce the same."""
        if compartment == "inspection":
            return self.filter(kind__in=OF_WORDS)
        return self.all() if compartment in ("all_trace", "control") else self.filter(actor=person.pk)

    def witnessed(self, witness: object) -> "EventQuerySet":
        """Reading the audit log is recorded as one event, without an object."""
        return self

    def between(self, start: datetime, end: datetime) -> "EventQuerySet":
        """Events in this period. The bounds let PostgreSQL read only the months it needs."""
        return self.filter(at__gte=start, at__lt=end)

    def newest_first(self) -> "EventQuerySet":
        return self.order_by("-at", "-id")


class Event(models.Model):
    """One event of the audit log, stored in monthly partitions. Written by `audit.record`, never through this model."""

    # Data classes are plain strings because this app may not import `privacy`, which is above it.
    privacy = {
        "id": "plain",
        "at": "plain",
        "kind": "plain",
        "outcome": "plain",
        "actor": "personal",
        "machine": "plain",
        "role": "plain",
        "permission": "plain",
        "purpose": "plain",
        "route": "plain",
        "about_kind": "plain",
        "about": "personal",
        "place": "plain",
        "shown_ids": "personal",
        "count": "plain",
        "request": "plain",
        "facts": "personal",
    }
    data_policy = ("trace", "trace_year")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField()
    kind = models.CharField(max_length=64)
    outcome = models.CharField(max_length=16)
    actor = models.UUIDField(null=True)
    machine = models.CharField(max_length=64)
    role = models.CharField(max_length=32)
    permission = models.CharField(max_length=64)
    purpose = models.CharField(max_length=32, default="")
    route = models.CharField(max_length=64)
    about_kind = models.CharField(max_length=32)
    about = models.UUIDField(null=True)
    place = models.UUIDField(null=True)
    shown_ids = ArrayField(models.UUIDField(), default=list, db_column="shown")
    count = models.IntegerField(default=0)
    request = models.UUIDField(null=True)
    facts = models.JSONField(default=dict)

    objects = EventQuerySet.as_manager()

    class Meta:
        db_table = "audit_event"

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        raise TypeError("The audit log is written by audit.record only.")

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("Audit events are not deleted.")

    @property
    def readable_facts(self) -> dict[str, Any]:
        """Without amounts and labels of accounts: readers of the audit log may not see accounts."""
        return without_amounts(self.facts)

    @property
    def declared(self) -> Kind:
        return KINDS[self.kind]

    def subject(self) -> None:
        """Reading the audit log is recorded as a view of the log, not of each event."""
