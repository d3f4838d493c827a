"""The public points grid, in versions: criteria and their points. A version cannot change once two people have adopted
it.

This module stores the grid, and the database checks it at adoption. `allocations.rules.grids` has the rules that use
it.
"""

import uuid
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models import Person
from access.scope import ScopedQuerySet
from allocations.models.figure import SOURCE_NUMBER, SourceKind
from allocations.vocabulary import FEATURES, RUBRICS
from audit.record import Subject
from buildings.models.terms import Zone
from privacy.classes import DataClass
from privacy.processing_activities import APPLICATIONS
from privacy.retention import DataPolicy
from privacy.retention_periods import WITHOUT_END

READERS = (Compartment.APPLICANTS, Compartment.STEERING, Compartment.GROUNDS, Compartment.POOL)
CODE = r"^[a-z][a-z0-9_]{1,31}$"


class PublicRuleQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return all rows, because the points grid and the ceilings are public."""
        return self.all() if compartment in READERS else self.none()


class GridQuerySet(PublicRuleQuerySet):
    def in_force(self) -> Self:
        return self.filter(adopted_on__isnull=False, ended_on__isnull=True)


class Grid(models.Model):
    privacy = {
        "id": DataClass.PLAIN,
        "version": DataClass.PLAIN,
        "band_width": DataClass.PLAIN,
        "source_kind": DataClass.PLAIN,
        "source_number": DataClass.PLAIN,
        "source_date": DataClass.PLAIN,
        "drafted_on": DataClass.PLAIN,
        "drafted_by": DataClass.PERSONAL,
        "adopted_on": DataClass.PLAIN,
        "adopted_by": DataClass.PERSONAL,
        "ended_on": DataClass.PLAIN,
    }
    data_policy = DataPolicy(APPLICATIONS, WITHOUT_END)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.PositiveIntegerField(_("version"))
    band_width = models.PositiveIntegerField(_("largeur des tranches, en points"))
    source_kind = models.CharField(_("source"), max_length=16, choices=SourceKind.choices)
    source_number = models.CharField(_("numéro de l’article ou du texte"), max_length=24)
    source_date = models.DateField(_("date du texte, ou de sa version"))
    drafted_on = models.DateField()
    # The author is null if a command such as `demo` drafted or adopted the grid.
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    adopted_on = models.DateField(null=True, blank=True)
    adopted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    ended_on = models.DateField(null=True, blank=True)

    objects = GridQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["version"],
                name="grid_version_once",
                violation_error_message=_("Cette version de la grille existe déjà."),
            ),
            models.UniqueConstraint(
                models.Value(1),
                condition=Q(adopted_on__isnull=False, ended_on__isnull=True),
                name="grid_one_in_force",
                violation_error_message=_("Une seule grille est en vigueur."),
            ),
            models.CheckConstraint(
                condition=Q(band_width__gte=1),
                name="grid_band_has_a_width",
                violation_error_message=_("Une tranche a au moins un point."),
            ),
            models.CheckConstraint(
                condition=Q(source_number__regex=SOURCE_NUMBER, source_kind__in=SourceKind.values),
                name="grid_has_its_source",
                violation_error_message=_("Donnez le numéro de l’article ou du texte : R441-2-7, ou 2025-1234."),
            ),
            models.CheckConstraint(
                condition=Q(adopted_by__isnull=True) | ~Q(adopted_by=F("drafted_by")),
                name="grid_adopted_by_another",
                violation_error_message=_("Une grille est adoptée par une autre personne que celle qui l’a préparée."),
            ),
        ]

    def __str__(self) -> str:
        return f"grid {self.version}"

    @property
    def is_draft(self) -> bool:
        return self.adopted_on is None

    def subject(self) -> Subject | None:
        """Return None, because audit events about a points grid name the grid and no person."""
        return None


class RubricMode(models.TextChoices):
    ONCE = "once", _("le critère le plus favorable compte")
    SUM = "sum", _("les critères s’additionnent")


class GridRubric(models.Model):
    privacy = {"id": DataClass.PLAIN, "grid": DataClass.PLAIN, "code": DataClass.PLAIN, "mode": DataClass.PLAIN}
    data_policy = DataPolicy(APPLICATIONS, WITHOUT_END)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    grid = models.ForeignKey(Grid, models.CASCADE, related_name="rubrics")
    code = models.CharField(_("rubrique"), max_length=16, choices=RUBRICS.choices)
    mode = models.CharField(_("dans la rubrique"), max_length=8, choices=RubricMode.choices)

    objects = PublicRuleQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["grid", "code"],
                name="rubric_once_a_grid",
                violation_error_message=_("Cette rubrique est déjà dans la grille."),
            )
        ]

    def __str__(self) -> str:
        return f"rubric {self.code}"

    def subject(self) -> Subject | None:
        """Return None, because audit events about a rubric of the points grid name no person."""
        return None


class RuleKind(models.TextChoices):
    FLAG = "flag", _("oui ou non")
    NUMBER = "number", _("nombre entre deux limites")
    CODE = "code", _("valeur d’une liste")
    MONTHS = "months", _("points par mois d’ancienneté")


class GridLine(models.Model):
    """A criterion of a points grid. `kind` determines which fields its rule uses; the other fields are empty."""

    privacy = dict.fromkeys(
        (
            "id",
            "grid",
            "rubric",
            "code",
            "kind",
            "feature",
            "at_least",
            "at_most",
            "values",
            "most_points",
            "bonus_beyond_months",
            "bonus_points",
            "points",
            "sealed",
        ),
        DataClass.PLAIN,
    )
    data_policy = DataPolicy(APPLICATIONS, WITHOUT_END)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    grid = models.ForeignKey(Grid, models.CASCADE, related_name="lines")
    rubric = models.ForeignKey(GridRubric, models.CASCADE, related_name="lines")
    code = models.CharField(_("code"), max_length=32)
    kind = models.CharField(_("règle"), max_length=8, choices=RuleKind.choices)
    feature = models.CharField(_("donnée"), max_length=24, choices=FEATURES.choices, blank=True, default="")
    at_least = models.IntegerField(_("au moins"), null=True, blank=True)
    at_most = models.IntegerField(_("au plus"), null=True, blank=True)
    values = ArrayField(models.CharField(max_length=16), verbose_name=_("valeurs"), default=list, blank=True)
    most_points = models.PositiveIntegerField(_("au plus, en points"), null=True, blank=True)
    bonus_beyond_months = models.PositiveIntegerField(_("bonus au-delà de, en mois"), null=True, blank=True)
    bonus_points = models.PositiveIntegerField(_("bonus, en points"), default=0)
    points = models.IntegerField(_("points"))
    sealed = models.BooleanField(default=False, editable=False)

    objects = PublicRuleQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["grid", "code"],
                name="grid_line_once",
                violation_error_message=_("Ce critère est déjà dans la grille."),
            ),
            models.CheckConstraint(
                condition=Q(code__regex=CODE),
                name="grid_line_has_a_code",
                violation_error_message=_("Un code de critère a des lettres minuscules, des chiffres et _."),
            ),
            models.CheckConstraint(
                condition=Q(kind="months", feature="")
                | Q(
                    *(
                        Q(kind=kind, feature__in=[term.code for term in FEATURES.where(type=kind)])
                        for kind in ("flag", "number", "code")
                    ),
                    _connector=Q.OR,
                ),
                name="grid_line_rule_fits_its_data",
                violation_error_message=_("Cette règle ne convient pas à cette donnée."),
            ),
            models.CheckConstraint(
                condition=Q(
                    sealed=True, feature__in=[term.code for term in FEATURES.where(sealed="yes")], points__gte=0
                )
                | (Q(sealed=False) & ~Q(feature__in=[term.code for term in FEATURES.where(sealed="yes")])),
                name="grid_line_sealed_as_its_ground",
                violation_error_message=_("Un motif réservé donne des points réservés, de zéro au moins."),
            ),
        ]

    def __str__(self) -> str:
        return f"grid line {self.code}"

    def subject(self) -> Subject | None:
        """Return None, because audit events about a criterion of the points grid name no person."""
        return None


class Ceiling(models.Model):
    """An income ceiling in euros that the landlord enters. Ceilings taken from a legal text ship with Loge instead."""

    privacy = dict.fromkeys(
        ("id", "year", "zone", "financing", "category", "euros", "source_kind", "source_number", "source_date"),
        DataClass.PLAIN,
    ) | {"entered_on": DataClass.PLAIN, "entered_by": DataClass.PERSONAL}
    data_policy = DataPolicy(APPLICATIONS, WITHOUT_END)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    year = models.PositiveSmallIntegerField(_("année"))
    zone = models.CharField(
        _("zone"),
        max_length=8,
        choices=Zone.choices,
    )
    financing = models.CharField(
        _("financement"), max_length=8, choices=[("PLAI", "PLAI"), ("PLUS", "PLUS"), ("PLS", "PLS")]
    )
    # A category from 1 to 6, or "extra" for the amount added for each further person.
    category = models.CharField(
        _("catégorie de ménage"),
        max_length=8,
        choices=[*((str(n), str(n)) for n in range(1, 7)), ("extra", _("par personne supplémentaire"))],
    )
    euros = models.PositiveIntegerField(_("plafond, en euros"))
    source_kind = models.CharField(_("source"), max_length=16, choices=SourceKind.choices)
    source_number = models.CharField(_("numéro de l’article ou du texte"), max_length=24)
    source_date = models.DateField(_("date du texte, ou de sa version"))
    entered_on = models.DateField()
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )

    objects = PublicRuleQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["year", "zone", "financing", "category"],
                name="ceiling_once",
                violation_error_message=_("Ce plafond est déjà enregistré."),
            ),
            models.CheckConstraint(
                condition=Q(source_number__regex=SOURCE_NUMBER, source_kind__in=SourceKind.values),
                name="ceiling_has_source",
                violation_error_message=_("Donnez le numéro de l’article ou du texte : R441-2-7, ou 2025-1234."),
            ),
        ]

    def __str__(self) -> str:
        return f"ceiling {self.pk}"

    def subject(self) -> Subject | None:
        """Return None, because audit events about an income ceiling name no person."""
        return None
