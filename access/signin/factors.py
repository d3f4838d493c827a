"""MFA adapter for allauth: encrypts the secrets of second factors with our own keys, bound to the person."""

import base64

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.utils.translation import gettext as _

from access.models import Person
from privacy.encryption.values import open_, seal

TABLE, COLUMN = "mfa_authenticator", "data"


class Sealed(DefaultMFAAdapter):
    """MFA adapter of allauth that encrypts each secret for its person.

    A secret copied to another person's row does not decrypt.
    """

    def encrypt(self, text: str) -> str:
        return base64.b64encode(seal(text, table=TABLE, column=COLUMN, row=_whose())).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        sealed = base64.b64decode(encrypted_text, validate=True)
        return open_(sealed, table=TABLE, column=COLUMN, row=_whose()).decode()

    def get_totp_issuer(self) -> str:
        return f"Loge, {settings.HOUSE_NAME}"

    def build_totp_svg(self, url: str) -> str:
        """Return the QR code as SVG without the XML declaration, which SVG inside an HTML page must not have."""
        drawn: str = super().build_totp_svg(url)
        return drawn.partition("?>")[2]

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": self.get_totp_issuer()}

    def generate_authenticator_name(self, user: Person, type: str) -> str:
        """Return the same name for every security key, because a name typed by the person could contain sensitive
        data."""
        return _("Clé")


def _whose() -> str:
    """Return the id of the person who is signed in or signing in.

    allauth does not pass the person to the methods that encrypt and decrypt.
    """
    request = context.request
    person = request.user if request.user.is_authenticated else request._login_stage.login.user
    return str(person.pk)
