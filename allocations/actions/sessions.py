"""Actions on a session of the allocation commission: convene it, assign seats, set the agenda, open, close, sign the
minutes."""

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
from allocations.models import AgendaItem, Seat, SeatRelease, Session, SessionState, Vacancy
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
    """Give a person a seat in a session, or restore the person's released seat with its recusals. The seat gives access
    only if the person has a role of the commission on that day."""
    _require_convened(session)
    values: dict[str, Any] = {"voice": voice, "chairs": chairs, "casting": casting}
    seat = Seat._default_manager.filter(session=session, person=person).exclude(released="").first()
    if seat is None:
        seat = Seat(session=session, person=person, **values)
        seat.save(force_insert=True)
    else:
        change(seat, released="", **values)
    record(events.SEAT_GIVEN, by=by, context=context, session=session.pk, person=person.pk, voice=Code(voice))
    return seat


def _require_convened(session: Session) -> None:
    if session.state == SessionState.CANCELLED:
        raise ValidationError(_("Cette séance est annulée."))
    if session.state != SessionState.CONVENED:
        raise ValidationError(_("Cette séance est déjà ouverte : sa composition ne change plus."))


@all_or_nothing()
def release_seat(*, by: Person, seat: Seat, reason: str, context: Context = NOWHERE) -> Seat:
    """Release a seat before the session opens. The person loses access to the session; the recusals are retained."""
    _require_convened(seat.session)
    if seat.released:
        raise ValidationError(_("Ce siège est déjà retiré."))
    change(seat, released=reason, chairs=False, casting=False)
    facts: dict[str, Any] = {"session": seat.session_id, "person": seat.person_id, "reason": Code(reason)}
    record(events.SEAT_RELEASED, by=by, context=context, **facts)
    return seat


@all_or_nothing()
def replace_member(*, by: Person, seat: Seat, person: Person, chairs: bool = False, context: Context = NOWHERE) -> Seat:
    """Release the seat of an absent member, and give a substitute a seat with the same voting right and casting
    vote."""
    voice, casting = seat.voice, seat.casting
    release_seat(by=by, seat=seat, reason=SeatRelease.REPLACED, context=context)
    return give_seat(
        by=by, session=seat.session, person=person, voice=voice, chairs=chairs, casting=casting, context=context
    )


@all_or_nothing()
def take_off_agenda(*, by: Person, item: AgendaItem, context: Context = NOWHERE) -> None:
    """Remove a dwelling from the agenda of a session that has not opened. The candidates and their sheets remain."""
    row = _first_row("SELECT vacancy, session, building FROM allocations_take_off_agenda(%s)", item.pk)
    if row is None:
        raise ValidationError(
            _(
                "Seuls la personne qui a inscrit ce logement et le responsable du peuplement peuvent le "
                "retirer, avant l’ouverture."
            )
        )
    vacancy, session, building = row
    record(events.VACANCY_TAKEN_OFF, by=by, place=building, context=context, vacancy=vacancy, session=session)


@all_or_nothing()
def cancel_session(*, by: Person, session: Session, context: Context = NOWHERE) -> None:
    """Cancel a session that is not open. Its dwellings can go to another session, with their candidates and sheets."""
    row = _first_row("SELECT allocations_cancel_session(%s)", session.pk)
    if row is None or row[0] is None:
        raise ValidationError(_("Seule une séance qui n’est pas ouverte peut être annulée, une fois."))
    record(events.SESSION_CANCELLED, by=by, context=context, session=session.pk, dwellings=row[0])


def _first_row(sql: str, *params: Any) -> tuple[Any, ...] | None:
    return next(iter(_rows(sql, *params)), None)


def _rows(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


@all_or_nothing()
def put_on_agenda(
    *, by: Person, vacancy: Vacancy, session: Session, few_reason: str = "", context: Context = NOWHERE
) -> UUID:
    """Put a vacancy on the agenda of a convened session, with the prepared sheets of its candidates. Returns the id of
    the agenda item."""
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
    """Open a session with the members who are present. The database checks the quorum and the number of candidates."""
    quorum = figure("committee_quorum", today())
    ids = [seat.pk for seat in present]
    Seat._default_manager.filter(session=session).exclude(pk__in=ids).update(present=False)
    Seat._default_manager.filter(session=session, pk__in=ids).update(present=True)
    change(session, state=SessionState.OPEN, quorum=quorum, opened_at=NowInLoge())
    record(events.SESSION_OPENED, by=by, context=context, session=session.pk, present=len(ids))
    return session


@all_or_nothing()
def take_chair(*, by: Person, session: Session, context: Context = NOWHERE) -> None:
    """Make the current person, a member for the landlord, chair the session because its chair is absent. The minutes
    state this change."""
    _first_row("SELECT allocations_take_chair(%s)", session.pk)
    record(events.CHAIR_TAKEN, by=by, context=context, session=session.pk, reason=Code("chair_absent"))


@all_or_nothing()
def preside_item(*, by: Person, item: AgendaItem, context: Context = NOWHERE) -> None:
    """Make the current person preside over one dwelling of the agenda because the chair is recused from it. The minutes
    state this change."""
    _first_row("SELECT allocations_preside_item(%s)", item.pk)
    facts: dict[str, Any] = {"session": item.session_id, "vacancy": item.vacancy_id, "reason": Code("chair_recused")}
    record(events.CHAIR_TAKEN, by=by, context=context, **facts)


@all_or_nothing()
def carry_over(*, by: Person, item: AgendaItem, reason: str, context: Context = NOWHERE) -> None:
    """Postpone a dwelling for which no allocation was adopted. Its undecided candidates can be put on another session's
    agenda."""
    row = _first_row("SELECT vacancy, building FROM allocations_carry_over(%s, %s)", item.pk, reason)
    if row is None:
        raise ValidationError(
            _("Seule la personne qui préside peut reporter un logement, pendant la séance et une seule fois.")
        )
    vacancy, building = row
    facts: dict[str, Any] = {"vacancy": vacancy, "session": item.session_id, "reason": Code(reason)}
    record(events.VACANCY_CARRIED_OVER, by=by, place=building, context=context, **facts)


@all_or_nothing()
def close_session(*, by: Person, session: Session, context: Context = NOWHERE) -> Session:
    """Close a session. The database requires a decision for every sheet, except those of postponed dwellings."""
    change(session, state=SessionState.CLOSED, closed_at=NowInLoge())
    record(events.SESSION_CLOSED, by=by, context=context, session=session.pk)
    return session


@all_or_nothing()
def sign_minutes(*, by: Person, session: Session, minutes: str, context: Context = NOWHERE) -> Session:
    """Sign the minutes of a session by storing the digest of their text. After that, no data of the session can change.
    Dwellings that the session allocated to nobody can get other candidates again."""
    digest = hashlib.sha256(minutes.encode()).hexdigest()
    freed = _rows("SELECT vacancy, building FROM allocations_freed_by_signing(%s)", session.pk)
    change(session, state=SessionState.SIGNED, signed_at=NowInLoge(), signed_by=by, minutes_digest=digest)
    record(events.MINUTES_SIGNED, by=by, context=context, session=session.pk, digest=Code(digest))
    for vacancy, building in freed:
        record(events.VACANCY_RETURNED, by=by, place=building, context=context, vacancy=vacancy, session=session.pk)
    return session
