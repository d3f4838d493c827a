"""How long audit events are stored: twelve months, or up to thirty-six if the landlord has written down why.

The reason is in a file that the landlord approves (`LOGE_RETENTION`), outside the database:

    {"months": 36, "ground": "internal_control", "decided_on": "2026-11-01", "reason": "…"}
"""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import connection, connections
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SHORTEST, LONGEST = 12, 36
REASON_LETTERS = 80
# GROUNDS lists the reasons to keep audit events for more than a year, according to the CNIL's deliberation 2021-122.
GROUNDS: dict[str, Promise | str] = {
    "internal_control": _("contrôle interne, quand un mésusage fait courir un risque aux personnes"),
    "legal_duty": _("obligation légale"),
    "specific_threat": _("menace particulière"),
}


# For each month (UTC) that has begun, _MONTHS selects the first day and the day when its retention period ends.
_MONTHS = """
    SELECT m.first, (m.first + interval '1 month' + make_interval(months => %s))::date
    FROM (SELECT to_date(right(c.relname, 6), 'YYYYMM') AS first
          FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
          WHERE i.inhparent = 'audit_event'::regclass AND c.relname ~ '^audit_event_[0-9]{6}$') m
    WHERE m.first <= now() AT TIME ZONE 'UTC' ORDER BY 1"""
_OVER = f"SELECT count(*) FROM ({_MONTHS}) AS month (first, ends) WHERE ends <= %s"  # noqa: S608 - constant SQL


class RetentionRefused(Exception):
    """Raised if the file that sets a longer retention period is missing or not valid. The message is for whoever runs
    the server."""


@dataclass(frozen=True)
class Retention:
    months: int = SHORTEST
    ground: str = ""
    decided_on: date | None = None
    reason: str = ""

    @property
    def ground_text(self) -> Promise | str:
        return GROUNDS.get(self.ground, "")


def retention() -> Retention:
    """Return how long this landlord stores audit events, and why. The period is twelve months if no retention file is
    configured. Raises RetentionRefused if the configured file is missing or not valid."""
    if not settings.RETENTION_FILE:
        return Retention()
    path = Path(settings.RETENTION_FILE)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        result = Retention(
            int(content["months"]),
            content["ground"],
            date.fromisoformat(content["decided_on"]),
            content["reason"].strip(),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RetentionRefused(f"{path} ne dit pas months, ground, decided_on et reason : {error}") from error
    if not SHORTEST <= result.months <= LONGEST:
        raise RetentionRefused(f"La trace doit être conservée de {SHORTEST} à {LONGEST} mois, pas {result.months}.")
    if result.ground not in GROUNDS:
        raise RetentionRefused(f"Le fondement doit être l’un de : {', '.join(GROUNDS)}.")
    if len(result.reason) < REASON_LETTERS:
        raise RetentionRefused(f"Justifiez une durée de plus d’un an : {REASON_LETTERS} lettres au moins.")
    return result


def months_kept() -> list[tuple[date, date]]:
    """Return each month of the audit log, oldest first, as (first day, day on which its retention period ends)."""
    with connection.cursor() as cursor:
        cursor.execute(_MONTHS, [retention().months])
        return list(cursor.fetchall())


def months_over(*, using: str) -> tuple[date, int]:
    """Return the day that lies one retention period before today, and how many months of the audit log ended on or
    before that day: these months can be deleted."""
    retention_months = retention().months
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT (now() AT TIME ZONE 'UTC' - make_interval(months => %s))::date", [retention_months])
        before: date = cursor.fetchone()[0]
        cursor.execute(_OVER, [0, before])
        return before, int(cursor.fetchone()[0])
