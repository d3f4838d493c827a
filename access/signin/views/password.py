"""Changes one's own password. People without one choose it through an emailed link, as if they had forgotten it."""

from typing import cast

from allauth.account.decorators import reauthentication_required
from allauth.account.views import password_change
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

_with_a_fresh_proof = reauthentication_required(password_change, app="allauth.account")


def change(request: HttpRequest) -> HttpResponse:
    """People who sign in with a key or the directory have no current password to ask for."""
    if request.user.is_authenticated and not request.user.has_usable_password():
        return redirect("account_reset_password")
    return cast(HttpResponse, _with_a_fresh_proof(request))
