"""Facts about a resident, a dwelling or an account, such as "call before any visit".

A fact is a code of a closed list with typed fields and a last day. It has no free text and is never edited. The three
kinds have separate tables with separate privileges: a caretaker's database role cannot read account facts.
"""

import uuid
from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models import Person
from access.scope import ScopedQuerySet
from audit.record import Subject
from buildings.models import Building, Unit
from casework.models.fact_code import FactCode, FactScope
from privacy.classes import DataClass
from privacy.processing_activities import FACTS
from privacy.retention import DataPolicy
from privacy.retention_periods import FACT
from tenants.models.account import Account
from tenants.models.hidden import account_not_hidden, lease_not_hidden
from tenants.models.lease import Lease
from tenants.models.residence import Residence
from tenants.models.restriction import account_not_restricted, residence_not_restricted


class FactFields(models.JSONField):
    """JSON field that maps the names of a fact's fields to codes, dates and numbers, never to text.

    A database trigger refuses fields that the code does not define, and values of another type.
    """


class Readable(models.Func):
    """SQL condition: whether the person holds, at the fact's building, a role that may read its fact code."""

    function = "casework_fact_open"
    output_field = models.BooleanField()
    conditional = True

    def __init__(self, person: Person, scope: FactScope) -> None:
        super().__init__(
            models.Value(person.pk, output_field=models.UUIDField()),
            models.Value(scope.value),
            models.Value("read"),
            F("code"),
            F("building"),
        )


class FactQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        scope = self.model.scope
        match scope:
            case FactScope.ACCOUNT:
                not_hidden = account_not_hidden(compartment) & account_not_restricted("written_on")
            case FactScope.CARD:
                not_hidden = lease_not_hidden(compartment, "residence__lease") & residence_not_restricted(compartment)
            case _:
                condition = lease_not_hidden(compartment)
                not_hidden = condition and (Q(lease=None) | condition)
        return super().visible_to(person, compartment).filter(not_hidden, Q(Readable(person, scope)))

    def in_force(self, day: date) -> Self:
        """Return the facts that are valid on the day and not withdrawn, latest first."""
        rows = self.filter(ends_on__gte=day, withdrawn_on__isnull=True)
        latest = ("-written_on", F("written_at").desc(nulls_last=True))
        return rows.select_related("code", "written_by").order_by(*latest, "code", "id")


class Fact(models.Model):
    scope: FactScope
    on: str  # `on` is the name of the foreign key to the object that the fact is about.
    privacy = {
        "id": DataClass.PLAIN,
        "building": DataClass.PLAIN,
        "code": DataClass.INFERABLE,
        "fields": DataClass.INFERABLE,
        "ends_on": DataClass.PERSONAL,
        "told_on": DataClass.PERSONAL,
        "contested_on": DataClass.PERSONAL,
        "kept_on": DataClass.PERSONAL,
        "kept_by": DataClass.PERSONAL,
        "written_on": DataClass.PERSONAL,
        "written_at": DataClass.PERSONAL,
        "written_by": DataClass.PERSONAL,
        "withdrawn_on": DataClass.PERSONAL,
        "withdrawn_by": DataClass.PERSONAL,
        "replaces": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(FACTS, FACT)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    building = models.ForeignKey(
        Building, models.PROTECT, related_name="+", db_index=False, editable=False, db_constraint=False
    )
    code = models.ForeignKey(FactCode, models.PROTECT, related_name="+", db_index=False)
    fields = FactFields()
    ends_on = models.DateField(_("jusqu’au"))
    told_on = models.DateField(_("communiqué au locataire le"), null=True, blank=True)
    contested_on = models.DateField(null=True, blank=True)
    # The `kept_` columns record who decided to keep the fact although the tenant contests it, and when.
    kept_on = models.DateField(null=True, blank=True)
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    written_on = models.DateField()
    # Time at which the fact was recorded. It is None for facts that are older than this column.
    written_at = models.DateTimeField(null=True, editable=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    withdrawn_on = models.DateField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    # Id of the fact that was replaced. A foreign key would prevent the nightly job from erasing the replaced fact.
    replaces = models.UUIDField(null=True, blank=True, editable=False)

    objects = FactQuerySet.as_manager()

    class Meta:
        abstract = True
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def may_be_contested(self) -> bool:
        """Whether the tenant is informed of facts with this code, and has not contested this fact yet."""
        return self.code.tenant_told and self.contested_on is None

    @property
    def is_challenged(self) -> bool:
        """Whether the tenant contests the fact and nobody has answered yet."""
        return self.contested_on is not None and self.kept_on is None

    def values(self) -> dict[str, Any]:
        return dict(self.fields)


def _by_writer(name: str) -> models.Index:
    """Return the index by which the latest facts that a person recorded are read."""
    return models.Index(fields=["written_by", "-written_on"], name=name, condition=Q(written_by__isnull=False))


def _ends_after_it_was_written(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(ends_on__gte=F("written_on")),
        name=name,
        violation_error_message=_("La fin d’un fait ne peut pas précéder le jour de son enregistrement."),
    )


class CardFact(Fact):
    """A fact about a resident. Pages no longer show it once the residence has ended."""

    scope, on = FactScope.CARD, "residence"
    privacy = {"residence": DataClass.PERSONAL}

    residence = models.ForeignKey(Residence, models.PROTECT, related_name="facts", db_constraint=False)

    class Meta(Fact.Meta):
        constraints = [_ends_after_it_was_written("card_fact_ends_after_it_was_written")]
        indexes = [_by_writer("card_fact_by_writer")]

    def subject(self) -> Subject:
        return Subject("residence", self.residence_id)


class DwellingFact(Fact):
    """A fact about a dwelling, occupied or vacant.

    `lease` is the dwelling's lease on the day when the fact was recorded. If the household of this lease gets a
    discreet mark, which hides a household for its safety, the fact is hidden too.
    """

    scope, on = FactScope.DWELLING, "unit"
    privacy = {"unit": DataClass.PERSONAL, "lease": DataClass.PERSONAL}

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="facts", db_constraint=False)
    lease = models.ForeignKey(Lease, models.PROTECT, null=True, related_name="+")

    class Meta(Fact.Meta):
        constraints = [_ends_after_it_was_written("dwelling_fact_ends_after_it_was_written")]
        indexes = [_by_writer("dwelling_fact_by_writer")]

    def subject(self) -> Subject:
        return Subject("unit", self.unit_id)


class AccountFact(Fact):
    """A fact about an account, for those who manage the account."""

    scope, on = FactScope.ACCOUNT, "account"
    privacy = {"account": DataClass.PERSONAL}

    account = models.ForeignKey(Account, models.PROTECT, related_name="facts", db_constraint=False)

    class Meta(Fact.Meta):
        constraints = [_ends_after_it_was_written("account_fact_ends_after_it_was_written")]
        indexes = [_by_writer("account_fact_by_writer")]

    def subject(self) -> Subject:
        return Subject("account", self.account_id)
