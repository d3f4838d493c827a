"""Noting a breach: an entry of the register, which nobody changes afterwards."""

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
from tenants.models import Breach


@all_or_nothing()
def note_breach(*, by: Person, number: int | None, said: dict[str, Any], context: Context = NOWHERE) -> Breach:
    """`number`: of the breach that more is known of; None for another one. Raises ValidationError."""
    with connection.cursor() as cursor:  # two at the same moment would give two breaches one number
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('loge breach'))")
    last = Breach.objects.aggregate(last=Max("number"))["last"] or 0
    if number is not None and not 1 <= number <= last:
        raise ValidationError({"number": _("Aucune violation de ce numéro.")})
    to_come = [day for day in ("known_on", "notified_on", "told_on") if said.get(day) and said[day] > today()]
    if to_come:  # nobody takes an entry back: a slip of the pen would stand for ever
        raise ValidationError(dict.fromkeys(to_come, _("Ce jour n’est pas encore venu.")))
    made = Breach(number=number or last + 1, noted_by=by, **said)
    made.full_clean(exclude=["noted_by"])
    made.save(force_insert=True)
    facts: dict[str, Any] = {"breach": made.number, "nature": Code(made.nature), "people": made.people}
    record(events.BREACH_NOTED, by=by, about=Subject("breach", made.pk), context=context, **facts)
    return made
