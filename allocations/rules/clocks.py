"""Computes legal time limits of an application: the last day, the instant at which it ends in Paris, and whether it has
passed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from allocations.rules.results import CaseError, MissingFacts
from allocations.rules.rows import Row, Rows
from formats.months import months_after
from formats.working_days import is_working

PARIS = ZoneInfo("Europe/Paris")
# Motives of closing an application that need a warning: c) no answer to a letter, d) inadmissibility (CCH R441-2-8).
WARNED_MOTIVES = ("c", "d")
MONTH_END_RULE = (
    "A delay in months ends on the day with the same number, or on the month's last day if it has none"
    " (the rule of article 641 of the code of civil procedure; the text of this delay does not say)."
)


@dataclass(frozen=True)
class Deadline:
    """The end of a time limit. `last_day` ends at midnight in Paris, at the instant `expires_at`."""

    last_day: date
    reasons: tuple[str, ...]

    @property
    def expires_at(self) -> datetime:
        """Return midnight in Paris at the end of the last day, with the offset of summer or winter time."""
        return datetime.combine(self.last_day + timedelta(days=1), time(), PARIS)

    def is_over(self, at: datetime) -> bool:
        """Whether the time limit has passed at `at`, a datetime with a UTC offset."""
        return at >= self.expires_at


def days_deadline(start: date, days: int, holidays: Iterable[date], *, moves: bool, why: str) -> Deadline:
    """Return the end of a time limit in days, counted from the day after `start`. If `moves` is true, a last day on a
    Saturday, Sunday or holiday moves to the next working day. `holidays` are added to the national ones."""
    last, extra = start + timedelta(days=days), frozenset(holidays)
    reasons = [why, f"Counted from the day after {start}, {days} days end on {last} at midnight."]
    while moves and (not is_working(last) or last in extra):
        last += timedelta(days=1)
    if last != start + timedelta(days=days):
        reasons.append(f"That day is a Saturday, a Sunday or a holiday, so the delay ends on {last}, a working day.")
    return Deadline(last, tuple(reasons))


def months_deadline(start: date, months: int, why: str) -> Deadline:
    """Return the end of a time limit in months. It does not move to a working day, because no legal text requires this
    here."""
    last = months_after(start, months)
    reasons = [why, f"{months} month{'s' if months > 1 else ''} from {start} end on {last} at midnight."]
    if last.day != start.day:
        reasons.append(MONTH_END_RULE)
    return Deadline(last, tuple(reasons))


@dataclass(frozen=True)
class Notification:
    """How an offer reached the candidate. `presented_on`, `received_on` and `never_collected` concern a registered
    letter."""

    notified_on: date | None = None
    presented_on: date | None = None
    received_on: date | None = None
    never_collected: bool = False


def notification_day(notification: Notification) -> tuple[date, str]:
    """Return the day of notification, and the reason for this day. Raises MissingFacts while a registered letter may
    still be collected."""
    if notification.notified_on is not None:
        return notification.notified_on, f"Notified on {notification.notified_on}."
    if notification.received_on is not None:
        if notification.never_collected:
            raise CaseError("a letter that was received was collected.")
        if notification.presented_on is not None and notification.received_on < notification.presented_on:
            raise CaseError("a letter cannot be received before it is first presented.")
        return notification.received_on, f"Registered letter received on {notification.received_on}."
    if notification.presented_on is None:
        raise MissingFacts("notified_on, or received_on or presented_on of the registered letter")
    if not notification.never_collected:
        raise MissingFacts("received_on of the registered letter, or that it was never collected")
    return notification.presented_on, f"Registered letter never collected, presented on {notification.presented_on}."


def offer_deadline(notification: Notification, delay_days: int | None, rows: Rows) -> Deadline:
    """Return the last day to answer an offer. The number of days is the one stated in the offer, or else the landlord's
    figure."""
    shortest = shipped_delay(rows, "offer_shortest_days", date.max)
    if delay_days is not None and delay_days < shortest.values[0]:
        raise CaseError(f"an offer leaves at least {shortest.values[0]} days, not {delay_days} ({shortest.source}).")
    start, why = notification_day(notification)
    days = rows.parameter("offer_delay_days", start).values[0] if delay_days is None else delay_days
    days_off = [(date.fromisoformat(row.key[1]), row) for row in rows.of_kind("extra_holiday")]
    holidays = [day for day, row in days_off if row.in_force(day)]
    return days_deadline(start, days, holidays, moves=True, why=why)


def check_reply(notification: Notification, replied_at: datetime) -> None:
    """Raise CaseError if the reply to an offer is dated before the offer's notification."""
    notified_on, _why = notification_day(notification)
    if replied_at.astimezone(PARIS).date() < notified_on:
        raise CaseError(f"replied_at is before the notification on {notified_on}.")


