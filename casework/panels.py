"""The parts of the account page, the resident page and the home page that this app contributes."""

from typing import Any
from uuid import uuid4

from access.guard.context import AccessContext
from access.pages.panels import Panel
from access.permissions import Permission
from casework.contests_due import challenged_residences, contests_due
from casework.facts import sentence
from casework.models import CardFact, ContactAttempt
from casework.views.facts import account_lines, card_page, lines_of, newest_first, note_lines
from casework.vocabulary.facts import CONTACT_PREFERENCE
from tenants.models import Account, Representative, Residence
from tenants.models.restriction import RESTRICTED
from tenants.queries import parties_of, representatives_of

FEW = 5  # FEW: maximum number of contact attempts on the account page


def account_panel(access: AccessContext, account: Account, beside: dict[str, bool]) -> dict[str, Any]:
    restricted = beside["restricted"]
    attempts = attempts_of(access, account) if beside["attempts"] else []
    latest = attempts[0] if attempts else None
    facts = account_lines(access, account) if beside["facts"] else []
    notes = note_lines(access, account) if beside["notes"] else []
    return {
        "account": account,
        "attempts": attempts,
        "undone": latest if latest and latest.made_by_id == access.person.pk and latest.made_on == access.day else None,
        "preferences": preferences_of(access, account) if beside["preferences"] else [],
        "representatives": acting_for(access, account) if beside["representatives"] else [],
        "restricted": RESTRICTED if restricted else "",
        "may_contact": not restricted and access.may(Permission.CONTACTS_RECORD, account.building_id),
        "key": uuid4(),
        "lines": newest_first([*facts, *notes]),
        "may_write": not restricted and access.may(Permission.NOTES_WRITE, account.building_id),
        "may_note": not restricted and access.may(Permission.ACCOUNT_FACTS, account.building_id),
    }


def attempts_of(access: AccessContext, account: Account) -> list[ContactAttempt]:
    return list(access.rows(ContactAttempt).filter(account=account).newest_first()[:FEW])


def preferences_of(access: AccessContext, account: Account) -> list[str]:
    """Return the sentences of the residents' preferences, such as "by telephone, in the morning"."""
    facts = access.rows(CardFact).filter(residence__lease=account.lease_id, code=CONTACT_PREFERENCE)
    return [sentence(fact.code, fact.fields, {}) for fact in facts.in_force(access.day)]


def acting_for(access: AccessContext, account: Account) -> list[Representative]:
    """Return the people who act for a tenant of the account today."""
    tenants = [party.tenant_id for party in parties_of(access, account)]
    return [who for who in representatives_of(access, tenants) if who.acts]


def card_panel(access: AccessContext, residence: Residence) -> dict[str, Any]:
    return {"lines": lines_of(access, card_page(residence))}


def contests_to_answer(access: AccessContext, subject: None) -> dict[str, Any]:
    """Return the data for the home page's panel of contests that a manager must answer.

    Employees contest refusals of sentences. Tenants contest precautions, such as "visit in pairs".
    """
    challenged = access.rows(Residence).filter(pk__in=challenged_residences()).order_by("name_key", "id")
    return {"challenged": list(challenged), "contests": contests_due()}


PANELS = (
    Panel(
        "account",
        10,
        account_panel,
        {
            "reach": "casework/account_reach.html",
            "calls": "casework/account_calls.html",
            "beside": "casework/account_panel.html",
        },
        beside=f"casework_beside_account(%s, %s, '{CONTACT_PREFERENCE}')",
    ),
    Panel("card", 10, card_panel, {"top": "casework/card_panel.html"}),
    Panel(
        "today",
        30,
        contests_to_answer,
        {"alerts": "casework/late_contests_today.html", "beside": "casework/contests_today.html"},
        Permission.CONTEST_AGREE,
    ),
)
