"""Actions on priorities: officers record those that are not sensitive, and refer an application to the examiner, who
decides on sealed grounds (sensitive priorities)."""

from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from access.constraints import all_or_nothing, change
from access.models import Person
from access.reach import today
from allocations.models import Application, CaseAnswer, Ground, GroundCase, Priority
from allocations.vocabulary import GROUNDS
from audit import events
from audit.events import Code
from audit.record import NOWHERE, Context, record


@all_or_nothing()
def record_priority(
    *, by: Person, application: Application, code: str, attested_on: date, ends_on: date, context: Context = NOWHERE
) -> Priority:
    """Record a lawful priority that is not sensitive. The officer must have seen the kind of proof that the priority
    requires."""
    term = GROUNDS.terms.get(code)
    if term is None or term.row["sealed"] == "yes":
        raise ValidationError({"code": _("Ce motif ne s’enregistre pas ici.")})
    dates = {"attested_on": attested_on, "ends_on": ends_on, "recorded_on": today()}
    priority = Priority(application=application, code=code, proof=term.row["proof"], recorded_by=by, **dates)
    priority.save(force_insert=True)
    _record(events.PRIORITY_RECORDED, by, application, context)
    return priority


@all_or_nothing()
def remove_priority(*, by: Person, priority: Priority, context: Context = NOWHERE) -> None:
    application = priority.application
    priority.delete()
    _record(events.PRIORITY_REMOVED, by, application, context)


@all_or_nothing()
def refer_to_examiner(*, by: Person, application: Application, context: Context = NOWHERE) -> GroundCase:
    """Refer an application to the examiner, because the applicant claims a sensitive priority that only the examiner
    may read."""
    case = GroundCase(application=application, referred_on=today(), referred_by=by)
    case.save(force_insert=True)
    _record(events.GROUND_REFERRED, by, application, context)
    return case


def _record(kind: events.Kind, by: Person, application: Application, context: Context) -> None:
    record(kind, by=by, about=application.subject(), place=application.kept_at_id, context=context)


@all_or_nothing()
def take_case(*, by: Person, case_id: UUID, context: Context = NOWHERE) -> GroundCase:
    """Assign a waiting case to the current examiner of sensitive priorities. Raises ValidationError if another examiner
    has taken it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT allocations_take_case(%s)", [case_id])
        (application,) = cursor.fetchone()
    if application is None:
        raise ValidationError(_("Ce dossier n’est plus dans la file : une autre personne l’a pris."), code="taken")
    case: GroundCase = GroundCase._default_manager.get(pk=case_id)
    record(events.GROUND_CASE_TAKEN, by=by, about=case.subject(), context=context)
    return case


@all_or_nothing()
def recognise_ground(
    *, by: Person, case: GroundCase, code: str, attested_on: date, ends_on: date, context: Context = NOWHERE
) -> Ground:
    """Recognise a sealed ground (sensitive priority) until `ends_on`. The examiner must have seen the kind of proof
    that the law requires."""
    term = GROUNDS.terms.get(code)
    if term is None or term.row["sealed"] != "yes":
        raise ValidationError({"code": _("Ce motif n’est pas un motif réservé.")})
    dates = {"attested_on": attested_on, "ends_on": ends_on, "decided_on": today()}
    ground = Ground(application_id=case.application_id, code=code, proof=term.row["proof"], decided_by=by, **dates)
    ground.save(force_insert=True)
    answer_case(by=by, case=case, answer=CaseAnswer.RECOGNISED, context=context)
    return ground


@all_or_nothing()
def answer_case(*, by: Person, case: GroundCase, answer: str, context: Context = NOWHERE) -> GroundCase:
    """Record whether the examiner recognises the sensitive priority that an applicant claims. If the answer asks for
    more proof, the case stays open."""
    change(case, answer=answer, answered_on=today())
    record(events.GROUND_DECIDED, by=by, about=case.subject(), context=context, answer=Code(answer))
    return case


@all_or_nothing()
def shorten_ground(*, by: Person, ground: Ground, ends_on: date, context: Context = NOWHERE) -> Ground:
    """Set an earlier last day for a recognised sealed ground (sensitive priority). The new day must be after today."""
    if not today() < ends_on < ground.ends_on:
        raise ValidationError({"ends_on": _("Le nouveau dernier jour est après aujourd’hui, et avant l’ancien.")})
    change(ground, ends_on=ends_on)
    record(events.GROUND_SHORTENED, by=by, about=ground.subject(), context=context)
    return ground
