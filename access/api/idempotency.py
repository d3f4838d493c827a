"""Executes an API request once per idempotency key, even if the client sends the request twice at the same moment."""

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
    *,
    by: Person,
    key: UUID,
    content: str,
    doing: Callable[..., Assignment],
    context: Context = NOWHERE,
    **arguments: Any,
) -> SentAct:
    """Run `doing` and store its result, or return the result already stored under the idempotency key `key`.

    `content` is a canonical serialisation of the whole request. Raises ValidationError if the key was used for another
    request. If `doing` raises an exception, the key stays unused.
    """
    digest = sha256(content.encode()).hexdigest()
    if (again := _sent_before(by, key, digest)) is not None:
        return again
    try:
        with all_or_nothing():
            done = doing(by=by, context=context, **arguments)
            sent = SentAct(sent_by=by, key=key, digest=digest, assignment_id=done.pk)
            sent.last_day, sent.ended_on, sent.end_reason = done.last_day, done.ended_on, done.end_reason
            sent.save(force_insert=True)
    except ValidationError:
        # If a simultaneous request with the same idempotency key was stored first, return the result of that request.
        if (again := _sent_before(by, key, digest)) is not None:
            return again
        raise
    return sent


def _sent_before(by: Person, key: UUID, digest: str) -> SentAct | None:
    again: SentAct | None = SentAct.objects.filter(sent_by=by, key=key).first()
    if again is not None and again.digest != digest:
        raise ValidationError(_("Cette clé a déjà été utilisée pour un autre envoi."), code="key_reused")
    return again
