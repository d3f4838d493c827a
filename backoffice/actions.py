"""Actions on the daily email: store a person's choice, queue and send each morning's emails, and delete old ones."""

from django.db import transaction

from access.models import DailyMail, MailChoice, MailState, Person
from access.reach import today
from audit import events
from audit.record import NOWHERE, Context, record
from backoffice.waiting.daily_mail import due_mails, queue_for, recipients, send

# Each daily email is stored in a transaction with the rights of its recipient.
# After all emails, one audit event records the run, through the audit log's own database login.
LOGIN, LOG = "jobs", "trace"


def choose_mail(*, by: Person, wanted: bool, language: str, context: Context = NOWHERE) -> MailChoice:
    """Store whether a person wants the daily email, and the person's current interface language for it."""
    with transaction.atomic():
        values = {"wanted": wanted, "language": language}
        choice, _made = MailChoice.objects.update_or_create(person=by, defaults=values)
        record(events.DAILY_MAIL_WANTED if wanted else events.DAILY_MAIL_DECLINED, by=by, context=context)
    return choice


def queue_mails(*, by: str) -> int:
    """Queue today's daily email for each person who has something to do or decide. Returns how many were queued."""
    queued = sum(queue_for(person) for person in recipients())
    if queued:
        with transaction.atomic(using=LOG):
            record(events.DAILY_MAILS_QUEUED, by=by, using=LOG, mails=queued)
    return queued


def send_mails(*, by: str) -> tuple[int, int]:
    """Send the daily emails that are due. Returns how many were sent, and how many failed on the last attempt."""
    people = {person.pk: person for person in recipients()}
    states = [send(mail, people[mail.person_id]) for mail in due_mails() if mail.person_id in people]
    sent, failed = states.count(MailState.SENT), states.count(MailState.FAILED)
    if sent or failed:
        with transaction.atomic(using=LOG):
            record(events.DAILY_MAILS_SENT, by=by, using=LOG, mails=sent, failed=failed)
    return sent, failed


def expire_mails(*, by: str) -> int:
    """Delete the emails of past days, sent or not. Returns how many were deleted."""
    with transaction.atomic(using=LOGIN):
        gone = int(DailyMail.objects.using(LOGIN).filter(day__lt=today(LOGIN)).delete()[0])
        if gone:
            record(events.DAILY_MAILS_EXPIRED, by=by, using=LOGIN, mails=gone)
    return gone
