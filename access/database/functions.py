"""Registry for SQL functions and a model of other apps that `access` uses but must not import."""

from dataclasses import dataclass, field

from django.db.models import Model


@dataclass
class Functions:
    # The model on whose objects guardian's permissions are granted.
    guarded_model: type[Model] | None = None
    # SQL function (content type, building, person, codename, account) that access/guard/object_access.py calls.
    object_access: str = ""
    # SQL function (compartment, kind, key): whether only a conflict of interest hides the row from the person.
    hidden_by_conflict: str = ""
    # SQL function (person, day): number of residents whom the person may see.
    residents_reached: str = ""
    # Maps a kind of reference, such as "unit", to the SQL query that finds its building.
    building_of: dict[str, str] = field(default_factory=dict)


registered = Functions()
