"""A key counts what it signs. One that answers with a number it has already passed is not alone: somebody has a copy.

Which of the two answers first nobody can know, so neither opens anything any more, and every session ends: one may be
the other’s. The key stays on its person’s list as one that must be shown: without it a password would be enough.
A passkey that all of somebody’s devices share counts nothing, says nought for ever, and goes on.
"""

from allauth.core import context
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from fido2.utils import websafe_encode
from fido2.webauthn import AuthenticationResponse

from access.adapter import StaffOnly
from access.proofs import MEANS
from access.sessions import end_all_of
from audit import events
from audit.events import Code, Outcome
from audit.record import look

LAST, COPIED = "last", "copied"
_SAID = _("Cette clé existe en double : elle n’ouvre plus rien. Entrez par un autre moyen.")


def goes_on(shown: Authenticator, answer: AuthenticationResponse) -> bool:
    """Whether the key said more than before, which is then kept; False for an answer sent twice. Raises
    ValidationError for a key of which there are two."""
    said = {"count": answer.response.authenticator_data.counter, "signed": websafe_encode(answer.response.signature)}
    with transaction.atomic():
        key = Authenticator.objects.select_for_update().filter(pk=shown.pk).first()
        if key is None:
            return False
        last = key.data.get(LAST) or {"count": key.wrap().authenticator_data.counter, "signed": ""}
        if said["signed"] == last["signed"]:
            return False
        more = last["count"] < said["count"] or last["count"] == said["count"] == 0
        if more and not key.data.get(COPIED):
            key.data[LAST] = said
            key.save(update_fields=["data"])
            return True
        if not key.data.get(COPIED):
            _shut(key)
    raise ValidationError(_SAID)


def _shut(key: Authenticator) -> None:
    key.data[COPIED] = True
    key.save(update_fields=["data"])
    ended = end_all_of(key.user)
    look(events.KEY_COPIED, Outcome.CHANGED, by=key.user, means=Code(MEANS[key.type]), ended=ended)
    request = context.request
    StaffOnly(request).send_notification_mail("copied", key.user)
    if request.user.is_authenticated:  # in one of those that have just ended
        request.session.flush()
        request.user = AnonymousUser()
