"""The response to a refused request is delayed to the end of a time slot, so that its duration reveals nothing.

Otherwise somebody could distinguish a hidden object from a missing one. A successful response is not delayed.
"""

import time

import pytest
from django.urls import reverse

from access.guard import refusal_time
from tests.builders import run
from tests.noninterference.harness import MISSING, MISSING_REFERENCE


@pytest.fixture
def waited(monkeypatch) -> list[float]:
    """Replace the delay by a function that only records start times. Measured delays would depend on the machine."""
    started: list[float] = []
    monkeypatch.setattr("access.guard.door.wait_for_slot", started.append)
    return started


def test_missing_and_hidden_pages_wait_for_their_slot(landlord, sign_in, waited):
    awa, elise = sign_in("awa"), sign_in("elise")
    hidden, elsewhere = landlord.account("Dette-Glycines A"), landlord.account("Dette-Quai 9")
    run(
        "INSERT INTO tenants_discreetmark (id, lease_id, building_id, first_day, last_day)"
        " VALUES (gen_random_uuid(), %s, %s, loge_today(), loge_today() + 9)",
        hidden.lease_id,
        hidden.building_id,
    )
    addresses = [f"/comptes/{reference}/" for reference in (hidden.reference, elsewhere.reference, MISSING_REFERENCE)]
    requests = [lambda url=url: elise.get(url) for url in (*addresses, f"/api/v1/accounts/{MISSING}/")]
    requests += [lambda: awa.get(f"/fiches/{landlord.residence('Calme-Glycines B').pk}/")]
    for number, ask in enumerate(requests, 1):
        before = time.monotonic()
        assert ask().status_code == 404 and len(waited) == number
        assert before <= waited[-1] <= time.monotonic()


def test_a_form_shown_again_waits(landlord, sign_in, waited):
    """A form with errors is delayed like a refusal, because the posted reference may be that of a hidden account."""
    paola = sign_in("paola")
    answer = paola.post("/accueil/identite/", {"reference": MISSING_REFERENCE, "name": "Dette"})
    assert answer.status_code == 200 and len(waited) == 1


@pytest.mark.parametrize("page", [True, False])
def test_a_search_waits_with_and_without_results(landlord, sign_in, waited, page):
    """Every search is delayed. Otherwise a search for a hidden account would take longer than for an unknown one."""
    elise, words = sign_in("elise"), [landlord.account(name).reference for name in ("Dette-Quai 9", "Calme-Glycines A")]
    address, how = ("accounts_search", {}) if page else ("api_accounts_search", {"content_type": "application/json"})
    for number, q in enumerate([MISSING_REFERENCE, *words], 1):
        answer = elise.post(reverse(address), {"q": q}, **how)
        # If a search on the page has only one result, the page redirects to it (status 302).
        opened = page and q == words[1]
        assert answer.status_code == (302 if opened else 200) and len(waited) == number


def test_a_success_does_not_wait(landlord, sign_in, waited):
    awa = sign_in("awa")
    assert awa.get(f"/fiches/{landlord.residence('Calme-Glycines A').pk}/").status_code == 200 and waited == []
    assert awa.get(f"/fiches/{MISSING}/").status_code == 404 and len(waited) == 1


@pytest.mark.parametrize("late", [0.001, 0.049, 0.051, 0.12])
def test_an_answer_past_a_slot_waits_for_the_next(settings, monkeypatch, late):
    settings.REFUSAL_SLOT = 0.05
    slept = []
    monkeypatch.setattr(refusal_time.time, "monotonic", lambda: 100 + late)
    monkeypatch.setattr(refusal_time.time, "sleep", slept.append)
    refusal_time.wait_for_slot(100)
    slots = (late + slept[0]) / 0.05
    assert 0 <= slept[0] < 0.05 and slots == pytest.approx(round(slots)) and slots >= late / 0.05
