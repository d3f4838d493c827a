"""Tenants and their details. Details that only some roles may read, such as birth dates, are in separate tables."""

import json
import uuid
from datetime import date
from hashlib import sha256
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models import Person
from access.scope import ScopedQuerySet
from audit.record import Subject
from formats.folding import folded
from formats.telephone import validate_phone
from privacy.classes import DataClass
from privacy.processing_activities import CONTACT, DEBITS, TENANCY
from privacy.retention import DataPolicy
from privacy.retention_periods import TENANCY_FILE

LONGEST_NAME_KEY = 162


class Title(models.TextChoices):
    MRS = "mrs", _("Mme")
    MR = "mr", _("M.")
    NONE = "", _("sans civilité")


class Channel(models.TextChoices):
    """How the tenant wants to be contacted.

    CONTACT means through another person whom the tenant chose. Neither the reason nor the relation between the tenant
    and this person is stored.
    """

    PHONE = "phone", _("téléphone")
    TEXT = "text", _("SMS")
    EMAIL = "email", _("courriel")
    LETTER = "letter", _("courrier")
    CONTACT = "contact", _("personne choisie")


class TenantQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return the tenants who live in the buildings of `person` (an employee). Pages about accounts and identities
        also show tenants who hold a lease in these buildings without living in them."""
        from tenants.models.lease import LeaseParty  # An import at the top of the module would be circular.
        from tenants.models.residence import Residence

        lives = Residence._default_manager.visible_to(person, compartment).values("tenant")
        if compartment in {Compartment.ACCOUNT, Compartment.IDENTITY}:
            holds = LeaseParty._default_manager.visible_to(person, compartment).values("tenant")
            return self.filter(Q(pk__in=lives) | Q(pk__in=holds))
        return self.filter(pk__in=lives)


class Tenant(models.Model):
    """A person known to the landlord, with name and contact details. `Residence` stores where the person lives."""

    privacy = {
        "id": DataClass.PLAIN,
        "title": DataClass.PERSONAL,
        "last_name": DataClass.PERSONAL,
        "first_name": DataClass.PERSONAL,
        "name_key": DataClass.PERSONAL,
        "channel": DataClass.PERSONAL,
        "phone": DataClass.PERSONAL,
        "email": DataClass.PERSONAL,
        "contact_name": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(
        TENANCY, TENANCY_FILE, apart={"channel": CONTACT, "phone": CONTACT, "email": CONTACT, "contact_name": CONTACT}
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(_("civilité"), max_length=4, choices=Title.choices, blank=True)
    last_name = models.CharField(_("nom"), max_length=80)
    first_name = models.CharField(_("prénom"), max_length=80, blank=True)
    name_key = models.CharField(max_length=LONGEST_NAME_KEY, editable=False)
    channel = models.CharField(_("contact choisi"), max_length=8, choices=Channel.choices, default=Channel.PHONE)
    phone = models.CharField(_("téléphone"), max_length=16, blank=True, validators=[validate_phone])
    email = models.EmailField(_("courriel"), blank=True)
    contact_name = models.CharField(_("personne choisie"), max_length=80, blank=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["id", "name_key"],
                name="tenant_has_one_name",
                violation_error_message=_("Un locataire ne peut avoir qu’un seul nom."),
            ),
            models.CheckConstraint(
                condition=Q(phone="") | Q(phone__regex=r"^\+[1-9][0-9]{7,14}$"),
                name="tenant_phone_is_a_number",
                violation_error_message=_("Ce numéro de téléphone n’est pas valide."),
            ),
            models.CheckConstraint(
                condition=~Q(channel="contact") | ~Q(contact_name=""),
                name="tenant_contact_has_a_name",
                violation_error_message=_("Donnez le nom de la personne choisie."),
            ),
        ]

    def __str__(self) -> str:
        return f"tenant {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_key = folded(f"{self.last_name} {self.first_name}")
        super().save(*args, **kwargs)

    @property
    def display_name(self) -> str:
        return " ".join(
            filter(None, [str(Title(self.title).label) if self.title else "", self.first_name, self.last_name])
        )

    @property
    def name_version(self) -> str:
        """A digest of the name. A form sends it back, so that a correction in the meantime is noticed."""
        return sha256(json.dumps([self.title, self.last_name, self.first_name]).encode()).hexdigest()

    def subject(self) -> Subject:
        return Subject("tenant", self.pk)


class TenantDetailQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        return self.filter(tenant__in=Tenant._default_manager.visible_to(person, compartment))


class RepresentativeQuerySet(TenantDetailQuerySet):
    def with_power(self, day: date) -> Self:
        """Annotate each representative with the booleans `acts` (may act for the tenant on this day) and `over` (the
        right to act ended before this day)."""
        over = Q(last_day__isnull=False) & Q(last_day__lt=day)
        return self.annotate(acts=Q(first_day__lte=day) & ~over, over=over)


class Representative(models.Model):
    """A person who acts for a tenant during a period. The legal measure that allows this, such as a guardianship, is
    not stored."""

    # with_power(day) sets `acts` (may act for the tenant on this day) and `over` (the right ended before this day).
    acts: bool
    over: bool

    privacy = {
        "id": DataClass.PLAIN,
        "tenant": DataClass.PERSONAL,
        "name": DataClass.PERSONAL,
        "phone": DataClass.PERSONAL,
        "first_day": DataClass.INFERABLE,
        "last_day": DataClass.INFERABLE,
    }
    data_policy = DataPolicy(CONTACT, TENANCY_FILE)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="representatives")
    name = models.CharField(_("nom"), max_length=120)
    phone = models.CharField(_("téléphone"), max_length=16, blank=True, validators=[validate_phone])
    first_day = models.DateField(_("premier jour"))
    last_day = models.DateField(_("dernier jour"), null=True, blank=True)

    objects = RepresentativeQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                name="representative_ends_after_it_starts",
                violation_error_message=_("La fin de la représentation doit être postérieure à son début."),
            )
        ]

    def __str__(self) -> str:
        return f"representative {self.pk}"

    def subject(self) -> Subject:
        return Subject("tenant", self.tenant_id)


class Identity(models.Model):
    privacy = {"tenant": DataClass.PERSONAL, "birth_date": DataClass.PERSONAL}
    data_policy = DataPolicy(DEBITS, TENANCY_FILE)

    tenant = models.OneToOneField(Tenant, models.CASCADE, primary_key=True, related_name="identity")
    birth_date = models.DateField(_("date de naissance"))

    objects = TenantDetailQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"identity {self.pk}"

    @property
    def version(self) -> str:
        """A keyed digest of the birth date. A form sends it back, so that a correction in the meantime is noticed."""
        return salted_hmac("tenants.identity", f"{self.pk} {self.birth_date}", algorithm="sha256").hexdigest()

    def subject(self) -> Subject:
        return Subject("tenant", self.pk)
