"""Actions that open an application for one employee for a limited time, and close it again. The database checks the
reason of each opening."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from access.constraints import all_or_nothing
from access.models import Person
from allocations.models import Application, Occasion, OccasionReason
from audit import events
from audit.events import Code, Outcome
from audit.record import NOWHERE, Context, Subject, record, record_view
from formats.folding import folded
from tenants.models.identity_check import NowInLoge


@sensitive_variables("last_name")
@all_or_nothing()
def open_at_desk(*, by: Person, number: str, last_name: str, document: str, context: Context = NOWHERE) -> Application:
    """Open for thirty minutes the application of a person who is present, calls or writes.

    Raises the same ValidationError for a wrong number, a wrong name, an application of another place, and too many
    attempts.
    """
    about = _attempted(number)
    tried = record_view(events.IDENTITY_TRIED, Outcome.ATTEMPTED, by=by, about=about, context=context)
    with connection.cursor() as cursor:
        cursor.execute("SELECT allocations_open_at_desk(%s, %s, %s)", [number, folded(last_name), tried])
        (opened,) = cursor.fetchone()
    if opened is None:
        record_view(events.IDENTITY_MISSED, Outcome.ATTEMPTED, by=by, about=about, context=context)
        unknown = _(
            "Aucune demande suivie par vos lieux n’a ce numéro et ce nom. Vous avez cinq essais par numéro et par jour."
        )
        raise ValidationError(unknown, code="no_application")
    application: Application = Application._default_manager.get(pk=opened)
    place = application.kept_at_id
    record(events.IDENTITY_CHECKED, by=by, about=about, place=place, context=context, document=Code(document))
    return application


def _attempted(number: str) -> Subject | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT allocations_attempted_application(%s)", [number])
        (application,) = cursor.fetchone()
    return Subject("application", application) if application else None


@all_or_nothing()
def open_due(*, by: Person, application_id: UUID, context: Context = NOWHERE) -> Application:
    """Open an application until midnight for an employee who has a due task in it. Raises ValidationError if no task is
    due."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT allocations_open_due(%s)", [application_id])
        (opened,) = cursor.fetchone()
    if not opened:
        raise ValidationError(_("Cette échéance n’attend plus : la demande a été traitée."), code="not_due")
    application: Application = Application._default_manager.get(pk=application_id)
    return _opened(by, application, OccasionReason.DUE, context)


@all_or_nothing()
def open_taken(*, by: Person, application_id: UUID, context: Context = NOWHERE) -> Application:
    """Open again, until midnight, an application that the employee registered today. Raises ValidationError for any
    other application."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT allocations_open_taken(%s)", [application_id])
        (opened,) = cursor.fetchone()
    # The application stays invisible if the employee no longer works where it is registered.
    application: Application | None = Application._default_manager.filter(pk=application_id).first() if opened else None
    if application is None:
        raise ValidationError(
            _("Cette demande ne se rouvre qu’avec son numéro et le nom, ou pour une échéance."), code="not_taken"
        )
    return _opened(by, application, OccasionReason.TAKEN, context)


@all_or_nothing()
def open_designated(*, by: Person, candidacy_id: UUID, context: Context = NOWHERE) -> Application:
    """Open the application of a candidate until midnight, for an employee who works at the dwelling's place.

    Raises ValidationError if the candidacy has ended or concerns a dwelling elsewhere.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT allocations_open_designated(%s)", [candidacy_id])
        (opened,) = cursor.fetchone()
    if opened is None:
        raise ValidationError(_("Cette candidature n’est plus en cours."), code="not_designated")
    application: Application = Application._default_manager.get(pk=opened)
    return _opened(by, application, OccasionReason.DESIGNATED, context)


def _opened(by: Person, application: Application, reason: OccasionReason, context: Context) -> Application:
    about, place = application.subject(), application.kept_at_id
    record(events.OCCASION_OPENED, by=by, about=about, place=place, context=context, reason=Code(reason))
    return application


@all_or_nothing()
def end_occasion(*, by: Person, application: Application, context: Context = NOWHERE) -> None:
    """End the current person's access to an application that the person had opened."""
    about, place = application.subject(), application.kept_at_id
    record(events.OCCASION_ENDED, by=by, about=about, place=place, context=context)
    open_now = Occasion._default_manager.filter(person=by, application=application, ends_at__gt=NowInLoge())
    open_now.update(ends_at=NowInLoge())
