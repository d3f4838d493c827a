"""Counts the audit events of each machine client, for the data protection officer. Events of people are not counted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from access.models import Person
from audit import reading
from audit.events import Outcome


@dataclass(frozen=True)
class Program:
    """A machine client, with its numbers of audit events: data opened (`views`), data changed, and access refused."""

    id: UUID
    name: str
    views: int
    changed: int
    refused: int


def programs(lines: Any, machines: Iterable[Person], since: datetime) -> list[Program]:
    """Count the events since `since` of each machine client. Deactivated clients without events are left out."""
    rows = []
    for machine in machines:
        counts = lines.filter(actor=machine.pk, at__gte=since).aggregate(
            views=Count("id", filter=Q(outcome=Outcome.SHOWN)),
            changed=Count("id", filter=Q(outcome=Outcome.CHANGED)),
            refused=Count("id", filter=Q(outcome__in=reading.REFUSALS)),
        )
        if machine.is_active or any(counts.values()):
            rows.append(Program(machine.pk, machine.name, **counts))
    return rows
