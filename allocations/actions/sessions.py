"""Sessions of the allocation commission: convened with seats and an agenda, opened with a quorum, closed, signed."""

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from access.constraints import all_or_nothing, change
from access.models import Person
from access.reach import today
from allocations.models import Seat, Session, SessionState, Vacancy
from allocations.models.figure import figure
from audit import events
from audit.events import Code
from audit.record import NOWHERE, Context, record
from tenants.models.identity_check import NowInLoge


@all_or_nothing()
def convene_session(*, by: Person, held_at: datetime, context: Context = NOWHERE) -> Session:
    session = Session(held_at=held_at, convened_on=today(), convened_by=by)
    session.save(force_insert=True)
    record(events.SESSION_CONVENED, by=by, context=context, session=session.pk)
    return session


@all_or_nothing()
def give_seat(
    *,
    by: Person,
    session: Session,
    person: Person,
    voice: str,
    chairs: bool = False,
    casting: bool = False,
    context: Context = NOWHERE,
) -> Seat:
    """Give a person a seat. Without a role of the commission on the day, the seat opens nothing."""
    if session.state != SessionState.CONVENED:
        raise ValidationError(_("Cette séance est déjà ouverte : sa composition ne change plus."))
    seat = Seat(session=session, person=person, voice=voice, chairs=chairs, casting=casting)
    seat.save(force_insert=True)
    record(events.SEAT_GIVEN, by=by, context=context, session=session.pk, person=person.pk, voice=Code(voice))
    return seat


@all_or_nothing()
def put_on_agenda(
    *, by: Person, vacancy: Vacancy, session: Session, few_reason: str = "", context: Context = NOWHERE
) -> UUID:
    """Put a vacancy on the agenda of a convened session, with its prepared sheets. Returns the id of the item."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT allocations_put_on_agenda(%s, %s, %s)", [vacancy.pk, session.pk, few_reason])
        (item,) = cursor.fetchone()
    if item is None:
        raise ValidationError(_("Cette séance est déjà ouverte, ou ce logement n’en est pas à cette étape."))
    facts: dict[str, Any] = {
        "vacancy": vacancy.pk,
        "session": session.pk,
        "reason": Code(few_reason) if few_reason else None,
    }
    record(events.VACANCY_CONVENED, by=by, place=vacancy.building_id, context=context, **facts)
    return UUID(str(item))


@all_or_nothing()
def open_session(*, by: Person, session: Session, present: list[Seat], context: Context = NOWHERE) -> Session:
    """Open a session with the members who are present. The database checks quorum and candidates."""
    quorum = figure("committee_quorum", today())
    ids = [seat.pk for seat in present]
    Seat._default_manager.filter(session=session).exclude(pk__in=ids).update(present=False)
    Seat._default_manager.filter(session=session, pk__in=ids).update(present=True)
    change(session, state=SessionState.OPEN, quorum=quorum, opened_at=NowInLoge())
    record(events.SESSION_OPENED, by=by, context=context, session=session.pk, present=len(ids))
    return session


@all_or_nothing()
def close_session(*, by: Person, session: Session, context: Context = NOWHERE) -> Session:
    """Close a session once every sheet has its decision."""
    change(session, state=SessionState.CLOSED, closed_at=NowInLoge())
    record(events.SESSION_CLOSED, by=by, context=context, session=session.pk)
    return session


@all_or_nothing()
def sign_minutes(*, by: Person, session: Session, minutes: str, context: Context = NOWHERE) -> Session:
    """Sign the minutes as they are printed. Afterwards nothing of the session changes."""
    digest = hashlib.sha256(minutes.encode()).hexdigest()
    change(session, state=SessionState.SIGNED, signed_at=NowInLoge(), signed_by=by, minutes_digest=digest)
    record(events.MINUTES_SIGNED, by=by, context=context, session=session.pk, digest=Code(digest))
    return session
