"""API endpoints for entries: read the entries of an account, as an officer or as an accountant, and post new ones.

A posted entry has an idempotency key, so that a repeated request books it only once.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from access.api.endpoint import ApiRequest, acted, endpoint, page
from access.api.paging import ListQuery, Page
from access.api.serializer_fields import Code, Day, Strict, Whole
from access.permissions import Permission
from audit import events
from audit.events import Kind
from ledger.actions.entries import post_adjustment, post_charge, reverse_entry, take_payment
from ledger.forms.entries import NOT_BY_HAND
from ledger.models import Entry, EntryKind
from ledger.models.entry import Source
from ledger.vocabulary import ADJUSTMENTS, ENTRY_LABELS, REVERSALS
from tenants.models import Account

Decorator = Callable[[Callable[..., Entry]], Callable[..., HttpResponse]]
HIGHEST = 99_999_999  # HIGHEST: the highest amount in cents that the database accepts
NEVER_GIVEN = ("transfer_in", "transfer_out", "taken_over")


def _labels(kind: EntryKind) -> list[tuple[str, str]]:
    return [(term.code, term.fr) for term in ENTRY_LABELS.where(kind=kind) if term.code not in NOT_BY_HAND]


# --- Responses -------------------------------------------------------------------------------------------------------


class BookEntryOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=EntryKind.choices)
    label = serializers.CharField()
    amount_cents = serializers.IntegerField(help_text=_("Une somme supérieure à zéro augmente la somme due."))
    effective_on = serializers.DateField()
    booked_on = serializers.DateField()
    period = serializers.DateField()
    reverses = serializers.UUIDField(source="reverses_id", allow_null=True)


class EntryOut(BookEntryOut):
    source = serializers.ChoiceField(choices=Source.choices)
    reason = serializers.CharField()


# --- Queries and bodies ----------------------------------------------------------------------------------------------


class EntriesQuery(ListQuery):
    orders = {"effective_on": ("effective_on", "booked_at", "id")}

    kind = Code(choices=EntryKind.choices, required=False)
    first_day = Day(required=False)
    last_day = Day(required=False)


class PaymentBody(Strict):
    label = Code(choices=_labels(EntryKind.PAYMENT))
    cents = Whole(min_value=1, max_value=HIGHEST, help_text=_("En centimes, toujours supérieur à zéro."))
    effective_on = Day()


class ChargeBody(PaymentBody):
    label = Code(choices=_labels(EntryKind.CHARGE))


class AdjustmentBody(Strict):
    label = Code(choices=_labels(EntryKind.ADJUSTMENT))
    cents = Whole(
        min_value=-HIGHEST, max_value=HIGHEST, help_text=_("Un montant supérieur à zéro augmente la somme due.")
    )
    reason = Code(choices=[choice for choice in ADJUSTMENTS.choices if choice[0] not in NEVER_GIVEN])
    effective_on = Day()


class ReversalBody(Strict):
    reason = Code(choices=REVERSALS.choices)


# --- Reading ---------------------------------------------------------------------------------------------------------


@endpoint(
    Permission.ACCOUNT_VIEW,
    model=Account,
    lookup="reference",
    get_event=events.ACCOUNT_OPENED,
    title=_("Écritures d’un compte"),
    answers=EntryOut,
    query=EntriesQuery,
)
def entries(request: ApiRequest, account: Account) -> Page:
    return page(request, _matching(request, account))


@endpoint(
    Permission.BOOKS_VIEW,
    model=Account,
    lookup="reference",
    get_event=events.BOOKS_OPENED,
    title=_("Écritures par référence"),
    answers=BookEntryOut,
    query=EntriesQuery,
)
def book_entries(request: ApiRequest, account: Account) -> Page:
    return page(request, _matching(request, account))


def _matching(request: ApiRequest, account: Account) -> Any:
    columns = {"kind": "kind", "first_day": "effective_on__gte", "last_day": "effective_on__lte"}
    narrowed = {column: request.query[word] for word, column in columns.items() if word in request.query}
    return request.access.rows(Entry).filter(account=account, **narrowed)


# --- Writing ---------------------------------------------------------------------------------------------------------


def posting(permission: Permission, post_event: Kind, title: Promise | str, body: type[Strict]) -> Decorator:
    """Decorate an API endpoint that books an entry on the account in its URL, at most once for each idempotency key."""
    shape: dict[str, Any] = {"title": title, "answers": EntryOut, "body": body, "status": 201}
    return endpoint(permission, model=Account, lookup="reference", post_event=post_event, **shape)


@posting(Permission.ENTRY_POST, events.PAYMENT_TAKEN, _("Enregistrer un paiement"), PaymentBody)
def payment(request: ApiRequest, account: Account) -> Entry:
    return _posted(request, take_payment, account=account)


@posting(Permission.ENTRY_POST, events.CHARGE_POSTED, _("Facturer une somme"), ChargeBody)
def charge(request: ApiRequest, account: Account) -> Entry:
    return _posted(request, post_charge, account=account)


@posting(Permission.ENTRY_POST, events.ADJUSTMENT_POSTED, _("Passer une rectification"), AdjustmentBody)
def adjustment(request: ApiRequest, account: Account) -> Entry:
    return _posted(request, post_adjustment, account=account)


@posting(
    Permission.ENTRY_REVERSE, events.ENTRY_REVERSED, _("Annuler une écriture par une écriture contraire"), ReversalBody
)
def reversal(request: ApiRequest, account: Account, entry: UUID) -> Entry:
    return _posted(request, reverse_entry, entry=entry_of(request, account, entry))


def entry_of(request: ApiRequest, account: Account, pk: UUID) -> Entry:
    """Return the entry. Raises Http404 if the entry belongs to another account or is not visible to the client."""
    entry: Entry | None = request.access.rows(Entry).filter(account=account, pk=pk).first()
    if entry is None:
        raise Http404
    return entry


def _posted(request: ApiRequest, act: Callable[..., Entry], **target: Any) -> Entry:
    entry: Entry = acted(request, act, key=request.key, **target, **request.body_data)
    return entry
