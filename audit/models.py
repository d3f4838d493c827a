"""The model of audit events. An audit event has no foreign keys, no names, and no text that somebody typed."""

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


# Readers of the audit log may not see tenants' accounts, so the facts in AMOUNTS are hidden from these readers.
# If an event has a fact of AMOUNTS, its fact `reason` is hidden too, because it is about a tenant's account.
AMOUNTS = frozenset({"cents", "label"})


def without_amounts(facts: Mapping[str, Any]) -> dict[str, Any]:
    hidden = AMOUNTS | {"reason"} if AMOUNTS & facts.keys() else AMOUNTS
    return {name: value for name, value in facts.items() if name not in hidden}


class Reader(Protocol):
    @property
    def pk(self) -> UUID: ...


class EventQuerySet(models.QuerySet["Event"]):
    def visible_to(self, person: Reader, compartment: str) -> "EventQuerySet":
        """Filter to the events that the person may read in a compartment (a kind of data with its own database role).

        Whoever supervises the audit log reads all events. Whoever inspects sentences that employees wrote reads the
        events about such sentences. Everybody else reads only events of their own acts. Row-level security enforces the
        same.
        """
        if compartment == "inspection":
            return self.filter(kind__in=OF_WORDS)
        return self.all() if compartment in ("all_trace", "control") else self.filter(actor=person.pk)

    def witnessed(self, witness: object) -> "EventQuerySet":
        """Return the queryset unchanged, because the audit event of a page of the audit log does not list the events
        shown.

        Other querysets report each fetched row to `witness` here, so that the audit event of the page lists the row.
        """
        return self

    def between(self, start: datetime, end: datetime) -> "EventQuerySet":
        """Filter to the events from `start` to `end` (excluded). With these bounds, PostgreSQL reads only the monthly
        partitions that it needs."""
        return self.filter(at__gte=start, at__lt=end)

    def newest_first(self) -> "EventQuerySet":
        return self.order_by("-at", "-id")


class Event(models.Model):
    """One event of the audit log, stored in monthly partitions. The functions of `audit.record` insert events with SQL;
    this model is only for reading."""

    # The data classes of the fields are given as text, because `audit` may not import `DataClass` from `privacy`.
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
        """The event's facts, without facts about an account, because readers of the audit log may not see accounts."""
        return without_amounts(self.facts)

    @property
    def declared(self) -> Kind:
        return KINDS[self.kind]

    def subject(self) -> None:
        """Return None: whoever reads this event is recorded as reading the audit log, not as opening the data of the
        people that the event is about."""
