"""Records attempts to contact a tenant. Employees may delete their own attempt on the day on which it was made."""

from datetime import date, timedelta
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.constraints import all_or_nothing
from access.models import Person
from access.reach import today
from audit import events
from audit.events import Code
from audit.record import NOWHERE, Context, record
from casework.models import ContactAttempt
from casework.models.contact_attempt import DATED, LONGEST_WAIT, ContactOutcome
from formats.working_days import working_days_after
from tenants.models import Account

NOT_YOURS_TODAY = gettext_lazy(
    "Ce contact ne peut pas être annulé : il l’est déjà, ou il a été enregistré par une autre personne ou un autre "
    "jour."
)


def record_contact(
    *,
    by: Person,
    account: Account,
    outcome: str,
    key: UUID,
    back_on: date | None = None,
    context: Context = NOWHERE,
) -> ContactAttempt:
    """Record an attempt to contact the tenant. The account leaves today's list until the day `back_on` of the attempt.

    `key` becomes the id of the attempt: a form that is sent twice stores one attempt. `back_on` is required for an
    appointment and a call back; the other outcomes compute it.
    """
    day = today()
    attempt = ContactAttempt(pk=key, account=account, building_id=account.building_id, outcome=outcome, made_by=by)
    attempt.made_on, attempt.back_on = day, _day_of_return(outcome, back_on, day)
    with transaction.atomic():
        if (again := _sent_before(attempt)) is not None:
            return again
        try:
            with all_or_nothing():
                attempt.save(force_insert=True)
        except ValidationError:
            # If a simultaneous request has stored the same form first, the attempt of that request is returned.
            if (again := _sent_before(attempt)) is not None:
                return again
            raise
        record(
            events.CONTACT_RECORDED,
            by=by,
            about=account.subject(),
            place=account.building_id,
            context=context,
            contact=attempt.pk,
            result=Code(outcome),
            until=attempt.back_on,
        )
    return attempt


@all_or_nothing()
def take_back_contact(*, by: Person, attempt: ContactAttempt, context: Context = NOWHERE) -> None:
    """Delete an attempt. Only the person who recorded it may do so, on the same day.

    The row-level security policy checks this too, and a trigger does not let anybody delete it later.
    """
    mine = ContactAttempt._default_manager.filter(pk=attempt.pk, made_by=by, made_on=today())
    if not mine.delete()[0]:
        raise ValidationError(NOT_YOURS_TODAY)
    record(
        events.CONTACT_TAKEN_BACK,
        by=by,
        about=attempt.subject(),
        place=attempt.building_id,
        context=context,
        contact=attempt.pk,
        result=Code(attempt.outcome),
    )


def _day_of_return(outcome: str, typed: date | None, day: date) -> date:
    """Return the day on which the account comes back to the list. Raises ValidationError if the typed day is wrong."""
    if outcome not in ContactOutcome.values:
        raise ValidationError({"outcome": _("Choisissez le résultat du contact dans la liste.")})
    if outcome not in DATED:
        if typed is not None:
            raise ValidationError({"back_on": _("Une date n’est possible que pour un rappel ou un rendez-vous.")})
        if outcome == ContactOutcome.NO_ANSWER:
            return working_days_after(day, 1)
        return min(day + timedelta(days=settings.CONTACT_AGAIN_AFTER), day + LONGEST_WAIT)
    if typed is None:
        raise ValidationError({"back_on": _("Donnez la date du rappel ou du rendez-vous.")})
    if typed < day:
        raise ValidationError({"back_on": _("Ce jour est passé : donnez une date à partir d’aujourd’hui.")})
    if typed > day + LONGEST_WAIT:
        sentence = _("Cette date est trop éloignée : donnez une date au plus tard le %(day)s, dans trois mois.")
        raise ValidationError({"back_on": sentence % {"day": f"{day + LONGEST_WAIT:%d/%m/%Y}"}})
    return typed


def _sent_before(attempt: ContactAttempt) -> ContactAttempt | None:
    """Return the stored attempt with the same id, or None. Raises ValidationError if that attempt differs."""
    again: ContactAttempt | None = ContactAttempt._default_manager.filter(pk=attempt.pk).first()
    if again is not None and not again.same_as(attempt):
        raise ValidationError(_("Ce formulaire a déjà été utilisé pour un autre contact : rouvrez le compte."))
    return again
