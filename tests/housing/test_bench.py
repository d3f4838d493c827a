"""`./dev bench` compares the speed of Loge with that of a variant without access controls. This variant must work.

Without this test, an error in the variant would only be noticed when somebody runs the benchmark.
"""

from django.db import connections

from tests.bench.serving import UNGUARDED, served, session_of


def test_the_house_without_locks_shows_what_the_locks_refuse(landlord):
    """In the variant without access controls, even a caretaker must see an account.

    Its view functions check no permission, and its database login bypasses the row-level security policies.
    """
    path, session = f"/comptes/{landlord.account('Dette-Quai 9').reference}/", session_of(landlord.person("awa"))
    with served(UNGUARDED, connections["default"].settings_dict["NAME"]) as server:
        assert "Dette-Quai 9" in server.ask(path, session).decode()
