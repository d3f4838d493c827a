"""Numbered receipts for cash (French: *reçu*). Not to be confused with `Receipt`, an incoming payment in suspense.

A trigger on entries gives the next number in the entry's own transaction (`ledger/sql/cash_receipts.sql`).
"""

import uuid
from datetime import date, datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models import Person, Place
from access.scope import ScopedQuerySet
from audit.record import Subject
from ledger.models.entry import Entry
from privacy.classes import DataClass
from privacy.processing_activities import ACCOUNTS
from privacy.retention import DataPolicy
from privacy.retention_periods import LEDGER

CASH = "cash_counter"  # CASH: label of the entries that get a receipt (a code in entry_labels.csv)
# Most that may be paid in cash to a professional: articles L112-6 and D112-3 of the code monétaire et financier.
# The database applies CASH_LIMIT_CENTS to all cash paid on an account on one day (ledger_cash_limit).
CASH_LIMIT_CENTS = 100_000
ORIGINAL_MINUTES = timedelta(minutes=5)


class CashReceiptQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return the cash receipts of the entries that the person may see. Only pages about accounts show receipts."""
        if compartment is not Compartment.ACCOUNT:
            return self.none()
        return self.filter(entry__in=Entry._default_manager.visible_to(person, compartment))

    def of_day(self, day: date) -> Self:
        rows = self.filter(day=day).select_related("agency", "entry__posted_by", "entry__reversed_by")
        return rows.order_by("agency__name", "agency", "number")


class CashReceipt(models.Model):
    """The receipt of one cash payment. Numbers have no gaps within an agency and a year, and are never used again.

    If the entry is reversed, the receipt counts as cancelled.
    """

    privacy = {
        "id": DataClass.PLAIN,
        "entry": DataClass.PERSONAL,
        "agency": DataClass.PLAIN,
        "year": DataClass.PERSONAL,
        "number": DataClass.PERSONAL,
        "day": DataClass.PERSONAL,
        "issued_at": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(ACCOUNTS, LEDGER)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="cash_receipt")
    agency = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False)
    year = models.SmallIntegerField(_("année"))
    number = models.PositiveIntegerField(_("numéro"))
    day = models.DateField(_("date comptable"))
    # `issued_at`: when the original was handed out. Copies printed later are marked as duplicates.
    issued_at = models.DateTimeField(null=True)

    objects = CashReceiptQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "year", "number"],
                name="cash_receipt_number_once",
                violation_error_message=_("Ce numéro de reçu existe déjà."),
            ),
            models.CheckConstraint(
                condition=Q(number__gt=0, year=ExtractYear("day")),
                name="cash_receipt_numbered_in_its_year",
                violation_error_message=_("Un reçu est numéroté à partir de 1 dans l’année de son jour."),
            ),
        ]
        indexes = [models.Index(fields=["day"], name="cash_receipt_of_day")]

    def __str__(self) -> str:
        return f"cash receipt {self.pk}"

    @property
    def code(self) -> str:
        """The number as it is printed, such as 2026-0042."""
        return f"{self.year}-{self.number:04d}"

    @property
    def cents(self) -> int:
        """The amount received, in positive cents."""
        return -self.entry.amount_cents

    @property
    def received_by(self) -> str:
        return self.entry.posted_by.name if self.entry.posted_by else ""

    @property
    def reversal(self) -> Entry | None:
        """The entry that cancelled the payment, or None."""
        reversal: Entry | None = getattr(self.entry, "reversed_by", None)
        return reversal

    def is_original(self, at: datetime) -> bool:
        """Whether a page may still print the original: for five minutes after it was handed out, because a printer may
        jam."""
        is_recent = self.issued_at is not None and at < self.issued_at + ORIGINAL_MINUTES
        return is_recent and self.reversal is None

    def subject(self) -> Subject:
        return self.entry.subject()
