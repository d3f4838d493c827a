"""Checks that the days of a lease typed by hand are plausible.

Leases imported from the landlord's files may be older, so the database function tenants_lease_days() allows wider
limits.
"""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from access.constraints import sentence_of
from tenants.models import Lease

PAST = timedelta(days=366)  # PAST: a lease or residence must be recorded at most this long after its start.
# PAST_END: the end of a lease or residence must be recorded at most this long afterwards.
# PAST_END (ends) is shorter than PAST (starts), because a past end hides the household from caretakers at once.
PAST_END = timedelta(days=31)
COMING = timedelta(days=366)


def check_lease(starts_on: date, signed_on: date | None, today: date) -> None:
    _check_between("starts_on", starts_on, today - PAST, today + COMING)
    if signed_on is None:
        return
    if signed_on > today:
        raise ValidationError({"signed_on": _("Le jour de la signature est dans le futur : vérifiez la date.")})
    _check_between("signed_on", signed_on, min(starts_on, today) - PAST, today)


def check_notice(lease: Lease, notice_on: date, ends_on: date, today: date) -> None:
    if notice_on > today:
        raise ValidationError(_("Le jour de réception du congé est dans le futur : vérifiez la date."))
    if ends_on < lease.starts_on:
        raise ValidationError(sentence_of("lease_ends_after_it_starts"))
    if ends_on < notice_on:
        raise ValidationError({"ends_on": _("Le bail prendrait fin avant la réception du congé : vérifiez les dates.")})
    _check_between("notice_on", notice_on, today - PAST, today)
    _check_between("ends_on", ends_on, today - PAST_END, today + COMING)


def check_transfer(lease: Lease, first_day: date, today: date) -> None:
    if first_day <= lease.starts_on:
        raise ValidationError(sentence_of("lease_ends_after_it_starts"))
    _check_between("first_day", first_day, today - PAST_END, today + COMING)


def check_move(field: str, day: date, today: date) -> None:
    _check_between(field, day, today - PAST, today + COMING)


def _check_between(field: str, day: date, first: date, last: date) -> None:
    if not first <= day <= last:
        sentence = _("Choisissez un jour entre le %(first)s et le %(last)s : vérifiez l’année.")
        days = {"first": f"{first:%d/%m/%Y}", "last": f"{last:%d/%m/%Y}"}
        raise ValidationError({field: ValidationError(sentence, code="implausible", params=days)})
