"""Actions that warn an applicant before the application is closed, and that close it for one of six lawful motives."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from access.constraints import all_or_nothing, change
from access.models import Person
from access.reach import today
from allocations.models import Application, ClosingMotive, ClosingWarning, State
from audit import events
from audit.events import Code
from audit.record import NOWHERE, Context, record

# The motives that an employee may choose; the sixth, a signed lease, closes the application automatically.
BY_HAND = (
    ClosingMotive.RENOUNCED,
    ClosingMotive.NO_ANSWER,
    ClosingMotive.INADMISSIBLE,
    ClosingMotive.NOT_RENEWED,
    ClosingMotive.MERGED,
)


@all_or_nothing()
def warn(*, by: Person, application: Application, motive: str, context: Context = NOWHERE) -> ClosingWarning:
    warning = ClosingWarning(application=application, motive=motive, sent_on=today(), sent_by=by)
    warning.save(force_insert=True)
    about, place = application.subject(), application.kept_at_id
    record(events.APPLICATION_WARNED, by=by, about=about, place=place, context=context, motive=Code(motive))
    return warning


@all_or_nothing()
def record_delivery(
    *, by: Person, warning: ClosingWarning, delivery: str, delivered_on: date, context: Context = NOWHERE
) -> ClosingWarning:
    """Record that the warning letter was delivered. The application may be closed a month after `delivered_on`."""
    if delivered_on > today():
        raise ValidationError({"delivered_on": _("La date de remise est dans le futur.")})
    change(warning, delivery=delivery, delivered_on=delivered_on)
    about, place = warning.subject(), warning.application.kept_at_id
    record(events.WARNING_DELIVERED, by=by, about=about, place=place, context=context, delivered_on=delivered_on)
    return warning


@all_or_nothing()
def withdraw_warning(*, by: Person, warning: ClosingWarning, context: Context = NOWHERE) -> ClosingWarning:
    change(warning, withdrawn_on=today())
    about, place = warning.subject(), warning.application.kept_at_id
    record(events.WARNING_WITHDRAWN, by=by, about=about, place=place, context=context)
    return warning


@all_or_nothing()
def close_application(*, by: Person, application: Application, motive: str, context: Context = NOWHERE) -> Application:
    """Close an application, which removes it from the register. The application's data are deleted the following
    night."""
    if motive not in BY_HAND:
        raise ValidationError({"motive": _("Ce motif de radiation ne se choisit pas ici.")})
    change(application, state=State.CLOSED, closed_on=today(), closed_by=by, closing_motive=motive)
    about, place = application.subject(), application.kept_at_id
    record(events.APPLICATION_CLOSED, by=by, about=about, place=place, context=context, motive=Code(motive))
    return application