def offer_outcome(deadline: Deadline, at: datetime | None, answer: str, answered_at: datetime | None) -> str | None:
    """Return the outcome of an offer: "accepted", "refused", "waiting" or "refused_by_silence". An answer after the
    deadline counts as a refusal by silence.

    Without an answer, the outcome is the one at the time `at`, or None if `at` is None.
    """
    if answer and answered_at is not None:
        return "refused_by_silence" if deadline.is_over(answered_at) else answer
    if at is None:
        return None
    return "refused_by_silence" if deadline.is_over(at) else "waiting"


def shipped_delay(rows: Rows, code: str, on: date) -> Row:
    row = rows.find("delay", code, on=on)
    if row is None:
        raise MissingFacts(f"delay {code} {on}")
    return row


def month_delay(rows: Rows, code: str, start: date, why: str) -> Deadline:
    """Return the end of a time limit. The file delays.csv has its length in months."""
    row = shipped_delay(rows, code, start)
    return months_deadline(start, row.values[0], f"{why} ({row.source}).")


def validity(start: date, rows: Rows) -> Deadline:
    """Return the last day on which an application filed or renewed on `start` is valid."""
    row = rows.parameter("application_validity_months", start)
    return months_deadline(start, row.values[0], f"Validity of an application ({row.source}).")


def renewal(filed_on: date, renewals: Iterable[date], rows: Rows) -> tuple[Deadline, date]:
    """Return the last day on which a renewed application is valid, and the last day for sending the renewal reminder.

    `renewals` are in order. Raises CaseError for a renewal after the previous validity, because the application was
    then already removed.
    """
    start, deadline = filed_on, validity(filed_on, rows)
    for renewed_on in renewals:
        if renewed_on < start:
            raise CaseError(f"the renewal on {renewed_on} is before {start}.")
        if renewed_on > deadline.last_day:
            raise CaseError(
                f"the application was valid until {deadline.last_day}: it cannot be renewed on {renewed_on}."
            )
        start, deadline = renewed_on, validity(renewed_on, rows)
    reminder = shipped_delay(rows, "renewal_reminder_months", start)
    remind_by = months_after(deadline.last_day, -reminder.values[0])
    why = f"The reminder is due by {remind_by}, at least a month before ({reminder.source})."
    return Deadline(deadline.last_day, (*deadline.reasons, why)), remind_by


def closing_after_warning(motive: str, delivered_on: date | None, rows: Rows) -> Deadline:
    if motive not in WARNED_MOTIVES:
        raise CaseError(f'closing motive "{motive}" needs no warning; only c and d do.')
    if delivered_on is None:
        raise MissingFacts("proof of delivery of the warning")
    return month_delay(rows, "closing_warning_months", delivered_on, "The application closes after a warning")


def dalo_designation(recognised_on: date, in_paris: bool, rows: Rows) -> Deadline:
    code = "dalo_designation_paris_months" if in_paris else "dalo_designation_months"
    return month_delay(rows, code, recognised_on, "The prefect designates a candidate recognised under DALO")


def document_retention(seen_on: date, rows: Rows) -> Deadline:
    row = shipped_delay(rows, "document_retention_days", seen_on)
    return days_deadline(seen_on, row.values[0], (), moves=False, why=f"A document is deleted ({row.source}).")


def claim_retention(decided_on: date, rows: Rows) -> Deadline:
    """Return the last day on which sheets and votes are retained for a claim of discrimination."""
    row = rows.parameter("claim_retention_years", decided_on)
    return months_deadline(decided_on, 12 * row.values[0], f"Retention for a claim ({row.source}).")


def assessment_validity(assessed_for: int) -> Deadline:
    """Return the last day on which an assessment of income can be used. A lease signed in the next year requires a new
    assessment."""
    why = f"N is the year of the signature, so an assessment for {assessed_for} serves until 31 December."
    return Deadline(date(assessed_for, 12, 31), (why,))
