"""Points of applications by the points grid in force, computed at night.

Officers read only a band (range of points), which does not disclose sensitive priorities (`allocations.rules.bands`).
The examiner and the applicant read the points of each criterion.
"""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models import Person
from access.scope import ScopedQuerySet
from allocations.models.application import Application, OfApplicationQuerySet, OnOccasion
from allocations.models.grid import Grid
from audit.record import Subject
from privacy.classes import DataClass
from privacy.processing_activities import APPLICATIONS
from privacy.retention import DataPolicy
from privacy.retention_periods import APPLICATION


class SumOf(models.Func):
    """SQL function that returns the sum of the integers in an array."""

    function = "allocations_sum"
    output_field = models.IntegerField()


class ScoreBandQuerySet(OfApplicationQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        return super().visible_to(person, compartment).defer("ranking_points")


class ScoreBand(models.Model):
    """The bands (ranges of points) that officers read: one from verified data, and one from declared data.

    Officers may not read `ranking_points`, which order the pool. These points are computed from declared data, and
    include every sealed line (sensitive priority) of the grid if any priority is recognised.
    """

    privacy = {
        "application": DataClass.PLAIN,
        "grid": DataClass.PLAIN,
        "computed_on": DataClass.PLAIN,
        "verified": DataClass.PERSONAL,
        "declared": DataClass.PERSONAL,
        "ranking_points": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(APPLICATIONS, APPLICATION)

    application = models.OneToOneField(Application, models.CASCADE, primary_key=True, related_name="band")
    grid = models.ForeignKey(Grid, models.PROTECT, related_name="+")
    computed_on = models.DateField()
    verified = models.IntegerField(_("tranche, données vérifiées"))
    declared = models.IntegerField(_("tranche, données déclarées"))
    ranking_points = models.IntegerField(db_default=0)

    objects = ScoreBandQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"band {self.pk}"

    def subject(self) -> Subject:
        return Subject("application", self.application_id)


class ScoreQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return the scores of applications whose case the examiner has taken."""
        if compartment is not Compartment.GROUNDS:
            return self.none()
        return self.filter(Q(OnOccasion("application", person.pk, compartment.value)))


class Score(models.Model):
    """The points of an application. `lines` has the codes of the criteria that count, and `points` their points in the
    same order. The fields that begin with `provisional` are computed from declared data as well as verified data."""

    privacy = {
        "application": DataClass.PLAIN,
        "grid": DataClass.PLAIN,
        "computed_on": DataClass.PLAIN,
        "months": DataClass.PERSONAL,
        "lines": DataClass.INFERABLE,
        "points": DataClass.INFERABLE,
        "total": DataClass.INFERABLE,
        "provisional_lines": DataClass.INFERABLE,
        "provisional_points": DataClass.INFERABLE,
        "provisional_total": DataClass.INFERABLE,
    }
    data_policy = DataPolicy(APPLICATIONS, APPLICATION)

    application = models.OneToOneField(Application, models.CASCADE, primary_key=True, related_name="score")
    grid = models.ForeignKey(Grid, models.PROTECT, related_name="+")
    computed_on = models.DateField()
    months = models.PositiveSmallIntegerField()
    lines = ArrayField(models.CharField(max_length=32))
    points = ArrayField(models.IntegerField())
    total = models.IntegerField()
    provisional_lines = ArrayField(models.CharField(max_length=32))
    provisional_points = ArrayField(models.IntegerField())
    provisional_total = models.IntegerField()

    objects = ScoreQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(lines__len=F("points__len"), provisional_lines__len=F("provisional_points__len"))
                & Q(total=SumOf("points"), provisional_total=SumOf("provisional_points")),
                name="score_is_sum_of_lines",
                violation_error_message=_("Le total n’est pas la somme des critères."),
            )
        ]

    def __str__(self) -> str:
        return f"score {self.pk}"

    def subject(self) -> Subject:
        return Subject("application", self.application_id)
