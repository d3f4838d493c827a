"""What `./dev bench` compares the house with is served: or whoever measures next would be the first to find out."""

from django.db import connections

from tests.bench.serving import UNGUARDED, served, session_of


def test_the_house_without_locks_shows_what_the_locks_refuse(landlord):
    """To a caretaker as well, whom no account opens: no door asks her anything, and the login passes every policy."""
    path, session = f"/comptes/{landlord.account('Dette-Quai 9').reference}/", session_of(landlord.person("awa"))
    with served(UNGUARDED, connections["default"].settings_dict["NAME"]) as server:
        assert "Dette-Quai 9" in server.ask(path, session).decode()
