"""No person may get a page that was cached for another person: two people request each page in turn.

Other tests break a rule of tests/invariants.py on purpose, to prove that the test suite notices.
"""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse

from access.checks import routes
from access.grants.actions import sign_ins
from tests.builders import events
from tests.invariants import holding
from tests.sign_in import listed


def own_pages() -> list[str]:
    """Return the URLs of all pages whose path has no argument."""
    doors = [(str(path), getattr(pattern.callback, "door", None)) for path, pattern in routes()]
    pages = [(path, door) for path, door in doors if door and "GET" in door.methods and not door.api]
    return sorted(f"/{path}" for path, _door in pages if "<" not in path)


def test_pages_requested_in_turn_show_the_person_who_asks(landlord, sign_in):
    """Two officers request each page in turn. Neither may get a page that was cached for the other."""
    pages = own_pages()
    assert len(pages) > 20
    elise, fatou = sign_in("elise"), sign_in("fatou")
    compared = 0
    for page in pages:
        first, other, again = (client.get(page) for client in (elise, fatou, elise))
        assert again.status_code == first.status_code, page
        if first.status_code == other.status_code == 200 and b'class="who"' in first.content:
            compared += 1
            assert b"lise" in first.content and b"Fatou" in other.content, page
    assert compared > 5


@pytest.fixture
def broken(landlord):
    """Let a test break rules of tests/invariants.py on purpose. Provides the broken rules and does not fail."""
    with holding() as findings:
        yield findings


@pytest.mark.parametrize(
    ("setting", "value"), [("loge.person", "5a0f0b3e-0000-4000-8000-000000000000"), ("role", "{instance}_card")]
)
@pytest.mark.unwatched("queries as a person left on the connection")
@pytest.mark.breaks_invariants("on purpose")
def test_a_person_or_role_left_on_the_connection_is_detected(landlord, sign_in, settings, broken, setting, value):
    assert sign_in("elise").get("/regles/").status_code == 200 and broken.found == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, false)", [setting, value.format(instance=settings.INSTANCE)])
    try:
        Client().get(reverse("health_live"))
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"RESET {setting}")
    assert ["the connection stays with" in line for line in broken.found] == [True]


def test_a_form_shown_again_rolls_back_what_its_view_wrote(landlord, sign_in, monkeypatch):
    """If an action ends sessions and then raises ValidationError, the transaction is rolled back.

    The sessions must still work, and no event may say that they ended.
    """
    awa = listed(landlord.person("awa"))

    def end_and_refuse(**arguments):
        assert sign_ins.end_sessions(**arguments) == 1
        raise ValidationError("Pas aujourd’hui.")

    monkeypatch.setattr("access.grants.views.sign_ins.end_sessions", end_and_refuse)
    answer = sign_in("jules").post(f"/acces/personnes/{landlord.person('awa').pk}/sessions/", {"reason": "doubt"})
    assert answer.status_code == 200 and "Pas aujourd" in answer.content.decode()
    assert awa.get("/regles/").status_code == 200
    assert events(kind="sessions_ended", outcome="changed") == []
