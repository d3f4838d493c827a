"""Second factors through allauth: their secrets sealed with our own keys, each for its person."""

import base64

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.utils.translation import gettext as _

from access.models import Person
from privacy.encryption import open_, seal

TABLE, COLUMN = "mfa_authenticator", "data"


class Sealed(DefaultMFAAdapter):
    """What one person's row holds does not open in another's: moving a secret between rows gives nothing."""

    def encrypt(self, text: str) -> str:
        return base64.b64encode(seal(text, table=TABLE, column=COLUMN, row=_whose())).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        sealed = base64.b64decode(encrypted_text, validate=True)
        return open_(sealed, table=TABLE, column=COLUMN, row=_whose()).decode()

    def get_totp_issuer(self) -> str:
        return f"Loge, {settings.HOUSE_NAME}"

    def build_totp_svg(self, url: str) -> str:
        """As a part of the page, without the line that makes it a file."""
        drawn: str = super().build_totp_svg(url)
        return drawn.partition("?>")[2]

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": self.get_totp_issuer()}

    def generate_authenticator_name(self, user: Person, type: str) -> str:
        """Nobody types a name: what is written about one's key would be a text like any other."""
        return _("Clé")


def _whose() -> str:
    """Who is signed in, or who is about to be: allauth asks for a secret without saying whose."""
    request = context.request
    person = request.user if request.user.is_authenticated else request._login_stage.login.user
    return str(person.pk)
