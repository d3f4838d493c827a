"""Stores in the database which role may enter which compartment, so that SQL functions can use these pairs.

A compartment is a kind of data with a database role of its own. `provision` copies the pairs from access/roles.py, and
a start-up check compares both.
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
        """Return all rows, because everyone may know which role gives access to which compartment (kind of data)."""
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
        """Return None, so that the audit log does not list each row shown: the rows are not personal data."""
