"""Creates yearly access reviews that managers signed in the past year, so that the demonstration has some.

Some managers must sign their next review soon. Other managers have never signed one, so their review is overdue.
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

OWNER = "owner"  # The login OWNER may insert reviews with a past date or signed by another person.
# SIGNED_AGO gives, for the managers in turn, the days since the last review was signed. None means no review.
SIGNED_AGO = (330, 250, None, 360, 300)


def sign_last_lists(managers: Iterable[str], by: str) -> int:
    """Create a past review, signed 250 to 360 days ago, for most of the managers (see SIGNED_AGO). Return the number of
    reviews."""
    signing = [(who, ago) for at, who in enumerate(managers) if (ago := SIGNED_AGO[at % len(SIGNED_AGO)])]
    with transaction.atomic(using=JOBS), transaction.atomic(using=OWNER):
        for manager, ago in signing:
            sign_past_review(manager, timedelta(days=ago), by)
    return len(signing)


def sign_past_review(manager: str, ago: timedelta, by: str) -> None:
    """Create a review of access rights that the manager signed `ago` before today.

    The review lists today's access rights, except those that began after the day of signing.
    """
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
