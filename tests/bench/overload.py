"""Measures a server that gets many more requests than it can answer: how long pages take that it serves, how many it
refuses, and how long its health check takes meanwhile.

The clients behave like browsers behind nginx. They accept compressed pages, and share the connections of the proxy:
these are kept open between requests, at most 16 of them while idle. A client whose request is refused with 503 tries
again after half a second, although the answer asks it to wait longer.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from statistics import median, quantiles

from django.conf import settings
from django.urls import reverse

from tests.bench.clients import Load, Visits
from tests.bench.measure import Finding
from tests.bench.pages import Visitors
from tests.bench.serving import Server

CLIENTS, ANONYMOUS = 128, 16
AIM_PAGE_MS, AIM_HEALTH_MS = 1_000, 1_000


def overload(visitors: Visitors, server: Server, seconds: float) -> Iterator[Finding]:
    """Open account pages with CLIENTS clients at once. ANONYMOUS of them have no session, and open the sign-in page.

    The time of a served page does not include earlier attempts that were refused.
    """
    load = load_for(visitors, server, seconds)
    command = [sys.executable, "-m", "tests.bench.clients"]
    completed = subprocess.run(command, input=json.dumps(asdict(load)), check=True, stdout=subprocess.PIPE, text=True)
    tally = json.loads(completed.stdout)
    people, anonymous, health = Visits(**tally["signed_in"]), Visits(**tally["anonymous"]), tally["health"]
    slow, usual, a_second = quantiles(people.times, n=20)[-1], median(people.times), people.in_time / seconds
    label = f"{CLIENTS} clients at once"
    print(f"\n{label}: {a_second:.1f} pages per second, {usual:.0f} ms, 1 in 20 above {slow:.0f} ms", flush=True)
    note = f"median {usual:.0f} ms; {people}; {ANONYMOUS} clients without a session: {anonymous}"
    yield Finding(f"{label}: an account’s page, 95th percentile", slow, AIM_PAGE_MS, unit="ms", note=note)
    yield Finding(f"{label}: account’s pages served per second", a_second, unit="per second")
    note = f"median {median(health):.0f} ms of {len(health)}"
    yield Finding(f"{label}: slowest answer of the health check", max(health), AIM_HEALTH_MS, unit="ms", note=note)


def load_for(visitors: Visitors, server: Server, seconds: float) -> Load:
    """Return the load: each signed-in client opens all accounts, and begins with an account of its own."""
    pages = [(page.path, f"{settings.SESSION_COOKIE_NAME}={page.session}") for page in visitors.accounts]
    people = CLIENTS - ANONYMOUS
    firsts = [number * len(pages) // people for number in range(people)]
    return Load(
        port=server.port,
        seconds=seconds,
        signed_in=[pages[first:] + pages[:first] for first in firsts],
        anonymous=[[(reverse("account_login"), "")]] * ANONYMOUS,
        health=reverse("health_ready"),
    )
