"""The sealing process adds one leaf per committed audit event to the sealed log (a Merkle tree).

Each event must get exactly one leaf, whoever writes the event, and despite rollbacks, crashes and late commits.
"""

import json
import random
import threading
import time
from contextlib import closing
from datetime import timedelta
from functools import partial
from hashlib import sha256
from uuid import uuid4

import psycopg2
import pytest
from django.conf import settings
from django.db import DatabaseError, connections, transaction

from access.roles import version
from audit import events as kinds
from audit.events import Outcome
from audit.models import Event
from audit.record import Subject, record_view
from audit.sealed import pending, sealing, signing_keys, stored_tree
from audit.sealed.payload import COLUMNS, ENCODED_COLUMNS, by_column, payload, salt
from audit.sealed.pseudonyms import Secrets, pseudonym
from audit.sealed.sealing import Sealer, SealerBusy
from audit.sealed.stored_tree import StoredTree, stored_tiles
from audit.tlog import prover, tree
from audit.tlog.checkpoint import Checkpoint
from audit.tlog.leaf import canonical, commitment, read_entry, utc
from audit.tlog.note import open_note
from audit.tlog.prover import Prover
from privacy.encryption import values
from tests.audit.test_append_only import COLUMNS as COLUMNS_OF
from tests.audit.test_append_only import VALUES
from tests.builders import run


@pytest.fixture
def sealer(bare):
    return Sealer(signing_keys.load(signing_keys.path()), values, version())


def write(many, alias="owner"):
    run(f"INSERT INTO audit_event ({COLUMNS_OF}) SELECT {VALUES} FROM generate_series(1, {many})", alias=alias)


def drain(sealer):
    while (done := sealer.run(sign_now=True)).more:
        pass
    return done


def leaves():
    return run("SELECT number, event, at, entry, hash FROM audit_leaf ORDER BY number")


def check_the_log():
    """Check that each event has exactly one leaf, leaf numbers have no gaps, and the newest checkpoint is valid.

    The newest checkpoint must sign the root hash of all leaves. Returns the leaves.
    """
    found = leaves()
    assert [number for number, *_ in found] == list(range(len(found)))
    assert sorted((event, at) for _n, event, at, *_ in found) == sorted(run("SELECT id, at FROM audit_event"))
    hashes = [bytes(hashed) for *_, hashed in found]
    assert hashes == [tree.leaf_hash(bytes(entry)) for *_, entry, _hash in found]
    [(note, size)] = run("SELECT note, size FROM audit_checkpoint ORDER BY size DESC LIMIT 1")
    root = tree.root(size, lambda level, index: whole(hashes[index << level : index + 1 << level]))
    held = signing_keys.load(signing_keys.path())
    opened = open_note(bytes(note).decode(), [held.signer.verifier])
    assert opened.text == Checkpoint("tests/loge", size, root).text() and size == len(found)
    return found


def whole(hashes):
    while len(hashes) > 1:
        hashes = [tree.node_hash(*hashes[at : at + 2]) for at in range(0, len(hashes), 2)]
    return hashes[0]


