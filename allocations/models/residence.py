"""Fragile residences named by the intermunicipal allocation agreement (CIA), and the obligation after a refusal there.

If an application is refused because of a fragile residence, the commission must examine it first for the first suitable
vacancy elsewhere (CCH, article L441-2-2). `OwedExamination` stores this obligation.
"""

import uuid
from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models import Person
from access.scope import ScopedQuerySet
from allocations.models.application import Application, OfApplicationQuerySet
from allocations.models.candidacy import Candidacy
from allocations.models.figure import SOURCE_NUMBER
from audit.record import Subject
from buildings.models import Building
from privacy.classes import DataClass
from privacy.processing_activities import ALLOCATION, APPLICATIONS
from privacy.retention import DataPolicy
from privacy.retention_periods import APPLICATION, WITHOUT_END


class FragileResidenceQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return all fragile residences (buildings named in the allocation agreement) to managers, and to officers for
        the letter about a decision."""
        return self.all() if compartment in (Compartment.STEERING, Compartment.APPLICANTS) else self.none()

    def in_force(self, day: date) -> Self:
        return self.filter(Q(last_day__isnull=True) | Q(last_day__gte=day), first_day__lte=day)


class FragileResidence(models.Model):
    """A building that the intermunicipal agreement names as fragile. The row can be ended but not deleted or
    changed."""

    privacy = dict.fromkeys(
        ("id", "building", "source_number", "source_date", "first_day", "last_day", "entered_on"), DataClass.PLAIN
    ) | {"entered_by": DataClass.PERSONAL}
    data_policy = DataPolicy(ALLOCATION, WITHOUT_END)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    building = models.ForeignKey(
        Building, models.PROTECT, related_name="+", db_constraint=False, verbose_name=_("bâtiment")
    )
    # The number of the agreement, such as "2025-12"; a constraint rejects other text.
    source_number = models.CharField(_("numéro de la convention"), max_length=24)
    source_date = models.DateField(_("date de la convention"))
    first_day = models.DateField(_("premier jour"))
    last_day = models.DateField(_("dernier jour"), null=True, blank=True)
    entered_on = models.DateField()
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )

    objects = FragileResidenceQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["building"],
                condition=Q(last_day__isnull=True),
                name="fragile_residence_named_once",
                violation_error_message=_("Ce bâtiment est déjà dans la liste : mettez d’abord fin à sa ligne."),
            ),
            models.CheckConstraint(
                condition=Q(source_number__regex=SOURCE_NUMBER),
                name="fragile_residence_has_its_source",
                violation_error_message=_("Donnez le numéro de la convention, par exemple 2025-12."),
            ),
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                name="fragile_residence_ends_after_it_starts",
                violation_error_message=_("Le dernier jour de cette résidence précède le premier."),
            ),
        ]

    def __str__(self) -> str:
        return f"fragile residence {self.pk}"

    def subject(self) -> Subject | None:
        """Return None, because a fragile residence is a building, and its audit events concern no person."""
        return None


class OwedExamination(models.Model):
    """The obligation to examine an application first for a suitable vacancy outside the fragile residences.

    The row does not store where the application was refused. `met_by` is the candidacy that met the obligation. If this
    candidacy is withdrawn before the commission examines it, the obligation applies again.
    """

    privacy = {
        "id": DataClass.PLAIN,
        "application": DataClass.PERSONAL,
        "owed_since": DataClass.PERSONAL,
        "met_by": DataClass.PERSONAL,
        "met_on": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(APPLICATIONS, APPLICATION)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="owed_examinations", db_index=False)
    owed_since = models.DateField()
    # `met_by` is the candidacy that met the obligation. It is null before that, and again if this candidacy is deleted.
    met_by = models.ForeignKey(Candidacy, models.SET_NULL, null=True, related_name="+")
    met_on = models.DateField(null=True)

    objects = OfApplicationQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["application"], name="owed_to_application")]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(met_on__isnull=True),
                name="owed_once_at_a_time",
                violation_error_message=_("Cette demande est déjà à examiner en premier."),
            ),
            models.CheckConstraint(
                condition=Q(met_by__isnull=True) | Q(met_on__isnull=False),
                name="owed_met_on_a_day",
                violation_error_message=_("Si une candidature remplit l’obligation, sa date est enregistrée."),
            ),
        ]

    def __str__(self) -> str:
        return f"owed examination {self.pk}"

    def subject(self) -> Subject:
        return Subject("application", self.application_id)
