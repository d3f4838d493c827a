"""Actions on contingents (the dwellings that a reserving body may fill): conventions, nominators and yearly shares of
the dwellings to let."""

from datetime import date
from typing import Any

from access.constraints import all_or_nothing, change
from access.models import Person, Place
from access.reach import today
from allocations.models import Contingent, Convention, FlowBase, FlowYear, Nominator
from audit import events
from audit.record import NOWHERE, Context, record
from privacy.screened import named


@all_or_nothing()
def add_contingent(*, by: Person, kind: str, holder: str, place: Place, context: Context = NOWHERE) -> Contingent:
    named(holder=holder)
    contingent = Contingent(kind=kind, holder=holder, place=place)
    contingent.save(force_insert=True)
    record(events.CONTINGENT_ADDED, by=by, place=place.pk, context=context, contingent=contingent.pk)
    return contingent


@all_or_nothing()
def end_contingent(*, by: Person, contingent: Contingent, context: Context = NOWHERE) -> Contingent:
    """End a contingent (share of a reserving body) today. Its nominators lose access to the vacancies reserved for
    it."""
    change(contingent, ended_on=today())
    record(events.CONTINGENT_ENDED, by=by, place=contingent.place_id, context=context, contingent=contingent.pk)
    return contingent


@all_or_nothing()
def add_convention(
    *,
    by: Person,
    contingent: Contingent,
    signed_on: date,
    first_day: date,
    last_day: date,
    context: Context = NOWHERE,
) -> Convention:
    convention = Convention(contingent=contingent, signed_on=signed_on, first_day=first_day, last_day=last_day)
    convention.save(force_insert=True)
    facts: dict[str, Any] = {"contingent": contingent.pk, "until": last_day}
    record(events.CONVENTION_ADDED, by=by, place=contingent.place_id, context=context, **facts)
    return convention


@all_or_nothing()
def set_flow_base(
    *,
    by: Person,
    year: int,
    lettings: int,
    transfers: int,
    rehousing: int,
    sales: int,
    identified: int,
    context: Context = NOWHERE,
) -> FlowBase:
    """Set how many dwellings will be let in a year, and how many of them the law excludes from the shares of reserving
    bodies."""
    base = FlowBase._default_manager.filter(year=year).first() or FlowBase(year=year)
    base.lettings, base.transfers, base.rehousing = lettings, transfers, rehousing
    base.sales, base.identified = sales, identified
    base.entered_on, base.entered_by = today(), by
    base.save()
    record(events.FLOW_SET, by=by, context=context, year=year, value=base.base)
    return base


@all_or_nothing()
def set_share(
    *, by: Person, contingent: Contingent, base: FlowBase, share_permille: int, context: Context = NOWHERE
) -> FlowYear:
    share = FlowYear._default_manager.filter(contingent=contingent, base=base).first()
    if share is None:
        share = FlowYear(contingent=contingent, base=base, share_permille=share_permille)
        share.save(force_insert=True)
    else:
        change(share, share_permille=share_permille)
    facts: dict[str, Any] = {"year": base.year, "contingent": contingent.pk, "value": share_permille}
    record(events.FLOW_SET, by=by, context=context, **facts)
    return share


@all_or_nothing()
def name_nominator(
    *,
    by: Person,
    contingent: Contingent,
    person: Person,
    first_day: date,
    last_day: date,
    context: Context = NOWHERE,
) -> Nominator:
    """Let a person of a reserving body view the vacancies of its contingent. The person also needs the role of
    nominator, which is assigned separately."""
    nominator = Nominator(contingent=contingent, person=person, first_day=first_day, last_day=last_day, named_by=by)
    nominator.save(force_insert=True)
    facts: dict[str, Any] = {"contingent": contingent.pk, "person": person.pk}
    record(events.NOMINATOR_NAMED, by=by, place=contingent.place_id, context=context, **facts)
    return nominator
