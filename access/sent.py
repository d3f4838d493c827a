"""An act under a key of the sender's: sent twice, even at the same moment, it is done once and answered alike."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from access.constraints import all_or_nothing
from access.models import Assignment, Person, SentAct
from audit.record import NOWHERE, Context


def once(
    *, by: Person, key: UUID, said: str, doing: Callable[..., Assignment], context: Context = NOWHERE, **what: Any
) -> SentAct:
    """`said`: all that was sent, in one spelling. What `doing` refuses leaves the key free. Raises ValidationError."""
    digest = sha256(said.encode()).hexdigest()
    if (again := _sent_before(by, key, digest)) is not None:
        return again
    try:
        with all_or_nothing():
            done = doing(by=by, context=context, **what)
            sent = SentAct(sent_by=by, key=key, digest=digest, assignment_id=done.pk)
            sent.last_day, sent.ended_on, sent.end_reason = done.last_day, done.ended_on, done.end_reason
            sent.save(force_insert=True)
    except ValidationError:
        if (again := _sent_before(by, key, digest)) is not None:  # the same, sent at the same moment, was first
            return again
        raise
    return sent


def _sent_before(by: Person, key: UUID, digest: str) -> SentAct | None:
    again: SentAct | None = SentAct.objects.filter(sent_by=by, key=key).first()
    if again is not None and again.digest != digest:
        raise ValidationError(_("Cette clé a déjà servi à un autre envoi."), code="key_reused")
    return again
