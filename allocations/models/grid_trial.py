"""Trials of a draft points grid on all applications. A manager requests a trial, the server computes it at night, and
only counts are stored."""

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models import Person
from access.scope import ScopedQuerySet
from allocations.rules import trials
from audit.record import Subject
from privacy.classes import DataClass
from privacy.processing_activities import APPLICATIONS
from privacy.retention import DataPolicy
from privacy.retention_periods import WITHOUT_END

# Number of trials allowed in thirty days, enforced by a trigger in allocations/sql/grid_trials.sql.
MOST_TRIALS = 8


class TrialQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        return self.all() if compartment is Compartment.STEERING else self.none()


class GridTrial(models.Model):
    """Comparison of a draft points grid with the grid in force. The nightly job reads the draft and computes the trial.

    `draft` is not a foreign key, because the trial must remain when its draft is discarded: the number of trials is
    limited.
    """

    privacy = dict.fromkeys(
        ("id", "draft", "version", "asked_on", "computed_on", "compared_with", "digest"), DataClass.PLAIN
    )
    data_policy = DataPolicy(APPLICATIONS, WITHOUT_END)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.UUIDField()
    version = models.PositiveIntegerField(_("version du projet"))
    asked_on = models.DateField()
    computed_on = models.DateField(null=True, blank=True)
    compared_with = models.PositiveIntegerField(_("version en vigueur"), null=True, blank=True)
    # Digest of the rubrics and lines of the draft grid that was tried, from `allocations.rules.trials.grid_digest`.
    digest = models.CharField(max_length=64, blank=True, default="")

    objects = TrialQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["asked_on"],
                name="grid_trial_once_a_day",
                violation_error_message=_("Un essai a déjà été demandé aujourd’hui : demandez le suivant demain."),
            ),
            models.CheckConstraint(
                condition=Q(computed_on__isnull=True, compared_with__isnull=True, digest="")
                | Q(computed_on__isnull=False, compared_with__isnull=False, digest__regex="^[0-9a-f]{64}$"),
                name="grid_trial_computed_in_full",
                violation_error_message=_("Le résultat de cet essai est incomplet."),
            ),
        ]

    def __str__(self) -> str:
        return f"trial of grid {self.version}"

    def subject(self) -> Subject | None:
        """Return None, because audit events about a trial of a draft grid name the trial and no person."""
        return None


class Population(models.TextChoices):
    """Labels for `allocations.rules.trials.Population`, the groups of applications that a trial counts."""

    ALL = trials.Population.ALL, _("toutes les demandes")
    QUARTILE_1 = trials.Population.QUARTILE_1, _("premier quart, aux revenus les plus bas")
    QUARTILE_2 = trials.Population.QUARTILE_2, _("deuxième quart")
    QUARTILE_3 = trials.Population.QUARTILE_3, _("troisième quart")
    QUARTILE_4 = trials.Population.QUARTILE_4, _("dernier quart, aux revenus les plus hauts")
    WITHOUT_INCOME = trials.Population.WITHOUT_INCOME, _("revenu non déclaré")
    ONE_PERSON = trials.Population.ONE_PERSON, _("une personne")
    TWO_PERSONS = trials.Population.TWO_PERSONS, _("deux personnes, sans enfant")
    MORE_PERSONS = trials.Population.MORE_PERSONS, _("trois personnes ou plus, sans enfant")
    LONE_PARENT = trials.Population.LONE_PARENT, _("parent seul")
    FAMILY = trials.Population.FAMILY, _("autre famille avec enfants")
    UNDER_1_YEAR = trials.Population.UNDER_1_YEAR, _("moins d’un an")
    FROM_1_TO_3_YEARS = trials.Population.FROM_1_TO_3_YEARS, _("d’un an à moins de trois ans")
    FROM_3_TO_6_YEARS = trials.Population.FROM_3_TO_6_YEARS, _("de trois ans à moins de six ans")
    OVER_6_YEARS = trials.Population.OVER_6_YEARS, _("six ans et plus")


class GridTrialCount(models.Model):
    """How many applications of one group would move up, stay or move down in the order, rounded down. All three counts
    are null if they are hidden."""

    privacy = dict.fromkeys(("id", "trial", "population", "moved_up", "unchanged", "moved_down"), DataClass.PLAIN)
    data_policy = DataPolicy(APPLICATIONS, WITHOUT_END)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    trial = models.ForeignKey(GridTrial, models.CASCADE, related_name="counts")
    population = models.CharField(_("demandes comptées"), max_length=20, choices=Population.choices)
    moved_up = models.PositiveIntegerField(_("montent"), null=True, blank=True)
    unchanged = models.PositiveIntegerField(_("ne bougent pas"), null=True, blank=True)
    moved_down = models.PositiveIntegerField(_("descendent"), null=True, blank=True)

    objects = TrialQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["trial", "population"],
                name="grid_trial_count_once",
                violation_error_message=_("Ces demandes sont déjà comptées."),
            ),
            models.CheckConstraint(
                condition=Q(moved_up__isnull=True, unchanged__isnull=True, moved_down__isnull=True)
                | Q(
                    *(
                        Q(**{f"{column}__isnull": False, f"{column}__gte": 5, column: F(column) / 5 * 5})
                        for column in ("moved_up", "unchanged", "moved_down")
                    )
                ),
                name="grid_trial_count_hides_few",
                violation_error_message=_("Un nombre inférieur à cinq, ou qui n’est pas arrondi, ne s’enregistre pas."),
            ),
        ]

    def __str__(self) -> str:
        return f"trial count {self.pk}"

    def subject(self) -> Subject | None:
        """Return None, because these counts are rounded and at least five, and so identify no person."""
        return None
