"""Access reviews: end or retain unused assignments, and sign the yearly list of the assignments of one's staff."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from access.constraints import all_or_nothing
from access.grants.actions.assignments import take_back
from access.grants.reasons import EndReason, KeepReason
from access.models import Assignment, KeptRight, Person, RightsReview
from access.reach import in_my_review, today, unused_for
from audit import events
from audit.events import Code
from audit.record import NOWHERE, Context, Subject, record
from privacy.encryption.signing import sign

DAYS = 90
KEEP, END = "keep", "end"


@all_or_nothing()
def answer_unused(
    *, by: Person, assignment: Assignment, keep_for: str = "", context: Context = NOWHERE
) -> Assignment | KeptRight:
    """End an unused assignment today, or retain it for 90 more days if `keep_for` gives a reason.

    Raises ValidationError.
    """
    if assignment.pk not in in_my_review() & unused_for(DAYS):
        raise ValidationError(
            _(
                "Cette affectation n’est plus à examiner : elle a été utilisée, elle est conservée, ou elle ne "
                "dépend pas de vous."
            )
        )
    if not keep_for:
        return take_back(by=by, assignment=assignment, ended_on=today(), reason=EndReason.UNUSED, context=context)
    if keep_for not in KeepReason.values:
        raise ValidationError(_("Ce motif n’existe pas : choisissez-en un dans la liste."))
    retained = KeptRight(assignment=assignment, kept_by=by, kept_on=today(), reason=keep_for)
    retained.save(force_insert=True)
    fields: dict[str, Any] = {
        "about": Subject("assignment", assignment.pk),
        "place": assignment.place_id,
        "context": context,
    }
    record(events.RIGHT_KEPT, by=by, assignment=assignment.pk, reason=Code(keep_for), **fields)
    return retained


@all_or_nothing()
def sign_review(*, by: Person, answers: Mapping[UUID, str], context: Context = NOWHERE) -> RightsReview:
    """Sign the yearly list of the access rights of a manager's staff.

    The manager's answers retain or end each assignment on the list, in the same transaction as the signature. A manager
    without staff signs an empty list.
    """
    listed = in_my_review()
    if listed != answers.keys():
        raise ValidationError(_("La liste a changé depuis son affichage : vérifiez-la de nouveau."), code="changed")
    ended = [pk for pk, answer in answers.items() if answer == END]
    for assignment in Assignment.objects.filter(pk__in=ended).select_related("place").order_by("pk"):
        take_back(by=by, assignment=assignment, ended_on=today(), reason=EndReason.NOT_CONFIRMED, context=context)
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_review_statement()::text")
        statement = json.loads(cursor.fetchone()[0])
    if not statement["places"]:
        raise ValidationError(_("Vous n’êtes responsable d’aucun lieu : vous n’avez pas de liste à signer."))
    answered = {UUID(right["assignment"]): right["answer"] for right in statement["rights"]}
    retained = [pk for pk, answer in answered.items() if answer == KEEP]
    if {*retained, *ended} != answers.keys() or any(answered.get(pk) != END for pk in ended):
        # Refuse to sign if assignments were added to or removed from the review since the manager opened the form.
        raise ValidationError(_("La liste a changé depuis son affichage : vérifiez-la de nouveau."), code="changed")
    review = RightsReview(signed_by=by, signed_on=today(), statement=statement)
    review.key_id, review.signature = sign(statement)
    review.save(force_insert=True)
    counts: dict[str, Any] = {"kept": len(answers) - len(ended), "ended": len(ended)}
    record(events.RIGHTS_REVIEWED, by=by, about=review.subject(), context=context, review=review.pk, **counts)
    return review
