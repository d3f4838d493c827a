"""Yearly lists as their managers signed them last year: some are due again soon, and whoever signed none is late."""

import json
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import connections, transaction

from access.models import RightsReview
from audit import events
from audit.record import record
from desk.populate.copying import JOBS
from privacy.signing import sign

OWNER = "owner"  # no other login writes a list that nobody signs today
# Days ago, each in turn; nothing: not signed, and late.
SIGNED_AGO = (330, 250, None, 360, 300)


def sign_last_lists(managers: Iterable[str], by: str) -> int:
    """What the database states to each of them today, of the rights that stood then; returns how many signed."""
    signing = [(who, ago) for at, who in enumerate(managers) if (ago := SIGNED_AGO[at % len(SIGNED_AGO)])]
    with transaction.atomic(using=JOBS), transaction.atomic(using=OWNER):
        for manager, ago in signing:
            _sign(manager, timedelta(days=ago), by)
    return len(signing)


def _sign(manager: str, ago: timedelta, by: str) -> None:
    with connections[OWNER].cursor() as cursor:
        stated = "SELECT loge_today(), access_review_statement()::text FROM set_config('loge.person', %s, true)"
        cursor.execute(stated, [manager])
        today, statement = cursor.fetchone()
    review = RightsReview(signed_by_id=manager, signed_on=today - ago)
    review.statement = _as_of(json.loads(statement), review.signed_on)
    review.key_id, review.signature = sign(review.statement)
    review.save(using=OWNER, force_insert=True)
    kept = len(review.statement["rights"])
    record(events.RIGHTS_REVIEWED, by=by, about=review.subject(), using=JOBS, review=review.pk, kept=kept, ended=0)


def _as_of(statement: dict[str, Any], day: date) -> dict[str, Any]:
    rights = [right for right in statement["rights"] if right["first_day"] <= day.isoformat()]
    return {**statement, "signed_on": day.isoformat(), "rights": rights}
