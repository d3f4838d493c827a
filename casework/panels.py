"""The parts of the account page, the resident page and the home page that this app contributes."""

from typing import Any

from django.db import connection

from access.guard.context import AccessContext
from access.pages.panels import Panel
from access.permissions import Permission
from casework.contests_due import challenged_residences, contests_due
from casework.views.facts import account_lines, card_page, lines_of
from casework.views.notes import notes_of
from tenants.models import Account, Residence

# Most accounts have neither facts nor notes. One fast query checks this first, which saves two slower queries.
_EXISTING = """SELECT EXISTS (SELECT FROM casework_accountfact WHERE account_id = %s),
    EXISTS (SELECT FROM casework_accountnote WHERE account_id = %s)"""


def account_panel(access: AccessContext, account: Account) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(_EXISTING, [account.pk] * 2)
        has_facts, has_notes = cursor.fetchone()
    return {
        "account": account,
        "facts": account_lines(access, account) if has_facts else [],
        "notes": notes_of(access, account) if has_notes else [],
        "may_write": access.may(Permission.NOTES_WRITE, account.building_id),
        "may_note": access.may(Permission.ACCOUNT_FACTS, account.building_id),
    }


def card_panel(access: AccessContext, residence: Residence) -> dict[str, Any]:
    return {"facts": lines_of(access, card_page(residence))}


def contests_to_answer(access: AccessContext, subject: None) -> dict[str, Any]:
    """Return the data for the home page's panel of contests that a manager must answer.

    Employees contest refusals of sentences. Tenants contest precautions, such as "visit in pairs".
    """
    challenged = access.rows(Residence).filter(pk__in=challenged_residences()).order_by("name_key", "id")
    return {"challenged": list(challenged), "contests": contests_due()}


PANELS = (
    Panel("account", 10, account_panel, {"beside": "casework/account_panel.html"}),
    Panel("card", 10, card_panel, {"top": "casework/card_panel.html"}),
    Panel(
        "today",
        30,
        contests_to_answer,
        {"alerts": "casework/late_contests_today.html", "beside": "casework/contests_today.html"},
        Permission.CONTEST_AGREE,
    ),
)
