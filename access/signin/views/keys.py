"""Page that adds a security key (WebAuthn). The form checks the key, and the database checks it again."""

from typing import Any, cast

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.db import IntegrityError
from django.http import HttpResponse

from access.constraints import name_of

# Name of the unique index on the ids of security keys, to recognise its violation.
NUMBER_ONCE = "key_number_once"


class AddKeyView(AddWebAuthnView):
    def form_valid(self, form: Any) -> HttpResponse:
        """If the database refuses the key because it is already registered, show the form with its usual error.

        The form cannot find an id that another request saves at the same time, or that is in a row hidden by a policy.
        The message does not tell the two cases apart, so it reveals no other person's key. allauth saves the key
        first, so nothing else has to be undone.
        """
        try:
            return cast(HttpResponse, super().form_valid(form))
        except IntegrityError as error:
            if name_of(error) != NUMBER_ONCE:
                raise
        form.add_error(None, get_adapter().validation_error("incorrect_code"))
        return cast(HttpResponse, self.form_invalid(form))


add = AddKeyView.as_view()
