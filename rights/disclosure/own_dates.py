"""Which dates of a lease or an account an access report shows. A tenant who left earlier must not learn later dates,
which concern only the tenants who stayed."""

from datetime import date
from typing import Any

from django.db.models import BooleanField, F, Func


def in_days(account: str, day: str) -> Func:
    """SQL condition: the access report may show this date of an account. A date is shown if the tenant was a holder
    then.

    A date before the account had a holder is shown to the first holder, and a date after all holders left to the last
    one.
    """
    return Func(F(account), F(day), function="rights_disclosed_account", output_field=BooleanField())


def end_if_theirs(party: Any) -> tuple[date | None, date | None]:
    """Return the day of notice and the last day of a lease. Each is None if the report may not show it.

    A tenant who left the lease earlier must not learn when the remaining holders gave notice or left.
    """
    last = party.last_day or date.max
    notice, end = party.lease.notice_on, party.lease.ends_on
    noticed = bool(notice and (notice <= last or party.notice_theirs))
    ended = noticed or bool(end and (end <= last or party.end_theirs))
    return if_theirs(notice, noticed), if_theirs(end, ended)


def if_theirs(day: date | None, theirs: bool) -> date | None:
    return day if theirs else None
