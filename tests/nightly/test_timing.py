"""Hidden and missing take the same time, by page and by API: many samples, in turn and in a random order.

What is compared: the probability that an answer about something hidden takes longer than one about nothing at all
(Mann-Whitney's U as a share). One half is what chance gives; of N samples each it strays by 0.41 / sqrt(N).
"""

import random
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator

import pytest
from django.urls import reverse

from access import door
from tenants.models import DiscreetMark
from tests.builders import OWNER, paris_day, stand_wall
from tests.two_worlds.harness import MISSING, MISSING_REFERENCE

pytestmark = [pytest.mark.nightly, pytest.mark.unwatched("opens the same missing pages hundreds of times")]
SAMPLES = 200
FAR_FROM_HALF = 0.10  # more than three times what chance gives


@pytest.fixture
def hidden(house) -> dict[str, str]:
    """Kind -> the household that is hidden in that way from the officer and the caretaker."""
    lease = house.account("Dette-Glycines A").lease
    days = {"first_day": paris_day(-1), "last_day": paris_day(60)}
    DiscreetMark(lease=lease, building_id=lease.building_id, **days).save(using=OWNER)
    for name in ("awa", "elise"):
        stand_wall(house.account("Calme-Quai 9").lease, house.person(name))
    return {"elsewhere": "Dette-Quai 9", "discreet": "Dette-Glycines A", "walled": "Calme-Quai 9"}


def addresses(house, hidden: dict[str, str]) -> Iterator[tuple[str, str, dict[str, str]]]:
    """(who, what, kind -> address), for pages and for the API."""
    accounts = {kind: house.account(name) for kind, name in hidden.items()}
    homes = {kind: house.residence(name) for kind, name in hidden.items()}
    page = {kind: reverse("account", args=[account.reference]) for kind, account in accounts.items()}
    yield "elise", "account page", page | {"missing": reverse("account", args=[MISSING_REFERENCE])}
    card = {kind: reverse("card", args=[home.pk]) for kind, home in homes.items()}
    yield "awa", "card", card | {"missing": reverse("card", args=[MISSING])}
    api = {kind: reverse("api_account", args=[account.pk]) for kind, account in accounts.items()}
    yield "elise", "account by API", api | {"missing": reverse("api_account", args=[MISSING])}


def measured(get: Callable[[str], object], urls: dict[str, str], samples: int) -> dict[str, list[float]]:
    took: dict[str, list[float]] = {kind: [] for kind in urls}
    shuffled = random.Random(7)
    for number in range(samples + 10):
        for kind in shuffled.sample(sorted(urls), len(urls)):
            start = time.perf_counter()
            get(urls[kind])
            if number >= 10:  # plans and caches are warm
                took[kind].append(time.perf_counter() - start)
    return took


def superiority(these: list[float], those: list[float]) -> float:
    """How probable it is that one of these is larger than one of those."""
    ordered = sorted(those)
    below = sum(bisect_left(ordered, one) + bisect_right(ordered, one) for one in these)
    return below / 2 / (len(these) * len(those))


def told_apart(took: dict[str, list[float]]) -> dict[str, float]:
    shares = {kind: superiority(times, took["missing"]) for kind, times in took.items()}
    return {kind: round(share, 3) for kind, share in shares.items() if abs(share - 0.5) > FAR_FROM_HALF}


def test_response_times_do_not_tell_hidden_from_missing(house, sign_in, settings, hidden):
    settings.REFUSAL_SLOT = 0.05
    found = {}
    for who, what, urls in addresses(house, hidden):
        client = sign_in(who)
        assert {client.get(url).status_code for url in urls.values()} == {404}
        found[what] = told_apart(measured(client.get, urls, SAMPLES))
    assert not any(found.values()), found


def test_the_comparison_can_fail(house, sign_in, hidden, monkeypatch):
    """Without slots and with extra work for hidden objects the comparison must fail, even on a busy machine."""
    fetch_object = door._fetch

    def fetch_slowly(spec, passing, key):
        try:
            return fetch_object(spec, passing, key)
        finally:
            if key != MISSING_REFERENCE:
                time.sleep(0.03)

    monkeypatch.setattr(door, "_fetch", fetch_slowly)
    [(who, _what, urls), *_rest] = addresses(house, hidden)
    assert told_apart(measured(sign_in(who).get, urls, 60)).keys() == hidden.keys()
