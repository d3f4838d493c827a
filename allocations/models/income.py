"""Reference tax income of a household, by year and basis (arrêté of 29 July 1987, article 4)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from allocations.models.application import Application, OfApplicationQuerySet
from audit.record import Subject
from privacy.classes import DataClass
from privacy.processing_activities import APPLICATIONS
from privacy.retention import DataPolicy
from privacy.retention_periods import APPLICATION


class Basis(models.TextChoices):
    """The period of an income, relative to the year N in which the lease would be signed."""

    N2 = "n2", _("avant-dernière année (N−2)")
    N1 = "n1", _("dernière année (N−1)")
    TWELVE_MONTHS = "twelve_months", _("douze derniers mois")


class IncomeProof(models.TextChoices):
    """Documents that may prove an income. A sworn statement is no proof, so it is not in the list."""

    TAX_NOTICE = "tax_notice", _("avis d’imposition")
    PAYSLIPS = "payslips", _("bulletins de paie ou attestation de l’employeur")
    BENEFITS = "benefits", _("attestation d’un organisme de prestations ou de retraite")
    ACCOUNTS = "accounts", _("bilan ou déclaration d’activité")


class Income(models.Model):
    """Income of the household for one period. An income with `proof` was assessed by an employee, one without is only
    declared.

    For the last twelve months, `rfr_cents` is net taxable income minus the landlord's deduction. `share_only` is true
    if only the applicant's share counts, because of an event such as a separation. The event is not stored.
    """

    privacy = {
        "id": DataClass.PLAIN,
        "application": DataClass.PLAIN,
        "signing_year": DataClass.PLAIN,
        "basis": DataClass.PERSONAL,
        "year": DataClass.PERSONAL,
        "rfr_cents": DataClass.PERSONAL,
        "share_only": DataClass.INFERABLE,
        "proof": DataClass.PERSONAL,
        "assessed_on": DataClass.PERSONAL,
        "assessed_by": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(APPLICATIONS, APPLICATION)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="incomes")
    signing_year = models.PositiveSmallIntegerField(_("année de signature"))
    basis = models.CharField(_("base"), max_length=16, choices=Basis.choices)
    year = models.PositiveSmallIntegerField(_("année des revenus"))
    rfr_cents = models.BigIntegerField(_("revenu fiscal de référence"))
    share_only = models.BooleanField(_("part du demandeur seulement"), default=False)
    proof = models.CharField(_("pièce"), max_length=16, choices=IncomeProof.choices, blank=True, default="")
    assessed_on = models.DateField(null=True, blank=True)
    assessed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )

    objects = OfApplicationQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["application", "signing_year", "basis"],
                name="income_once_a_basis",
                violation_error_message=_("Ce revenu est déjà enregistré : corrigez-le."),
            ),
            models.CheckConstraint(
                condition=Q(basis="n2", year=F("signing_year") - 2)
                | Q(basis="n1", year=F("signing_year") - 1)
                | Q(basis="twelve_months", year=F("signing_year")),
                name="income_year_matches_basis",
                violation_error_message=_("L’année des revenus ne correspond pas à la base choisie."),
            ),
            models.CheckConstraint(
                condition=Q(rfr_cents__gte=0),
                name="income_not_negative",
                violation_error_message=_("Un revenu ne peut pas être négatif."),
            ),
            models.CheckConstraint(
                condition=Q(proof="", assessed_on__isnull=True, assessed_by__isnull=True, share_only=False)
                | (Q(proof__in=IncomeProof.values, assessed_on__isnull=False, assessed_by__isnull=False)),
                name="income_assessed_with_its_proof",
                violation_error_message=_("Indiquez la pièce qui prouve ce revenu."),
            ),
        ]

    def __str__(self) -> str:
        return f"income {self.pk}"

    def subject(self) -> Subject:
        return Subject("application", self.application_id)
