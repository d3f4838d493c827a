"""Queues and sends the daily email that says how many tasks wait, with the database rights of its recipient.

Both steps run with the database login of a web process, because the tasks are counted as on the pages: with the
row-level policies for the recipient. Each web login handles only the people who sign in through it.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import DatabaseError, IntegrityError
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import override

from access.guard.context import AccessContext, as_database_role
from access.models import DailyMail, MailChoice, MailState, MailTemplate, Person
from access.permissions import Permission
from access.reach import today
from audit import events
from backoffice.waiting.counting import by_page, count_waiting

FIRST_WAIT = timedelta(minutes=10)  # Time before the second attempt. It doubles after each attempt.
MOST_TRIES = 5
_log = logging.getLogger("loge.letter")


@contextmanager
def _acting_as(person: Person) -> Iterator[AccessContext]:
    """Run a block in a transaction with the database rights of this person."""
    access = AccessContext(
        person=person,
        permission=Permission.HOME,
        kind=events.LIST_SHOWN,
        route="",
        request_id=uuid4(),
        at=timezone.now(),
    )
    with as_database_role(access, read_only=False):
        yield access


def _number_waiting(access: AccessContext) -> int:
    """Return how many tasks wait for the person today, or 0 if the person wants no email."""
    if MailChoice.objects.filter(person=access.person, wanted=False).exists():
        return 0
    return sum(by_page(count_waiting(access)).values())


def recipients() -> list[Person]:
    """Return the active employees with an email address, among the people who sign in through this web process."""
    people = Person.objects.filter(is_active=True, is_machine=False).exclude(email="")
    return list(people.only("id", "email").order_by("id"))


def queue_for(person: Person) -> bool:
    """Queue the person's daily email if tasks wait today. Returns whether a new email was queued.

    If counting the tasks fails, log the error and return False, so that other people still get their emails.
    """
    try:
        with _acting_as(person) as access:
            if not _number_waiting(access):
                return False
            mail = DailyMail(person=person, day=access.day, template=MailTemplate.WAITING, next_try_at=access.at)
            mail.save(force_insert=True)
    except IntegrityError as error:
        if "daily_mail_once_a_day" not in str(error):
            raise
        return False
    except DatabaseError:
        _log.exception("daily_mail_not_queued")
        return False
    return True


def due_mails() -> list[DailyMail]:
    """Return the queued emails whose next attempt is due."""
    return list(DailyMail.objects.due(today(), timezone.now()).order_by("next_try_at", "id"))


def seconds_to_next_try() -> float | None:
    """Return the seconds until the next attempt to send an email, or None if no email of today is still queued."""
    still_there = [person.pk for person in recipients()]
    queued = DailyMail.objects.filter(day=today(), state=MailState.QUEUED, person__in=still_there)
    first = queued.order_by("next_try_at").values_list("next_try_at", flat=True).first()
    return None if first is None else max((first - timezone.now()).total_seconds(), 1.0)


def send(mail: DailyMail, person: Person) -> MailState:
    """Send one daily email and return its state. After a failure, it is sent again later, at most MOST_TRIES times.

    The email is marked as sent before it is sent. If the process dies in between, the email is lost rather than sent
    twice.
    """
    tries = mail.tries + 1
    try:
        with _acting_as(person) as access:
            due = DailyMail.objects.due(access.day, access.at).filter(pk=mail.pk)
            if not due.select_for_update(skip_locked=True).exists():
                return MailState(mail.state)
            number = _number_waiting(access)
            language = MailChoice.objects.filter(person=person).values_list("language", flat=True).first()
            state = MailState.SENT if number else MailState.DROPPED
            due.update(state=state, tries=tries)
        if number:
            _message(mail.template, person, number, language or settings.LANGUAGE_CODE).send()
    except Exception:
        # Log the exception's class and place only, because its message may contain the email address.
        state = MailState.QUEUED if tries < MOST_TRIES else MailState.FAILED
        log = _log.warning if state is MailState.QUEUED else _log.error
        log("daily_mail_failed", exc_info=True, extra={"tries": tries, "again": state is MailState.QUEUED})
        with _acting_as(person) as access:
            later = access.at + FIRST_WAIT * 2 ** (tries - 1)
            DailyMail.objects.filter(pk=mail.pk).update(state=state, tries=tries, next_try_at=later)
    return state


def _message(template: str, person: Person, number: int, language: str) -> EmailMessage:
    known = {"number": number, "house": settings.HOUSE_NAME}
    with override(language):
        subject = render_to_string(f"backoffice/email/{template}_subject.txt", known).strip()
        body = render_to_string(f"backoffice/email/{template}_message.txt", known)
    return EmailMessage(subject, body, to=[person.email])
