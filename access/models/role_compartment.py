"""Which role may enter which compartment, as database rows, so that SQL functions can use it.

`provision` copies the rows from access/roles.py, and a start-up check compares the two.
"""

from typing import Self

from django.db import models

from access.compartments import Compartment
from access.models.person import Person
from access.scope import ScopedQuerySet
from privacy.classes import DataClass
from privacy.processing_activities import RULES
from privacy.retention import DataPolicy
from privacy.retention_periods import WITHOUT_END


class RoleCompartmentQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """All rows, because everyone may know which role may enter which compartment."""
        return self


class RoleCompartment(models.Model):
    privacy = {"id": DataClass.PLAIN, "role": DataClass.PLAIN, "compartment": DataClass.PLAIN}
    data_policy = DataPolicy(RULES, WITHOUT_END)

    role = models.CharField(max_length=32)
    compartment = models.CharField(max_length=32)

    objects = RoleCompartmentQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["role", "compartment"], name="role_compartment_once")]

    def __str__(self) -> str:
        return f"role compartment {self.pk}"

    def subject(self) -> None:
        """Returns None, so that the audit log does not list each rule shown: rules are not personal data."""
