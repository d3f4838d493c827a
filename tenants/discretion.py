"""Finds the colleagues who may be allowed to see a discreet household."""

from datetime import date

from django.db.models import QuerySet

from access.models import Person
from access.reach import people_reaching
from tenants.models import Account

CAN_BE_NAMED = ("caretaker", "officer")


def colleagues(account: Account, day: date) -> QuerySet[Person]:
    """Return the caretakers and officers whose reach includes the account's building on this day."""
    named = [rule.person for rule in people_reaching(account.building_id, day) if rule.role in CAN_BE_NAMED]
    people: QuerySet[Person] = Person.objects.filter(pk__in=named).order_by("name", "id")
    return people
