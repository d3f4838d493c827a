"""Encodes audit events as leaves of the sealed log, thousands a second.

The encoding is defined in `audit.sealed.payload` and `audit.tlog.leaf`. Events that differ only in their ids and times
share a pattern (a template of the encoded bytes). This module caches the patterns and fills in ids and times.
"""

from collections.abc import Sequence
from typing import Any

from audit.sealed import payload
from audit.sealed.payload import ALIKE, COLUMNS
from audit.sealed.pseudonyms import Secrets
from audit.tlog import leaf
from audit.tlog.leaf import commitment

Row = tuple[Any, ...]  # an audit event as read by SQL: one value for each of `payload.ENCODED_COLUMNS`

# Maximum number of pseudonyms in a leaf. If an event lists more people or accounts, its leaf has only the main one.
NAMED = 256
_CACHED = 4096  # maximum number of cached patterns; each takes about a kilobyte of memory
_ALIKE = len(ALIKE)
ID, AT, ACTOR, ABOUT, SHOWN = (COLUMNS.index(name) for name in ("id", "at", "actor", "about", "shown"))


def named(rows: Sequence[Row]) -> set[str]:
    """Return the ids whose pseudonyms the leaves of these rows need: who acted, and whom the events were about."""
    actors = {row[ACTOR] for row in rows} - {None}
    return actors.union(*(subjects(*of) for of in {(row[ABOUT], row[SHOWN]) for row in rows}))


def subjects(about: str | None, shown_ids: str) -> set[str]:
    result, ids = {about} if about else set(), shown_ids.split()
    return result.union(ids) if len(ids) <= NAMED else result


class Spelling:
    """Encodes audit events as leaves. `rules` is the version of the access rules and is written in every leaf.

    One instance serves all passes of the sealer, so that the cached patterns are reused.
    """

    def __init__(self, rules: str) -> None:
        self._rules = rules
        self._patterns: dict[Row, tuple[str, str]] = {}

    def entry(self, row: Row, secrets: Secrets) -> bytes:
        """Encode one event as a leaf. Before, `secrets.learn` must be called with the ids that `named` returns for this
        row, so that their pseudonyms are known."""
        content, coded = self._pattern(row)
        details = (content % tuple(filter(None, row[_ALIKE:]))).encode()
        event, at, about, shown_ids = row[ID], row[AT], row[ABOUT], row[SHOWN]
        committed = commitment(secrets.salt(at, event), details).hex()
        subject = " ".join(sorted(map(secrets.name_of, subjects(about, shown_ids)))) if about or shown_ids else ""
        return leaf.filled(coded, secrets.name_of(row[ACTOR]), event, committed, subject, at)

    def _pattern(self, row: Row) -> tuple[str, str]:
        """Return the pattern of the row's payload and that of its leaf, from the cache if possible.

        Two events share their patterns if all other columns are equal, and the same columns of ids and times are empty.
        """
        key = (row[:_ALIKE], *map(bool, row[_ALIKE:]))
        if cached := self._patterns.get(key):
            return cached
        if len(self._patterns) >= _CACHED:
            self._patterns.clear()
        columns = dict(zip(COLUMNS, row, strict=True))
        reason = payload.facts(columns).get("reason", "")
        coded = leaf.pattern(
            kind=columns["kind"],
            outcome=columns["outcome"],
            purpose=columns["purpose"],
            reason=reason if isinstance(reason, str) else "",
            rules=self._rules,
        )
        self._patterns[key] = patterns = payload.pattern(columns), coded
        return patterns
