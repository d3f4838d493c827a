"""Creates audit events on past days, in the form in which pages record audit events.

The events are inserted as the database owner, without the checks for other logins. Use this only with an invented
database.
"""

import json
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from demo.misuse.ground import Home, Worker
from formats.bulk_copy import Copying, Row, Table

PARIS = ZoneInfo("Europe/Paris")
TRACE = Table(
    "audit_event",
    ("id", "at", "kind", "outcome", "actor", "machine", "role", "permission", "purpose", "route", "about_kind", "about",
     "place", "shown", "count", "request", "facts"),
)  # fmt: skip


@dataclass
class Lines:
    """Collects invented audit events in memory until `copy` writes them to the database.

    An invented case of misuse, called an episode, has a number and consists of one or more events. `episode` maps the
    ids of these events to the number of their episode.
    """

    rng: Random
    rows: list[Row] = field(default_factory=list)
    episode: dict[str, int] = field(default_factory=dict)

    def moment(self, day: date, hour: float) -> datetime:
        return datetime.combine(day, time(0), PARIS) + timedelta(hours=hour)

    def leave(
        self,
        who: Worker,
        at: datetime,
        kind: str,
        home: Home | None = None,
        *,
        outcome: str = "shown",
        purpose: str = "",
        about: tuple[str, str] | None = None,
        episode: int = 0,
        permission: str = "account_view",
        **facts: object,
    ) -> str:
        """Add an event caused by the employee `who`, and return its id.

        `about` is the (type, id) of the object that the event is about. By default, this is the tenant of the household
        `home` if `kind` is in CARDS (events about a resident's card), and otherwise the account of `home`.
        """
        key = str(UUID(int=self.rng.getrandbits(128), version=4))
        card = kind in CARDS
        subject = about or ((("tenant", home.tenant) if card else ("account", home.account)) if home else ("", None))
        permission = "card_view" if card else permission
        place = home.building if home else None
        row = (key, at, kind, outcome, who.id, "", who.role, permission, purpose, "", *subject, place, "{}", 0, None)
        self.rows.append((*row, json.dumps(facts)))
        if episode:
            self.episode[key] = episode
        return key

    def copy(self, copying: Copying) -> None:
        copying.rows(TRACE, self.rows)


CARDS = ("card_opened", "contact_changed", "identity_checked", "help_code_set")
