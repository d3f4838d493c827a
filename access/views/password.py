"""Changing one's password. Whoever has none yet chooses it as one who forgot it: by the letter."""

from typing import cast

from allauth.account.decorators import reauthentication_required
from allauth.account.views import password_change
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

_with_a_fresh_proof = reauthentication_required(password_change, app="allauth.account")


def change(request: HttpRequest) -> HttpResponse:
    """Somebody who enters by a key, or by the landlord's directory, has no present password to be asked for."""
    if request.user.is_authenticated and not request.user.has_usable_password():
        return redirect("account_reset_password")
    return cast(HttpResponse, _with_a_fresh_proof(request))
