"""Registry of the SQL functions and models of other apps that `access` uses.

The other apps fill it, because `access` must not import them.
"""

from dataclasses import dataclass, field

from django.db.models import Model


@dataclass
class Functions:
    # `guarded_model` is the model of buildings, for which django-guardian checks permissions.
    guarded_model: type[Model] | None = None
    # `occasion_model` is the model of housing applications, to which a dated reason (an occasion) gives access.
    occasion_model: type[Model] | None = None
    # `object_access` is the name of the SQL function that access/guard/object_access.py calls to check access.
    object_access: str = ""
    # `hidden_by_conflict` is the name of the SQL function that says whether a conflict of interest hides a row.
    hidden_by_conflict: str = ""
    # `narrow` maps an object's URL argument to the SQL function that limits queries to one building and household.
    narrow: dict[str, str] = field(default_factory=dict)
    # `residents_reached` is the name of the SQL function that counts the residents whom a person may see on a day.
    residents_reached: str = ""
    # `building_of` maps a kind of reference, such as "unit", to the SQL query that finds the building.
    building_of: dict[str, str] = field(default_factory=dict)


registered = Functions()
