"""Adds entries to the register of personal data breaches. Entries never change afterwards."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext as _

from access.constraints import all_or_nothing
from access.models import Person
from access.reach import today
from audit import events
from audit.events import Code
from audit.record import NOWHERE, Context, Subject, record
from oversight.models import Breach


@all_or_nothing()
def note_breach(*, by: Person, number: int | None, fields: dict[str, Any], context: Context = NOWHERE) -> Breach:
    """Add an entry to the register of personal data breaches. Raises ValidationError.

    `number` is the number of a breach already in the register, or None for a new breach. `fields` are the other fields
    of `Breach`.
    """
    with connection.cursor() as cursor:  # The lock prevents two simultaneous entries from getting the same number.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('loge breach'))")
    last = Breach.objects.aggregate(last=Max("number"))["last"] or 0
    if number is not None and not 1 <= number <= last:
        raise ValidationError({"number": _("Aucune violation n’a ce numéro.")})
    to_come = [day for day in ("known_on", "notified_on", "told_on") if fields.get(day) and fields[day] > today()]
    # Days in the future are refused as typing errors, because entries of the register cannot be corrected later.
    if to_come:
        raise ValidationError(dict.fromkeys(to_come, _("Ce jour est dans le futur : vérifiez la date.")))
    made = Breach(number=number or last + 1, noted_by=by, **fields)
    made.full_clean(exclude=["noted_by"])
    made.save(force_insert=True)
    facts: dict[str, Any] = {"breach": made.number, "nature": Code(made.nature), "people": made.people}
    record(events.BREACH_NOTED, by=by, about=Subject("breach", made.pk), context=context, **facts)
    return made
