"""Pages that lock a session on a shared desk, and unlock it for the same person."""

from allauth.mfa.adapter import get_adapter as mfa
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from access.signin import sessions
from access.signin.adapter import StaffOnly
from access.signin.allauth_internals import begin_authentication
from access.signin.forms.keys import SecondByKey
from access.signin.forms.unlock import PasswordAgain


@require_POST
@login_required
def lock(request: HttpRequest) -> HttpResponse:
    sessions.lock(request, "person")
    return redirect("locked")


@login_required
def locked(request: HttpRequest) -> HttpResponse:
    if not sessions.is_locked(request):
        return redirect(_back(request))
    if request.method == "POST" and not sessions.may_try_to_unlock(request):
        return redirect("account_login")
    form = PasswordAgain(
        StaffOnly(request), sessions.person_of(request), request.POST if request.method == "POST" else None
    )
    if form.is_valid():
        return _go_on(request, "password")
    return _still_locked(request, form)


@require_POST
@login_required
def unlock(request: HttpRequest) -> HttpResponse:
    if not sessions.is_locked(request):
        return redirect(_back(request))
    if not sessions.may_try_to_unlock(request):
        return redirect("account_login")
    form = SecondByKey(request.POST, user=request.user)
    return _go_on(request, "passkey") if form.is_valid() else _still_locked(request, form)


def _go_on(request: HttpRequest, means: str) -> HttpResponse:
    back = _back(request)
    sessions.unlock(request, means)
    return redirect(back)


def _still_locked(request: HttpRequest, form: forms.Form) -> HttpResponse:
    if form.is_bound:
        sessions.unlock_failed(request)
        if not request.user.is_authenticated:
            return redirect("account_login")
    has_key = mfa().is_mfa_enabled(request.user, [Authenticator.Type.WEBAUTHN])
    context = {
        "form": form,
        "failed": _("La vérification a échoué. Réessayez.") if form.is_bound else "",
        "options": begin_authentication(request.user) if has_key else None,
        "whose": request.user,
        "next": _back(request),
    }
    return render(request, "account/locked.html", context)


def _back(request: HttpRequest) -> str:
    next_url = {**request.GET.dict(), **request.POST.dict()}.get("next", "")
    ours = url_has_allowed_host_and_scheme(next_url, {request.get_host()}, require_https=request.is_secure())
    return next_url if ours else reverse("home")
