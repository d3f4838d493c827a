"""Prepares the pool of matching at night: features of open applications, without identity.

An application is left out of a kind of financing only if its income is certainly above the ceiling. Where data or the
law are open, it stays in: the sheet for the commission decides on assessed data.
"""

from collections.abc import Callable, Iterator
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import uuid4

from allocations.assessment import landlord_rows
from allocations.models import Ceiling, LegalFigure, MemberTie, PoolEntry
from allocations.rules.ceilings import FINANCINGS, ceiling_of
from allocations.rules.households import MAJORITY, Category, Person, completed_years, members_of, possible_categories
from allocations.rules.results import LawIsOpen, MissingFacts
from allocations.rules.rows import Rows
from buildings.models.terms import Zone
from formats.bulk_copy import JOBS, Copying, Row, table_of

ENTRY = table_of(
    PoolEntry,
    *("id", "pseudonym", "rooms", "kept_at", "ranking_points", "verified", "declared", "filed_on", "persons"),
    *("priority", "equipment", "within_ceilings"),
)
AT_ONCE = 5_000
EVERY_CEILING = tuple((financing, zone) for financing in FINANCINGS for zone in Zone.values)

_LINKS = """
    INSERT INTO allocations_poollink (pseudonym, application_id)
    SELECT gen_random_uuid(), a.id FROM allocations_application a
    WHERE a.state <> 'closed' AND a.number IS NOT NULL AND a.rooms_from IS NOT NULL
    ON CONFLICT (application_id) DO NOTHING"""
# Persons are arrays of ties, birth dates, mobility cards, custodies and tax notices, applicants first.
_POOL = """
    SELECT k.pseudonym, a.kept_at_id, a.filed_on, a.rooms_from, a.rooms_to, a.equipment, b.ranking_points, b.verified,
        b.declared, coalesce(i.proved, i.declared), g.application_id IS NOT NULL,
        p.ties, p.births, p.cmi, m.ties, m.births, m.cmi, m.custodies, m.notices
    FROM allocations_application a
    JOIN allocations_poollink k ON k.application_id = a.id
    JOIN allocations_scoreband b ON b.application_id = a.id
    JOIN (SELECT application_id, array_agg(tie::text) AS ties, array_agg(birth_date) AS births, array_agg(cmi) AS cmi
          FROM allocations_applicant GROUP BY 1) p ON p.application_id = a.id
    LEFT JOIN (SELECT application_id, array_agg(tie::text) AS ties, array_agg(birth_date) AS births,
                   array_agg(cmi) AS cmi, array_agg(custody::text) AS custodies, array_agg(on_tax_notice) AS notices
               FROM allocations_householdmember GROUP BY 1) m ON m.application_id = a.id
    LEFT JOIN (SELECT application_id, max(rfr_cents) FILTER (WHERE basis = 'n2') AS declared,
                   min(rfr_cents) FILTER (WHERE proof <> '') AS proved
               FROM allocations_income WHERE signing_year = extract(year FROM loge_today()) GROUP BY 1) i
        ON i.application_id = a.id
    LEFT JOIN (SELECT application_id FROM allocations_priority WHERE ends_on >= loge_today()
               UNION SELECT application_id FROM allocations_ground WHERE ends_on >= loge_today()) g
        ON g.application_id = a.id
    WHERE a.state <> 'closed' AND a.rooms_from IS NOT NULL"""


def prepare_pool(copying: Copying) -> int:
    """Replace the pool, count the matches of every vacancy to be filled, and return the number of entries."""
    (day,) = copying.ask("SELECT loge_today()")[0]
    rows = landlord_rows(
        Ceiling._default_manager.using(JOBS).filter(year=day.year),
        LegalFigure._default_manager.using(JOBS).in_force(day),
    )
    copying.run(_LINKS)
    copying.run(f"DELETE FROM {ENTRY.name}")  # noqa: S608 - the name of a table
    copying.cursor.execute(_POOL)
    copying.rows(ENTRY, list(entries_of(copying.cursor, day, compile_limits(rows, day))))
    copying.ask("SELECT allocations_count_matches()")
    return copying.counts[ENTRY.name]


def compile_limits(rows: Rows, day: date) -> Callable[[str, str, Category], int | None]:
    """Return a function that gives the ceiling in cents, or None if it is missing or open."""

    @lru_cache(None)
    def limit(financing: str, zone: str, category: Category) -> int | None:
        try:
            return 100 * ceiling_of(rows, financing, (zone,), category, day).euros
        except (MissingFacts, LawIsOpen):
            return None

    return limit


def entries_of(cursor: Any, day: date, limit: Callable[[str, str, Category], int | None]) -> Iterator[Row]:
    """Yield the rows of the pool: one for each number of rooms that an application asks for."""
    while rows := cursor.fetchmany(AT_ONCE):
        for row in rows:
            pseudonym, kept_at, filed_on, first, last, equipment, *ranking, income, priority = row[:11]
            persons = persons_of(row[11:], day)
            count, category = size_of(persons, day)
            within = [
                f"{financing} {zone}"
                for financing, zone in EVERY_CEILING
                if income is None
                or category is None
                or (most := limit(financing, zone, category)) is None
                or income <= most
            ]
            shared = (kept_at, *ranking, filed_on, count, priority)
            arrays = ("{" + ",".join(equipment) + "}", "{" + ",".join(f'"{each}"' for each in within) + "}")
            for rooms in range(first, last + 1):
                yield (uuid4(), pseudonym, rooms, *shared, *arrays)


def persons_of(columns: tuple[Any, ...], day: date) -> tuple[Person, ...]:
    """Return the persons as the rules know them, as `allocations.assessment.household_of` does from stored rows."""
    ties, births, cards, member_ties, member_births, member_cards, custodies, notices = columns
    persons = [
        Person(tie, birth, on_tax_notice=True, cmi=cmi) for tie, birth, cmi in zip(ties, births, cards, strict=True)
    ]
    if member_ties:
        for tie, birth, cmi, custody, notice in zip(
            member_ties, member_births, member_cards, custodies, notices, strict=True
        ):
            if tie == MemberTie.EXPECTED_CHILD:
                persons.append(Person(tie, birth))
                continue
            grown_up = tie == MemberTie.CHILD and completed_years(birth, day) >= MAJORITY
            persons.append(
                Person(
                    tie, birth, custody=custody, dependant=notice if grown_up else None, on_tax_notice=notice, cmi=cmi
                )
            )
    return tuple(persons)


def size_of(persons: tuple[Person, ...], day: date) -> tuple[int, Category | None]:
    """Return the number of persons who count, and the most favourable category that is possible, or None if data are
    missing."""
    try:
        members = members_of(persons, day, [])
    except MissingFacts:
        return len(persons), None
    categories, _points = possible_categories(persons, members)
    return len(members), max(categories, key=lambda category: category.persons)
