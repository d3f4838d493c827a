"""Queries about a person's roles and about reach, which is the set of buildings whose data a person may see.

The queries call the SQL functions of access/sql, so that Python code and policies use the same definitions.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection, connections

from access.compartments import Compartment
from access.database.functions import registered
from access.permissions import Permission
from access.roles import roles_with


@dataclass(frozen=True)
class Rule:
    """Person who may see data of a building, with the assignment and the role that permit this."""

    person: UUID
    assignment: UUID
    role: str


def roles_today(person_id: UUID) -> frozenset[str]:
    """Return the codes of the roles that a person has at any place today.

    This also works outside views with the `@door` decorator, which sets the database role.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT role FROM access_assignment WHERE person_id = %s"
            " AND access_counts(first_day, last_day, ended_on, from_hour, to_hour, nightly, loge_today())",
            [person_id],
        )
        return frozenset(role for (role,) in cursor.fetchall())


def roles_at(person_id: UUID, building_id: UUID) -> frozenset[str]:
    """Return the codes of the roles through which a person may see data of one building today."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT role FROM access_rules(%s, %s, loge_today())", [person_id, building_id])
        return frozenset(role for (role,) in cursor.fetchall())


def paths_held(person_id: UUID, permissions: Iterable[Permission]) -> list[str]:
    """Return the tree paths of the places where a person has one of the permissions today."""
    roles = sorted({role for permission in permissions for role in roles_with(permission)})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT q.path FROM access_assignment a JOIN access_place q ON q.id = a.place_id"
            " WHERE a.person_id = %s AND a.role = ANY (%s)"
            " AND access_counts(a.first_day, a.last_day, a.ended_on, a.from_hour, a.to_hour, a.nightly, loge_today())",
            [person_id, roles],
        )
        return [path for (path,) in cursor.fetchall()]


def buildings_reached(person_id: UUID, compartment: Compartment, day: date) -> set[UUID]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_reach(%s, %s, %s)", [person_id, compartment.value, day])
        return {building for (building,) in cursor.fetchall()}


def people_reaching(building_id: UUID, day: date) -> list[Rule]:
    """Return everyone who could see data of a building on a day, with the assignments that permitted this."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT person, assignment, role FROM access_people(%s, %s)", [building_id, day])
        return [Rule(*row) for row in cursor.fetchall()]


def residents_reached(person_id: UUID, day: date) -> int:
    """Return the number of residents whom a person may see on a day.

    The database counts the residents, so that no resident's data is fetched.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {registered.residents_reached}(%s, %s)", [person_id, day])
        return int(cursor.fetchone()[0])


def building_of(kind: str, reference: str) -> UUID | None:
    """Return the id of the building to which a reference belongs, or None for an unknown reference.

    `kind` is "reference" for the reference of an account, "rpls" for the id of a dwelling in the national register, or
    "unit" for the id of a dwelling in Loge.
    """
    with connection.cursor() as cursor:
        cursor.execute(registered.building_of[kind], [reference])
        row = cursor.fetchone()
        return row[0] if row else None


def in_standing(person_id: UUID, place_id: UUID) -> bool:
    """Return whether the person may approve access requests for the place.

    The person must be access administrator there, appointed by a command or granted the role at least thirty days ago,
    and must not have been added as a user in the last thirty days.
    """
    return _answer("SELECT access_is_established_administrator(%s, %s)", person_id, place_id)


def apart(person_id: UUID, other_id: UUID) -> bool:
    """Return whether neither person recently helped to create the user account of the other, directly or through a
    chain."""
    return _answer("SELECT access_apart(%s, %s)", person_id, other_id)


def makers(person_id: UUID) -> set[UUID]:
    """Return the ids of everyone who requested, approved or created a person's user account, directly or through a
    chain of accounts.

    For an employee, ids are returned only in the thirty days after the approval of the account. For a machine, they are
    always returned.
    """
    return _ids("SELECT access_makers(%s)", person_id)


def tokens_to_make() -> set[UUID]:
    """Return the ids of approved requests for which the current person may now create the machine token.

    People who have requested or approved a token may not create it.
    """
    return _ids("SELECT access_tokens_to_make()")


def would_lock_out(person_id: UUID) -> bool:
    """Return whether fewer than two access administrators of the whole organisation would remain without this person.

    Two are needed to give access to anybody, so a program must not remove the last ones.
    """
    return _answer("SELECT access_would_lock_out(%s)", person_id)


def inspector_days(person_id: UUID, first: date, last: date) -> int:
    """Return the largest number of days on which the person is an inspector within any 365 consecutive days.

    Includes the days from `first` to `last`, for which the role is to be granted.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_inspector_days(%s, %s, %s)", [person_id, first, last])
        return int(cursor.fetchone()[0])


def _answer(question: str, *words: UUID) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(question, words)
        return bool(cursor.fetchone()[0])


def never_used() -> set[UUID]:
    """Return the ids of assignments in force today whose person has used no permission at all since the grant."""
    return _ids("SELECT access_unused()")


def in_my_review() -> set[UUID]:
    """Return the ids of the assignments on the list that the current person, a manager, must sign each year.

    Must be called in a view with the `@door` decorator, which sets the current person in the database.
    """
    return _ids("SELECT access_review_list()")


def unused_for(days: int) -> set[UUID]:
    """Return the ids of assignments in force that were not used for `days` days. Leaves out stand-ins and on-call
    duty."""
    return _ids("SELECT access_unused_for(%s)", days)


def _ids(question: str, *words: int | UUID) -> set[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(question, words or None)
        return {pk for (pk,) in cursor.fetchall()}


def watches_reviews() -> bool:
    """Return whether the current person may see the access reviews of all managers."""
    return _answer("SELECT access_supervises_reviews()")


def today(using: str = "default") -> date:
    """Return today's date in Paris according to the database."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT loge_today()")
        day: date = cursor.fetchone()[0]
    return day
