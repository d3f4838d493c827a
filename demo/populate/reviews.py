"""Creates signed access reviews dated in the past year, because managers must sign one every year.

Some managers' next review is then due soon. Others have never signed one, so they are late.
"""

import json
from collections.abc import Iterable
from datetime import timedelta

from django.db import connections, transaction

from access.models import RightsReview
from audit import events
from audit.record import record
from formats.bulk_copy import JOBS
from privacy.encryption.signing import sign

OWNER = "owner"  # only the owner of the database may insert a review with a past date or for another person
# How many days ago the managers signed their access review, used in turn. None: the manager never signed one.
SIGNED_AGO = (330, 250, None, 360, 300)


def sign_last_lists(managers: Iterable[str], by: str) -> int:
    """Sign a past review for each manager unless SIGNED_AGO has None for them. Returns the number of reviews signed."""
    signing = [(who, ago) for at, who in enumerate(managers) if (ago := SIGNED_AGO[at % len(SIGNED_AGO)])]
    with transaction.atomic(using=JOBS), transaction.atomic(using=OWNER):
        for manager, ago in signing:
            sign_past_review(manager, timedelta(days=ago), by)
    return len(signing)


def sign_past_review(manager: str, ago: timedelta, by: str) -> None:
    """Create an access review, signed by the manager at a time `ago`. It lists those of today's access rights that
    had begun by then."""
    with connections[OWNER].cursor() as cursor:
        stated = "SELECT loge_today(), access_review_statement()::text FROM set_config('loge.person', %s, true)"
        cursor.execute(stated, [manager])
        today, statement = cursor.fetchone()
    review = RightsReview(signed_by_id=manager, signed_on=today - ago)
    stated_today, day = json.loads(statement), review.signed_on.isoformat()
    rights = [right for right in stated_today["rights"] if right["first_day"] <= day]
    review.statement = {**stated_today, "signed_on": day, "rights": rights}
    review.key_id, review.signature = sign(review.statement)
    review.save(using=OWNER, force_insert=True)
    about = review.subject()
    record(events.RIGHTS_REVIEWED, by=by, about=about, using=JOBS, review=review.pk, kept=len(rights), ended=0)
