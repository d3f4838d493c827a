"""Whole pages, through Django's client in this process: one at a time, without a network."""

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from access.models import Person
from tests.bench.landlord import Landlord
from tests.bench.measure import compare
from tests.entering import let_in

PAGES = 40


def pages(landlord: Landlord) -> None:
    awa, elise = _signed_in(landlord.caretaker), _signed_in(landlord.officer)
    ways = {
        "the sign-in page, which opens nothing": _get(Client(), "account_login"),
        "a resident's card": _get(awa, "card", pk=landlord.residence),
        "the residents of a building (100 doors)": _get(awa, "building", pk=landlord.building),
        "today (8 buildings)": _get(awa, "buildings"),
        "an account (36 entries)": _get(elise, "account", reference=landlord.account.reference),
    }
    medians = compare("Pages", ways, PAGES)
    rates = (f"{name}: {1000 / value:.0f}" for name, value in medians.items())
    print("  Requests a second in one process:", "; ".join(rates))


def _signed_in(person: Person) -> Client:
    client = Client(SERVER_NAME="localhost")
    let_in(client, person)
    return client


def _get(client: Client, name: str, **key: object) -> Callable[[], None]:
    path = reverse(name, kwargs=key)

    def get() -> None:
        answer = client.get(path, SERVER_NAME="localhost")
        assert answer.status_code == 200, (path, answer.status_code)

    return get
