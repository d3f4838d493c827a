"""Answers requests for erasure (GDPR article 17)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from access.constraints import all_or_nothing
from access.models import Person
from audit import events
from audit.events import Code
from audit.record import NOWHERE, Context, record
from rights.models import SubjectRequest
from rights.models.subject_request import Answer


@all_or_nothing()
def decide_erasure(
    *,
    by: Person,
    subject_request: SubjectRequest,
    erased: Sequence[str],
    spared: Mapping[str, str],
    recipients: Sequence[str] = (),
    context: Context = NOWHERE,
) -> SubjectRequest:
    """Erase the kinds of data `erased`, keep the kinds `spared` (kind -> ground), and close the request.

    `recipients`: who received erased data and was informed of the erasure. Raises ValidationError if the request is not
    in preparation, or if `erased` and `spared` are not exactly the kinds of data that may be erased now.
    """
    arguments: list[Any] = [subject_request.pk, [*erased], [*spared], [*spared.values()], [*recipients]]
    with connection.cursor() as cursor:
        cursor.execute("SELECT rights_decide_erasure(%s, %s::text[], %s::text[], %s::text[], %s::text[])", arguments)
        (tenant,) = cursor.fetchone()
    if tenant is None:
        raise ValidationError(
            _(
                "Les données ont changé depuis l’affichage de la page, ou les dix minutes sont passées : rien n’est "
                "effacé."
            )
        )
    answer = Answer.ERASED if erased else Answer.NOT_ERASED
    # These codes determine what is erased again after a backup is restored (housing/backup/erasures.py).
    facts: dict[str, Any] = {
        "request": subject_request.pk,
        "erased": Code(".".join(erased)) if erased else None,
        "answer": Code(answer),
    }
    record(events.DATA_ERASED, by=by, about=subject_request.subject(), context=context, **facts)
    subject_request.answer = answer
    return subject_request
