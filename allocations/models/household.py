"""The people of an application: applicants, who would sign the lease, and the other members of the household.

Only applicants have names. Members have the birth dates and ties from which the household's size is computed.
"""

import uuid
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from access.compartments import ON_OCCASION, Compartment
from access.models import Person
from access.scope import ScopedQuerySet
from allocations.models.application import Application, OfApplicationQuerySet, OnOccasion
from audit.record import Subject
from formats.folding import folded
from formats.telephone import validate_phone
from privacy.classes import DataClass
from privacy.processing_activities import APPLICATIONS
from privacy.retention import DataPolicy
from privacy.retention_periods import APPLICATION


class Tie(models.TextChoices):
    PRINCIPAL = "principal", _("demandeur")
    SPOUSE = "spouse", _("conjoint, partenaire de PACS ou concubin")
    CO_APPLICANT = "co_applicant", _("codemandeur")


class MemberTie(models.TextChoices):
    CHILD = "child", _("enfant")
    DEPENDANT = "dependant", _("autre personne à charge")
    OTHER = "other", _("autre personne qui vivra dans le logement")
    EXPECTED_CHILD = "expected_child", _("enfant à naître")


class Custody(models.TextChoices):
    FULL = "full", _("à charge")
    ALTERNATE = "alternate", _("résidence alternée")
    VISIT = "visit", _("droit de visite et d’hébergement")


class ApplicantQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return the applicants of the applications that the person has opened. An examiner may read only names and
        contact, so use `only()` in the examiner's compartment."""
        if compartment not in ON_OCCASION:
            return self.none()
        return self.filter(Q(OnOccasion("application", person.pk, compartment.value)))


class Applicant(models.Model):
    """A person who applies for housing. Only the principal applicant has a postal address."""

    privacy = {
        "id": DataClass.PLAIN,
        "application": DataClass.PLAIN,
        "tie": DataClass.PERSONAL,
        "last_name": DataClass.PERSONAL,
        "first_name": DataClass.PERSONAL,
        "name_key": DataClass.PERSONAL,
        "birth_date": DataClass.PERSONAL,
        "phone": DataClass.PERSONAL,
        "email": DataClass.PERSONAL,
        "street": DataClass.PERSONAL,
        "postcode": DataClass.PERSONAL,
        "city": DataClass.PERSONAL,
        "cmi": DataClass.INFERABLE,
    }
    data_policy = DataPolicy(APPLICATIONS, APPLICATION)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="applicants")
    tie = models.CharField(_("lien"), max_length=16, choices=Tie.choices)
    last_name = models.CharField(_("nom"), max_length=80)
    first_name = models.CharField(_("prénom"), max_length=80, blank=True)
    name_key = models.CharField(max_length=162, editable=False)
    birth_date = models.DateField(_("date de naissance"))
    phone = models.CharField(_("téléphone"), max_length=16, blank=True, validators=[validate_phone])
    email = models.EmailField(_("courriel"), blank=True)
    street = models.CharField(_("numéro et voie"), max_length=120, blank=True)
    postcode = models.CharField(_("code postal"), max_length=5, blank=True)
    city = models.CharField(_("commune"), max_length=80, blank=True)
    cmi = models.BooleanField(_("carte mobilité inclusion « invalidité »"), default=False)

    objects = ApplicantQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(tie="principal"),
                name="one_principal",
                violation_error_message=_("Une demande a un seul demandeur principal."),
            ),
            models.CheckConstraint(
                condition=Q(tie__in=Tie.values),
                name="applicant_tie_listed",
                violation_error_message=_("Ce lien n’est pas dans la liste."),
            ),
            models.CheckConstraint(
                condition=Q(phone="") | Q(phone__regex=r"^\+[1-9][0-9]{7,14}$"),
                name="applicant_phone_is_a_number",
                violation_error_message=_("Ce numéro de téléphone n’est pas valide."),
            ),
            models.CheckConstraint(
                condition=Q(postcode="") | Q(postcode__regex=r"^[0-9]{5}$"),
                name="applicant_postcode_is_five_digits",
                violation_error_message=_("Un code postal a cinq chiffres."),
            ),
        ]

    def __str__(self) -> str:
        return f"applicant {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_key = folded(f"{self.last_name} {self.first_name}")
        super().save(*args, **kwargs)

    @property
    def display_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def subject(self) -> Subject:
        return Subject("application", self.application_id)


class HouseholdMember(models.Model):
    """A person of the household who does not apply. For an expected child, `birth_date` is the expected day of
    birth."""

    privacy = {
        "id": DataClass.PLAIN,
        "application": DataClass.PLAIN,
        "tie": DataClass.INFERABLE,
        "birth_date": DataClass.PERSONAL,
        "custody": DataClass.INFERABLE,
        "on_tax_notice": DataClass.PERSONAL,
        "cmi": DataClass.INFERABLE,
    }
    data_policy = DataPolicy(APPLICATIONS, APPLICATION)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="members")
    tie = models.CharField(_("lien"), max_length=16, choices=MemberTie.choices)
    birth_date = models.DateField(_("date de naissance, ou date prévue"))
    custody = models.CharField(_("garde"), max_length=16, choices=Custody.choices, blank=True, default="")
    on_tax_notice = models.BooleanField(_("figure sur un avis d’imposition du foyer"), default=False)
    cmi = models.BooleanField(_("carte mobilité inclusion « invalidité »"), default=False)

    objects = OfApplicationQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=(Q(tie="child") & Q(custody__in=Custody.values))
                | (Q(tie__in=["dependant", "other", "expected_child"], custody="")),
                name="custody_for_children",
                violation_error_message=_("Indiquez la garde pour un enfant, et pour un enfant seulement."),
            ),
        ]

    def __str__(self) -> str:
        return f"household member {self.pk}"

    def subject(self) -> Subject:
        return Subject("application", self.application_id)
