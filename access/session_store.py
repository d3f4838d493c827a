"""Sessions as Django keeps them in the database, but for this: what another request did to one meanwhile stands.

Django writes a session whole, as it was when a page began. A page that was on its way while its reader locked the desk
would unlock it again, and one that proved anew who sits there would live on under a new number after it was ended.
"""

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import transaction

LOCKED = "locked"


class SessionStore(db.SessionStore):
    _knew_lock = False

    def load(self) -> dict[str, Any]:
        found: dict[str, Any] = super().load()
        self._knew_lock = LOCKED in found
        return found

    def save(self, must_create: bool = False) -> None:
        if must_create or self.session_key is None:
            super().save(must_create)
            return
        with transaction.atomic():
            self._keep_lock(self._held())
            super().save()

    def cycle_key(self) -> None:
        """Raises SessionInterrupted for one that somebody has ended: it does not go on under another number."""
        with transaction.atomic():
            if self.session_key is not None:
                held = self._held()
                if held is None:
                    raise SessionInterrupted("The session was ended while its page was on its way.")
                self._keep_lock(held)
            super().cycle_key()

    def _held(self) -> dict[str, Any] | None:
        """As it stands now, and nobody else's to change until this one is written."""
        row = self.model.objects.select_for_update().filter(pk=self.session_key).first()
        return self.decode(row.session_data) if row else None

    def _keep_lock(self, held: dict[str, Any] | None) -> None:
        if held and LOCKED in held and not self._knew_lock:
            self[LOCKED] = held[LOCKED]
