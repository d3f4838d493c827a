"""Compartments: the kinds of data that views may show. Each has its own database role, with grants on some tables."""

from enum import StrEnum

from django.conf import settings


class Compartment(StrEnum):
    CARD = "card"  # for views that show residents' names, dwellings, chosen contacts, dates of moving in and out
    HELP = "help"  # for views that show one resident, never a list, with the help that the tenant asked for
    # For the front desk: finds the agency of an account, and shows a household for ten minutes after an identity check.
    COUNTER = "counter"
    # In an emergency, shows a household the person may not see otherwise, for 45 minutes. A manager reviews each use.
    EMERGENCY = "emergency"
    # In an emergency, shows for 45 minutes a building's dwellings and the help needed. A manager reviews each use.
    EVACUATION = "evacuation"
    ACCOUNT = "account"  # for views that show leases, accounts and balances of tenants
    BOOKS = "books"  # for views that show ledger entries by account reference, without tenants' names
    IDENTITY = "identity"  # for views that show birth dates and bank details of tenants
    SEALED = "sealed"  # for views where staff assess sentences that the screening refused, if the author contests that
    CONTESTS = "contests"  # for views where managers decide on contested refusals without reading the sentence
    TRIAGE = "triage"  # for views where staff decide which comments from the former software to keep, one by one
    INSPECTION = "inspection"  # for views that count words in hidden texts, and show lines of an approved inspection
    DISCLOSURE = "disclosure"  # for views that show what is stored about one person, to answer a data access request
    CONTROL = "control"  # for the read-only views of inspectors from the supervisory authority
    INTAKE = "intake"  # for views that import a landlord's files and show nobody's data
    PATRIMONY = "patrimony"  # for views that show buildings and building programmes, without people
    ASSIGNMENTS = "assignments"  # for views that show which person has which role at which place, until when
    REVIEWS = "reviews"  # for views that show openings of accounts that a rule questions, without names, to assess them
    OWN_TRACE = "own_trace"  # for views that show one's own audit events and rights, and each role's permissions
    ALL_TRACE = "all_trace"  # for views that show the audit events of all people

    @property
    def database_role(self) -> str:
        return f"{settings.INSTANCE}_{self.value}"

    @property
    def codename(self) -> str:
        """Codename of the django-guardian permission to see this compartment's data of a building.

        Assignments determine who has this permission. Nobody can grant it to a user or group through guardian.
        """
        return f"{self.value}_reach"


# Compartments where a person sees only rows of certain buildings. Rows of the other compartments belong to no building.
PLACED = frozenset(
    {
        Compartment.CARD,
        Compartment.HELP,
        Compartment.COUNTER,
        Compartment.EVACUATION,
        Compartment.ACCOUNT,
        Compartment.BOOKS,
        Compartment.IDENTITY,
        Compartment.CONTESTS,
        Compartment.TRIAGE,
    }
)
