"""The verification must detect each change to the audit log by somebody with all database rights, and report its kind.

The tests make the changes as the database owner with triggers disabled, and roll them back after the verification.
"""

import base64
import io
import threading
from contextlib import contextmanager

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.db import connections, transaction

from access.roles import version
from audit.sealed import sealing, signing_keys
from audit.sealed.problems import SENTENCES, Flaw
from audit.sealed.sealing import LogDiffers, Sealer
from audit.sealed.verification import Check
from audit.tlog.note import COSIGNATURE, Signer
from privacy.encryption import values as encryption
from tests.audit.test_append_only import COLUMNS, VALUES
from tests.audit.test_months import make_month, months_ago
from tests.builders import run


def write(many=1, **columns):
    values = VALUES
    if at := columns.get("at"):
        run(f"INSERT INTO audit_event (at, {COLUMNS}) SELECT {at}, {values} FROM generate_series(1, {many})")
    else:
        run(f"INSERT INTO audit_event ({COLUMNS}) SELECT {values} FROM generate_series(1, {many})")


def sealer(using="seal"):
    return Sealer(signing_keys.load(signing_keys.path()), encryption, version(), using=using)


def seal(using="seal"):
    one = sealer(using)
    while one.run(sign_now=True).more:
        pass


def newest_note():
    return bytes(run("SELECT note FROM audit_checkpoint ORDER BY size DESC LIMIT 1")[0][0]).decode()


@pytest.fixture
def log(bare):
    """Provide a sealed log of twelve events, with a checkpoint (signed state of the log) after every four events.

    Returns the newest checkpoint with the signature of an outside witness, as an auditor stores it outside the
    database.
    """
    for _time in range(3):
        write(4)
        seal()
    witness = Signer("witness.example", Ed25519PrivateKey.generate(), COSIGNATURE)
    note = newest_note()
    kept = note + witness.signature(note.split("\n\n")[0] + "\n", 1_800_000_000).line
    assert found((kept,)) == []
    return kept


def found(kept=(), using="seal"):
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        report = Check(cursor, encryption, kept).run()
    assert all(len(finding.sentence) > 30 for finding in report.findings)
    # The tests always disable triggers, so the finding TABLE_ALTERED is left out. test_silenced.py tests this finding.
    return [finding.flaw for finding in report.findings if finding.flaw is not Flaw.TABLE_ALTERED]


@contextmanager
def insider():
    """Act as a malicious database owner: disable the triggers of the audit log. Roll back all changes at the end."""
    with transaction.atomic(using="owner"):
        parts = run(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relname ~ '^audit_(event|leaf|check)'"
        )
        for (part,) in parts:
            run(f"ALTER TABLE {part} DISABLE TRIGGER USER")
        run("ALTER TABLE audit_subtree DISABLE TRIGGER USER")
        yield
        transaction.set_rollback(True, using="owner")


