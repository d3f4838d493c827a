"""People who sign in: added, closed, reopened. A closed sign-in stops at the next request of its session."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from access.actions.assignments import end
from access.constraints import all_or_nothing
from access.models import Assignment, Person, Place
from access.oversight import must_be_someone_else, must_oversee
from access.permissions import Permission
from access.reach import today
from access.reasons import EndReason
from audit import events
from audit.record import NOWHERE, Context, Subject, record


def add_person(*, by: Person, name: str, email: str, employed_at: Place, context: Context = NOWHERE) -> Person:
    """Without a usable password: the person chooses one through a key sent to that very address."""
    must_oversee(by, Permission.PEOPLE_MANAGE, employed_at)
    person = Person(name=name.strip(), email=email.strip().lower(), employed_at=employed_at)
    person.set_unusable_password()
    person.clean_fields()
    with all_or_nothing():
        person.save(force_insert=True)
        record(
            events.PERSON_ADDED,
            by=by,
            about=Subject("person", person.pk),
            place=employed_at.pk,
            context=context,
            person=person.pk,
        )
    return person


def close_sign_in(*, by: Person, person: Person, context: Context = NOWHERE) -> None:
    """The assignments stay, and open nothing as long as the sign-in is closed."""
    with transaction.atomic():
        _open_or_close(by, person, active=False)
        _closed(by, person, 0, context)


def let_go(*, by: Person, person: Person, context: Context = NOWHERE) -> int:
    """A leaver: every assignment ends today and the sign-in closes, in one act. How many ended."""
    must_be_someone_else(by, person.pk)
    with transaction.atomic():
        left = list(Assignment.objects.filter(person=person).open_on(today()).select_related("place"))
        for assignment in left:
            end(by=by, assignment=assignment, ended_on=today(), reason=EndReason.DEPARTURE, context=context)
        _open_or_close(by, person, active=False)
        _closed(by, person, len(left), context)
    return len(left)


def reopen_sign_in(*, by: Person, person: Person, context: Context = NOWHERE) -> None:
    with transaction.atomic():
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
    held = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if held.is_active == active:
        raise ValidationError(_("La connexion est déjà ouverte.") if active else _("La connexion est déjà fermée."))
    held.is_active = active
    held.save(update_fields=["is_active"])


def _closed(by: Person, person: Person, ended: int, context: Context) -> None:
    record(
        events.PERSON_CLOSED,
        by=by,
        about=Subject("person", person.pk),
        place=person.employed_at_id,
        context=context,
        person=person.pk,
        ended=ended,
    )
