"""The sealer: adds a leaf to the sealed log for every committed audit event, and signs checkpoints of the log.

Writers of events never wait for the sealer. The sealer works in passes. Each pass is one transaction, under an advisory
lock that excludes a second sealer. A pass that fails changes nothing, and the next pass seals the same events.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connections, transaction

from audit.guard.inserts import require_stored_rows
from audit.sealed.bulk_encode import AT, ID, Row, Spelling, named
from audit.sealed.pending import Unsealed
from audit.sealed.pseudonyms import Secrets, Vault
from audit.sealed.signing_keys import SealKeys
from audit.sealed.stored_tree import StoredTree
from audit.tlog.checkpoint import Checkpoint
from audit.tlog.note import sign, signatures
from audit.tlog.tree import leaf_hash

LOGIN = "seal"
BATCH = 5_000
# While a backlog of events is sealed, checkpoints are signed at least BETWEEN_CHECKPOINTS apart, not once per pass.
BETWEEN_CHECKPOINTS = timedelta(seconds=1)
# _LEAVES stores all leaves of a pass in one INSERT. Each column is passed as one text, with one line per leaf.
# A single INSERT with texts takes less time than several INSERTs, or than one INSERT with arrays of bytes.
# COPY cannot store the leaves: PostgreSQL refuses COPY FROM for tables with row-level security.
# Never turn off `synchronous_commit`: if a crash lost a checkpoint, witnesses would take the log for rewritten.
_LEAVES = r"""INSERT INTO audit_leaf (number, event, at, entry, hash)
    SELECT %s + place, event::uuid, at::timestamptz, convert_to(entry, 'UTF8'), decode(hash, 'hex')
    FROM unnest(string_to_array(%s, E'\n'), string_to_array(%s, E'\n'), string_to_array(%s, E'\n'),
        string_to_array(%s, E'\n')) WITH ORDINALITY leaf (event, at, entry, hash, place)"""
_SUBTREES = """INSERT INTO audit_subtree (level, number, hash)
    SELECT * FROM unnest(%s::smallint[], %s::bigint[], %s::bytea[])"""
_LOCK = "hashtext('loge seal')"
# _TRY turns off parallel query workers, so that the sealer uses one processor and leaves the others to requests. It
# turns off sequential scans, because PostgreSQL would read all events of a month as long as it has no statistics of it.
_TRY = f"""SELECT pg_try_advisory_xact_lock({_LOCK}), set_config('max_parallel_workers_per_gather', '0', true),
    set_config('enable_seqscan', 'off', true)"""
_LAST = """SELECT (SELECT coalesce(max(number) + 1, 0) FROM audit_leaf), size, note, at, clock_timestamp()
    FROM (SELECT 1) one LEFT JOIN (SELECT * FROM audit_checkpoint ORDER BY size DESC LIMIT 1) last ON true"""


class SealerBusy(Exception):
    """Raised if another sealer is working on this database and the caller does not want to wait for it."""


class LogDiffers(Exception):
    """Raised if the last checkpoint does not match the leaves in the database. The sealer then adds no leaves. The
    message is for whoever runs the server."""


@dataclass(frozen=True)
class Sealed:
    """The result of one pass of the sealer. `leaves` is the number of leaves added, and `size` the number of all leaves
    in the log. `more` says whether events remain to be sealed."""

    leaves: int
    size: int
    checkpoint: Checkpoint | None
    more: bool


@dataclass(frozen=True)
class _State:
    size: int
    signed: int
    note: str
    signed_at: datetime | None
    now: datetime


class Sealer:
    def __init__(self, keys: SealKeys, vault: Vault, rules: str = "", using: str = LOGIN) -> None:
        """Create a sealer that signs with `keys`. `vault` encrypts the keys of pseudonyms before they are stored.
        `rules`, the version of the access rules, is written in every leaf."""
        self._keys, self._vault, self._using = keys, vault, using
        self._spelling = Spelling(rules)
        self._unsealed = Unsealed()

    def run(self, *, wait: bool = True, sign_now: bool = False) -> Sealed:
        """Add leaves (entries of the sealed log) for the audit events that have none. If another sealer is at work,
        wait until it has finished, or raise SealerBusy if `wait` is false."""
        with transaction.atomic(using=self._using), connections[self._using].cursor() as cursor:
            cursor.execute(_TRY)
            if not cursor.fetchone()[0]:
                if not wait:
                    raise SealerBusy
                cursor.execute(f"SELECT pg_advisory_xact_lock({_LOCK})")
            cursor.execute(_LAST)
            size, signed_size, note, at, now = cursor.fetchone()
            state = _State(size, signed_size or 0, bytes(note or b"").decode(), at, now)
            tree = StoredTree(cursor, state.size)
            self._check(state, tree)
            rows, settled = self._unsealed.search(cursor, state.size, BATCH)
            more = len(rows) >= BATCH or settled.scan_from is not None
            self._grow(cursor, tree, rows)
            signed = self._sign(cursor, tree, state, now=sign_now or not more)
        self._unsealed.settle(settled)
        return Sealed(len(rows), tree.size, signed, more)

    def _check(self, state: _State, tree: StoredTree) -> None:
        """Raise LogDiffers unless the leaves in the database match the last checkpoint. Older checkpoints are not
        compared here, because that takes long; `manage.py check_trace` compares them all."""
        if not state.note:
            return
        text, _signed = signatures(state.note)
        if state.signed > state.size:
            raise LogDiffers(f"{state.size} feuilles, mais le dernier sceau en compte {state.signed}.")
        wanted = Checkpoint(text.split("\n")[0], state.signed, tree.root(state.signed)).text()
        if text != wanted:
            raise LogDiffers(f"Les {state.signed} premières feuilles ne sont pas celles du dernier sceau.")

    def _grow(self, cursor: Any, tree: StoredTree, rows: Sequence[Row]) -> None:
        if not rows:
            return
        secrets = Secrets(cursor, self._vault)
        secrets.learn(named(rows))
        entries = [self._spelling.entry(row, secrets) for row in rows]
        hashes = [leaf_hash(entry) for entry in entries]
        columns = (
            [row[ID] for row in rows],
            [row[AT] for row in rows],
            [entry.decode() for entry in entries],
            [hashed.hex() for hashed in hashes],
        )
        cursor.execute(_LEAVES, [tree.size - 1, *map("\n".join, columns)])
        require_stored_rows(cursor, len(rows), "audit_leaf")
        tree.append(hashes)
        if tree.made:
            levels, numbers, made = zip(*tree.made, strict=True)
            cursor.execute(_SUBTREES, [list(levels), list(numbers), list(made)])

    def _sign(self, cursor: Any, tree: StoredTree, state: _State, *, now: bool) -> Checkpoint | None:
        """Sign a checkpoint of all leaves. Return None without signing if the log has no new leaves.

        Unless `now` is true, also return None if the last checkpoint is younger than BETWEEN_CHECKPOINTS. The first
        checkpoint after a key rotation is signed with the previous key as well.
        """
        recent = state.signed_at is not None and timedelta(0) <= state.now - state.signed_at < BETWEEN_CHECKPOINTS
        if tree.size == state.signed or (recent and not now):
            return None
        signer, older = self._keys.signer, self._keys.older
        public, signers = signer.verifier, [signer]
        cursor.execute("SELECT public FROM audit_sealkey")
        known = {bytes(stored) for (stored,) in cursor.fetchall()}
        if public.public not in known:
            cursor.execute(
                "INSERT INTO audit_sealkey (id, name, public) VALUES (%s, %s, %s)",
                [public.key_id.hex(), public.name, public.public],
            )
            if older and older.verifier.public in known:
                signers = [older, signer]
        made = Checkpoint(self._keys.origin, tree.size, tree.root())
        note = sign(made.text(), *signers)
        cursor.execute("INSERT INTO audit_checkpoint (size, note) VALUES (%s, %s)", [tree.size, note.encode()])
        return made
