"""Requests for write-offs: entries that lower a debt without a payment, and are too large for one person to book.

One person requests the entry and another decides. An approved request is booked as an entry with the same id, so it
cannot be booked twice.
"""

import uuid
from datetime import datetime
from typing import Self

from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models import Person
from access.models.decided import LAPSES_AFTER, Decided, DecidedQuerySet, Decision, decided_by_two
from audit.record import Subject
from buildings.models import Building
from ledger.models.entry import Entry, EntryKind
from ledger.vocabulary import ADJUSTMENTS, ENTRY_LABELS, REVERSALS, WRITE_OFF_REFUSALS
from privacy.classes import DataClass
from privacy.processing_activities import ACCOUNTS
from privacy.retention import DataPolicy
from privacy.retention_periods import LEDGER
from tenants.models.account import Account
from tenants.models.hidden import account_not_hidden

LOWERING = Q(kind__in=[EntryKind.CHARGE, EntryKind.ADJUSTMENT], amount_cents__lt=0)


class WriteOffQuerySet(DecidedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        return super().visible_to(person, compartment).filter(account_not_hidden(compartment))

    def lately(self, at: datetime) -> Self:
        """Return the write-off requests of the last 14 days that are undecided or refused, and not the approved ones.

        After 14 days, an undecided request lapses.
        """
        rows = self.filter(asked_at__gt=at - LAPSES_AFTER, decision__in=["", Decision.REFUSED])
        return rows.with_details()

    def with_details(self) -> Self:
        return self.select_related("asked_by", "decided_by", "reverses").order_by("asked_at", "id")


class WriteOff(Decided):
    """A request for a write-off. `amount_cents` is negative.

    If the request is approved, `kind`, `label`, `reason`, `effective_on` and `reverses` are copied to the entry.
    """

    privacy = {
        "id": DataClass.PLAIN,
        "account": DataClass.PERSONAL,
        "building": DataClass.PLAIN,
        "kind": DataClass.PERSONAL,
        "label": DataClass.INFERABLE,
        "reason": DataClass.INFERABLE,
        "amount_cents": DataClass.PERSONAL,
        "effective_on": DataClass.PERSONAL,
        "reverses": DataClass.PERSONAL,
        "idempotency_key": DataClass.PLAIN,
        "asked_by": DataClass.PERSONAL,
        "asked_at": DataClass.PERSONAL,
        "decision": DataClass.PERSONAL,
        "decided_by": DataClass.PERSONAL,
        "decided_at": DataClass.PERSONAL,
        "refusal": DataClass.INFERABLE,
    }
    data_policy = DataPolicy(ACCOUNTS, LEDGER)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="write_offs", db_constraint=False)
    building = models.ForeignKey(
        Building, models.PROTECT, related_name="+", db_index=False, editable=False, db_constraint=False
    )
    kind = models.CharField(_("nature"), max_length=16, choices=EntryKind.choices)
    label = models.CharField(_("libellé"), max_length=40)
    reason = models.CharField(_("motif"), max_length=40)
    amount_cents = models.BigIntegerField(_("montant"))
    effective_on = models.DateField(_("date d’effet"))
    reverses = models.ForeignKey(Entry, models.PROTECT, null=True, related_name="+", db_index=False)
    # The form contains the idempotency key, and the entry of an approved request gets the same key.
    idempotency_key = models.UUIDField(null=True, editable=False)
    refusal = models.CharField(_("motif du refus"), max_length=32, choices=WRITE_OFF_REFUSALS.choices, blank=True)

    objects = WriteOffQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            *decided_by_two("write_off"),
            models.CheckConstraint(
                condition=LOWERING & Q(amount_cents__gt=-100_000_000),
                name="write_off_lowers_what_is_owed",
                violation_error_message=_(
                    "Une somme en moins demandée à une autre personne doit diminuer la somme due, sans paiement."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="write_off_has_a_reason",
                violation_error_message=_("Indiquez le motif de la somme en moins."),
            ),
            models.UniqueConstraint(
                fields=["account", "idempotency_key"],
                name="write_off_asked_once",
                violation_error_message=_("Cette somme en moins est déjà demandée."),
            ),
        ]

    def __str__(self) -> str:
        return f"write-off {self.pk}"

    @property
    def cents(self) -> int:
        """The amount of the write-off as a positive number of cents."""
        return -self.amount_cents

    @property
    def label_text(self) -> str:
        """The translated label of the requested entry. For a reversal, it includes the label of the reversed entry."""
        if self.reverses is None:
            return ENTRY_LABELS.label(self.label)
        reversed_entry = {"label": self.reverses.label_text, "day": f"{self.reverses.effective_on:%d/%m/%Y}"}
        return gettext("Annulation : %(label)s du %(day)s") % reversed_entry

    @property
    def reason_text(self) -> str:
        return (REVERSALS if self.reverses_id else ADJUSTMENTS).label(self.reason)

    @property
    def refusal_text(self) -> str:
        return WRITE_OFF_REFUSALS.label(self.refusal) if self.refusal else ""

    def subject(self) -> Subject:
        return Subject("account", self.account_id)


def alone_up_to() -> int:
    """Return the database's limit, in cents, for reductions of a debt that one person may book alone.

    The limit is for the total of an account's reductions in thirty days.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_single_officer_limit()")
        return int(cursor.fetchone()[0])
