"""Actions that enter and end fragile residences: buildings for which the intermunicipal agreement (CIA) allows an
additional motive of refusal."""

from datetime import date

from access.constraints import all_or_nothing, change
from access.models import Person
from access.reach import today
from allocations.models import FragileResidence
from audit import events
from audit.record import NOWHERE, Context, record
from buildings.models import Building


@all_or_nothing()
def name_fragile_residence(
    *,
    by: Person,
    building: Building,
    source_number: str,
    source_date: date,
    first_day: date,
    context: Context = NOWHERE,
) -> FragileResidence:
    """Enter a building that the intermunicipal agreement names as a fragile residence, from a first day on."""
    row = FragileResidence(
        building=building,
        source_number=source_number,
        source_date=source_date,
        first_day=first_day,
        entered_on=today(),
        entered_by=by,
    )
    row.save(force_insert=True)
    record(events.FRAGILE_RESIDENCE_NAMED, by=by, place=building.pk, context=context, first_day=first_day)
    return row


@all_or_nothing()
def end_fragile_residence(
    *, by: Person, residence: FragileResidence, last_day: date, context: Context = NOWHERE
) -> FragileResidence:
    """Set the last day on which a fragile residence (a building named in the allocation agreement) can justify
    refusals.

    The last day can be set only once. The database rejects a day before today, because lawful refusals may have been
    decided since that day.
    """
    change(residence, last_day=last_day)
    place = residence.building_id
    record(events.FRAGILE_RESIDENCE_ENDED, by=by, place=place, context=context, until=last_day)
    return residence
