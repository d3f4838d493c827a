"""Creates the landlord of the tests in the cluster, signs employees in, or revokes access. Run as a program.

python -m tests.nightly.cluster.landlord build       creates places, people, leases and accounts
python -m tests.nightly.cluster.landlord people      prints cookies of people, and the pages that they open
python -m tests.nightly.cluster.landlord withdraw    ends an assignment and hides two households
"""

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "housing.settings")
django.setup()

from django.conf import settings  # noqa: E402  (needs the apps)
from django.test import Client  # noqa: E402

from access.guard.purpose import COOKIE  # noqa: E402
from access.models import Assignment  # noqa: E402
from tests.bench.serving import session_of  # noqa: E402
from tests.builders import OWNER, paris_day  # noqa: E402
from tests.nightly.cluster.network import HOSTS  # noqa: E402
from tests.sign_in import held_by, let_in  # noqa: E402
from tests.world import World, build_world  # noqa: E402

# Officer -> tenants. The officer opens the accounts of these tenants, and books payments to them.
OFFICERS = {"elise": ("Dette-Glycines A", "Dette-Tour basse"), "fatou": ("Dette-Quai 9",)}
CARETAKERS = {"awa": "Calme-Glycines A"}


def people() -> list[dict[str, str]]:
    """Return the clients of the load test.

    Each client has a site, cookies, a page to open, and perhaps an account on which it books payments.
    """
    world, clients = World(), []
    for name, tenants in OFFICERS.items():
        person = world.person(name)
        session = session_of(person)
        for tenant in tenants:
            reference = world.account(tenant).reference
            cookies = f"{settings.SESSION_COOKIE_NAME}={session}; {COOKIE}={held_by(person, reference)}"
            clients.append({"site": "web", "cookies": cookies, "page": f"/comptes/{reference}/", "account": reference})
    for name, tenant in CARETAKERS.items():
        cookies = f"{settings.SESSION_COOKIE_NAME}={session_of(world.person(name))}"
        page = f"/fiches/{world.residence(tenant).pk}/"
        clients.append({"site": "card", "cookies": cookies, "page": page, "account": ""})
    cookies = f"{settings.SESSION_COOKIE_NAME}={session_of(world.person('nadia'))}"
    clients.append({"site": "contingent", "cookies": cookies, "page": "/reservations/", "account": ""})
    return clients


def withdraw() -> None:
    """Make three changes that a later recovery must not undo, through the application's pages: end the assignment of a
    caretaker, close a household's file to an officer (conflict of interest), and hide another household by a discreet
    mark."""
    world = World()
    assignment = Assignment.objects.using(OWNER).get(person=world.person("bruno"))
    day, later = f"{paris_day():%d/%m/%Y}", f"{paris_day(90):%d/%m/%Y}"
    end = {"ended_on": day, "reason": "end_of_post"}
    send("jules", f"/acces/affectations/{assignment.pk}/terminer/", end)
    wall = {"person": world.person("elise").email, "reference": world.account("Dette-Glycines B").reference}
    send("georges", "/acces/cloisons/", wall)
    days = {"first_day": day, "last_day": later}
    send("fatou", f"/comptes/{world.account('Calme-Quai 9').reference}/discretion/", days)


def send(name: str, path: str, form: dict[str, str]) -> None:
    client = let_in(Client(), World().person(name))
    answer = client.post(path, form, secure=True, headers={"host": HOSTS[0]})
    assert answer.status_code == 302, (path, answer.status_code, answer.content[:2000])


if __name__ == "__main__":
    if sys.argv[1] == "people":
        print(json.dumps(people()))
    else:
        {"build": build_world, "withdraw": withdraw}[sys.argv[1]]()
