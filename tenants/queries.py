"""Queries that several views share: the parties of a lease, the card of a resident, and the errands of a caretaker."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q

from access.constraints import sentence_of
from access.guard.context import AccessContext
from access.pages.panels import load_panels
from access.permissions import Permission
from buildings.models import Building, Unit
from tenants import facade
from tenants.models import (
    Account,
    FormerName,
    HelpCode,
    LeaseParty,
    Reminder,
    Representative,
    Residence,
    Tenant,
)
from tenants.models.restriction import RESTRICTED, is_restricted
from tenants.vocabulary import ON_THE_CARD


def parties_of(access: AccessContext, account: Account) -> list[LeaseParty]:
    rows = access.rows(LeaseParty).filter(lease=account.lease_id).select_related("tenant")
    return list(rows.order_by("first_day", "capacity", "name_key", "id"))


def people_of(access: AccessContext, account: Account) -> dict[UUID, Tenant]:
    """Return the parties to the lease and the people who live, or have lived, under it."""
    residences = access.rows(Residence).filter(lease=account.lease_id)
    return {row.tenant_id: row.tenant for row in (*parties_of(access, account), *residences)}


def former_names_of(access: AccessContext, tenants: Iterable[UUID]) -> list[FormerName]:
    return list(access.rows(FormerName).filter(tenant__in=list(tenants)).order_by("last_day", "id"))


def representatives_of(access: AccessContext, tenants: Iterable[UUID]) -> Any:
    rows = access.rows(Representative).filter(tenant__in=list(tenants)).with_power(access.day).select_related("tenant")
    return rows.order_by("first_day", "id")


# ICONS: icons of requested help on cards, by help code. Other help codes have a check mark.
ICONS = {
    "knock_loudly": "knock",
    "say_who": "knock",
    "stairs_help": "stairs",
    "call_before": "phone",
    "flash_or_text": "phone",
    "guide_arm": "people",
    "chosen_person": "people",
    "leave_written": "pen",
}


def about_card(access: AccessContext, residence: Residence) -> dict[str, Any]:
    """Return the template context that all pages with a resident's card have in common."""
    codes = access.rows(HelpCode).filter(tenant=residence.tenant_id, code__in=ON_THE_CARD).in_force(access.day)
    building = access.rows(Building).get(pk=residence.building_id)
    restricted = is_restricted("residence", residence.pk)
    units = list(access.rows(Unit).filter(building=building).dwellings())
    return {
        "residence": residence,
        "tenant": residence.tenant,
        "day": access.day,
        "household": household(access, residence),
        "aids": [(ICONS.get(code.code, "check"), code) for code in codes.order_by("code")],
        "restricted": RESTRICTED if restricted else "",
        "may_change_contact": not restricted and access.may(Permission.CONTACT_CHANGE, residence.building_id),
        "panels": load_panels("card", access, residence),
        "may_note": access.may(Permission.CARD_FACTS, residence.building_id),
        "may_change_help": access.may(Permission.HELP_CHANGE, residence.building_id),
        "building": building,
        "drawing": facade.drawing(units, lit=residence.unit_id),
        "number": facade.numbers(units).get(residence.unit_id),
    }


def restriction_of(kind: str, row: UUID) -> str:
    """Return the sentence that nothing may be recorded today because processing is restricted, or "". Forms show it
    before anything is typed. `kind`: "account" or "residence"."""
    return sentence_of("processing_restricted") if is_restricted(kind, row) else ""


def household(access: AccessContext, residence: Residence) -> Any:
    """Return the other people who live, or will soon live, in this dwelling under the same lease.

    The audit log records that each person in the loaded rows was shown to the employee.
    """
    others = access.rows(Residence).filter(lease=residence.lease_id, unit=residence.unit_id).exclude(pk=residence.pk)
    return others.exclude(moved_out__lt=access.day).order_by("name_key", "id")


def missions(access: AccessContext) -> Any:
    """Return the current errands in the person's buildings: messages to pass on at some doors. `doors_count` counts the
    doors of an errand, `done_count` those where the message was passed on."""
    running = access.rows(Reminder).in_force(access.day).select_related("building__place").order_by("last_day", "id")
    done = Q(doors__done_on__isnull=False)
    return running.annotate(doors_count=Count("doors"), done_count=Count("doors", done))


def first_rows(lists: Sequence[str], most: int) -> dict[str, dict[UUID, UUID] | None]:
    """Return the first rows of lists, for a person with very many buildings. Maps each row to its building.

    The lists are "former" (accounts to settle), "arriving" and "leaving" (leases of households that move), and each has
    at most `most` rows. A list is None if its rows are too rare in the landlord's data: read the whole list instead.
    Only ids are read. Pages read the rows again, narrowed to these buildings.
    """
    rows: dict[str, dict[UUID, UUID] | None] = {name: {} for name in lists}
    with connection.cursor() as cursor:
        cursor.execute("SELECT list, row_id, building FROM tenants_first_rows(%s, %s)", [list(lists), most])
        for name, row, building in cursor.fetchall():
            if row is None:
                rows[name] = None
            elif (listed := rows[name]) is not None:
                listed[row] = building
    return rows
