"""Counts the tasks that wait for the person who makes a request: at most once per request, with one SQL statement."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.utils.functional import Promise

from access.guard.context import AccessContext, DoorRequest
from backoffice.waiting.lines import MOST, Reader
from backoffice.waiting.queues import QUEUES, Queue

_COUNT = "SELECT query, kind, day, number FROM access_count_waiting(%s, %s) WHERE number > 0"


@dataclass(frozen=True)
class Waiting:
    """How many tasks of one kind and day wait in a queue. `day` is None for tasks without a deadline."""

    queue: Queue
    kind: str
    day: date | None
    number: int
    today: date

    @property
    def label(self) -> Promise | str:
        return self.queue.labels.get(self.kind, self.queue.label)

    @property
    def is_now(self) -> bool:
        """Whether the tasks wait today. False for tasks that begin on a later day."""
        return not (self.queue.on_its_day and self.day and self.day > self.today)

    @property
    def is_late(self) -> bool:
        return self.day is not None and self.day < self.today

    @property
    def is_cut(self) -> bool:
        return self.number >= MOST


def count_waiting(access: AccessContext) -> list[Waiting]:
    """Return the tasks that wait for the person of the access context, today or later, sorted by day.

    Must be called inside the transaction of the `@door` decorator. Only numbers are read, so the audit log need not
    record any row as shown.
    """
    queues = [queue for queue in QUEUES if access.holds(queue.permission)]
    if not queues:
        return []
    roles = [queue.compartment.database_role for queue in queues]
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [roles, [_query(queue, access) for queue in queues]])
        rows = [Waiting(queues[which - 1], kind, day, number, access.day) for which, kind, day, number in cursor]
    return sorted(rows, key=lambda row: (row.day or access.day, QUEUES.index(row.queue), row.kind))


def _query(queue: Queue, access: AccessContext) -> str:
    """Return the SQL query that counts the tasks in this queue for the current person."""
    if isinstance(queue.lines, str):
        return queue.lines
    lines = queue.lines(Reader(access.person, queue.compartment, access.day, access.at))
    text: str = connection.ops.compose_sql(*lines.query.sql_with_params())  # type: ignore[attr-defined]
    return text


def waiting_of(request: DoorRequest) -> list[Waiting]:
    """Return the tasks that wait for the person who makes the request. They are counted only once per request."""
    if not hasattr(request, "waiting"):
        request.waiting = count_waiting(request.access)  # type: ignore[attr-defined]
    waiting: list[Waiting] = request.waiting  # type: ignore[attr-defined]
    return waiting


def by_page(waiting: Iterable[Waiting]) -> Counter[str]:
    """Return how many tasks wait today, by the name of the page that lists them."""
    numbers: Counter[str] = Counter()
    for row in waiting:
        if row.is_now:
            numbers[row.queue.page] += row.number
    return numbers
