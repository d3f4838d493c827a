"""Records and ends conflicts of interest, each of which closes a household's file to one employee. Only another person
may open the file again.
"""

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from access.constraints import all_or_nothing, change, sentence_of
from access.grants.grant_rules import must_be_apart
from access.models import Person
from access.reach import today
from audit import events
from audit.record import NOWHERE, Context, Subject, record
from tenants.models import ConflictWall


@all_or_nothing()
def set_wall(*, by: Person, person: Person, reference: str, context: Context = NOWHERE) -> None:
    """Close the file of a household to the employee `person`. `reference` is the reference of the household's account.

    The error is the same for an unknown reference and for an account outside the places of `by` (the acting employee),
    so that the error does not disclose which accounts exist.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT lease, building FROM tenants_set_wall(%s, %s)", [reference, person.pk])
        row = cursor.fetchone()
    if row is None:
        raise ValidationError(_("Aucun compte de vos lieux n’a cette référence."), code="no_account")
    lease, building = row
    about = Subject("lease", lease)
    record(events.WALL_SET, by=by, about=about, place=building, context=context, person=person.pk)


@all_or_nothing()
def end_wall(*, by: Person, wall: ConflictWall, context: Context = NOWHERE) -> None:
    if wall.person_id == by.pk:
        raise ValidationError(sentence_of("wall_ended_by_another"))
    must_be_apart(by, wall.person_id)
    change(wall, ended_on=today(), ended_by=by)
    about, place = wall.subject(), wall.building_id
    record(events.WALL_ENDED, by=by, about=about, place=place, context=context, person=wall.person_id)
