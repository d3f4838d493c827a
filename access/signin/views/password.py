"""Page to change one's own password. People without a password choose one through an emailed link."""

from typing import cast

from allauth.account.decorators import reauthentication_required
from allauth.account.views import password_change
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

_with_a_fresh_proof = reauthentication_required(password_change, app="allauth.account")


def change(request: HttpRequest) -> HttpResponse:
    """Show the form to change the password, which asks for the current one.

    People without a password are redirected to the page that emails a link.
    """
    if request.user.is_authenticated and not request.user.has_usable_password():
        return redirect("account_reset_password")
    return cast(HttpResponse, _with_a_fresh_proof(request))
