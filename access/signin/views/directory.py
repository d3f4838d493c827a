"""Pages to sign in through the landlord's OpenID Connect directory, and to link or unlink an identity there."""

from typing import cast

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from requests import RequestException

from access.signin import directory, sessions
from access.signin.adapter import StaffOnly
from access.signin.allauth_internals import perform_login, ratelimit
from access.signin.proofs import freshly_proved, second_factor_missing
from audit import events
from audit.events import Code, Outcome
from audit.record import record_view

# Requests are limited per network address, because each request calls the directory and writes a session.
RATE = {"directory": "30/m/ip"}
MEANS = Code("directory")


@require_GET
def enter(request: HttpRequest) -> HttpResponse:
    _only_where_offered()
    if request.user.is_authenticated:
        return redirect("home")
    if not ratelimit.consume(request, app="access", action="directory", config=RATE, limit_get=True):
        return cast(HttpResponse, ratelimit.respond_429(request))
    try:
        return redirect(directory.Directory(request).address("enter"))
    except RequestException:
        return _stays_outside(request)


@require_GET
def back(request: HttpRequest) -> HttpResponse:
    _only_where_offered()
    if not ratelimit.consume(request, app="access", action="directory", config=RATE, limit_get=True):
        return cast(HttpResponse, ratelimit.respond_429(request))
    try:
        claims, state = directory.Directory(request).come_back()
    except (directory.NotProved, RequestException):
        return _refused(request)
    if state["purpose"] == "link":
        return _linked(request, claims, state["whose"])
    person = None if request.user.is_authenticated else directory.whose(claims)
    if person is None:
        return _refused(request)
    return cast(HttpResponse, perform_login(request, directory.first_proof(request, person, claims)))


@require_POST
@login_required
@reauthentication_required(app="access")
def link(request: HttpRequest) -> HttpResponse:
    """Show a page with a link to the directory, where the person signs in to connect the identity there with Loge.

    The page cannot redirect to the directory: after a form, the Content-Security-Policy forbids redirects to other
    sites (decision 0006).
    """
    _only_where_offered()
    # To link a directory identity, a person needs a recent second factor. Others are sent to their second factors.
    if second_factor_missing(request) or not freshly_proved(request):
        return redirect("mfa_index")
    try:
        address = directory.Directory(request).address("link")
    except RequestException:
        return _stays_outside(request)
    return render(request, "account/directory_link.html", {"address": address})


@require_POST
@login_required
@reauthentication_required(app="access")
def unlink(request: HttpRequest) -> HttpResponse:
    person = sessions.person_of(request)
    with transaction.atomic():  # The link is removed only if the audit event can be written.
        untied = directory.unlink(person.pk)
        if untied:
            record_view(events.FACTOR_REMOVED, Outcome.CHANGED, by=person, means=MEANS)
    if untied:
        StaffOnly(request).send_notification_mail("directory_unlinked", person)
    return redirect("mfa_index")


def _linked(request: HttpRequest, claims: directory.Claims, whose: str) -> HttpResponse:
    """Link the person's user account to the identity that the landlord's directory returns.

    The person must be the one who started the linking, and the reauthentication must still be valid.
    """
    if str(request.user.pk) != whose or second_factor_missing(request) or not freshly_proved(request):
        return _refused(request)
    person = sessions.person_of(request)
    with transaction.atomic():
        tied = directory.link(person, claims)
        if tied:
            record_view(events.FACTOR_ADDED, Outcome.CHANGED, by=person, means=MEANS)
    if not tied:
        return _refused(request)
    StaffOnly(request).send_notification_mail("directory_linked", person)
    messages.success(request, _("Votre compte de l’annuaire est associé à votre connexion."))
    return redirect("mfa_index")


def _refused(request: HttpRequest) -> HttpResponse:
    """Record the failure and show the same message whatever the reason of the failure.

    A different message for each reason would reveal whether a person is known.
    """
    record_view(events.SIGN_IN_FAILED, Outcome.REFUSED, by="sign-in", means=MEANS)
    return _stays_outside(request)


def _stays_outside(request: HttpRequest) -> HttpResponse:
    messages.error(request, _("La connexion par l’annuaire a échoué. Réessayez ou utilisez un autre moyen."))
    return redirect("mfa_index" if request.user.is_authenticated else "account_login")


def _only_where_offered() -> None:
    if not directory.is_offered():
        raise Http404