def test_each_event_has_a_leaf_without_personal_data(landlord):
    awa, account = landlord.person("awa"), landlord.account("Dette-Glycines A")
    record_view(kinds.LIST_SHOWN, Outcome.SHOWN, by=awa, shown_ids=[account.pk, account.pk], list="accounts")
    record_view(kinds.PERSON_LOOKS_READ, Outcome.SHOWN, by=awa, reason="complaint", person=awa.pk)
    sealer = Sealer(signing_keys.load(signing_keys.path()), values, version())
    drain(sealer)
    said = [read_entry(bytes(entry)) for _n, _e, _a, entry, _h in check_the_log()]
    [shown], [read] = ([leaf for leaf in said if leaf.kind == kind] for kind in ("list_shown", "person_looks_read"))
    assert (read.reason, read.rules, shown.actor, shown.subject != "") == ("complaint", version(), read.actor, True)
    with connections["seal"].cursor() as cursor:
        secrets = Secrets(cursor, values)
        secrets.learn([str(awa.pk), str(account.pk)])
        assert (secrets.name_of(str(awa.pk)), secrets.name_of(str(account.pk))) == (shown.actor, shown.subject)
        event = Event.objects.using("owner").get(pk=shown.event)
        row = {column: getattr(event, "shown_ids" if column == "shown" else column) for column in COLUMNS}
        key = secrets.month_key(utc(event.at))
        assert commitment(salt(key, event.pk, utc(event.at)), payload(row)).hex() == shown.payload
        assert commitment(salt(key, event.pk, utc(event.at)), payload(row | {"count": 5})).hex() != shown.payload
    told = b"".join(bytes(entry) for _n, _e, _a, entry, _h in leaves())
    assert not any(str(word).encode() in told for word in (awa.pk, account.pk, "awa", awa.name))


def test_encoding_by_the_database_equals_encoding_by_the_model(landlord):
    """The sealing process and the evidence packs must compute the same leaf from an event.

    The sealing process reads the event's columns as text from the database; packs read the event through the Django
    model.
    """
    awa, account = landlord.person("awa"), landlord.account("Dette-Glycines A")
    about = Subject("account", account.pk)
    record_view(kinds.LIST_SHOWN, Outcome.SHOWN, by=awa, shown_ids=[account.pk, awa.pk], count=2, list="accounts")
    record_view(kinds.ACCOUNT_OPENED, Outcome.SHOWN, by=awa, about=about)
    record_view(kinds.PERSON_LOOKS_READ, Outcome.SHOWN, by=awa, reason="complaint", person=awa.pk)
    write(1)
    spelled = run(f"SELECT {ENCODED_COLUMNS} FROM audit_event e ORDER BY at, id")
    lines = list(by_column(Event.objects.using("owner").order_by("at", "id")))
    assert len(spelled) == len(lines) >= 4
    for row, line in zip(spelled, lines, strict=True):
        text = dict(zip(COLUMNS, row, strict=True))
        said = payload(text)
        assert said == payload(line) == canonical(json.loads(said)) and line["kind"] in json.loads(said)["kind"]
        assert salt(b"k" * 32, text["id"], text["at"]) == salt(b"k" * 32, line["id"], utc(line["at"]))


def test_proofs_from_the_stored_tree_are_valid(sealer, monkeypatch):
    """Proofs computed from the tiles (stored hashes of subtrees) in the database must be valid.

    In this test a tile covers 4 leaves instead of 256, so that even a log of 133 leaves has tiles on several levels.
    """
    for module in (stored_tree, prover):
        monkeypatch.setattr(module, "WIDTH", 4)
        monkeypatch.setattr(module, "HEIGHT", 2)
    run("ALTER TABLE audit_subtree DROP CONSTRAINT audit_subtree_level_check")
    monkeypatch.setattr(sealing, "BATCH", 50)
    write(133)
    drain(sealer)
    hashes = [bytes(hashed) for *_, hashed in leaves()]
    assert run("SELECT level, count(*) FROM audit_subtree GROUP BY 1 ORDER BY 1") == [(2, 33), (4, 8), (6, 2)]
    with connections["seal"].cursor() as cursor:
        stored = StoredTree(cursor, len(hashes))
        assert stored.root() == tree.root(133, lambda level, at: whole(hashes[at << level : at + 1 << level]))
        for number, size in ((0, 133), (132, 133), (77, 90), (64, 65), (0, 1)):
            proof = tree.inclusion_proof(number, size, stored.hash_at)
            assert tree.is_included(hashes[number], number, size, proof, stored.root(size))
        for size in (1, 64, 65, 133):
            many = Prover(partial(stored_tiles, cursor), size, at_once=10)
            assert [*many.inclusion(range(size))] == [
                tree.inclusion_proof(n, size, stored.hash_at) for n in range(size)
            ]
        # A proof for leaf (log entry) 139 is refused, because the log has only 133 leaves.
        with pytest.raises(ValueError, match="wide"):
            [*Prover(partial(stored_tiles, cursor), 140).inclusion([1, 139])]
        proof = tree.consistency_proof(37, 133, stored.hash_at)
        assert tree.is_consistent(37, stored.root(37), 133, stored.root(), proof)


