"""The account page of the comparison application (tests/bench/stock). It uses the mixins of guardian and auditlog, and
Loge's template, so that it renders the same page."""

from datetime import date
from typing import Any
from uuid import uuid4

from auditlog.mixins import LogAccessMixin
from django.utils import timezone
from django.views.generic import DetailView
from guardian.mixins import PermissionRequiredMixin

from access.guard.context import AccessContext
from access.permissions import Permission
from access.roles import OFFICER
from audit.events import ACCOUNT_OPENED
from buildings.models.unit import UnitKind
from ledger import register
from ledger.forms.entries import PaymentAtHandForm
from ledger.queries import KINDS, LATEST, kind_of, named, period_of
from ledger.register import Ledger
from tests.bench.stock.models import Account, Entry, Fact, Letting, Note, Party


class AccountPage(PermissionRequiredMixin, LogAccessMixin, DetailView):
    queryset = Account._default_manager.select_related("lease__main_unit__building")
    slug_field = slug_url_kwarg = "reference"
    permission_required = "stock.view_account"
    raise_exception = True
    template_name = "ledger/account.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        request, account, day = self.request, self.object, timezone.localdate()
        request.access = _look(request.user, day)
        entries: list[Any] = list(
            Entry._default_manager.filter(account=account).order_by("effective_on", "booked_at", "id")
        )
        ledger = named(Ledger.whole(entries), account.reference)
        balance = ledger.balance
        months = register.months_of(ledger, kind=kind_of(request))
        return {
            **super().get_context_data(**kwargs),
            **_lease_context(account.lease),
            **_remarks(account, day),
            "account": account,
            "balance": balance,
            "credit": -balance,
            "coming": balance - ledger.balance_on(day),
            "may_settle": False,
            "day": day,
            "kind": kind_of(request),
            "period": period_of(request),
            "kinds": KINDS,
            "choices": ledger.months()[::-1],
            "months": months[:LATEST],
            "left": len(months) - LATEST,
            "form": PaymentAtHandForm(None, day, balance)
            if request.user.has_perm("stock.change_account", account)
            else None,
            "may_write": True,
            "may_note": True,
            "ends": register.ends_of(ledger, day),
            "points": register.points_of(ledger.lines, day),
            "year": register.year_of(ledger, day),
        }


def _lease_context(lease: Any) -> dict[str, Any]:
    parties = Party._default_manager.filter(lease=lease).exclude(capacity="guarantor").select_related("tenant")
    lettings = Letting._default_manager.filter(lease=lease).select_related("unit").order_by("unit__kind", "first_day")
    return {
        "lease": lease,
        "unit": lease.main_unit,
        "place": lease.main_unit.building,
        "holders": [f"Mme {party.tenant.first_name} {party.tenant.last_name}" for party in parties],
        "units": [(letting.unit, UnitKind(letting.unit.kind).label) for letting in lettings],
    }


def _remarks(account: Any, day: date) -> dict[str, Any]:
    facts = Fact._default_manager.filter(account=account, ends_on__gte=day, withdrawn_on=None)
    notes = Note._default_manager.filter(account=account, ends_on__gte=day).order_by("-written_at")
    return {"facts": list(facts.order_by("-written_on", "code")), "notes": list(notes)}


def _look(person: Any, day: date) -> AccessContext:
    """Return an access context (person, permission and roles of a request), which Loge's base template reads.

    In the comparison application, the access context restricts nothing.
    """
    return AccessContext(
        person=person,
        permission=Permission.ACCOUNT_VIEW,
        roles=frozenset({OFFICER.code}),
        kind=ACCOUNT_OPENED,
        route="",
        request_id=uuid4(),
        at=timezone.now(),
        day=day,
    )
