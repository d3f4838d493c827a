"""Encodes thousands of audit events per second as leaves of the sealed log.

`audit.sealed.payload` and `audit.tlog.leaf` define the encoding. Events that differ only in their ids and times share a
pattern, a template of the encoded bytes. This module caches the patterns and fills in ids and times.
"""

from collections.abc import Sequence
from typing import Any

from audit.sealed import payload
from audit.sealed.payload import ALIKE, COLUMNS
from audit.sealed.pseudonyms import Secrets
from audit.tlog import leaf
from audit.tlog.leaf import commitment

# A Row is an audit event as SQL returns it: one value for each column of `payload.ENCODED_COLUMNS`.
Row = tuple[Any, ...]

# The leaf of an event that lists more than NAMED people and accounts contains only the pseudonym of its main object.
NAMED = 256
# The cache contains at most _CACHED encoding patterns, each of which takes about a kilobyte of memory.
_CACHED = 4096
_ALIKE = len(ALIKE)
ID, AT, ACTOR, ABOUT, SHOWN = (COLUMNS.index(name) for name in ("id", "at", "actor", "about", "shown"))


def named(rows: Sequence[Row]) -> set[str]:
    """Return the ids of the people and accounts whose pseudonyms appear in the leaves of these events: who acted, and
    whom the events were about."""
    actors = {row[ACTOR] for row in rows} - {None}
    return actors.union(*(subjects(*of) for of in {(row[ABOUT], row[SHOWN]) for row in rows}))


def subjects(about: str | None, shown_ids: str) -> set[str]:
    result, ids = {about} if about else set(), shown_ids.split()
    return result.union(ids) if len(ids) <= NAMED else result


class Spelling:
    """Encodes audit events as leaves (entries) of the sealed log. `rules`, the version of the access rules, is written
    in every leaf.

    The sealing process keeps one instance for its whole life, so that the cached patterns are used again.
    """

    def __init__(self, rules: str) -> None:
        self._rules = rules
        self._patterns: dict[Row, tuple[str, str]] = {}

    def entry(self, row: Row, secrets: Secrets) -> bytes:
        """Encode one audit event as a leaf.

        The leaf contains pseudonyms, so the caller must first call `secrets.learn` with the ids that `named` returns
        for the event.
        """
        content, coded = self._pattern(row)
        details = (content % tuple(filter(None, row[_ALIKE:]))).encode()
        event, at, about, shown_ids = row[ID], row[AT], row[ABOUT], row[SHOWN]
        committed = commitment(secrets.salt(at, event), details).hex()
        subject = " ".join(sorted(map(secrets.name_of, subjects(about, shown_ids)))) if about or shown_ids else ""
        return leaf.filled(coded, secrets.name_of(row[ACTOR]), event, committed, subject, at)

    def _pattern(self, row: Row) -> tuple[str, str]:
        """Return two patterns (templates of encoded bytes): for the details of this audit event, and for its leaf (log
        entry). Cached patterns are used again.

        Two events have the same patterns if they differ only in ids and times, and if the same ids and times are empty.
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
