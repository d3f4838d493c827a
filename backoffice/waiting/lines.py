"""Queries that count the tasks in each queue, by kind and day. No query returns a name, an amount or a reference.

Queries about residents are querysets that begin with `visible_to`, as on pages. They run with the database role of
their compartment (kind of data), so row-level policies limit them as well. The other queries are SQL texts.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    CharField,
    Count,
    DateField,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import TruncDate

from access.compartments import Compartment
from access.models import Person
from access.models.decided import LAPSES_AFTER
from access.scope import ScopedQuerySet
from allocations.models import HandOver, Vacancy, VacancyState
from casework.models import ContactAttempt, ContestedSentence, LegacyComment
from casework.models.contact_attempt import DATED
from ledger.arrears import A_MONTH
from ledger.models import Balance, Receipt, WriteOff
from oversight.models import Inspection, LookQuestion
from rights.models import LookDeferral, SubjectRequest
from tenants.models import Account, EmergencyAccess, Reminder, ReminderDoor, Residence

A_WEEK = timedelta(days=7)
MOST = 100  # MOST limits the count in queues that may be very long. Pages then show "99+".


@dataclass(frozen=True)
class Reader:
    """Whose tasks are counted, in which compartment (kind of data), on which day and at what time."""

    person: Person
    compartment: Compartment
    day: date
    at: datetime

    def rows(self, model: Any) -> Any:
        rows: ScopedQuerySet = model._default_manager
        return rows.visible_to(self.person, self.compartment)


class _ReturnedBy(Func):
    """SQL condition: the value is among those that an SQL function returns for the current person."""

    template = "%(expressions)s = ANY (ARRAY (SELECT %(function)s))"
    output_field = BooleanField()
    conditional = True


def _by_day(rows: QuerySet[Any], day: Any = None, kind: Any = None) -> QuerySet[Any]:
    """Count rows by kind and day. `day` and `kind` are names of fields; `day` may also be an expression."""
    kinds = F(kind) if isinstance(kind, str) else Value("", CharField())
    days = Value(None, DateField()) if day is None else F(day) if isinstance(day, str) else day
    counted = rows.order_by().annotate(line_kind=kinds, line_day=days).values("line_kind", "line_day")
    numbered: QuerySet[Any] = counted.annotate(number=Count("pk")).values_list("line_kind", "line_day", "number")
    return numbered


def _lapse_day() -> TruncDate:
    lapses_at = ExpressionWrapper(F("asked_at") + Value(LAPSES_AFTER), DateTimeField())
    return TruncDate(lapses_at)


def calls(reader: Reader) -> QuerySet[Any]:
    """Count the telephone calls and appointments that were planned with tenants still in arrears, from a week ago to a
    week ahead."""
    later = ContactAttempt.objects.filter(account=OuterRef("account"), made_at__gt=OuterRef("made_at"))
    owing = reader.rows(Balance).filter(account=OuterRef("account"), owed_since__lte=reader.day - A_MONTH)
    former = Account.objects.former(reader.day).filter(pk=OuterRef("account"))
    rows = reader.rows(ContactAttempt).filter(
        ~Exists(later), Exists(owing), ~Exists(former), outcome__in=DATED, back_on__gte=reader.day - A_WEEK
    )
    return _by_day(rows.filter(back_on__lte=reader.day + A_WEEK), "back_on", "outcome")


def write_offs(reader: Reader) -> QuerySet[Any]:
    return _by_day(reader.rows(WriteOff).open_at(reader.at).exclude(asked_by=reader.person), _lapse_day())


def receipts(reader: Reader) -> QuerySet[Any]:
    return _by_day(reader.rows(Receipt).waiting())


def leases_to_sign(reader: Reader) -> QuerySet[Any]:
    to_sign = _ReturnedBy(F("pk"), function="(allocations_leases_to_sign()).candidacy")
    return _by_day(reader.rows(HandOver).filter(to_sign))


def vacancies_to_orient(reader: Reader) -> QuerySet[Any]:
    return _by_day(reader.rows(Vacancy).filter(state=VacancyState.DECLARED))


def errands(reader: Reader) -> QuerySet[Any]:
    """Count the errands (messages that a caretaker passes on) with a door where the message was not passed on yet."""
    left = ReminderDoor.objects.filter(reminder=OuterRef("pk"), done_on__isnull=True)
    return _by_day(reader.rows(Reminder).in_force(reader.day).filter(Exists(left)), "last_day")


def contested_precautions(reader: Reader) -> QuerySet[Any]:
    """Count the residents who contest a precaution, such as "visit in pairs". Hidden households, which the SQL function
    returns too, are left out by `reader.rows`."""
    contested = _ReturnedBy(F("pk"), function="casework_contested_precautions()")
    return _by_day(reader.rows(Residence).filter(contested))


def contests_to_weigh(reader: Reader) -> QuerySet[Any]:
    return _by_day(_open_contests(reader).filter(proposal=""), "answer_by")


def contests_to_advise(reader: Reader) -> QuerySet[Any]:
    return _by_day(_open_contests(reader).filter(advice=""), "answer_by")


def contests_to_decide(reader: Reader) -> QuerySet[Any]:
    return _by_day(_open_contests(reader).exclude(proposal=""), "answer_by")


def contest_answers(reader: Reader) -> QuerySet[Any]:
    """Count the refused sentences that the person contested and whose answer the person has not opened yet."""
    return _by_day(reader.rows(ContestedSentence).with_unread_answer(reader.person, reader.rows(Account)))


def _open_contests(reader: Reader) -> QuerySet[Any]:
    rows: QuerySet[Any] = reader.rows(ContestedSentence).filter(outcome="", suspended_on__isnull=True)
    return rows


def legacy_comments(reader: Reader) -> QuerySet[Any]:
    """Count the legacy comments to decide on, up to MOST. Those that the person proposed to keep are left out, because
    a colleague decides on them."""
    own = Q(proposed_by__isnull=False, proposed_by=reader.person)
    rows = reader.rows(LegacyComment).filter(outcome="").exclude(own).order_by()
    return _by_day(LegacyComment.objects.filter(pk__in=rows.values("pk")[:MOST]))


def emergencies(reader: Reader) -> QuerySet[Any]:
    return _by_day(reader.rows(EmergencyAccess).filter(verdict="").exclude(person=reader.person), "review_by")


def look_answers(reader: Reader) -> QuerySet[Any]:
    return _by_day(reader.rows(LookQuestion).filter(answered_on__isnull=True))


def subject_requests(reader: Reader) -> QuerySet[Any]:
    return _by_day(reader.rows(SubjectRequest).filter(closed_on__isnull=True), "due_on")


def deferrals(reader: Reader) -> QuerySet[Any]:
    rows = reader.rows(LookDeferral).filter(agreed_on__isnull=True, until__gte=reader.day)
    return _by_day(rows.exclude(asked_by=reader.person))


def readings(reader: Reader) -> QuerySet[Any]:
    rows = reader.rows(Inspection).in_force(reader.day).filter(agreed_on__isnull=True)
    return _by_day(rows.exclude(asked_by=reader.person), "ends_on")


# The SQL queries below read tables without residents, or SQL functions that check the current person themselves.
REQUESTS = """SELECT '', ((asked_at + interval '14 days') AT TIME ZONE 'Europe/Paris')::date, count(*)
    FROM access_accessrequest
    WHERE decision = '' AND asked_at > loge_now() - interval '14 days' AND asked_by_id <> loge_person()
      AND person_id IS DISTINCT FROM loge_person()
      AND access_holds(loge_person(), ARRAY['access_administrator'], place_id) GROUP BY 2"""
TOKENS = "SELECT '', NULL, count(*) FROM access_tokens_to_make()"
REVIEWS = """SELECT '', r.due, count(*) FROM access_reviews() r
    JOIN access_assignment a ON a.id = r.assignment AND a.person_id = loge_person()
    WHERE r.due <= loge_today() + 30 GROUP BY 2"""
SESSIONS = """SELECT CASE WHEN s.state = 'closed' THEN 'minutes' ELSE '' END,
        (s.held_at AT TIME ZONE 'Europe/Paris')::date, count(*)
    FROM allocations_session s
    JOIN allocations_seat t ON t.session_id = s.id AND t.person_id = loge_person() AND t.released = ''
    WHERE s.state IN ('convened', 'open') OR s.state = 'closed' AND t.chairs GROUP BY 1, 2"""
NOMINATIONS = """SELECT '', v.oriented_on + allocations_figure('nomination_delay_days')::integer, count(*)
    FROM allocations_own_states() s JOIN allocations_vacancy v ON v.id = s.vacancy
    WHERE s.state IN ('oriented', 'shortlisted')
      AND NOT EXISTS (SELECT FROM allocations_own_nominees(s.vacancy)) GROUP BY 2"""
# The task to close an application never counts as late, because it gets no day: `due_on` is only its earliest day.
APPLICATIONS = """SELECT task, CASE WHEN task <> 'closing' THEN due_on END, count(*) FROM allocations_due()
    GROUP BY 1, 2"""
GROUND_CASES = """SELECT '', NULL, count(*) FROM allocations_ground_queue()
    UNION ALL SELECT 'own', NULL, count(*) FROM allocations_groundcase
    WHERE examiner_id = loge_person() AND answered_on IS NULL"""
CLAIMS = """SELECT '', ((asked_at + interval '14 days') AT TIME ZONE 'Europe/Paris')::date, count(*)
    FROM allocations_claims_to_agree() GROUP BY 2"""
LOOK_QUESTIONS = "SELECT '', NULL, oversight_questions_due()"