def test_events_of_thirty_two_concurrent_writers_are_sealed_once(sealer):
    committed, ended = [], threading.Event()

    def writer(seed):
        chance = random.Random(seed)
        with closing(beside("trace")) as connection:
            while not ended.is_set():
                with connection.cursor() as cursor:
                    ids = [str(uuid4()) for _ in range(chance.randint(1, 3))]
                    for event in ids:
                        cursor.execute(
                            f"INSERT INTO audit_event ({COLUMNS_OF}) VALUES"
                            f" (%s, {VALUES.removeprefix('gen_random_uuid(), ')})",
                            [event],
                        )
                        time.sleep(chance.random() * 0.03)
                if chance.random() < 0.2:
                    connection.rollback()
                else:
                    connection.commit()
                    committed.extend(ids)

    threads = [threading.Thread(target=writer, args=(seed,)) for seed in range(32)]
    for thread in threads:
        thread.start()
    until = time.monotonic() + 3
    passes = 0
    while time.monotonic() < until or passes <= 10 or len(committed) <= 200:
        sealer.run()
        passes += 1
    ended.set()
    for thread in threads:
        thread.join()
    # The scan of all days would seal events that the sealer has missed and hide this fault, so the scan is disabled.
    sealer._unsealed._scan_from = None
    sealer.run(sign_now=True)
    sealed = [str(event) for _n, event, *_ in check_the_log()]
    assert sorted(sealed) == sorted(committed)


def test_an_event_that_commits_late_is_sealed(sealer, monkeypatch):
    """An event must be sealed even if its transaction commits after many later events have been sealed.

    The sealer searches a time window of recent events. The start of this window must not be later than the oldest
    transaction that may still commit.
    """
    monkeypatch.setattr(pending, "MARGIN", timedelta(0))
    drain(sealer)
    late = beside("owner")
    with late.cursor() as cursor:
        cursor.execute(f"INSERT INTO audit_event ({COLUMNS_OF}) VALUES ({VALUES})")
    for _pass in range(3):
        write(1)
        assert sealer.run().leaves == 1
    late.commit()
    late.close()
    assert (sealer.run(sign_now=True).leaves, sealer.run().leaves) == (1, 0)
    check_the_log()
    # Once the late transaction has committed, the start of the sealer's time window must move past all sealed events.
    # The loop tries for 30 seconds, because the sealer's time window must wait for open transactions of other tests.
    [(newest,)] = run("SELECT max(at) FROM audit_event")
    until = time.monotonic() + 30
    while sealer._unsealed._floor <= newest and time.monotonic() < until:
        time.sleep(0.05)
        sealer.run()
    assert sealer._unsealed._floor > newest


def test_sealed_events_are_not_looked_up_again(sealer):
    """An event that the sealer has sealed must not be read again by its next search for new events.

    Otherwise, at 2,000 events per second, each search would read 20,000 sealed events again.
    """
    looked_for = f"SELECT count(*) FROM audit_event e WHERE {pending._NEW}"
    write(20)
    assert sealer.run().leaves == 20
    # The loop waits until the sealer skips sealed events. Open transactions of other tests may delay this.
    until = time.monotonic() + 30
    while run(looked_for, sealer._unsealed._seen) != [(0,)] and time.monotonic() < until:
        time.sleep(0.05)
        sealer.run()
    assert run(looked_for, sealer._unsealed._seen) == [(0,)]
    write(1)
    assert run(looked_for, sealer._unsealed._seen) == [(1,)]
    assert (sealer.run(sign_now=True).leaves, sealer.run().leaves) == (1, 0)
    check_the_log()


