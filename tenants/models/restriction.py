"""Restrictions of processing (GDPR article 18). While a restriction lasts, the tenant's data may only be stored.

Only the data protection officer reads these rows. Pages, policies and triggers call SQL functions
(tenants/sql/restrictions.sql), which say that an account or a residence is restricted, and never why.
"""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any, Self
from uuid import UUID

from django.db import connection, models
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models import Person
from access.scope import ScopedQuerySet
from audit.record import Subject
from privacy.classes import DataClass
from privacy.processing_activities import CONTACT, SUBJECT_RIGHTS
from privacy.retention import DataPolicy
from privacy.retention_periods import RESTRICTION, SET_ASIDE
from tenants.models.tenant import Channel, Tenant

RESTRICTED: Promise | str = _("Traitement limité à la demande de la personne")
# ACCOUNT_NOT_RESTRICTED first tests whether the row belongs to the account of the current page.
# For rows of any other account, PostgreSQL computes the list of all restricted accounts once per statement.
# Only for rows of restricted accounts, a slower test decides whether the restriction includes the row's date.
ACCOUNT_NOT_RESTRICTED = (
    "({account} = (SELECT tenants_page_account(false))"
    " OR {account} IS DISTINCT FROM (SELECT tenants_page_account(true))"
    " AND {account} <> ALL (ARRAY (SELECT tenants_restricted_accounts()))"
    " OR NOT tenants_is_restricted('account', {account}, {day}))"
)
RESIDENCE_NOT_RESTRICTED = "{residence} <> ALL (ARRAY (SELECT tenants_restricted_residences()))"
# The account page shows few residences, so that testing each is faster than listing all restricted residences.
FEW_RESIDENCES_NOT_RESTRICTED = "NOT tenants_is_restricted('residence', {residence}, (SELECT loge_today()))"


class Ground(models.TextChoices):
    """Why processing is restricted. UNKNOWN is for restrictions that are added again after a backup was restored."""

    ACCURACY = "accuracy", _("exactitude contestée, pendant la vérification (RGPD, art. 18-1 a)")
    UNLAWFUL = "unlawful", _("traitement illicite, limitation préférée à l’effacement (RGPD, art. 18-1 b)")
    CLAIMS = "claims", _("données nécessaires à la personne en justice (RGPD, art. 18-1 c)")
    OBJECTION = "objection", _("opposition en cours d’examen (RGPD, art. 18-1 d)")
    UNKNOWN = "", _("à confirmer après une restauration")


class RestrictionQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        return self.all() if compartment is Compartment.DISCLOSURE else self.none()

    def running(self) -> Self:
        return self.filter(lifted_on__isnull=True).order_by("begun_on", "id")


class Restriction(models.Model):
    """Restricts the processing of a tenant's data from `begun_on` until it is lifted.

    The id is that of the request for restriction. `informed_on` is the day on which the tenant was told about the end
    of the restriction, which must be before `lifted_on`.
    """

    privacy = {
        "id": DataClass.PLAIN,
        "tenant": DataClass.PERSONAL,
        "ground": DataClass.INFERABLE,
        "begun_on": DataClass.PERSONAL,
        "informed_on": DataClass.PERSONAL,
        "lifted_on": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(SUBJECT_RIGHTS, RESTRICTION)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="+", db_index=False)
    ground = models.CharField(_("fondement"), max_length=16, choices=Ground.choices, blank=True)
    begun_on = models.DateField(_("depuis le"))
    informed_on = models.DateField(_("personne informée de la levée le"), null=True, blank=True)
    lifted_on = models.DateField(_("levée le"), null=True, blank=True)

    objects = RestrictionQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "ground"],
                condition=Q(lifted_on__isnull=True),
                name="restriction_once_for_a_ground",
                violation_error_message=_("Le traitement est déjà limité pour ce fondement."),
            ),
            models.CheckConstraint(
                condition=Q(ground__in=Ground.values),
                name="restriction_ground_known",
                violation_error_message=_("Choisissez l’un des quatre fondements de l’article 18."),
            ),
            models.CheckConstraint(
                condition=Q(informed_on__isnull=True) | Q(informed_on__gte=F("begun_on")),
                name="restriction_informed_after_it_began",
                violation_error_message=_(
                    "La personne ne peut pas avoir été informée avant le début de la limitation."
                ),
            ),
            models.CheckConstraint(
                condition=Q(lifted_on__isnull=True) | Q(informed_on__isnull=False, lifted_on__gt=F("informed_on")),
                name="restriction_lifted_after_information",
                violation_error_message=_(
                    "La limitation ne peut être levée qu’à partir du lendemain du jour où la personne en a été "
                    "informée (RGPD, art. 18-3)."
                ),
            ),
        ]
        indexes = [models.Index(fields=["tenant"], name="restriction_of_tenant")]

    def __str__(self) -> str:
        return f"restriction {self.pk}"

    def age(self, day: date) -> int:
        """Return for how many days the processing has been restricted."""
        return (day - self.begun_on).days

    def may_be_lifted(self, day: date) -> bool:
        return self.lifted_on is None and self.informed_on is not None and self.informed_on < day

    def subject(self) -> Subject:
        return Subject("tenant", self.tenant_id)


class SetAsideQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        return self.none()


class SetAsideContact(models.Model):
    """The contact of a tenant, taken out of `Tenant` while processing is restricted (GDPR, recital 67).

    No database role reads this table. Triggers fill it when a restriction begins, and put the contact back when the
    last one is lifted.
    """

    privacy = {
        "tenant": DataClass.PERSONAL,
        "channel": DataClass.PERSONAL,
        "phone": DataClass.PERSONAL,
        "email": DataClass.PERSONAL,
        "contact_name": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(CONTACT, SET_ASIDE)

    tenant = models.OneToOneField(Tenant, models.CASCADE, primary_key=True, related_name="+")
    channel = models.CharField(_("contact choisi"), max_length=8, choices=Channel.choices)
    phone = models.CharField(_("téléphone"), max_length=16, blank=True)
    email = models.EmailField(_("courriel"), blank=True)
    contact_name = models.CharField(_("personne choisie"), max_length=80, blank=True)

    objects = SetAsideQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(phone="") | Q(phone__regex=r"^\+[1-9][0-9]{7,14}$"),
                name="set_aside_phone_is_a_number",
                violation_error_message=_("Le numéro de téléphone mis à part n’est pas valide."),
            ),
            models.CheckConstraint(
                condition=~Q(channel="contact") | ~Q(contact_name=""),
                name="set_aside_contact_has_a_name",
                violation_error_message=_("Les coordonnées mises à part doivent avoir le nom de la personne choisie."),
            ),
        ]

    def __str__(self) -> str:
        return f"set aside contact {self.pk}"

    def subject(self) -> Subject:
        return Subject("tenant", self.tenant_id)


class _NotRestricted(models.Func):
    """SQL condition: processing of the row's data is not restricted. Row-level policies use the same SQL text."""

    template_of: str
    output_field = models.BooleanField()
    conditional = True

    def __init__(self, template: str, **columns: str) -> None:
        super().__init__(*map(F, columns.values()))
        self.template_of, self.names = template, tuple(columns)

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> tuple[str, tuple[Any, ...]]:
        columns = [compiler.compile(part)[0] for part in self.source_expressions]
        return self.template_of.format(**dict(zip(self.names, columns, strict=True))), ()


def account_not_restricted(day: str) -> Q:
    """Return the condition that leaves out rows about an account that was restricted on the row's day, the field
    `day`."""
    return Q(_NotRestricted(ACCOUNT_NOT_RESTRICTED, account="account", day=day))


def residence_not_restricted(compartment: Compartment) -> Q:
    on_account = compartment is Compartment.ACCOUNT
    template = FEW_RESIDENCES_NOT_RESTRICTED if on_account else RESIDENCE_NOT_RESTRICTED
    return Q(_NotRestricted(template, residence="residence"))


def restricted_today() -> frozenset[UUID]:
    """Return the accounts with a restriction today, which exports and lists of accounts to contact leave out."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenants_accounts_restricted_today()")
        return frozenset(account for (account,) in cursor.fetchall())


def is_restricted(kind: str, row: UUID) -> bool:
    """Return whether processing is restricted today. `kind`: "account", "residence" or "unit"."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenants_is_restricted(%s, %s, loge_today())", [kind, row])
        return bool(cursor.fetchone()[0])


def restricted_units(units: Iterable[UUID]) -> frozenset[UUID]:
    """Return which of these dwellings may get no message today, because somebody's data there may not be processed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT unit FROM unnest(%s::uuid[]) unit WHERE tenants_is_restricted('unit', unit, loge_today())",
            [[*units]],
        )
        return frozenset(unit for (unit,) in cursor.fetchall())


def with_emergency_contacts(tenants: Iterable[Tenant]) -> None:
    """Fill in the contacts of tenants whose household was opened in an emergency, although restrictions store them
    apart, because the tenants' lives may depend on it (GDPR, art. 6(1)(d) and 18(2))."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant, channel, phone, email, contact_name FROM tenants_emergency_contacts()")
        contacts = {row[0]: row[1:] for row in cursor.fetchall()}
    for tenant in tenants:
        if contact := contacts.get(tenant.pk):
            tenant.channel, tenant.phone, tenant.email, tenant.contact_name = contact
