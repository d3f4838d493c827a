"""Counts the legacy comments that wait for a decision, by agency and category, and finds the next one to show.

The text of the comments is not read here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from casework.models import LegacyComment
from casework.models.legacy_comments import TOO_LONG
from casework.screening_results import CATEGORIES

# KINDS maps each reason why the import restricts a comment of an older system to its label.
KINDS: dict[str, Promise | str] = {**CATEGORIES, TOO_LONG: _("trop long pour une note")}

# The queries of this module need no condition on places: row-level policies return only comments at a person's places.
# Comments that the current person proposed to keep are offered last, because a colleague must decide on them.
_GROUPS = """
    SELECT a.id, a.name, l.category, count(*), count(*) FILTER (WHERE l.proposed_by_id = loge_person()),
        count(*) FILTER (WHERE l.proposed_by_id <> loge_person()),
        (array_agg(l.id ORDER BY l.proposed_by_id IS NOT DISTINCT FROM loge_person(), l.file_id, l.line))[1]
    FROM casework_legacycomment l JOIN access_place a ON a.id = l.agency_id
    GROUP BY a.id, a.name, l.category ORDER BY a.name, a.id, l.category"""
_STANDING = """
    SELECT count(*), count(*) FILTER (WHERE (l.file_id, l.line) < (%s, %s)),
        coalesce((SELECT sum(t.lines) FROM casework_legacycommenttally t WHERE t.agency_id = %s AND t.category = %s), 0)
    FROM casework_legacycomment l WHERE l.agency_id = %s AND l.category = %s"""
_NEXT = """
    SELECT l.id FROM casework_legacycomment l
    WHERE l.agency_id = %s AND l.category = %s AND l.id <> %s AND l.proposed_by_id IS DISTINCT FROM loge_person()
    ORDER BY ((l.file_id, l.line) > (%s, %s)) DESC, l.file_id, l.line LIMIT 1"""


@dataclass(frozen=True)
class Group:
    """The legacy comments of one category in one agency.

    `mine` counts the comments that the current person proposed to keep. `proposed` counts those that a colleague
    proposed to keep.
    """

    category: str
    waiting: int
    mine: int
    proposed: int
    first: UUID

    @property
    def name(self) -> Promise | str:
        return KINDS[self.category]


def groups() -> Iterator[tuple[str, list[Group]]]:
    """Yield pairs of an agency's name and its groups of waiting comments, one group for each category."""
    for (_key, name), rows in groupby(_ask(_GROUPS), key=lambda row: row[:2]):
        yield name, [Group(*row[2:]) for row in rows]


@dataclass(frozen=True)
class Standing:
    """The position of a comment in its group, as in "12 of 240".

    Decided comments count too, but only for people who may read the counts of decided comments.
    """

    rank: int
    total: int


def standing(line: LegacyComment) -> Standing:
    group = [line.agency_id, line.category]
    [(waiting, before, gone)] = _ask(_STANDING, line.file_id, line.line, *group, *group)
    return Standing(int(gone) + before + 1, int(gone) + waiting)


def after(line: LegacyComment) -> UUID | None:
    """Return the id of the next comment of the same agency and category. After the last one comes the first one."""
    where = [line.agency_id, line.category, line.pk, line.file_id, line.line]
    return next((key for (key,) in _ask(_NEXT, *where)), None)


def reconciles(file: UUID) -> bool:
    """Whether the counts of a legacy comment file match its rows, including those hidden from this person."""
    return bool(_ask("SELECT casework_comment_counts_agree(%s)", file)[0][0])


def for_the_landlord() -> bool:
    """Whether this person is the data steward of the whole landlord."""
    return bool(_ask("SELECT access_imports_files()")[0][0])


def is_second_office(line: LegacyComment) -> bool:
    """Whether this person may agree to keep the comment.

    If a data steward proposed to keep it, a manager must agree, and vice versa.
    """
    return bool(_ask("SELECT casework_keeps_comment(%s)", line.pk)[0][0])


def _ask(question: str, *params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, params or None)
        return list(cursor.fetchall())
