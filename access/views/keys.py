"""Adding a key (WebAuthn). What the form checks beforehand, the database checks once more when the key is saved."""

from typing import Any, cast

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.db import IntegrityError
from django.http import HttpResponse

from access.constraints import name_of

NUMBER_ONCE = "key_number_once"  # access/migrations/0025


class AddKeyView(AddWebAuthnView):
    def form_valid(self, form: Any) -> HttpResponse:
        """The form cannot see a number that another request saves meanwhile, nor one in a row that a policy hides. Both
        are refused in the words of the form: where a number is taken is nobody's to learn. Saving comes first in
        allauth's flow, so nothing has happened yet."""
        try:
            return cast(HttpResponse, super().form_valid(form))
        except IntegrityError as error:
            if name_of(error) != NUMBER_ONCE:
                raise
        form.add_error(None, get_adapter().validation_error("incorrect_code"))
        return cast(HttpResponse, self.form_invalid(form))


add = AddKeyView.as_view()
