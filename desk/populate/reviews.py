"""A yearly list as its manager signed it some months ago: the next one is due soon, and the others are late."""

import json
from datetime import date, timedelta
from typing import Any

from django.db import connections, transaction

from access.models import Person, RightsReview
from audit import events
from audit.record import record
from desk.populate.copying import JOBS
from privacy.signing import sign

OWNER = "owner"  # no other login writes a list that nobody signs today
SIGNER, DAYS_AGO = "Georges Petit", 330


def sign_last_list(by: str) -> None:
    """What the database states to him today, of the rights that stood then."""
    with transaction.atomic(using=JOBS), transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        georges = Person.objects.using(OWNER).get(name=SIGNER)
        stated = "SELECT loge_today(), access_review_statement()::text FROM set_config('loge.person', %s, true)"
        cursor.execute(stated, [str(georges.pk)])
        today, statement = cursor.fetchone()
        review = RightsReview(signed_by=georges, signed_on=today - timedelta(days=DAYS_AGO))
        review.statement = _as_of(json.loads(statement), review.signed_on)
        review.key_id, review.signature = sign(review.statement)
        review.save(using=OWNER, force_insert=True)
        kept = len(review.statement["rights"])
        record(events.RIGHTS_REVIEWED, by=by, about=review.subject(), using=JOBS, review=review.pk, kept=kept, ended=0)


def _as_of(statement: dict[str, Any], day: date) -> dict[str, Any]:
    rights = [right for right in statement["rights"] if right["first_day"] <= day.isoformat()]
    return {**statement, "signed_on": day.isoformat(), "rights": rights}
