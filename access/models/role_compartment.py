"""The role table as the database enforces it: written by `provision` from access/roles.py, compared at start-up."""

from django.db import models

from privacy.classes import DataClass


class RoleCompartment(models.Model):
    privacy = {"id": DataClass.PLAIN, "role": DataClass.PLAIN, "compartment": DataClass.PLAIN}

    role = models.CharField(max_length=32)
    compartment = models.CharField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["role", "compartment"], name="role_compartment_once")]

    def __str__(self) -> str:
        return f"{self.role} {self.compartment}"
