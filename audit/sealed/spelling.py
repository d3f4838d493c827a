"""Lines of the trace as entries of the log, thousands a second: what many lines say alike is spelled once.

Nothing is spelled here: `payload` and `Leaf` say how, with holes for ids and times.
"""

from collections.abc import Sequence
from typing import Any

from audit.sealed import payload
from audit.sealed.payload import ALIKE, COLUMNS
from audit.sealed.pseudonyms import Secrets
from audit.tlog import leaf
from audit.tlog.leaf import commitment

Row = tuple[Any, ...]  # of SPELLED, in its order: texts, a number, None

# A page that showed more than this many commits to them all, and names in its leaf what it was about alone.
NAMED = 256
_REMEMBERED = 4096  # patterns of about a kilobyte
_ALIKE = len(ALIKE)
ID, AT, ACTOR, ABOUT, SHOWN = (COLUMNS.index(name) for name in ("id", "at", "actor", "about", "shown"))


def named(rows: Sequence[Row]) -> set[str]:
    """Whose pseudonyms leaves hold: who acted, and whom it was about."""
    found = {row[ACTOR] for row in rows} - {None}
    return found.union(*(subjects(*of) for of in {(row[ABOUT], row[SHOWN]) for row in rows}))


def subjects(about: str | None, shown: str) -> set[str]:
    found, seen = {about} if about else set(), shown.split()
    return found.union(seen) if len(seen) <= NAMED else found


class Spelling:
    """Kept from pass to pass. `rules`: the version of the rules in force, written in every leaf."""

    def __init__(self, rules: str) -> None:
        self._rules = rules
        self._patterns: dict[Row, tuple[str, str]] = {}

    def entry(self, row: Row, secrets: Secrets) -> bytes:
        """The bytes that are hashed, once `secrets` knows everybody `named`."""
        content, coded = self._pattern(row)
        details = (content % tuple(filter(None, row[_ALIKE:]))).encode()
        event, at, about, shown = row[ID], row[AT], row[ABOUT], row[SHOWN]
        committed = commitment(secrets.salt(at, event), details).hex()
        subject = " ".join(sorted(map(secrets.name_of, subjects(about, shown)))) if about or shown else ""
        return leaf.filled(coded, secrets.name_of(row[ACTOR]), event, committed, subject, at)

    def _pattern(self, row: Row) -> tuple[str, str]:
        """Of the payload and of the leaf, for all lines that say the rest alike and hold the same ids."""
        key = (row[:_ALIKE], *map(bool, row[_ALIKE:]))
        if found := self._patterns.get(key):
            return found
        if len(self._patterns) >= _REMEMBERED:
            self._patterns.clear()
        self._patterns[key] = made = self._make(dict(zip(COLUMNS, row, strict=True)))
        return made

    def _make(self, row: payload.Row) -> tuple[str, str]:
        reason = payload.facts(row).get("reason", "")
        coded = leaf.pattern(
            kind=row["kind"],
            outcome=row["outcome"],
            purpose=row["purpose"],
            reason=reason if isinstance(reason, str) else "",
            rules=self._rules,
        )
        return payload.pattern(row), coded
