"""The unguarded application that `./dev bench` compares Loge with must work; otherwise only the next bench would
fail.
"""

from django.db import connections

from tests.bench.serving import UNGUARDED, served, session_of


def test_the_house_without_locks_shows_what_the_locks_refuse(landlord):
    """Even a caretaker must see an account there: the view checks no permission, and the login passes every policy."""
    path, session = f"/comptes/{landlord.account('Dette-Quai 9').reference}/", session_of(landlord.person("awa"))
    with served(UNGUARDED, connections["default"].settings_dict["NAME"]) as server:
        assert "Dette-Quai 9" in server.ask(path, session).decode()
