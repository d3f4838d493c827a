"""Pages of access reviews: unused assignments, the yearly list to sign, and reviews that are due."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.grants.actions.reviews import DAYS, answer_unused, sign_review
from access.grants.forms.reviews import ConfirmForm, UnusedForm
from access.grants.reasons import KeepReason
from access.grants.reviews import reviews_due
from access.guard.context import DoorRequest
from access.guard.door import door
from access.models import Assignment, RightsReview
from access.pages.acting import done
from access.permissions import Permission
from access.reach import in_my_review, unused_for
from access.roles import ROLES
from audit import events
from privacy.encryption.signing import is_signed, public_key

_BY_PLACE = ("place__path", "person__name", "role", "first_day")


@door(Permission.RIGHTS_CONFIRM, get_event=events.RIGHTS_READ)
def rights_unused(request: DoorRequest) -> HttpResponse:
    """List assignments that were not used for 90 days.

    The page does not show how often or when an assignment was used, so that it is no record of employees' work.
    """
    rows = request.access.rows(Assignment).filter(pk__in=in_my_review() & unused_for(DAYS)).order_by(*_BY_PLACE)
    request.access.note(question="unused", day=request.access.day, count=len(rows))
    return render(request, "access/rights_unused.html", {"rights": rows, "reasons": KeepReason.choices, "days": DAYS})


@door(Permission.RIGHTS_CONFIRM, model=Assignment, post_event=events.FORM_SUBMITTED)
def right_unused(request: DoorRequest, assignment: Assignment) -> HttpResponse:
    form = UnusedForm(request.POST or None)
    if form.is_valid() and done(form, answer_unused, request, assignment=assignment, keep_for=form.keep_for()):
        message = _("L’affectation est conservée. Elle ne sera plus proposée pendant 90 jours.")
        messages.success(request, message if form.keep_for() else _("L’affectation a pris fin."))
        return redirect("rights_unused")
    page = {"assignment": assignment, "form": form, "reasons": KeepReason.choices}
    return render(request, "access/right_unused.html", page)


@door(Permission.RIGHTS_CONFIRM, post_event=events.FORM_SUBMITTED, reauthenticate=True)
def rights_confirm(request: DoorRequest) -> HttpResponse:
    rights = list(request.access.rows(Assignment).filter(pk__in=in_my_review()).order_by(*_BY_PLACE))
    form = ConfirmForm(request.POST if request.method == "POST" else None, rights=rights)
    if form.is_valid() and done(form, sign_review, request, answers=form.answers()):
        messages.success(request, _("La liste est signée. Les droits non confirmés ont pris fin."))
        return redirect("rights_confirm")
    own = {assignment.pk for assignment in request.access.rows(Assignment).filter(person=request.access.person)}
    mine = [review for review in reviews_due() if review.assignment in own]
    page = {
        "form": form,
        "rights": rights,
        "due": mine,
        "late": any(review.is_late(request.access.day) for review in mine),
    }
    signed = (
        request.access.rows(RightsReview).filter(signed_by=request.access.person).order_by("-signed_on", "-pk").first()
    )
    return render(request, "access/rights_confirm.html", {**page, "signed": signed})


@door(Permission.RIGHTS_READ, get_event=events.RIGHTS_READ)
def reviews(request: DoorRequest) -> HttpResponse:
    """List the assignments of managers, with the days of the last signed access review and of the next one."""
    day, due = request.access.day, {review.assignment: review for review in reviews_due()}
    charges = request.access.rows(Assignment).filter(pk__in=due)
    lines = sorted(((due[row.pk], row) for row in charges), key=lambda line: (line[0].due, line[1].place.path))
    signed = request.access.rows(RightsReview).order_by("-signed_on", "-pk")[:100]
    request.access.note(question="reviews", day=day, count=len(lines))
    page = {"lines": [(review, row, review.is_late(day)) for review, row in lines], "signed": signed}
    late = sum(review.is_late(day) for review, _row in lines)
    return render(request, "access/reviews.html", {**page, "late": late})


@door(Permission.RIGHTS_READ, model=RightsReview, get_event=events.RIGHTS_REVIEW_SHOWN)
def review_signed(request: DoorRequest, rightsreview: RightsReview) -> HttpResponse:
    statement = rightsreview.statement
    # The signed list contains codes and ISO dates, for which the page shows labels and dates.
    rights = [
        {
            **right,
            "first_day": date.fromisoformat(right["first_day"]),
            "last_day": date.fromisoformat(right["last_day"]),
            "role_name": ROLES[right["role"]].name,
        }
        for right in statement["rights"]
    ]
    proof = [f"Ed25519 {rightsreview.key_id}", f"public {public_key(rightsreview.key_id)}"]
    page = {
        "checked": is_signed(statement, rightsreview.key_id, rightsreview.signature),
        "proof": [*proof, f"signature {rightsreview.signature}"],
    }
    return render(request, "access/review_signed.html", {"review": rightsreview, "rights": rights, **page})
