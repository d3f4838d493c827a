"""Prepares the pool from which shortlists are drawn, every night: features of open applications, without identity.

An application is excluded from a kind of financing only if its income is certainly above the ceiling. In doubt it is
included, and the commission decides on assessed data.

SQL joins and writes the entries. Python computes only the household size and category, once for each distinct household
shape (`SHAPES`).
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from allocations.assessment import landlord_rows
from allocations.models import Ceiling, LegalFigure, MemberTie
from allocations.rules.ceilings import FINANCINGS, ceiling_of
from allocations.rules.households import (
    MAJORITY,
    YOUNG_COUPLE_AGES,
    Category,
    Person,
    members_of,
    possible_categories,
)
from allocations.rules.results import CaseError, LawIsOpen, MissingFacts
from allocations.rules.rows import Rows
from buildings.models.terms import Zone
from formats.bulk_copy import JOBS, Copying

EVERY_CEILING = [f"{financing} {zone}" for financing in FINANCINGS for zone in Zone.values]

_LINKS = """
    INSERT INTO allocations_poollink (pseudonym, application_id)
    SELECT gen_random_uuid(), a.id FROM allocations_application a
    WHERE a.state <> 'closed' AND a.number IS NOT NULL AND a.rooms_from IS NOT NULL
      AND NOT EXISTS (SELECT FROM allocations_poollink k WHERE k.application_id = a.id)"""
# A household's shape lists, for each person: tie (relation to the applicant), age, mobility card, custody, tax notice.
# Ages above the highest age limit of the rules are replaced by this limit, because no rule tells them apart.
# The "age" of an expected child is 1 once the expected day of birth has passed, and 0 before.
SHAPES = """
    SELECT application_id, string_agg(person, ' ' ORDER BY person) AS shape FROM (
        SELECT application_id, concat_ws(':', tie,
            least(extract(year FROM age(%(day)s::timestamp, birth_date)), %(oldest)s), cmi::integer, '', 1) AS person
        FROM allocations_applicant
        UNION ALL
        SELECT application_id, concat_ws(':', tie,
            CASE WHEN tie = 'expected_child' THEN (birth_date < %(day)s)::integer
                 ELSE least(extract(year FROM age(%(day)s::timestamp, birth_date)), %(grown_up)s) END,
            cmi::integer, custody, on_tax_notice::integer)
        FROM allocations_householdmember) persons
    GROUP BY application_id"""
_DISTINCT = f"SELECT DISTINCT shape FROM ({SHAPES}) households"  # noqa: S608 - a constant
# Entries are inserted in the order of their index, so that drawing a shortlist reads few pages of the table.
_ENTRIES = f"""
    WITH sizes AS (
        SELECT * FROM unnest(%(shapes)s::text[], %(persons)s::integer[], %(categories)s::integer[])
            s (shape, persons, category)
    ), limits AS (
        SELECT category, array_agg(code) AS codes, array_agg(cents) AS cents
        FROM unnest(%(of_categories)s::integer[], %(codes)s::text[], %(cents)s::bigint[]) l (category, code, cents)
        GROUP BY category
    )
    INSERT INTO allocations_poolentry (id, pseudonym, rooms, kept_at_id, ranking_points, verified, declared, filed_on,
        persons, priority, equipment, within_ceilings)
    SELECT gen_random_uuid(), k.pseudonym, r.rooms, a.kept_at_id, b.ranking_points, b.verified, b.declared, a.filed_on,
        s.persons, g.application_id IS NOT NULL, e.codes,
        CASE WHEN i.cents IS NULL OR m.category IS NULL THEN %(every_ceiling)s::text[] ELSE ARRAY (
            SELECT l.code FROM unnest(m.codes, m.cents) l (code, cents) WHERE l.cents IS NULL OR i.cents <= l.cents)
        END
    FROM allocations_application a
    CROSS JOIN LATERAL generate_series(a.rooms_from::integer, a.rooms_to) r (rooms)
    CROSS JOIN LATERAL (SELECT ARRAY (SELECT DISTINCT code FROM unnest(a.equipment) code ORDER BY code) AS codes) e
    JOIN allocations_poollink k ON k.application_id = a.id
    JOIN allocations_scoreband b ON b.application_id = a.id
    JOIN ({SHAPES}) h ON h.application_id = a.id
    JOIN sizes s ON s.shape = h.shape
    LEFT JOIN limits m ON m.category = s.category
    LEFT JOIN (SELECT application_id, coalesce(min(rfr_cents) FILTER (WHERE proof <> ''),
                   max(rfr_cents) FILTER (WHERE basis = 'n2')) AS cents
               FROM allocations_income WHERE signing_year = extract(year FROM %(day)s) GROUP BY 1) i
        ON i.application_id = a.id
    LEFT JOIN (SELECT application_id FROM allocations_priority WHERE ends_on >= %(day)s
               UNION SELECT application_id FROM allocations_ground WHERE ends_on >= %(day)s) g
        ON g.application_id = a.id
    WHERE a.state <> 'closed' AND a.rooms_from IS NOT NULL
    ORDER BY a.kept_at_id, r.rooms, e.codes, b.ranking_points DESC, a.filed_on"""  # noqa: S608 - a constant


def prepare_pool(copying: Copying) -> int:
    """Replace all entries of the pool, and count the applications that suit each vacancy to be filled. Returns the
    number of entries."""
    (day,) = copying.ask("SELECT loge_today()")[0]
    rows = landlord_rows(
        Ceiling._default_manager.using(JOBS).filter(year=day.year),
        LegalFigure._default_manager.using(JOBS).in_force(day),
    )
    # Nested loops are off: without statistics, PostgreSQL would read all of allocations_poollink for each application.
    # With nested loops, the first nightly job took over five minutes for 300,000 applications.
    copying.run("SET LOCAL enable_nestloop TO off")
    copying.run(_LINKS)
    copying.run("DELETE FROM allocations_poolentry")
    ages = shape_parameters(day)
    copying.cursor.execute(_DISTINCT, ages)
    sizes = [(shape, *size_of(persons_of(shape, day), day)) for (shape,) in copying.cursor.fetchall()]
    shapes, persons, categories = map(list, zip(*sizes, strict=True)) if sizes else ([], [], [])
    limits = list(limits_of({category for category in categories if category}, rows, day))
    of_categories, codes, cents = map(list, zip(*limits, strict=True)) if limits else ([], [], [])
    by_shape = {"shapes": shapes, "persons": persons, "categories": categories}
    ceilings = {"of_categories": of_categories, "codes": codes, "cents": cents, "every_ceiling": EVERY_CEILING}
    copying.cursor.execute(_ENTRIES, ages | by_shape | ceilings)
    entries = int(copying.cursor.rowcount)
    copying.run("SET LOCAL enable_nestloop TO DEFAULT")
    copying.ask("SELECT allocations_count_matches()")
    return entries


def shape_parameters(day: date) -> dict[str, Any]:
    """Return the parameters of the query `SHAPES`. Ages above a limit are replaced by the limit, because the rules only
    ask whether a couple's or a child's age reaches it."""
    return {"day": day, "oldest": YOUNG_COUPLE_AGES + 1, "grown_up": MAJORITY}


def limits_of(categories: set[int], rows: Rows, day: date) -> Iterator[tuple[int, str, int | None]]:
    """Yield each income ceiling as (household category, financing with zone, cents). The cents are None if the ceiling
    is missing or the law is unclear."""
    for category in sorted(categories):
        for code in EVERY_CEILING:
            financing, zone = code.split(" ")
            try:
                cents = 100 * ceiling_of(rows, financing, (zone,), Category(category), day).euros
            except (MissingFacts, LawIsOpen):
                cents = None
            yield category, code, cents


def persons_of(shape: str, day: date) -> tuple[Person, ...]:
    """Return the persons of a household shape, a text with the tie (relation to the applicant) and age of each person.
    Their birth dates are chosen to match the ages."""
    return tuple(_person(code, day) for code in shape.split(" "))


def _person(code: str, day: date) -> Person:
    tie, age, card, custody, notice = code.split(":")
    if tie == MemberTie.EXPECTED_CHILD:
        return Person(tie, day - timedelta(days=int(age)))
    birth_date = date(day.year - int(age), day.month, min(day.day, 28))
    on_tax_notice = notice == "1"
    grown_up = tie == MemberTie.CHILD and int(age) >= MAJORITY
    dependant = on_tax_notice if grown_up else None
    return Person(tie, birth_date, custody, dependant, on_tax_notice, cmi=card == "1")


def size_of(persons: tuple[Person, ...], day: date) -> tuple[int, int | None]:
    """Return the number of persons who count, and the most favourable household category that is possible. The category
    is None if data are missing or contradictory."""
    try:
        members = members_of(persons, day, [])
    except (MissingFacts, CaseError):
        return sum(person.tie != MemberTie.EXPECTED_CHILD for person in persons), None
    categories, _points = possible_categories(persons, members)
    return len(members), max(category.persons for category in categories)
