"""Letting terms of a dwelling: financing, zone, rent, charges and equipment. They contain no personal data."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models import Person
from access.scope import ScopedQuerySet, within
from buildings.models.building import Building
from buildings.models.unit import Unit
from buildings.vocabulary import EQUIPMENT
from privacy.classes import DataClass
from privacy.processing_activities import PATRIMONY
from privacy.retention import DataPolicy
from privacy.retention_periods import WITHOUT_END


class Financing(models.TextChoices):
    """Kind of loan that financed a dwelling. The income ceiling for applicants depends on it."""

    PLAI = "PLAI", _("PLAI, prêt locatif aidé d’intégration")
    PLUS = "PLUS", _("PLUS, prêt locatif à usage social")
    PLS = "PLS", _("PLS, prêt locatif social")


class Zone(models.TextChoices):
    """Geographical zone on which the income ceiling for applicants depends (arrêté of 29 July 1987)."""

    PARIS = "paris", _("Paris et communes limitrophes")
    IDF = "idf", _("Île-de-France, autres communes")
    REGIONS = "regions", _("autres régions")


class UnitTermsQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        if compartment is Compartment.VACANCIES:
            return self.filter(within("building", person, compartment))
        return self.all() if compartment in {Compartment.PATRIMONY, Compartment.STEERING} else self.none()


class UnitTerms(models.Model):
    privacy = dict.fromkeys(
        ("unit", "building", "financing", "zone", "qpv", "qpv_on", "rent_cents", "charges_cents", "equipment"),
        DataClass.PLAIN,
    ) | {"first_letting": DataClass.PLAIN}
    data_policy = DataPolicy(PATRIMONY, WITHOUT_END)

    unit = models.OneToOneField(Unit, models.CASCADE, primary_key=True, related_name="terms", db_constraint=False)
    building = models.ForeignKey(
        Building, models.PROTECT, related_name="+", db_index=False, editable=False, db_constraint=False
    )
    financing = models.CharField(_("financement"), max_length=8, choices=Financing.choices)
    zone = models.CharField(_("zone de plafonds"), max_length=8, choices=Zone.choices)
    qpv = models.BooleanField(_("en quartier prioritaire (QPV)"), default=False)
    # `qpv_on` is the date of the official list of priority neighbourhoods (QPV) from which `qpv` was set.
    qpv_on = models.DateField(_("d’après la liste du"))
    rent_cents = models.PositiveIntegerField(_("loyer mensuel"))
    charges_cents = models.PositiveIntegerField(_("provision pour charges"), default=0)
    equipment = ArrayField(
        models.CharField(max_length=16, choices=EQUIPMENT.choices),
        verbose_name=_("équipements"),
        default=list,
        blank=True,
    )
    first_letting = models.BooleanField(_("première mise en location"), default=False)

    objects = UnitTermsQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(financing__in=Financing.values, zone__in=Zone.values),
                name="terms_financing_and_zone_listed",
                violation_error_message=_("Indiquez le financement et la zone du logement."),
            ),
            models.CheckConstraint(
                condition=Q(rent_cents__gt=0),
                name="terms_rent_is_positive",
                violation_error_message=_("Le loyer doit être supérieur à zéro."),
            ),
            models.CheckConstraint(
                condition=Q(equipment__contained_by=list(EQUIPMENT.terms)),
                name="terms_equipment_listed",
                violation_error_message=_("Cet équipement n’est pas dans la liste."),
            ),
        ]

    def __str__(self) -> str:
        return f"terms of {self.pk}"

    def subject(self) -> None:
        """Return None: audit events do not list the terms on a page, because the terms of a dwelling are not personal
        data."""
