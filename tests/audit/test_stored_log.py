"""Evidence packs of a log of 700,100 events must be valid.

Making a pack must read only those leaves that its proofs need.
"""

from tests.bench.stored import stored
from tests.builders import run


def test_a_pack_of_a_large_log_reads_only_what_its_proofs_need(landlord, capsys):
    account = landlord.account("Dette-Glycines A")
    findings = stored(700_100, landlord.person("ines"), account.reference, account.pk)
    assert {one.note.split(";")[0] for one in findings} == {"stored log of 700,100 events"} and len(findings) == 4
    [(leaves,)] = run("SELECT count(*) FROM audit_leaf")
    assert leaves < 300_000
    assert "A stored log of 700,100 events" in capsys.readouterr().out
