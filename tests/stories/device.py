"""The keys of people's own devices: Chromium's virtual authenticator, asked over its developer tools' protocol."""

from typing import Any
from uuid import UUID

from playwright.sync_api import Page

# Whose key is whose. Somebody at another screen carries the same phone.
_KEYS: dict[UUID, dict[str, Any]] = {}
_OPTIONS = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Device:
    def __init__(self, page: Page) -> None:
        self.tools = page.context.new_cdp_session(page)
        self.tools.send("WebAuthn.enable")
        self.number = self.tools.send("WebAuthn.addVirtualAuthenticator", {"options": _OPTIONS})["authenticatorId"]

    def knows(self, person: UUID) -> bool:
        """Has this person a key? Then it is here."""
        if person not in _KEYS:
            return False
        self.tools.send("WebAuthn.clearCredentials", {"authenticatorId": self.number})
        self.tools.send("WebAuthn.addCredential", {"authenticatorId": self.number, "credential": _KEYS[person]})
        return True

    def keeps(self, person: UUID) -> None:
        made = self.tools.send("WebAuthn.getCredentials", {"authenticatorId": self.number})["credentials"]
        _KEYS[person] = made[-1]
