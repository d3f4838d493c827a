"""Queries for the pages of vacancies: dwellings with their letting terms, dwellings that will be vacant, and the yearly
shares of reserving bodies."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef

from access.guard.context import AccessContext
from access.models import Assignment, Person
from access.roles import NOMINATOR
from allocations.models import (
    Contingent,
    Convention,
    FlowBase,
    FlowYear,
    HolderKind,
    OrientationReason,
    Vacancy,
    VacancyState,
)
from allocations.rules import flow_advice
from allocations.vocabulary import EQUIPMENT
from buildings.models import Unit, UnitTerms

# The states of a vacancy in order, without the state for a vacancy that ends without a lease.
STEPS = tuple(state for state in VacancyState if state is not VacancyState.WITHDRAWN)
RECENT_DAYS = 7
# The database counts at most this many applications that suit a dwelling.
MOST_COUNTED = 200
# A dwelling with this equipment is offered first to households that need it (allocations/sql/shortlist.sql).
FOR_DISABLED_PEOPLE = frozenset({"shower", "grab_bars", "adapted_kitchen", "wide_doors"})


def vacancies_of(access: AccessContext) -> Any:
    """Return the vacancies that the current person may read, with their dwellings, earliest availability first."""
    rows = access.rows(Vacancy).select_related("unit__terms", "building__place__parent", "contingent")
    return rows.prefetch_related("building__addresses").order_by("available_on", "id")


def equipment_of(terms: UnitTerms | None) -> list[str]:
    return [EQUIPMENT.label(code) for code in terms.equipment] if terms else []


def terms_of(unit: Unit) -> UnitTerms | None:
    """Return the letting terms of a dwelling, or None if nobody has entered them. Fetch the dwelling with
    `select_related("terms")`."""
    return getattr(unit, "terms", None)


def is_reserved(vacancy: Vacancy) -> bool:
    """Whether a reserving body, rather than the landlord, designates the candidates of a vacancy."""
    return vacancy.contingent is not None and vacancy.contingent.kind != HolderKind.LANDLORD


def is_to_fill(vacancy: Vacancy) -> bool:
    """Whether the landlord's officers can designate candidates for a vacancy now."""
    return vacancy.state in (VacancyState.ORIENTED, VacancyState.SHORTLISTED) and not is_reserved(vacancy)


def owed_examinations() -> dict[UUID, set[int | None]]:
    """Return the ranks of the applications that the law requires to be examined first, by vacancy.

    A rank is None if the vacancy's shortlist must be drawn, or drawn again. Only vacancies of the current person's
    places are returned.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT vacancy, rank FROM allocations_owed_examinations()")
        rows = cursor.fetchall()
    owed: dict[UUID, set[int | None]] = {}
    for vacancy, rank in rows:
        owed.setdefault(vacancy, set()).add(rank)
    return owed


@dataclass(frozen=True)
class Notice:
    """A dwelling that is or will be vacant and has no open vacancy. The departing tenant is not included."""

    unit: Unit
    terms: UnitTerms | None
    free_from: date


def notices(access: AccessContext) -> list[Notice]:
    """Return at most 200 dwellings of the current person's places that are or will be vacant, earliest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT unit, free_from FROM allocations_notices()")
        days: dict[UUID, date] = dict(cursor.fetchall())
    rows = access.rows(Unit).filter(pk__in=days).select_related("building__place__parent", "terms")
    units = {unit.pk: unit for unit in rows.prefetch_related("building__addresses")}
    return [Notice(units[pk], terms_of(units[pk]), day) for pk, day in days.items() if pk in units]


