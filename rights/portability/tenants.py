"""The data that a tenant provided: identity, contact, requested help, own leases and residences, and payments.

Row-level policies show these rows only while the current user prepares the file (rights/policies.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model, Q
from django.utils.translation import gettext as _

from access.guard.context import AccessContext
from buildings.models import Address
from formats.spreadsheets import Cents
from ledger.models import Entry
from ledger.models.entry import EntryKind
from ledger.vocabulary import ENTRY_LABELS
from rights.disclosure.set_aside import with_own_contact
from rights.models import SubjectRequest
from tenants.models import HelpCode, Identity, LeaseParty, Residence, Tenant
from tenants.models.residence import ResidenceQuerySet

FORMAT = "loge-portability/1"
# OWN_PAYMENTS: labels of payments by the person. RETURNED_PAYMENTS: labels of rejected payments and of refunds.
# Housing aid and payments by bodies, guarantors and others are left out, because the person did not make them.
OWN_PAYMENTS = ("direct_debit", "bank_transfer", "card", "cheque", "cash_counter", "cash_post", "money_order", "tip")
RETURNED_PAYMENTS = ("debit_rejected", "cheque_rejected", "card_rejected", "refund", "deposit_refund")
_OWN = (*OWN_PAYMENTS, *RETURNED_PAYMENTS)

Json = dict[str, Any]


@dataclass(frozen=True)
class Payment:
    """A payment by the person, or a refund if `cents` is negative. `means` is the means of payment, such as
    "bank_transfer". A cancelled payment has a second row of the same `means`, in which `cancels` is true."""

    account: str
    day: date
    means: str
    cents: int
    cancels: bool


@dataclass(frozen=True)
class PortableData:
    person: Tenant
    sections: Mapping[str, Any]
    payments: list[Payment]

    def as_json(self, landlord: str, day: date) -> Json:
        payments = [
            {
                "account": payment.account,
                "day": payment.day.isoformat(),
                "means": payment.means,
                "amount_cents": payment.cents,
                "cancels": payment.cancels,
            }
            for payment in self.payments
        ]
        about = {"format": FORMAT, "subject": "tenant", "landlord": landlord, "made_on": day.isoformat()}
        return {**about, **self.sections, "payments": payments}

    def payment_table(self) -> tuple[list[str], list[list[object]]]:
        """Return the header and the rows of the CSV file of payments."""
        header = [_("Compte"), _("Date"), _("Moyen de paiement"), _("Montant"), _("Annulation")]
        return header, [
            [
                payment.account,
                payment.day,
                ENTRY_LABELS.label(payment.means),
                Cents(payment.cents),
                _("oui") if payment.cancels else _("non"),
            ]
            for payment in self.payments
        ]


def portable_data(access: AccessContext, request: SubjectRequest) -> PortableData | None:
    """Return the data for a portability request. Return None unless the current user is preparing this file."""
    provided = _Provided(access, request)
    person = provided.rows(Tenant, pk=request.tenant_id).first()
    if person is None:
        return None
    return PortableData(person, provided.sections(with_own_contact(person)), provided.payments())


class _Provided:
    """Reads the data that a person provided, for this person's portability request."""

    def __init__(self, access: AccessContext, request: SubjectRequest) -> None:
        self.access, self.tenant = access, request.tenant_id

    def rows(self, model: type[Model], **which: Any) -> Any:
        rows: ResidenceQuerySet = model._default_manager.filter(**which)  # type: ignore[assignment]
        return rows.witnessed(self.access.saw)

    def sections(self, person: Tenant) -> Json:
        identity = self.rows(Identity, tenant=self.tenant).first()
        return {
            "identity": {
                "title": person.title,
                "last_name": person.last_name,
                "first_name": person.first_name,
                "birth_date": _day(identity.birth_date) if identity else None,
            },
            "contact": {
                "channel": person.channel,
                "phone": person.phone,
                "email": person.email,
                "contact_name": person.contact_name,
            },
            "requested_help": self.requested_help(),
            "household": {"residences": self.residences(), "leases": self.leases()},
        }

    def requested_help(self) -> list[Json]:
        codes = self.rows(HelpCode, tenant=self.tenant).order_by("asked_on", "code")
        return [
            {
                "code": help_code.code,
                "asked_by": help_code.asked_by,
                "asked_on": _day(help_code.asked_on),
                "ended_on": _day(help_code.ended_on or help_code.renew_by),
            }
            for help_code in codes
        ]

    def residences(self) -> list[Json]:
        homes = self.rows(Residence, tenant=self.tenant).select_related("unit").order_by("moved_in", "id")
        return [
            {
                "address": self.address(residence),
                "staircase": residence.unit.staircase,
                "door": residence.unit.door,
                "moved_in": _day(residence.moved_in),
                "moved_out": _day(residence.moved_out),
            }
            for residence in homes
        ]

    def address(self, residence: Residence) -> str:
        address = self.rows(Address, building=residence.building_id).order_by("street", "number").first()
        return address.line if address else ""

    def leases(self) -> list[Json]:
        """Return the person's own capacity and days in each lease. Days that concern other holders too are omitted."""
        parties = self.rows(LeaseParty, tenant=self.tenant).select_related("lease").order_by("first_day", "id")
        return [
            {
                "starts_on": _day(party.lease.starts_on),
                "signed_on": _day(party.lease.signed_on),
                "capacity": party.capacity,
                "first_day": _day(party.first_day),
                "last_day": _day(party.last_day),
            }
            for party in parties
        ]

    def payments(self) -> list[Payment]:
        """Return the payments on the person's accounts, on the days on which the person was a holder."""
        own = Q(label__in=_OWN) | Q(reverses__label__in=_OWN)
        rows = self.rows(Entry, kind=EntryKind.PAYMENT).filter(own).select_related("account", "reverses")
        rows = rows.defer("posted_by", "idempotency_key", "reverses__posted_by", "reverses__idempotency_key")
        return [
            Payment(
                account=entry.account.reference,
                day=entry.effective_on,
                means=entry.reverses.label if entry.reverses_id else entry.label,
                cents=-entry.amount_cents,
                cancels=entry.reverses_id is not None,
            )
            for entry in rows.order_by("effective_on", "booked_at", "id")
        ]


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