EVENT = "(SELECT event FROM audit_leaf WHERE number = 5)"
OTHER = "(SELECT event FROM audit_leaf WHERE number = 6)"
SWAPPED = "UPDATE audit_leaf SET number = CASE number WHEN 5 THEN 1006 ELSE 1005 END WHERE number IN (5, 6)"
TAMPERED = {
    "a line edited": ([f"UPDATE audit_event SET outcome = 'refused' WHERE id = {EVENT}"], {Flaw.LINE_ALTERED}),
    "its facts edited": (
        [f'UPDATE audit_event SET facts = \'{{"list": "x"}}\' WHERE id = {EVENT}'],
        {Flaw.LINE_ALTERED},
    ),
    "a line deleted": ([f"DELETE FROM audit_event WHERE id = {EVENT}"], {Flaw.LINE_GONE}),
    "all its month deleted": (["DELETE FROM audit_event"], {Flaw.LINE_GONE}),
    "two lines' contents swapped": (
        [
            f"UPDATE audit_event SET count = CASE id WHEN {EVENT} THEN 7 ELSE 8 END, kind = 'card_opened'"
            f" WHERE id IN ({EVENT}, {OTHER})",
        ],
        {Flaw.LINE_ALTERED},
    ),
    "a line added behind the sealer": (
        [f"INSERT INTO audit_event (at, {COLUMNS}) VALUES (now() - interval '2 hours', {VALUES})"],
        {Flaw.NEVER_SEALED},
    ),
    "a line and its leaf deleted": (
        [f"DELETE FROM audit_event WHERE id = {EVENT}", "DELETE FROM audit_leaf WHERE number = 5"],
        {Flaw.LEAF_GONE, Flaw.ROOT_DIFFERS, Flaw.CUT_OFF, Flaw.SUBTREES_DIFFER, Flaw.ROLLED_BACK},
    ),
    "a leaf edited with its hash": (
        [
            "UPDATE audit_leaf SET entry = replace(convert_from(entry, 'UTF8'), 'list_shown', 'card_opened')::bytea"
            " WHERE number = 5",
            "UPDATE audit_leaf SET hash = sha256('\\x00'::bytea || entry) WHERE number = 5",
        ],
        {Flaw.ROOT_DIFFERS, Flaw.FORKED},
    ),
    "a hash edited": (
        ["UPDATE audit_leaf SET hash = sha256('x') WHERE number = 5"],
        {Flaw.LEAF_ALTERED, Flaw.SUBTREES_DIFFER},
    ),
    "two leaves reordered": (
        [SWAPPED, "UPDATE audit_leaf SET number = number - 1000 WHERE number > 1000"],
        {Flaw.ROOT_DIFFERS, Flaw.FORKED},
    ),
    "a leaf inserted": (
        [
            f"UPDATE audit_leaf SET number = number + {1000} WHERE number > 5",
            "INSERT INTO audit_leaf SELECT 6, gen_random_uuid(), at, entry, hash FROM audit_leaf WHERE number = 5",
            "UPDATE audit_leaf SET number = number - 999 WHERE number > 1000",
        ],
        {Flaw.LEAF_ALTERED, Flaw.LINE_GONE, Flaw.ROOT_DIFFERS, Flaw.FORKED},
    ),
    "a signature edited": (
        ["UPDATE audit_checkpoint SET note = overlay(note placing 'AAAA' from length(note) - 20) WHERE size = 8"],
        {Flaw.NOT_SIGNED},
    ),
    "a salt destroyed before its date": (["DELETE FROM audit_salt"], {Flaw.SALT_GONE}),
    "the last leaves cut off": (["DELETE FROM audit_leaf WHERE number >= 10"], {Flaw.CUT_OFF, Flaw.ROLLED_BACK}),
}


def test_every_kind_of_tampering_is_reported_by_its_own_sentence(log):
    met = {flaw for _statements, flaws in TAMPERED.values() for flaw in flaws}
    assert (
        SENTENCES.keys() == set(Flaw) == met | {Flaw.BACKDATED, Flaw.CLOCK_BACK, Flaw.KEPT_UNKNOWN, Flaw.TABLE_ALTERED}
    )
    for name, (statements, flaws) in TAMPERED.items():
        with insider():
            for statement in statements:
                run(statement.replace("%", "%%"))
            told = set(found((log,), using="owner"))
            # If the test is slow, events wait over a minute to be sealed, and NEVER_SEALED may be reported as well.
            assert told - {Flaw.NEVER_SEALED} == flaws - {Flaw.NEVER_SEALED}, name
            assert Flaw.NEVER_SEALED not in flaws or Flaw.NEVER_SEALED in told, name
    assert found((log,)) == []


def test_rollback_and_fork_are_detected_with_an_external_checkpoint(log):
    """The verification must notice a log that a thief of the signing key has cut off or rewritten and signed again.

    Such a log is consistent. Only a checkpoint (signed state of the log) stored outside the database shows the change.
    """
    back = [
        "DELETE FROM audit_event WHERE id IN (SELECT event FROM audit_leaf WHERE number >= 8)",
        "DELETE FROM audit_leaf WHERE number >= 8",
        "DELETE FROM audit_checkpoint WHERE size > 8",
    ]
    with insider():
        for statement in back:
            run(statement)
        assert (found(using="owner"), found((log,), using="owner")) == ([], [Flaw.ROLLED_BACK])
        write(6)
        seal("owner")
        assert (found(using="owner"), found((log,), using="owner")) == ([], [Flaw.FORKED])
    with insider():
        run(f"UPDATE audit_event SET outcome = 'refused' WHERE id = {EVENT}")
        run("DELETE FROM audit_leaf")
        run("DELETE FROM audit_checkpoint")
        seal("owner")
        assert (found(using="owner"), found((log,), using="owner")) == ([], [Flaw.FORKED])
        assert newest_note().split("\n")[:2] == log.split("\n")[:2]
    assert found((log.replace(log.split("\n")[2], base64.b64encode(bytes(32)).decode()),)) == [Flaw.KEPT_UNKNOWN]


