"""Encodes audit events as entries of the log, thousands a second, by reusing what many events have in common.

`payload` and `Leaf` define the encoding; this module caches their patterns and fills in ids and times.
"""

from collections.abc import Sequence
from typing import Any

from audit.sealed import payload
from audit.sealed.payload import ALIKE, COLUMNS
from audit.sealed.pseudonyms import Secrets
from audit.tlog import leaf
from audit.tlog.leaf import commitment

Row = tuple[Any, ...]  # of ENCODED_COLUMNS, in that order: texts, a number, None

# A page that showed more objects than this commits to all of them, but its leaf names only the object it was about.
NAMED = 256
_CACHED = 4096  # patterns of about a kilobyte
_ALIKE = len(ALIKE)
ID, AT, ACTOR, ABOUT, SHOWN = (COLUMNS.index(name) for name in ("id", "at", "actor", "about", "shown"))


def named(rows: Sequence[Row]) -> set[str]:
    """Ids of everybody whose pseudonym the leaves need: who acted, and whom the event was about."""
    actors = {row[ACTOR] for row in rows} - {None}
    return actors.union(*(subjects(*of) for of in {(row[ABOUT], row[SHOWN]) for row in rows}))


def subjects(about: str | None, shown_ids: str) -> set[str]:
    result, ids = {about} if about else set(), shown_ids.split()
    return result.union(ids) if len(ids) <= NAMED else result


class Spelling:
    """The encoder, used for all passes. `rules`: the version of the access rules, written in every leaf."""

    def __init__(self, rules: str) -> None:
        self._rules = rules
        self._patterns: dict[Row, tuple[str, str]] = {}

    def entry(self, row: Row, secrets: Secrets) -> bytes:
        """The bytes of an entry. `secrets` must already know everybody in `named`."""
        content, coded = self._pattern(row)
        details = (content % tuple(filter(None, row[_ALIKE:]))).encode()
        event, at, about, shown_ids = row[ID], row[AT], row[ABOUT], row[SHOWN]
        committed = commitment(secrets.salt(at, event), details).hex()
        subject = " ".join(sorted(map(secrets.name_of, subjects(about, shown_ids)))) if about or shown_ids else ""
        return leaf.filled(coded, secrets.name_of(row[ACTOR]), event, committed, subject, at)

    def _pattern(self, row: Row) -> tuple[str, str]:
        """The patterns of the payload and of the leaf, shared by all events with equal codes and the same columns
        set."""
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
