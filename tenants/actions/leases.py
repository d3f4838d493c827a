"""Changes to leases: signing, notice to quit, people who move in or out, transfer. Each action is one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from access.constraints import all_or_nothing
from access.models import Person
from access.reach import today
from audit import events
from audit.record import NOWHERE, Context, record
from buildings.models import Unit
from tenants.actions.households import Newcomer, add_tenant, carry_discretion
from tenants.leases.changes import remember, standing
from tenants.leases.days import check_lease, check_move, check_notice, check_transfer
from tenants.models import Account, Lease, LeaseParty, LeaseUnit, Residence, Tenant
from tenants.models.lease import Capacity
from tenants.models.lease_change import Change


@dataclass(frozen=True)
class Holder:
    """A tenant who signs the lease, and the capacity in which they sign, such as holder."""

    tenant: Tenant
    capacity: str


@all_or_nothing()
def sign_lease(
    *,
    by: Person | str,
    unit: Unit,
    newcomers: Sequence[Newcomer],
    starts_on: date,
    signed_on: date | None = None,
    annexes: Iterable[Unit] = (),
    occupants: Sequence[Newcomer] = (),
    context: Context = NOWHERE,
) -> Account:
    """Sign a lease on a vacant dwelling and open the account of the lease.

    `newcomers` are the holders of the lease. They and the `occupants`, who do not sign, become residents on the first
    day of the lease.
    """
    if not newcomers:
        raise ValidationError(_("Un bail doit avoir au moins un titulaire."))
    check_lease(starts_on, signed_on, today())
    lease = _lease(unit, starts_on, signed_on)
    people = (*newcomers, *occupants)
    tenants = [add_tenant(by=by, newcomer=newcomer, lease=lease, context=context) for newcomer in people]
    signing = enumerate(tenants[: len(newcomers)])
    holders = [Holder(tenant, Capacity.CO_HOLDER if rank else Capacity.HOLDER) for rank, tenant in signing]
    account = _let(lease, holders, (unit, *annexes))
    for tenant in tenants:
        _settle_in(tenant, lease, starts_on)
    remember(by, lease, Change.SIGNED, {"tenants": [tenant.pk for tenant in tenants]})
    _record_signed(by, account, context)
    return account


@all_or_nothing()
def give_notice(
    *, by: Person | str, account: Account, notice_on: date, ends_on: date, context: Context = NOWHERE
) -> Lease:
    """Record a notice to quit. The lease ends on `ends_on`, and so do its units, parties and residences.

    The account stays open, because the tenant may still owe money.
    """
    lease = account.lease
    _must_run(lease)
    check_notice(lease, notice_on, ends_on, today())
    remember(by, lease, Change.NOTICE, standing(lease))
    lease.notice_on = notice_on
    _close(lease, ends_on)
    about, place = account.subject(), account.building_id
    record(events.NOTICE_GIVEN, by=by, about=about, place=place, context=context, lease=lease.pk, ends_on=ends_on)
    return lease


@all_or_nothing()
def move_in(
    *, by: Person | str, account: Account, who: Tenant | Newcomer, day: date, context: Context = NOWHERE
) -> Residence:
    """Record that a person moves in under the lease, without becoming a party to the lease."""
    lease = account.lease
    _must_run(lease)
    if lease.ends_on and day > lease.ends_on:
        raise ValidationError(_("Le bail a pris fin avant cette arrivée."))
    check_move("day", day, today())
    tenant = add_tenant(by=by, newcomer=who, lease=lease, context=context) if isinstance(who, Newcomer) else who
    if lease.residences.filter(Q(moved_out__isnull=True) | Q(moved_out__gte=day), tenant=tenant).exists():
        raise ValidationError(_("Cette personne habite déjà ici à cette date."))
    residence = _settle_in(tenant, lease, day)
    added = [tenant.pk] if isinstance(who, Newcomer) else []
    remember(by, lease, Change.MOVED_IN, {"residence": residence.pk, "tenants": added})
    _record_moved(by, residence, day, context)
    return residence


@all_or_nothing()
def move_out(*, by: Person | str, residence: Residence, last_day: date, context: Context = NOWHERE) -> Residence:
    """Record that a person moves out while the lease continues."""
    if residence.lease.ends_on and last_day > residence.lease.ends_on:
        raise ValidationError(_("Le bail prend fin avant ce départ."))
    check_move("last_day", last_day, today())
    before = [[residence.pk, residence.moved_out, residence.transferred]]
    remember(by, residence.lease, Change.MOVED_OUT, {"residences": before})
    residence.moved_out = last_day
    residence.save(update_fields=["moved_out"])
    _record_moved(by, residence, last_day, context)
    return residence


@all_or_nothing()
def transfer(*, by: Person | str, account: Account, unit: Unit, first_day: date, context: Context = NOWHERE) -> Account:
    """Move the household to another vacant dwelling. The caretaker of the old building stops seeing the household on
    the day when the caretaker of the new building begins to see it."""
    old = account.lease
    _must_run(old)
    check_transfer(old, first_day, today())
    last_day = first_day - timedelta(days=1)
    staying = Q(last_day__isnull=True) | Q(last_day__gte=last_day)
    holders = [Holder(p.tenant, p.capacity) for p in old.parties.select_related("tenant").filter(staying)]
    household = [r.tenant for r in old.residences.select_related("tenant").living(last_day)]
    before = {"former": old.pk, **standing(old)}
    new = _lease(unit, first_day, signed_on=None)
    carry_discretion(by=by, old=old, new=new, context=context)
    _close(old, last_day, transferred=True)
    opened = _let(new, holders, (unit,))
    for tenant in household:
        _settle_in(tenant, new, first_day)
    remember(by, new, Change.TRANSFERRED, before)
    about, place = account.subject(), account.building_id
    record(events.NOTICE_GIVEN, by=by, about=about, place=place, context=context, lease=old.pk, ends_on=last_day)
    _record_signed(by, opened, context)
    return opened


def _must_run(lease: Lease) -> None:
    if lease.ends_on and lease.ends_on < today():
        raise ValidationError(_("Ce bail a déjà pris fin."))


def _lease(unit: Unit, starts_on: date, signed_on: date | None) -> Lease:
    lease = Lease(main_unit=unit, building_id=unit.building_id, signed_on=signed_on, starts_on=starts_on)
    lease.save(force_insert=True)
    return lease


def _let(lease: Lease, holders: Iterable[Holder], units: Iterable[Unit]) -> Account:
    first_day = lease.starts_on
    for unit in units:
        LeaseUnit(lease=lease, unit=unit, building_id=unit.building_id, first_day=first_day).save(force_insert=True)
    for holder in holders:
        who = {"tenant": holder.tenant, "name_key": holder.tenant.name_key, "capacity": holder.capacity}
        LeaseParty(lease=lease, building_id=lease.building_id, first_day=first_day, **who).save(force_insert=True)
    account = Account(lease=lease, building_id=lease.building_id, opened_on=first_day)
    account.save(force_insert=True)
    return account


def _settle_in(tenant: Tenant, lease: Lease, day: date) -> Residence:
    where = {"unit_id": lease.main_unit_id, "building_id": lease.building_id}
    until = lease.ends_on
    residence = Residence(tenant=tenant, name_key=tenant.name_key, lease=lease, moved_in=day, moved_out=until, **where)
    residence.save(force_insert=True)
    return residence


def _close(lease: Lease, ends_on: date, *, transferred: bool = False) -> None:
    """End the lease on `ends_on`, with all units, parties and residences that would end later.

    Units, parties and residences that ended on the lease's former end date end on `ends_on` too.
    """
    was, lease.ends_on = lease.ends_on, ends_on
    lease.save(update_fields=["notice_on", "ends_on"])
    outlasting = Q(last_day=was) | Q(last_day__isnull=True) | Q(last_day__gt=ends_on)
    lease.units.filter(outlasting).update(last_day=ends_on)
    lease.parties.filter(outlasting).update(last_day=ends_on)
    staying = Q(moved_out=was) | Q(moved_out__isnull=True) | Q(moved_out__gt=ends_on)
    lease.residences.filter(staying).update(moved_out=ends_on, transferred=transferred)


def _record_signed(by: Person | str, account: Account, context: Context) -> None:
    lease = account.lease
    facts: dict[str, Any] = {"lease": lease.pk, "starts_on": lease.starts_on}
    record(events.LEASE_SIGNED, by=by, about=account.subject(), place=lease.building_id, context=context, **facts)


def _record_moved(by: Person | str, residence: Residence, day: date, context: Context) -> None:
    facts: dict[str, Any] = {"residence": residence.pk, "day": day}
    about, place = residence.subject(), residence.building_id
    record(events.RESIDENT_MOVED, by=by, about=about, place=place, context=context, **facts)
