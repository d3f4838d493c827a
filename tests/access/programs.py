"""Makes API tokens for machine clients in tests.

One administrator requests a token, another approves it, and the data protection officer makes it.
"""

from types import SimpleNamespace

from django.test import Client

from access.grants.actions.requests import Newcomer, approve, ask
from access.grants.actions.tokens import make_token
from access.grants.grant_terms import Terms
from access.models import AccessRequest
from tests.access.acting import acting
from tests.builders import OWNER, assign, make_person, paris_day

READS = ("accounts_list", "account_view")


def two_administrators(landlord):
    """Return two administrators, `asker` and `second`.

    Neither created the other's user account, so each may approve the other's requests.
    """
    second = make_person("Zoé Petit", landlord.place("Office des Trois-Rives"))
    assign(second, "access_administrator", landlord.place("Office des Trois-Rives"))
    return SimpleNamespace(asker=landlord.person("jules"), second=second)


def asked_for(landlord, two, permissions=READS, role="officer", place="Agence Belleville", last=90):
    terms = Terms(landlord.place(place), paris_day(), paris_day(last), "posting", role)
    machine = Newcomer("Relevés de banque", "a1@machine.invalid", landlord.place(place), permissions)
    with acting(two.asker):
        return ask(by=two.asker, whose=machine, terms=terms)


def approved(landlord, two, **options):
    access_request = asked_for(landlord, two, **options)
    with acting(two.second):
        approve(by=two.second, access_request=access_request)
    return AccessRequest.objects.using(OWNER).get(pk=access_request.pk)


def made(landlord, two, **options):
    """Make an API token: one person requests it, a second approves it, a third makes it. Returns token and secret."""
    access_request, third = approved(landlord, two, **options), landlord.person("ines")
    with acting(third):
        return make_token(by=third, access_request=access_request)


def program(secret):
    return Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {secret}"})
