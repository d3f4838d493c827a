"""Encodes audit events as entries of the sealed log, thousands a second, by reusing what many events have in common.

`payload` and `Leaf` define the encoding. This module caches their patterns, and fills in ids and times.
"""

from collections.abc import Sequence
from typing import Any

from audit.sealed import payload
from audit.sealed.payload import ALIKE, COLUMNS
from audit.sealed.pseudonyms import Secrets
from audit.tlog import leaf
from audit.tlog.leaf import commitment

Row = tuple[Any, ...]  # one value for each of ENCODED_COLUMNS: text, number or None

# Maximum number of pseudonyms in a leaf. For a page that showed more objects, the leaf names its main object only.
NAMED = 256
_CACHED = 4096  # maximum number of patterns; each takes about a kilobyte
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
    """Encodes events, and caches patterns between passes. `rules` is the version of the access rules, written in every
    leaf."""

    def __init__(self, rules: str) -> None:
        self._rules = rules
        self._patterns: dict[Row, tuple[str, str]] = {}

    def entry(self, row: Row, secrets: Secrets) -> bytes:
        """Encode one event. `secrets` must already have learned the ids that `named` returns for its row."""
        content, coded = self._pattern(row)
        details = (content % tuple(filter(None, row[_ALIKE:]))).encode()
        event, at, about, shown_ids = row[ID], row[AT], row[ABOUT], row[SHOWN]
        committed = commitment(secrets.salt(at, event), details).hex()
        subject = " ".join(sorted(map(secrets.name_of, subjects(about, shown_ids)))) if about or shown_ids else ""
        return leaf.filled(coded, secrets.name_of(row[ACTOR]), event, committed, subject, at)

    def _pattern(self, row: Row) -> tuple[str, str]:
        """Return the patterns of payload and leaf. All events with equal codes and the same non-empty columns share
        them."""
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
