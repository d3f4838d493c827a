"""Search keys of tenants. Only database triggers write them (`tenants/sql/search_keys.sql`), no Python code."""

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from access.compartments import Compartment
from access.models import Person
from access.scope import ScopedQuerySet
from buildings.models import Building
from privacy.classes import DataClass
from privacy.processing_activities import TENANCY
from privacy.retention import DataPolicy
from privacy.retention_periods import TENANCY_FILE
from tenants.models.lease import LeaseParty
from tenants.models.residence import Residence
from tenants.models.tenant import Tenant


class SearchKeyQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return the search keys of the tenants that the person may see. A key belongs to a building, so the person
        must see a residence of the tenant there or, on pages about accounts, a lease."""
        place = {"tenant": OuterRef("tenant"), "building": OuterRef("building")}
        condition = Q(Exists(Residence._default_manager.visible_to(person, compartment).filter(**place)))
        if compartment is Compartment.ACCOUNT:
            condition |= Q(Exists(LeaseParty._default_manager.visible_to(person, compartment).filter(**place)))
        return super().visible_to(person, compartment).filter(condition)


class SearchKey(models.Model):
    """A text by which a search finds a tenant in a building. It is the beginning of a word of the tenant's name, such a
    word without one letter, the word's sound, or the telephone number."""

    privacy = {"key": DataClass.PERSONAL, "tenant": DataClass.PERSONAL, "building": DataClass.PLAIN}
    data_policy = DataPolicy(TENANCY, TENANCY_FILE)

    pk = models.CompositePrimaryKey("key", "building", "tenant")
    key = models.CharField(max_length=16, db_collation="C")
    building = models.ForeignKey(
        Building, models.PROTECT, related_name="+", db_index=False, editable=False, db_constraint=False
    )
    tenant = models.ForeignKey(
        Tenant, models.PROTECT, related_name="+", db_index=False, editable=False, db_constraint=False
    )

    objects = SearchKeyQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["tenant", "building"], name="search_key_of_tenant")]

    def __str__(self) -> str:
        return f"search key of tenant {self.tenant_id}"

    def subject(self) -> None:
        """Return None: audit events name the tenant's residence or account that a page shows, not the search key."""