def free_from(unit: Unit) -> date | None:
    """Return the first day on which a dwelling is free, or None if no tenant leaves or a vacancy is already open."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT free_from FROM allocations_notices() WHERE unit = %s", [unit.pk])
        row = cursor.fetchone()
    return row[0] if row else None


@dataclass(frozen=True)
class ConventionState:
    """The convention that matters for a contingent (share of a reserving body) on a day: the one in force, otherwise
    the next one, otherwise the last one."""

    convention: Convention | None
    in_force: bool
    to_come: bool


def convention_on(day: date, conventions: list[Convention]) -> ConventionState:
    ordered = sorted(conventions, key=lambda row: row.first_day)
    current = [row for row in ordered if row.first_day <= day <= row.last_day]
    coming = [row for row in ordered if row.first_day > day]
    chosen = current[-1] if current else coming[0] if coming else ordered[-1] if ordered else None
    return ConventionState(chosen, bool(current), not current and bool(coming))


@dataclass(frozen=True)
class ContingentFlow:
    """A contingent (share of a reserving body), and the number of vacancies reserved for it this year (`oriented`).

    `expected` is how many it should have received of the vacancies reserved so far for all contingents.
    """

    contingent: Contingent
    state: ConventionState
    share_permille: int | None
    base: int
    oriented: int
    expected: Decimal

    @property
    def percent(self) -> Decimal | None:
        return None if self.share_permille is None else Decimal(self.share_permille) / 10

    @property
    def due(self) -> int | None:
        """Return the number of dwellings to which the contingent's yearly share amounts, rounded down."""
        return None if self.share_permille is None else self.share_permille * self.base // 1000

    @property
    def owed(self) -> int:
        """Return how many dwellings the contingent must still receive to reach its yearly share."""
        return max(0, (self.due or 0) - self.oriented)

    @property
    def ahead(self) -> int:
        """Return how many whole dwellings the contingent has received beyond its share to date, negative if it has
        received too few."""
        return int(self.oriented - self.expected)

    @property
    def behind(self) -> int:
        return -self.ahead

    @property
    def lacks_convention(self) -> bool:
        """Whether the contingent lacks a convention in force with its reserving body. The landlord's own contingent
        needs none."""
        return not self.state.in_force and self.contingent.kind != HolderKind.LANDLORD


@dataclass(frozen=True)
class YearFlow:
    year: int
    base: FlowBase | None
    contingents: list[ContingentFlow]
    oriented: int
    outside: int


def flow_of(access: AccessContext) -> YearFlow:
    """Return this year's share for the contingent of each reserving body. Contingents that have ended are left out."""
    day = access.day
    base = access.rows(FlowBase).filter(year=day.year).first()
    with connection.cursor() as cursor:
        cursor.execute("SELECT contingent, times FROM allocations_oriented(%s)", [day.year])
        times: dict[UUID | None, int] = dict(cursor.fetchall())
    rows = access.rows(FlowYear).filter(base=base) if base else []
    shares: dict[UUID, int] = {row.contingent_id: row.share_permille for row in rows}
    outside = times.pop(None, 0)
    oriented = sum(times.values())
    return YearFlow(day.year, base, list(_contingents(access, base, shares, times)), oriented, outside)


def _contingents(
    access: AccessContext, base: FlowBase | None, shares: dict[UUID, int], times: dict[UUID | None, int]
) -> Iterator[ContingentFlow]:
    conventions: dict[UUID, list[Convention]] = {}
    for row in access.rows(Convention):
        conventions.setdefault(row.contingent_id, []).append(row)
    for contingent in current_contingents(access):
        share = shares.get(contingent.pk)
        yield ContingentFlow(
            contingent=contingent,
            state=convention_on(access.day, conventions.get(contingent.pk, [])),
            share_permille=share,
            base=base.base if base else 0,
            oriented=times.get(contingent.pk, 0),
            expected=Decimal((share or 0) * sum(times.values())) / 1000,
        )


def current_contingents(access: AccessContext) -> list[Contingent]:
    """Return the contingents that have not ended, sorted by kind of reserving body."""
    rows = access.rows(Contingent).filter(ended_on__isnull=True).select_related("place").order_by("holder", "id")
    return sorted(rows, key=lambda contingent: HolderKind.values.index(contingent.kind))


