"""Detects copied security keys by their signature counter.

A security key counts its signatures. If a count occurs twice, a copy of the key exists. Nobody can know which of the
two is genuine, so the key is disabled and all sessions of the person end. The key remains on the list of second
factors, because without any second factor the password alone would be enough to sign in.

Passkeys synchronised between devices always send the count 0 and are accepted.
"""

from allauth.core import context
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from fido2.utils import websafe_encode
from fido2.webauthn import AuthenticationResponse

from access.signin.adapter import StaffOnly
from access.signin.proofs import MEANS
from access.signin.sessions import end_all_of
from audit import events
from audit.events import Code, Outcome
from audit.record import record_view

LAST, COPIED = "last", "copied"
_COPIED_MESSAGE = _(
    "Une copie de cette clé a été détectée : elle ne permet plus de se connecter. Utilisez un autre moyen."
)


def goes_on(authenticator: Authenticator, answer: AuthenticationResponse) -> bool:
    """Check that the counter of the security key increased, store the new count and return True.

    Returns False if an answer of the key is sent a second time. Raises ValidationError if the counter shows that the
    key was copied.
    """
    current = {"count": answer.response.authenticator_data.counter, "signed": websafe_encode(answer.response.signature)}
    with transaction.atomic():
        key = Authenticator.objects.select_for_update().filter(pk=authenticator.pk).first()
        if key is None:
            return False
        last = key.data.get(LAST) or {"count": key.wrap().authenticator_data.counter, "signed": ""}
        if current["signed"] == last["signed"]:
            return False
        more = last["count"] < current["count"] or last["count"] == current["count"] == 0
        if more and not key.data.get(COPIED):
            key.data[LAST] = current
            key.save(update_fields=["data"])
            return True
        if not key.data.get(COPIED):
            key.data[COPIED] = True
            key.save(update_fields=["data"])
            ended = end_all_of(key.user)
            record_view(events.KEY_COPIED, Outcome.CHANGED, by=key.user, means=Code(MEANS[key.type]), ended=ended)
            StaffOnly(context.request).send_notification_mail("copied", key.user)
            # In a reauthentication, `end_all_of` has ended the session of this request, so the person is signed out.
            if context.request.user.is_authenticated:
                context.request.session.flush()
                context.request.user = AnonymousUser()
    raise ValidationError(_COPIED_MESSAGE)
