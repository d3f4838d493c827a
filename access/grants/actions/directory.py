"""What the landlord's directory may do by itself: close the sign-in of a person who has left."""

from typing import Any

from django.core.exceptions import ValidationError

from access.constraints import all_or_nothing, sentence_of
from access.grants.actions.assignments import take_back
from access.grants.grant_rules import must_oversee
from access.grants.reasons import EndReason
from access.models import Assignment, Person
from access.permissions import Permission
from access.reach import today, would_lock_out
from access.signin.sessions import end_all_of
from audit import events
from audit.record import NOWHERE, Context, Subject, record


def close_departed(*, by: Person, person: Person, context: Context = NOWHERE) -> int:
    """End all assignments of a person today, close the sign-in and end the sessions, because the person has left.

    Does nothing if the person has neither an assignment nor an open sign-in. Returns how many assignments ended.
    """
    must_oversee(by, Permission.PEOPLE_DEPROVISION, person.employed_at)
    with all_or_nothing():
        locked = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        left = list(Assignment.objects.filter(person=person).open_on(today()).select_related("place"))
        if not left and not locked.is_active:
            return 0
        if would_lock_out(person.pk):
            raise ValidationError(sentence_of("administrators_remain"))
        for assignment in left:
            take_back(by=by, assignment=assignment, ended_on=today(), reason=EndReason.DEPARTURE, context=context)
        if locked.is_active:
            locked.is_active = False
            locked.save(update_fields=["is_active"])
        end_all_of(person)
        about = Subject("person", person.pk)
        fields: dict[str, Any] = {"about": about, "place": person.employed_at_id, "context": context}
        record(events.PERSON_CLOSED, by=by, person=person.pk, ended=len(left), **fields)
    return len(left)
