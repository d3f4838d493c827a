"""What each program was shown in the week, as the data-protection officer is told of it. People are not counted."""

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
    """`shown`, `changed`, `refused`: lines of the audit log since the day from which the page counts."""

    id: UUID
    name: str
    shown: int
    changed: int
    refused: int


def programs(lines: Any, machines: Iterable[Person], since: datetime) -> list[Program]:
    """Those that are open, and the closed ones that were shown anything since."""
    rows = [
        (machine.is_active, Program(machine.pk, machine.name, **_figures(lines, machine, since)))
        for machine in machines
    ]
    return [row for is_active, row in rows if is_active or row.shown or row.changed or row.refused]


def _figures(lines: Any, machine: Person, since: datetime) -> dict[str, int]:
    counted: dict[str, int] = lines.filter(actor=machine.pk, at__gte=since).aggregate(
        shown=Count("id", filter=Q(outcome=Outcome.SHOWN)),
        changed=Count("id", filter=Q(outcome=Outcome.CHANGED)),
        refused=Count("id", filter=Q(outcome__in=reading.REFUSALS)),
    )
    return counted
