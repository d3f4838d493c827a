"""Search keys of buildings. Only database triggers write them (`buildings/sql/search_keys.sql`), no Python code."""

from django.db import models

from access.scope import ScopedQuerySet
from buildings.models.building import Building
from privacy.classes import DataClass
from privacy.processing_activities import PATRIMONY
from privacy.retention import DataPolicy
from privacy.retention_periods import WITHOUT_END


class BuildingKey(models.Model):
    """A text by which a search finds a building: the beginning of a word in its name, code or address, or a whole
    number."""

    privacy = {"key": DataClass.PLAIN, "building": DataClass.PLAIN}
    data_policy = DataPolicy(PATRIMONY, WITHOUT_END)

    pk = models.CompositePrimaryKey("key", "building")
    key = models.CharField(max_length=12, db_collation="C")
    building = models.ForeignKey(
        Building, models.CASCADE, related_name="+", db_index=False, editable=False, db_constraint=False
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        db_table = "buildings_searchkey"
        default_permissions = ()
        # The index contains `key`: with the building alone, PostgreSQL would read all search keys of many buildings.
        indexes = [models.Index(fields=["building", "key"], name="building_key_of_building")]

    def __str__(self) -> str:
        return f"search key of building {self.building_id}"

    def subject(self) -> None:
        """Return None: audit events do not list buildings, because they are not personal data."""
