"""Page that adds a security key (WebAuthn).

The form checks the key. In addition, a unique index in the database refuses an id that is already registered.
"""

from typing import Any, cast

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.db import IntegrityError
from django.http import HttpResponse

from access.constraints import name_of

# NUMBER_ONCE is the unique index on the ids of security keys. Its violation means that a key was registered before.
NUMBER_ONCE = "key_number_once"


class AddKeyView(AddWebAuthnView):
    def form_valid(self, form: Any) -> HttpResponse:
        """Add the security key. If the database refuses the key as already registered, show the form with its usual
        error.

        The form's own check cannot find a key that another request saves at the same time, or that a policy hides. The
        message is always the same, so that it does not disclose that somebody else has this key.
        """
        try:
            return cast(HttpResponse, super().form_valid(form))
        except IntegrityError as error:
            if name_of(error) != NUMBER_ONCE:
                raise
        form.add_error(None, get_adapter().validation_error("incorrect_code"))
        return cast(HttpResponse, self.form_invalid(form))


add = AddKeyView.as_view()
