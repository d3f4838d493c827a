"""`./dev bench` compares Loge with a copy of it without access controls, which must still work.

Without this test, an error in that copy would only be noticed when somebody runs the benchmark.
"""

from django.db import connections

from tests.bench.serving import UNGUARDED, served, session_of


def test_the_house_without_locks_shows_what_the_locks_refuse(landlord):
    """Without access controls even a caretaker must see an account.

    The view checks no permission, and the database login bypasses the row-level security policies.
    """
    path, session = f"/comptes/{landlord.account('Dette-Quai 9').reference}/", session_of(landlord.person("awa"))
    with served(UNGUARDED, connections["default"].settings_dict["NAME"]) as server:
        assert "Dette-Quai 9" in server.ask(path, session).decode()