def to_orient(access: AccessContext) -> list[Vacancy]:
    return list(vacancies_of(access).filter(state=VacancyState.DECLARED))


def recently_oriented(access: AccessContext) -> list[Vacancy]:
    """Return the vacancies that were reserved in the last seven days and whose reserving body can still be changed."""
    since = access.day - timedelta(days=RECENT_DAYS - 1)
    rows = vacancies_of(access).filter(state=VacancyState.ORIENTED, oriented_on__gte=since)
    return list(rows.order_by("-oriented_on", "available_on"))


@dataclass(frozen=True)
class Proposal:
    """Loge's advice for one vacancy: a contingent (share of a reserving body), or None. `reason` is a code of
    `OrientationReason` for a contingent, and a code of `rules/flow_advice.py` for None."""

    contingent: ContingentFlow | None
    reason: str

    @property
    def label(self) -> str:
        return str(OrientationReason(self.reason).label) if self.contingent else ""


def proposals(flow: YearFlow, waiting: list[Vacancy]) -> dict[UUID, Proposal]:
    """Map each vacancy that is not yet reserved to Loge's advice: the contingent (share of a reserving body) to choose.
    Returns an empty dict if the number of dwellings to let this year is unknown.

    Loge advises only contingents that have a share this year and, where needed, a convention (agreement) in force.
    """
    if flow.base is None:
        return {}
    rows = {str(row.contingent.pk): row for row in flow.contingents if row.due is not None and not row.lacks_convention}
    received = _received(flow.year)
    shares = [
        flow_advice.ContingentShare(key, row.contingent.place.path, row.due or 0, received.get(row.contingent.pk, {}))
        for key, row in rows.items()
    ]
    advice = flow_advice.advise([_vacant_dwelling(vacancy) for vacancy in waiting], shares)
    chosen, reasons = advice.chosen, advice.reasons
    keys = {vacancy.pk: str(vacancy.pk) for vacancy in waiting}
    return {pk: Proposal(rows[name] if (name := chosen[key]) else None, reasons[key]) for pk, key in keys.items()}


def _received(year: int) -> dict[UUID, dict[flow_advice.Kind, int]]:
    """Map each contingent to the dwellings reserved for it in a year, counted by kind of dwelling. The SQL function
    `allocations_oriented` counts the same vacancies."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT v.contingent_id, u.type, t.financing, t.qpv, count(*) FROM allocations_vacancy v"
            " JOIN buildings_unit u ON u.id = v.unit_id JOIN buildings_unitterms t ON t.unit_id = v.unit_id"
            " WHERE v.contingent_id IS NOT NULL AND v.state <> 'withdrawn' AND extract(year FROM v.oriented_on) = %s"
            " GROUP BY 1, 2, 3, 4",
            [year],
        )
        rows = cursor.fetchall()
    received: dict[UUID, dict[flow_advice.Kind, int]] = {}
    for contingent, unit_type, financing, qpv, times in rows:
        received.setdefault(contingent, {})[unit_type, financing, qpv] = times
    return received


def _vacant_dwelling(vacancy: Vacancy) -> flow_advice.VacantDwelling:
    terms = terms_of(vacancy.unit)
    kind = (vacancy.unit.type, terms.financing if terms else "", bool(terms and terms.qpv))
    first_letting = bool(terms and terms.first_letting)
    return flow_advice.VacantDwelling(str(vacancy.pk), vacancy.building.place.path, kind, first_letting)


def possible_nominators(access: AccessContext, contingent: Contingent) -> list[Person]:
    """Return the people who have the role of nominator today and are not yet named for this contingent (share of a
    reserving body)."""
    roles = Assignment.objects.in_force(access.day).filter(person=OuterRef("pk"), role=NOMINATOR.code)
    people = access.rows(Person).filter(Exists(roles), is_active=True).exclude(pk=access.person.pk)
    named = set(contingent.nominators.values_list("person_id", flat=True))
    return [person for person in people.order_by("name", "id") if person.pk not in named]