@pytest.mark.parametrize("few", [pending.FEW, -1])
def test_recent_leaves_are_read_as_a_set_if_they_are_few(sealer, monkeypatch, few):
    """The sealer must find exactly the recent events that have no leaf (entry of the sealed log) yet.

    If there are few recent leaves, it reads them as one set. If there are many, it looks up each event in the index of
    leaves.
    """
    monkeypatch.setattr(pending, "FEW", few)
    write(30)
    drain(sealer)
    # The loop waits, because open transactions of other tests may keep the sealer's time window from moving forward.
    until = time.monotonic() + 30
    while sealer._unsealed._since < 30 and time.monotonic() < until:
        time.sleep(0.05)
        sealer.run()
    with closing(beside("owner")) as late, late.cursor() as cursor:
        # While this insert is uncommitted, the start of the time window that the sealer searches cannot move forward.
        cursor.execute(f"INSERT INTO audit_event ({COLUMNS_OF}) VALUES ({VALUES})")
        for _pass in range(4):
            write(3)
            assert sealer.run().leaves == 3
        where, given = sealer._unsealed.window(sealer._unsealed._floor, 42, sealer._unsealed._seen)
        late.commit()
    assert (sealer.run().leaves, sealer.run().leaves) == (1, 0)
    check_the_log()
    statement, given = pending._MISSING.format(where), [*given, 100]
    plan = " ".join(line for (line,) in run(f"EXPLAIN {statement}", *given, alias="seal"))
    assert ("hashed SubPlan" in plan) == (few > 0) and ("l.event = e.id" in where) == (few < 0)
    assert few < 0 or given[2] == 30


def test_a_duplicate_leaf_is_refused_and_the_next_pass_recovers(sealer):
    drain(sealer)
    with closing(beside("owner")) as late, late.cursor() as cursor:
        cursor.execute(f"INSERT INTO audit_event ({COLUMNS_OF}) VALUES ({VALUES})")
        write(2)
        assert sealer.run().leaves == 2
        sealer._unsealed._since = 10**6
        with pytest.raises(DatabaseError, match="audit_leaf_event_key"):
            sealer.run()
        write(1)
        assert (sealer.run().leaves, sealer.run().leaves) == (1, 0)
        late.commit()
    drain(sealer)
    check_the_log()


@pytest.mark.parametrize("together", [True, False])
def test_each_of_two_events_with_the_same_id_gets_a_leaf(sealer, together):
    """The ids of events come from the web processes. Whoever controls one must not be able to stop the sealer, or to
    write an event that is never sealed."""
    drain(sealer)
    event, values_of = uuid4(), VALUES.replace("gen_random_uuid()", "%s")
    for _event in range(2):
        run(f"INSERT INTO audit_event ({COLUMNS_OF}) VALUES ({values_of})", event)
        if not together:
            assert sealer.run().leaves == 1
    assert sealer.run().leaves == (2 if together else 0)
    assert [found[1] for found in check_the_log()[-2:]] == [event, event]
    write(1)
    assert sealer.run().leaves == 1


def test_each_pass_signs_its_leaves_except_during_a_backlog(sealer, monkeypatch):
    """Each pass of the sealer must sign a checkpoint of the sealed log after adding events, unless more events are
    waiting."""
    drain(sealer)
    for _pass in range(3):
        write(2)
        done = sealer.run()
        assert (done.leaves, done.checkpoint.size) == (2, done.size)
    assert sealer.run().checkpoint is None
    monkeypatch.setattr(sealing, "BATCH", 2)
    write(5)
    assert [(sealer.run().checkpoint is None) for _pass in range(3)] == [True, True, False]
    check_the_log()


def beside(alias):
    """Open a second database connection with the login of `alias`, in addition to Django's own connection."""
    parameters = {name: v for name, v in connections[alias].get_connection_params().items() if name != "cursor_factory"}
    parameters.pop("context", None)
    return psycopg2.connect(**parameters)


