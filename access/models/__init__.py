"""One class a file: the person, the place, the role table as the database holds it, and the one rule."""

from access.models.assignment import Assignment
from access.models.person import Person
from access.models.place import Level, Place
from access.models.role_compartment import RoleCompartment

__all__ = ["Assignment", "Level", "Person", "Place", "RoleCompartment"]
