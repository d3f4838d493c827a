"""Compares acknowledged payments with the ledger, and answered requests with the audit log, after each kill."""

import json
from dataclasses import dataclass
from pathlib import Path

from tests.nightly.cluster.assembled import Cluster
from tests.nightly.cluster.machines import KINDS

PAYMENTS = """SELECT idempotency_key::text, count(*), min(-amount_cents) FROM ledger_entry
    WHERE idempotency_key = ANY (%s::uuid[]) GROUP BY 1"""
EVENTS = "SELECT request::text, count(*) FROM audit_event WHERE request = ANY (%s::uuid[]) AND outcome = %s GROUP BY 1"


@dataclass(frozen=True)
class Faults:
    """Counts what a cluster lost or wrote twice: ledger entries of confirmed payments, audit events of requests."""

    lost: int = 0
    doubled: int = 0
    without_event: int = 0
    doubled_events: int = 0

    def __bool__(self) -> bool:
        return bool(self.lost or self.doubled or self.without_event or self.doubled_events)


class Books:
    """Compares all answers that the clients of the load test got with the database."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.offsets: dict[Path, int] = {}
        self.opened: set[str] = set()
        self.changed: set[str] = set()

    def compare(self, paid: dict[str, int]) -> Faults:
        self.read_logs()
        rows = {key: (count, cents) for key, count, cents in self.cluster.ask(PAYMENTS, list(paid))}
        lost = sum(1 for key, cents in paid.items() if key not in rows or rows[key][1] != cents)
        doubled = sum(1 for count, _cents in rows.values() if count > 1)
        opened = dict(self.cluster.ask(EVENTS, list(self.opened), "shown"))
        changed = dict(self.cluster.ask(EVENTS, list(self.changed), "changed"))
        without = len(self.opened - opened.keys()) + len(self.changed - changed.keys())
        twice = sum(1 for count in (*opened.values(), *changed.values()) if count > 1)
        return Faults(lost, doubled, without, twice)

    def read_logs(self) -> None:
        """Read the new lines in the logs of the web processes, and note the requests that succeeded.

        A process logs each answer before it sends the answer, so the logs contain every page that a client got.
        """
        for web in self.cluster.webs.values():
            for kind in KINDS:
                path = web.folder / f"{kind}.log"
                with path.open("rb") as file:
                    file.seek(self.offsets.get(path, 0))
                    whole = file.read()
                    end = whole.rfind(b"\n") + 1
                    self.offsets[path] = self.offsets.get(path, 0) + end
                for line in whole[:end].splitlines():
                    self._note(line)

    def _note(self, line: bytes) -> None:
        if not line.startswith(b"{"):
            return
        fields = json.loads(line)
        if fields.get("event") == "request" and fields["status"] in (200, 201):
            {"shown": self.opened, "changed": self.changed}.get(fields["outcome"], set()).add(fields["request"])
