"""Executes an API request once per idempotency key, even if the client sends the request twice at the same moment."""

import hmac
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from access.constraints import all_or_nothing
from access.models import Assignment, Person, SentAct
from audit.record import NOWHERE, Context


@sensitive_variables("content", "arguments")
def once(
    *,
    by: Person,
    key: UUID,
    content: str,
    doing: Callable[..., models.Model],
    context: Context = NOWHERE,
    **arguments: Any,
) -> SentAct:
    """Run `doing` and store its result, or return the result that is already stored under the idempotency key `key`.

    `content` is a canonical serialisation of the whole request. Raises ValidationError if the key was used for another
    request. If `doing` raises an exception, nothing is stored under the key.
    """
    digest = digest_of(content)
    if (again := _sent_before(by, key, digest)) is not None:
        return again
    try:
        with all_or_nothing():
            done = doing(by=by, context=context, **arguments)
            sent = SentAct(sent_by=by, key=key, digest=digest)
            if isinstance(done, Assignment):
                sent.assignment_id, sent.last_day = done.pk, done.last_day
                sent.ended_on, sent.end_reason = done.ended_on, done.end_reason
            else:
                sent.result = done.pk
            sent.save(force_insert=True)
    except ValidationError:
        # If a simultaneous request with the same idempotency key was stored first, return the result of that request.
        if (again := _sent_before(by, key, digest)) is not None:
            return again
        raise
    return sent


def digest_of(content: str) -> str:
    """Return a keyed digest of a request.

    With an unkeyed digest, somebody who can read the table could confirm a guess about the contents of a request.
    """
    return hmac.digest(settings.SECRET_KEY.encode(), b"api sent act" + content.encode(), "sha256").hex()


def _sent_before(by: Person, key: UUID, digest: str) -> SentAct | None:
    again: SentAct | None = SentAct.objects.filter(sent_by=by, key=key).first()
    if again is not None and again.digest != digest:
        raise ValidationError(_("Cette clé a déjà été utilisée pour un autre envoi."), code="key_reused")
    return again
