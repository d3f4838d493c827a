"""Incoming payments without a known account. They wait in suspense until somebody assigns them to an account."""

import uuid
from typing import Any, Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import BooleanField, F, Func, Q
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models import Person, Place
from access.scope import ScopedQuerySet
from audit.record import Subject
from ledger.models.entry import Entry, Source
from ledger.vocabulary import ENTRY_LABELS
from privacy.classes import DataClass
from privacy.processing_activities import ACCOUNTS
from privacy.retention import DataPolicy
from privacy.retention_periods import LEDGER

CLEARING = frozenset({Compartment.ACCOUNT, Compartment.BOOKS})


class AtDesk(Func):
    """SQL condition: the person has a role today that allows assigning this incoming payment to an account."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, person_id: UUID, compartment: str) -> None:
        super().__init__(F("agency"))
        self.person_id, self.compartment = person_id, compartment

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> tuple[str, tuple[Any, ...]]:
        agency, params = compiler.compile(self.source_expressions[0])
        sql = f"{agency} = ANY (ARRAY (SELECT tenants_receipt_places(%s, %s)))"
        return sql, (*params, self.person_id, self.compartment)


class Waits(Func):
    """SQL condition: the payment is in suspense. It was never assigned to an account, or its entry was reversed."""

    template = "%(expressions)s = ANY (ARRAY (SELECT ledger_uncleared_receipts()))"
    output_field = BooleanField()
    conditional = True


class ReceiptQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        if compartment not in CLEARING:
            return self.none()
        return self.filter(Q(AtDesk(person.pk, compartment.value)))

    def waiting(self) -> Self:
        return self.filter(Q(Waits(F("pk")))).order_by("received_on", "amount_cents", "id")


class Receipt(models.Model):
    """An incoming payment in suspense. `amount_cents` is positive.

    The payer and the bank's text are not stored, because the landlord has them in the bank file.
    """

    privacy = {
        "id": DataClass.PLAIN,
        "agency": DataClass.PLAIN,
        "source_key": DataClass.PERSONAL,
        "label": DataClass.INFERABLE,
        "source": DataClass.PERSONAL,
        "amount_cents": DataClass.PERSONAL,
        "received_on": DataClass.PERSONAL,
        "booked_on": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(ACCOUNTS, LEDGER)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # If the imported file names no agency, `agency` is the landlord's top place, and only accountants see the payment.
    agency = models.ForeignKey(Place, models.PROTECT, related_name="+")
    # `source_key`: the payment's key in the imported file, which officers quote when they ask accountants about it.
    source_key = models.CharField(_("clé"), max_length=64)
    label = models.CharField(_("moyen"), max_length=40)
    source = models.CharField(_("origine"), max_length=16, choices=Source.choices)
    amount_cents = models.BigIntegerField(_("montant"))
    received_on = models.DateField(_("reçu le"))
    booked_on = models.DateField(_("date comptable"))

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_cents__gt=0, amount_cents__lt=100_000_000),
                name="receipt_amount_plausible",
                violation_error_message=_(
                    "Le montant d’un encaissement doit être supérieur à zéro et inférieur à un million d’euros."
                ),
            )
        ]

    def __str__(self) -> str:
        return f"receipt {self.pk}"

    @property
    def label_text(self) -> str:
        return ENTRY_LABELS.label(self.label)

    def subject(self) -> Subject:
        return Subject("receipt", self.pk)


class ClearingQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        return self.filter(receipt__in=Receipt._default_manager.visible_to(person, compartment))

    def standing(self) -> Self:
        """Return the clearings (assignments of payments to accounts) whose entry is not reversed, latest first."""
        return self.exclude(Q(Waits(F("receipt")))).order_by("-cleared_at", "id")


class Clearing(models.Model):
    """The assignment of an incoming payment to an entry, with the person who made it.

    If the entry is reversed, the payment is in suspense again.
    """

    privacy = {
        "id": DataClass.PLAIN,
        "receipt": DataClass.PERSONAL,
        "entry": DataClass.PERSONAL,
        "cleared_by": DataClass.PERSONAL,
        "cleared_at": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(ACCOUNTS, LEDGER)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    receipt = models.ForeignKey(Receipt, models.PROTECT, related_name="clearings")
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="clearing")
    cleared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    cleared_at = models.DateTimeField(auto_now_add=True)

    objects = ClearingQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"clearing {self.pk}"

    def subject(self) -> Subject:
        return Subject("receipt", self.receipt_id)