def test_an_event_of_the_only_transaction_is_sealed_after_its_commit(sealer, monkeypatch):
    """An event must be sealed after its commit even if its transaction is the only one on the server.

    The sealer usually learns from the numbers of later transactions that a transaction has ended. During an import at
    night, there may be no later transaction.
    """
    monkeypatch.setattr(pending, "MARGIN", timedelta(0))
    write(1)
    drain(sealer)
    with closing(beside("owner")) as late, late.cursor() as cursor:
        cursor.execute(f"INSERT INTO audit_event ({COLUMNS_OF}) VALUES ({VALUES})")
        for _pass in range(3):
            assert sealer.run().leaves == 0
        late.commit()
    assert sealer.run().leaves == 1
    check_the_log()


def test_every_event_of_a_large_backlog_is_sealed(sealer):
    """Every event of a backlog of 11,003 events must be sealed. The sealer works through them in several batches."""
    write(2 * 5_000 + 1_003)
    drain(sealer)
    assert len(check_the_log()) == 11_003


def test_all_days_are_scanned_every_six_hours(sealer, monkeypatch):
    """Every six hours, the sealer must scan all days for events without a leaf, not only recent ones.

    In this test, an event dated three days ago must be sealed by the next scan of all days, and not before.
    """
    started, now = time.monotonic(), [0.0]
    monkeypatch.setattr(pending.time, "monotonic", lambda: started + now[0])
    write(1)
    drain(sealer)
    sealer.run()
    assert not sealer._unsealed.is_scanning
    write_days_ago(3)
    now[0] = 6 * 3600 - 60
    assert [sealer.run().leaves for _pass in range(3)] == [0, 0, 0]
    now[0] = 6 * 3600 + 60
    assert sum(sealer.run().leaves for _pass in range(4)) == 1
    check_the_log()


def write_days_ago(days):
    run(f"INSERT INTO audit_event (at, {COLUMNS_OF}) VALUES (now() - interval '{days} days', {VALUES})")


def test_all_days_are_scanned_although_new_events_keep_arriving(sealer):
    """A landlord's busy hours must not delay the scan of all days. Otherwise, the sealer would also work without a
    pause during all these hours, because it makes no pause until the scan ends."""
    write_days_ago(40)
    write_days_ago(3)
    for _pass in range(5):
        write(1)
        sealer.run()
    assert not sealer._unsealed.is_scanning
    assert len(check_the_log()) == 7


def test_a_day_is_scanned_again_if_the_pass_fails(sealer, monkeypatch):
    write_days_ago(3)

    def fail(*_args):
        raise DatabaseError

    with monkeypatch.context() as patch, pytest.raises(DatabaseError):
        patch.setattr(sealer, "_grow", fail)
        sealer.run()
    drain(sealer)
    assert len(check_the_log()) == 1


def test_a_pass_reads_no_month_as_a_whole(sealer):
    """PostgreSQL has no statistics of a month that has just begun. Each pass would then read all events of the month,
    and take longer with every event."""
    write(30)
    drain(sealer)
    where, given = sealer._unsealed.window(sealer._unsealed._floor, 30, sealer._unsealed._seen)
    statement = f"EXPLAIN {pending._MISSING.format(where)}"
    with transaction.atomic(using="seal"), connections["seal"].cursor() as cursor:
        cursor.execute(sealing._TRY)
        # With this setting, a small table is planned like one of 80,000 events: PostgreSQL prefers to read all of it.
        cursor.execute("SET LOCAL random_page_cost = 100")
        cursor.execute(statement, [*given, 100])
        plan = " ".join(line for (line,) in cursor.fetchall())
    assert "Index Scan" in plan and "Seq Scan" not in plan


