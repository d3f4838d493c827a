"""Finds the employees who may be exempted from a discreet mark, which hides a household from all other employees."""

from datetime import date

from django.db.models import QuerySet

from access.models import Person
from access.reach import people_reaching
from tenants.models import Account

CAN_BE_NAMED = ("caretaker", "officer")


def colleagues(account: Account, day: date) -> QuerySet[Person]:
    """Return the caretakers and officers who have access to the account's building on this day."""
    named = [rule.person for rule in people_reaching(account.building_id, day) if rule.role in CAN_BE_NAMED]
    people: QuerySet[Person] = Person.objects.filter(pk__in=named).order_by("name", "id")
    return people