def test_a_clock_set_back_is_reported(log):
    with insider():
        write(1, at="now() - interval '3 days'")
        run("UPDATE audit_checkpoint SET at = at + interval '1 hour'")
        seal("owner")
        assert found((log,), using="owner") == [Flaw.BACKDATED, Flaw.CLOCK_BACK]


def test_sealer_refuses_a_log_that_differs_from_its_checkpoint(log):
    for change in (
        "DELETE FROM audit_leaf WHERE number > 9",
        "UPDATE audit_leaf SET hash = sha256('x') WHERE number = 2",
    ):
        with insider():
            run(change)
            write(1)
            with pytest.raises(LogDiffers):
                sealer("owner").run()


def test_sealing_continues_after_a_crash(log, monkeypatch):
    """After a crash of the sealing process, the next run must seal the waiting events, and the log must be valid.

    The process crashes twice here: after writing leaves without a checkpoint, and inside its transaction.
    """
    write(3)
    with monkeypatch.context() as dying:
        dying.setattr(Sealer, "_sign", lambda *_, **__: None)
        assert sealer().run().leaves == 3
    with transaction.atomic(using="seal"), connections["seal"].cursor() as cursor:
        report = Check(cursor, encryption).run()
    assert (report.findings, report.waiting, report.leaves) == ([], 3, 15)
    write(2)
    with monkeypatch.context() as dying:
        dying.setattr(sealing, "sign", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            sealer().run(sign_now=True)
    assert run("SELECT count(*) FROM audit_leaf") == [(15,)]
    seal()
    assert found((log,)) == [] and newest_note().split("\n")[1] == "17"


def test_two_concurrent_sealers_keep_one_consistent_log(log):
    failed = []

    def work():
        one = sealer()
        try:
            for _pass in range(25):
                one.run(sign_now=True)
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    both = [threading.Thread(target=work) for _ in range(2)]
    for one in both:
        one.start()
    for _pass in range(20):
        write(5)
    for one in both:
        one.join()
    seal()
    assert (failed, found((log,)), run("SELECT count(*) FROM audit_leaf")) == ([], [], [(112,)])


def test_a_pruned_log_still_verifies(bare):
    """The sealed log must stay valid after old months are deleted (pruned).

    Pruning deletes the events of these months and the keys that protect their content in the leaves. It keeps the
    leaves.
    """
    old = make_month(months_ago(14), months_ago(13))
    seal()
    first = newest_note()
    write(5)
    seal()
    call_command("prune_trace", "--apply", stdout=io.StringIO())
    assert run("SELECT count(*) FROM audit_salt") == [(1,)]
    seal()
    with transaction.atomic(using="seal"), connections["seal"].cursor() as cursor:
        report = Check(cursor, encryption, (first,)).run()
    assert (report.findings, report.expired, report.lines, report.leaves) == ([], 1, 6, 7)
    # Without the event that records the deletion of old events, the verification must report these events as missing.
    with insider():
        run("DELETE FROM audit_event WHERE kind = 'trace_pruned'")
        assert set(found(using="owner")) == {Flaw.LINE_GONE}
    # Old monthly partitions are deleted, except those with an event that is not yet in the sealed log.
    run("ALTER TABLE audit_event DETACH PARTITION audit_event_other")
    make_month(months_ago(16), months_ago(15))
    with pytest.raises(CommandError, match="no leaf yet"):
        call_command("prune_trace", "--apply", stdout=io.StringIO())
    assert old


def test_check_trace_prints_its_findings_and_fails(log, tmp_path):
    (tmp_path / "kept").write_text(log)
    out = io.StringIO()
    call_command("check_trace", "--kept", str(tmp_path / "kept"), stdout=out)
    assert "12 feuilles, 12 lignes comparées" in out.getvalue()
    run("ALTER TABLE audit_leaf DISABLE TRIGGER USER")
    run("UPDATE audit_leaf SET hash = sha256('x') WHERE number = 5")
    with pytest.raises(CommandError, match="diffère de celle qui a été scellée"):
        call_command("check_trace", stdout=out)
    assert "La feuille 5 a été modifiée" in out.getvalue()