def test_two_sealers_take_turns_and_seal_nothing_twice(sealer):
    write(5)
    drain(sealer)
    other = beside("seal")
    with other.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock({sealing._LOCK})")
    with pytest.raises(SealerBusy):
        sealer.run(wait=False)
    other.rollback()
    other.close()
    second = Sealer(signing_keys.load(signing_keys.path()), values, version())
    write(2)
    assert (sealer.run().leaves, second.run().leaves, sealer.run().leaves) == (2, 0, 0)
    drain(second)
    check_the_log()


def test_seal_login_can_only_read_and_insert(sealer):
    write(1)
    drain(sealer)
    for statement in (
        "UPDATE audit_leaf SET number = number + 1",
        "DELETE FROM audit_leaf",
        "TRUNCATE audit_checkpoint",
        "DELETE FROM audit_pseudonym",
        "DELETE FROM audit_salt",
        "SELECT FROM tenants_tenant",
        f"INSERT INTO audit_event ({COLUMNS_OF}) VALUES ({VALUES})",
    ):
        with pytest.raises(DatabaseError, match="permission denied"):
            run(statement, alias="seal")
    for table in ("leaf", "subtree", "checkpoint", "cosignature", "sealkey"):
        with pytest.raises(DatabaseError, match="only ever added to"):
            run(f"TRUNCATE audit_{table}", alias="owner")
    with pytest.raises(DatabaseError, match="only ever added to"):
        run("DELETE FROM audit_leaf", alias="owner")
    with pytest.raises(DatabaseError, match="permission denied"):
        run("SELECT FROM audit_leaf", alias="default")


def test_a_log_named_by_its_key_accepts_no_other_name_or_key(tmp_path):
    file = tmp_path / "keys.json"
    held = signing_keys.new(file, "")
    content = json.loads(file.read_text())
    named = f"sigsum.org/v1/tree/{sha256(held.signer.private.public_key().public_bytes_raw()).hexdigest()}"
    assert held.origin == held.signer.name == named and "origin" not in content
    # A key file that states the name of the log must be accepted if the name is the default one.
    file.write_text(json.dumps({**content, "origin": named}))
    assert signing_keys.load(file).origin == named
    with pytest.raises(signing_keys.SealKeysRefused, match="nom de sa clé"):
        signing_keys.rotate(file)
    file.write_text(json.dumps({**content, "origin": named[:-1] + "x"}))
    with pytest.raises(signing_keys.SealKeysRefused, match="n’est pas un fichier de clés"):
        signing_keys.load(file)


def test_a_key_rotation_is_signed_by_both_keys(sealer, tmp_path):
    held = signing_keys.new(tmp_path / "keys.json", "tests/loge")
    write(2)
    drain(Sealer(held, values))
    held = signing_keys.rotate(tmp_path / "keys.json")
    write(1)
    drain(Sealer(held, values))
    write(1)
    drain(Sealer(held, values))
    notes = [bytes(note).decode() for (note,) in run("SELECT note FROM audit_checkpoint ORDER BY size")]
    old, new = (held.public[name] for name in ("s1", "s2"))
    signed = [{verifier for verifier, _ in open_note(note, [old, new]).verified} for note in notes]
    assert signed == [{old}, {old, new}, {new}]
    assert [bytes(p) for (p,) in run("SELECT public FROM audit_sealkey ORDER BY since")] == [old.public, new.public]
    third = signing_keys.rotate(tmp_path / "keys.json")
    assert list(third.public) == ["s1", "s2", "s3"] and third.older
    assert (tmp_path / "keys.json").read_text().count('"private"') == 2
    with pytest.raises(signing_keys.SealKeysRefused):
        signing_keys.new(tmp_path / "keys.json", "tests/other")
    (tmp_path / "keys.json").chmod(0o640)
    with pytest.raises(signing_keys.SealKeysRefused):
        signing_keys.load(tmp_path / "keys.json")


def test_pseudonyms_of_different_people_differ():
    one, other = uuid4(), uuid4()
    assert pseudonym(b"k" * 32, one) != pseudonym(b"k" * 32, other) and len(pseudonym(b"k" * 32, one)) == 32
    assert settings.SEAL_KEY_FILE
