"""Clients that overload a server: many at once, each of which opens one page after another.

They run in a process of their own, so that they do not share Python's interpreter lock with the benchmark.
Usage: `python -m tests.bench.clients`. Standard input is the JSON of a `Load`; the output is the JSON of a `Tally`.
"""

import asyncio
import json
import re
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from itertools import count

# As in docs/operations/nginx.conf.
IDLE_CONNECTIONS = 16
# In seconds: how long a refused client waits before it tries again, and the time between two health checks.
RETRY_SECONDS, HEALTH_SECONDS = 0.5, 0.5
# Maximum number of seconds to wait for an answer.
LONGEST = 60
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)")
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(frozen=True)
class Load:
    """How to load the server on `port`: for `seconds`, with one client per item of `signed_in` and of `anonymous`.

    Each item is the list of pages that the client opens in turn, as (path, cookies).
    """

    port: int
    seconds: float
    signed_in: list[list[tuple[str, str]]]
    anonymous: list[list[tuple[str, str]]]
    health: str


@dataclass
class Visits:
    """What a group of clients got. `times`: the milliseconds of each page that was served. `in_time`: how many of these
    arrived before the end of the load. `refused`: the number of answers with status 503."""

    times: list[float] = field(default_factory=list)
    in_time: int = 0
    refused: int = 0

    def __str__(self) -> str:
        return f"{len(self.times):,} requests served, {self.refused:,} refused with 503"


@dataclass
class Tally:
    """The result of a load. `health`: the milliseconds of each answer of the health check."""

    signed_in: Visits = field(default_factory=Visits)
    anonymous: Visits = field(default_factory=Visits)
    health: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Answer:
    status: int
    head: bytes


class Connections:
    """Connections to the server, used as nginx uses them: a request takes the connection that became idle last, or a
    new one. At most IDLE_CONNECTIONS stay open without a request."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.idle: list[Connection] = []

    async def get(self, request: bytes) -> Answer:
        """Send a request and read the whole answer, within LONGEST seconds."""
        async with asyncio.timeout(LONGEST):
            while self.idle:
                # The server closes connections that were idle for two seconds. Then the next one is tried.
                with suppress(ConnectionError, asyncio.IncompleteReadError):
                    return await self._exchange(self.idle.pop(), request)
            return await self._exchange(await asyncio.open_connection("127.0.0.1", self.port), request)

    async def _exchange(self, connection: Connection, request: bytes) -> Answer:
        reader, writer = connection
        stays_open = False
        try:
            writer.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = _LENGTH.search(head)
            assert length, head
            await reader.readexactly(int(length[1]))
            stays_open = b"\r\nconnection: close" not in head and len(self.idle) < IDLE_CONNECTIONS
        finally:
            if stays_open:
                self.idle.append(connection)
            else:
                writer.close()
        return Answer(int(head.split(b" ", 2)[1]), head)


def request_for(path: str, port: int, *headers: str) -> bytes:
    return "\r\n".join([f"GET {path} HTTP/1.1", f"Host: localhost:{port}", *headers, "", ""]).encode()


def page_request(path: str, cookies: str, port: int) -> bytes:
    """Return a request as nginx forwards it from a browser, which accepts compressed pages."""
    headers = ["Accept-Language: fr", "Accept-Encoding: gzip, deflate, br"]
    return request_for(path, port, *headers, *([f"Cookie: {cookies}"] if cookies else []))


async def visit(connections: Connections, requests: Sequence[bytes], end: float, visits: Visits) -> None:
    """Open the pages in turn until `end`. If the server refuses a page, wait and open the same page again."""
    number = 0
    while (start := time.monotonic()) < end:
        answer = await connections.get(requests[number % len(requests)])
        arrived = time.monotonic()
        if answer.status == 503:
            assert b"\r\nretry-after: " in answer.head, answer.head
            visits.refused += 1
            await asyncio.sleep(RETRY_SECONDS)
            continue
        assert answer.status == 200, answer.head
        visits.times.append((arrived - start) * 1000)
        visits.in_time += arrived <= end
        number += 1


async def watch(connections: Connections, request: bytes, end: float, times: list[float]) -> None:
    """Ask the health check at regular times until `end`. Each answer must have the status 200."""
    begin = time.monotonic()
    for due in (begin + number * HEALTH_SECONDS for number in count()):
        if due >= end:
            return
        await asyncio.sleep(due - time.monotonic())
        start = time.monotonic()
        answer = await connections.get(request)
        assert answer.status == 200, answer.head
        times.append((time.monotonic() - start) * 1000)


async def apply(load: Load) -> Tally:
    tally, proxy, end = Tally(), Connections(load.port), time.monotonic() + load.seconds
    # Each check opens a new connection, so that all web processes answer some of them.
    health = request_for(load.health, load.port, "Connection: close")
    async with asyncio.TaskGroup() as tasks:
        for group, visits in ((load.signed_in, tally.signed_in), (load.anonymous, tally.anonymous)):
            for pages in group:
                requests = [page_request(path, cookies, load.port) for path, cookies in pages]
                tasks.create_task(visit(proxy, requests, end, visits))
        tasks.create_task(watch(Connections(load.port), health, end, tally.health))
    return tally


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(apply(Load(**json.load(sys.stdin)))))))
