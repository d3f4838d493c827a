"""Packs of a large log, as the benchmark makes it, are valid, and making them reads only what their proofs need."""

from tests.bench.stored import stored
from tests.builders import run


def test_an_account_s_history_from_a_large_log_is_proved_without_reading_the_rest(house, capsys):
    account = house.account("Dette-Glycines A")
    found = stored(700_100, house.person("ines"), account.reference, account.pk)
    assert {one.note.split(";")[0] for one in found} == {"stored log of 700,100 events"} and len(found) == 4
    [(leaves,)] = run("SELECT count(*) FROM audit_leaf")
    assert leaves < 300_000
    assert "A stored log of 700,100 events" in capsys.readouterr().out
