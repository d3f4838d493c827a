"""Which accounts and households the page of today's work lists, and how many there are. Only ids are read here.

For a person with very many buildings, the lists have other orders and are not counted: the first rows of an index are
read until the lists of the page are full.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any
from uuid import UUID

from access.guard.context import AccessContext
from casework.queries import contact_list, first_contacts
from ledger.account_list import has_many_buildings
from ledger.arrears import Late, former_accounts, late_accounts, latest_former_accounts
from tenants.models import Residence
from tenants.queries import first_rows

# The type Moving maps a lease and a day to the people who move in or out on this day, each as (residence, building).
Moving = Mapping[tuple[UUID, date], Sequence[tuple[UUID, UUID]]]


@dataclass(frozen=True)
class DayLists:
    """The rows of four lists, and their numbers by the name of the list: "late", "gone", "arriving" and "leaving".

    `cut` has the names of the lists with more rows than their number says.
    """

    late: Mapping[UUID, Late]
    former: Mapping[UUID, UUID]
    arriving: Moving
    leaving: Moving
    totals: Mapping[str, int]
    cut: frozenset[str] = frozenset()


def day_lists(access: AccessContext, most: int) -> DayLists:
    """Return the lists of today, each with its first `most` rows."""
    if has_many_buildings(access):
        return first_of_day(access, most)
    arriving, arrivals_total = _households(access.rows(Residence).arriving(access.day), "moved_in", most)
    leaving, departures_total = _households(access.rows(Residence).leaving(access.day), "moved_out", most)
    former = former_accounts(access)
    late = contact_list(access, former).due
    totals = {"late": len(late), "gone": len(former), "arriving": arrivals_total, "leaving": departures_total}
    return DayLists(dict(islice(late.items(), most)), dict(islice(former.items(), most)), arriving, leaving, totals)


def first_of_day(access: AccessContext, most: int) -> DayLists:
    """Return the lists for a person with very many buildings. One row more than `most` tells that a list has more."""
    first = first_rows(["former", "arriving", "leaving"], most + 1)
    contacts = first_contacts(access, most + 1)
    former = latest_former_accounts(access, most + 1) if first["former"] is None else first["former"]
    arriving, arrivals_total = first_households(access, first["arriving"], "moved_in", most)
    leaving, departures_total = first_households(access, first["leaving"], "moved_out", most)
    with access.narrow_to(set(contacts.values())):
        owed = late_accounts(access, (), among=contacts)
    late = {account: owed[account] for account in contacts if account in owed}
    numbers = {"late": len(late), "gone": len(former), "arriving": arrivals_total, "leaving": departures_total}
    return DayLists(
        dict(islice(late.items(), most)),
        dict(islice(former.items(), most)),
        arriving,
        leaving,
        {name: min(number, most) for name, number in numbers.items()},
        frozenset(name for name, number in numbers.items() if number > most),
    )


def first_households(
    access: AccessContext, leases: Mapping[UUID, UUID] | None, moved: str, most: int
) -> tuple[Moving, int]:
    """Return the same as `_households` for the given leases, each with its building. All leases if `leases` is None."""
    residences = access.rows(Residence)
    moving = residences.arriving(access.day) if moved == "moved_in" else residences.leaving(access.day)
    if leases is None:
        return _households(moving, moved, most)
    with access.narrow_to(set(leases.values())):
        return _households(moving.filter(lease__in=list(leases)), moved, most)


def _households(residences: Any, moved: str, most: int) -> tuple[Moving, int]:
    """Group the people who move in or out by lease and day. Returns the first `most` groups, and the number of leases.

    `moved` is the field with the day of the move. Only ids are read, so the audit log need not record the people as
    shown.
    """
    people: dict[tuple[UUID, date], list[tuple[UUID, UUID]]] = {}
    for lease, day, pk, building in residences.witnessed(None).values_list("lease", moved, "pk", "building"):
        people.setdefault((lease, day), []).append((pk, building))
    return dict(islice(people.items(), most)), len({lease for lease, _day in people})
