"""Close and reopen the sign-in of a person. Closing also ends the person's sessions."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from access.constraints import all_or_nothing
from access.grants.actions.assignments import end
from access.grants.grant_rules import must_be_apart, must_be_someone_else, must_oversee
from access.grants.reasons import EndReason
from access.models import Assignment, Person
from access.permissions import Permission
from access.reach import today
from access.signin.sessions import end_all_of
from audit import events
from audit.record import NOWHERE, Context, Subject, record


def close_sign_in(*, by: Person, person: Person, context: Context = NOWHERE) -> None:
    """Close the sign-in of a person. The person's assignments remain but grant nothing while the sign-in is closed."""
    with transaction.atomic():
        _open_or_close(by, person, active=False)
        _closed(by, person, 0, context)


def let_go(*, by: Person, person: Person, context: Context = NOWHERE) -> int:
    """End all assignments today and close the sign-in, because the person leaves the landlord's staff.

    Returns how many assignments ended.
    """
    must_be_someone_else(by, person.pk)
    with transaction.atomic():
        left = list(Assignment.objects.filter(person=person).open_on(today()).select_related("place"))
        for assignment in left:
            end(by=by, assignment=assignment, ended_on=today(), reason=EndReason.DEPARTURE, context=context)
        _open_or_close(by, person, active=False)
        _closed(by, person, len(left), context)
    return len(left)


def reopen_sign_in(*, by: Person, person: Person, context: Context = NOWHERE) -> None:
    """Reopen the sign-in of a person.

    The database refuses this if the person has an assignment that needs approval by a second person.
    """
    must_be_apart(by, person.pk)
    with all_or_nothing():
        _open_or_close(by, person, active=True)
        record(
            events.PERSON_REOPENED,
            by=by,
            about=Subject("person", person.pk),
            place=person.employed_at_id,
            context=context,
            person=person.pk,
        )


def _open_or_close(by: Person, person: Person, *, active: bool) -> None:
    must_be_someone_else(by, person.pk)
    must_oversee(by, Permission.PEOPLE_MANAGE, person.employed_at)
    locked = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if locked.is_active == active:
        raise ValidationError(_("La connexion est déjà ouverte.") if active else _("La connexion est déjà fermée."))
    locked.is_active = active
    locked.save(update_fields=["is_active"])


def _closed(by: Person, person: Person, ended: int, context: Context) -> None:
    end_all_of(person)
    record(
        events.PERSON_CLOSED,
        by=by,
        about=Subject("person", person.pk),
        place=person.employed_at_id,
        context=context,
        person=person.pk,
        ended=ended,
    )
