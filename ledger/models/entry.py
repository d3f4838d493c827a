"""Entries of an account. They are only added; a mistake is corrected by a reversal, which is a new entry."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Sum, Window
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models import Person
from access.scope import ScopedQuerySet, within
from audit.record import Subject
from buildings.models import Building
from ledger.vocabulary import ADJUSTMENTS, ENTRY_LABELS, REVERSALS
from privacy.classes import DataClass
from privacy.processing_activities import ACCOUNTS
from privacy.retention import DataPolicy
from privacy.retention_periods import LEDGER
from tenants.models.account import Account
from tenants.models.hidden import account_not_hidden


class EntryKind(models.TextChoices):
    CHARGE = "charge", _("facturation")
    PAYMENT = "payment", _("paiement")
    ADJUSTMENT = "adjustment", _("rectification")


# FROM_CAF: labels of the entries that come from the family benefits office (CAF).
FROM_CAF = {"apl", "apl_back_payment", "aid_refunded", "rls", "aid_recalled"}
# AT_THE_COUNTER: labels of the payments that are made at a counter of the landlord.
AT_THE_COUNTER = {"cheque", "cash_counter", "money_order", "card", "refund", "deposit_refund"}


class Source(models.TextChoices):
    """Where an entry comes from, such as the monthly rent charges, the bank, or the import from an older system."""

    RENT_RUN = "rent_run", _("quittancement")
    COUNTER = "counter", _("accueil")
    BANK = "bank", _("banque")
    CAF = "caf", _("CAF")
    OFFICER = "officer", _("service de gestion locative")
    TAKEN_OVER = "taken_over", _("reprise")

    @classmethod
    def of_posted(cls, kind: EntryKind, label: str) -> "Source":
        """Return the source of an entry that an employee posts on a page, derived from its kind and label.

        The source is the CAF (family benefits office) for labels in FROM_CAF. Other payments come from the counter or
        the bank. Reversals and all remaining entries come from the officer.
        """
        if label in FROM_CAF:
            return cls.CAF
        if kind is not EntryKind.PAYMENT or label == "reversal":
            return cls.OFFICER
        return cls.COUNTER if label in AT_THE_COUNTER else cls.BANK


# GIVEN_BACK: labels of payments that raise the debt, which are rejected payments and refunds to the tenant.
GIVEN_BACK = [term.code for term in ENTRY_LABELS.where(kind="payment", usual_sign="+")]


class EntryQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        return self.filter(within("building", person, compartment), account_not_hidden(compartment))

    def in_order(self) -> Self:
        return self.order_by("effective_on", "booked_at", "id")

    def running(self) -> Self:
        """Annotate each entry with `running_cents`, the balance of its account after this entry."""
        order = [F("effective_on").asc(), F("booked_at").asc(), F("id").asc()]
        return self.annotate(running_cents=Window(Sum("amount_cents"), partition_by=F("account"), order_by=order))


class Entry(models.Model):
    """An amount in cents on an account; a positive amount raises the debt.

    `effective_on` is its day for the tenant, `booked_on` its day in the landlord's accounting.
    """

    privacy = {
        "id": DataClass.PLAIN,
        "account": DataClass.PERSONAL,
        "building": DataClass.PLAIN,
        "kind": DataClass.PERSONAL,
        "label": DataClass.INFERABLE,
        "source": DataClass.PERSONAL,
        "reason": DataClass.INFERABLE,
        "amount_cents": DataClass.PERSONAL,
        "effective_on": DataClass.PERSONAL,
        "booked_on": DataClass.PERSONAL,
        "booked_at": DataClass.PERSONAL,
        "period": DataClass.PERSONAL,
        "reverses": DataClass.PERSONAL,
        "posted_by": DataClass.PERSONAL,
        "idempotency_key": DataClass.PLAIN,
    }
    data_policy = DataPolicy(ACCOUNTS, LEDGER)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="entries", db_index=False, db_constraint=False)
    building = models.ForeignKey(
        Building, models.PROTECT, related_name="+", db_index=False, editable=False, db_constraint=False
    )
    kind = models.CharField(_("nature"), max_length=16, choices=EntryKind.choices)
    label = models.CharField(_("libellé"), max_length=40)
    source = models.CharField(_("origine"), max_length=16, choices=Source.choices)
    reason = models.CharField(_("motif"), max_length=40, blank=True)
    amount_cents = models.BigIntegerField(_("montant"))
    effective_on = models.DateField(_("date d’effet"))
    booked_on = models.DateField(_("date comptable"))
    booked_at = models.DateTimeField(auto_now_add=True)
    period = models.DateField(_("période"))
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by", db_constraint=False
    )
    posted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    # The form contains the idempotency key, so that an entry is booked only once if its form is sent twice.
    idempotency_key = models.UUIDField(null=True, blank=True, editable=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=~Q(amount_cents=0),
                name="entry_amount_never_zero",
                violation_error_message=_("Le montant ne peut pas être zéro."),
            ),
            models.CheckConstraint(
                condition=Q(amount_cents__gt=-100_000_000, amount_cents__lt=100_000_000),
                name="entry_amount_plausible",
                violation_error_message=_("Le montant doit être inférieur à un million d’euros."),
            ),
            models.CheckConstraint(
                condition=Q(reverses__isnull=False)
                | Q(kind__in=["charge", "adjustment"])
                | Q(kind="payment", amount_cents__lt=0)
                | Q(kind="payment", label__in=GIVEN_BACK),
                name="entry_payment_lowers_what_is_owed",
                violation_error_message=_("Un paiement doit diminuer la somme due."),
            ),
            models.CheckConstraint(
                condition=Q(reverses__isnull=True) | ~Q(reason=""),
                name="entry_reversal_has_a_reason",
                violation_error_message=_("Indiquez le motif de l’annulation."),
            ),
            models.CheckConstraint(
                condition=Q(period__day=1),
                name="entry_period_is_a_month",
                violation_error_message=_("La période doit être un mois."),
            ),
            models.UniqueConstraint(
                fields=["account", "idempotency_key"],
                condition=Q(idempotency_key__isnull=False),
                name="entry_sent_once",
                violation_error_message=_("Cette écriture est déjà passée."),
            ),
        ]
        indexes = [
            models.Index(fields=["account", "effective_on", "booked_at", "id"], name="entry_ledger"),
            models.Index(fields=["posted_by"], name="entry_posted_by", condition=Q(posted_by__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"entry {self.pk}"

    @property
    def label_text(self) -> str:
        return ENTRY_LABELS.label(self.label)

    @property
    def reason_text(self) -> str:
        """The translated reason of a reversal or an adjustment, or "" for other entries."""
        return (REVERSALS if self.reverses_id else ADJUSTMENTS).label(self.reason) if self.reason else ""

    def same_as(self, other: Self) -> bool:
        """Return True if this entry and `other`, which has the same idempotency key, have the same content.

        The day of a reversal is not compared, because it changes if the form is sent again after midnight.
        """
        names = ["account_id", "kind", "label", "reason", "amount_cents", "reverses_id"]
        if self.reverses_id is None:
            names.append("effective_on")
        return all(getattr(self, name) == getattr(other, name) for name in names)

    def why_not_reversed(self) -> str:
        """Return the sentence that says why the entry cannot be reversed, or "" if it can."""
        if self.reverses_id:
            return gettext("Une annulation ne peut pas être annulée : passez de nouveau l’écriture.")
        if type(self)._default_manager.filter(reverses=self.pk).exists():
            return gettext("Cette écriture est déjà annulée.")
        return ""

    def subject(self) -> Subject:
        return Subject("account", self.account_id)
