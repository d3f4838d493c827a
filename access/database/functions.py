"""What access runs, and what it asks guardian about, of apps above it. Each app registers its own when it is ready."""

from dataclasses import dataclass, field

from django.db.models import Model


@dataclass
class Functions:
    # Guardian's permissions are on objects of this model
    guarded_model: type[Model] | None = None
    # (content type, building, person, codename, account or NULL) -> whether guardian permits, roles, accounts opened
    object_access: str = ""
    # (compartment, kind, key) -> whether only a conflict of interest hides the row
    hidden_by_conflict: str = ""
    # (person, day) -> number of residents that the person reaches
    residents_reached: str = ""
    # Kind of a reference -> query of the building that it stands in
    building_of: dict[str, str] = field(default_factory=dict)


registered = Functions()
