"""The query with which the `@door` decorator checks access to an object before the view shows it.

The query returns whether django-guardian lets the person see the object's building, the person's roles at the building,
and the number of accounts that the person opened in the last hour. On the page that is opened most often, an account's,
the statement that fetches the account contains this query (`with_object_access`).
"""

from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.models import F, Func, JSONField, Value
from guardian.shortcuts import get_user_perms

from access.compartments import Compartment
from access.database.functions import registered
from access.database.prepared import prepared
from access.models import Person
from access.scope import ScopedQuerySet

# SOMEBODY and SOMEWHERE are invented ids, with which django-guardian's query is generated once and then reused.
SOMEBODY, SOMEWHERE = UUID(int=1), UUID(int=2)
# The attribute in which `with_object_access` stores the answer of the query.
_ANSWER = "object_access"


@dataclass(frozen=True)
class ObjectAccess:
    """Result of checking a person's access to an object of a building.

    `allowed`: whether django-guardian permits the person to see the building. `roles`: the person's roles at the
    building. `opened`: number of other accounts that the person opened in the last hour.
    """

    allowed: bool
    roles: frozenset[str]
    opened: int


def check_object_access(
    person: Person, compartment: Compartment, building_id: UUID, account: UUID | None = None, target: Any = None
) -> ObjectAccess:
    """Check the person's access to a building, and count the other accounts that the person opened in the last hour.

    Accounts are counted only if an `account` is to be opened. The caller must have set the compartment's database role.
    No query is needed if `with_object_access` has already added the answer to the `target`.
    """
    if checks := getattr(target, _ANSWER, None):
        return ObjectAccess(person.is_active and checks["touches"], frozenset(checks["roles"]), checks["opened"])
    _sql, (kind, *_places, codename) = guardians_question(compartment)
    params = [kind, building_id, person.pk, codename, account]
    with connection.cursor() as cursor:
        # The SQL function contains a copy of django-guardian's query, so that PostgreSQL can cache the query plan.
        function = registered.object_access
        cursor.execute(prepared(f"SELECT touches, roles, opened FROM {function}(%s, %s, %s, %s, %s)"), params)  # noqa: S608 - no input
        allowed, roles, opened = cursor.fetchone()
    return ObjectAccess(person.is_active and allowed, frozenset(roles), opened)


def with_object_access(rows: ScopedQuerySet, person: Person, compartment: Compartment) -> ScopedQuerySet:
    """Add the answer of the query in `check_object_access` to each row. The rows are accounts.

    Fetching and checking an account in one statement saves about 3 % of the database's processor time for its page.
    """
    _sql, (kind, *_places, codename) = guardians_question(compartment)
    given = Value(kind), F("building_id"), Value(person.pk), Value(codename), F("pk")
    template = "to_jsonb(%(function)s(%(expressions)s))"
    answer = Func(*given, function=registered.object_access, template=template, output_field=JSONField())
    answered: ScopedQuerySet = rows.annotate(**{_ANSWER: answer})
    return answered


def opened_on_occasion(person: Person, compartment: Compartment, application_id: UUID) -> bool:
    """Return whether an occasion (a dated reason) lets the person see a housing application, according to
    django-guardian."""
    if registered.occasion_model is None:
        raise ImproperlyConfigured("No app has registered the model to which occasions give access.")
    application = registered.occasion_model(pk=application_id)
    permissions = get_user_perms(person, application).filter(codename=compartment.codename)
    return person.is_active and permissions.exists()


@cache
def guardians_question(compartment: Compartment) -> tuple[str, tuple[Any, ...]]:
    """Return SQL and parameters of the query with which django-guardian decides whether a person may see a building's
    data.

    SOMEBODY and SOMEWHERE are placeholders for the ids of the person and the building. The query leaves out group
    permissions, because Loge has no groups.
    """
    if registered.guarded_model is None:
        raise ImproperlyConfigured("No app has registered the model on which guardian has permissions.")
    building = registered.guarded_model(pk=SOMEWHERE)
    permissions = get_user_perms(Person(pk=SOMEBODY), building).filter(codename=compartment.codename).order_by()
    sql, params = permissions.query.sql_with_params()
    return sql, tuple(params)
