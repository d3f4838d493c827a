"""Compartments: the kinds of data that views may show. Each has its own database role, with grants on some tables."""

from enum import StrEnum

from django.conf import settings


class Compartment(StrEnum):
    CARD = "card"  # residents' names, dwellings, chosen contacts, dates of moving in and out
    HELP = "help"  # the card of one resident at a time, never a list, with the help that the tenant asked for
    # The front desk finds the agency of an account. An identity check opens a household's card for ten minutes.
    COUNTER = "counter"
    # In an emergency, a household's card outside the person's reach, for 45 minutes. Managers are told and review it.
    EMERGENCY = "emergency"
    # In an emergency, one building's dwellings and the help asked for, for 45 minutes. Managers are told and review it.
    EVACUATION = "evacuation"
    ACCOUNT = "account"  # leases, accounts and balances of tenants
    BOOKS = "books"  # ledger entries under the reference of the account, without names
    IDENTITY = "identity"  # birth dates and bank details of tenants
    SEALED = "sealed"  # sentences that the screening refused and the author contests, for those who assess them
    CONTESTS = "contests"  # the same contested refusals, for managers, who decide without reading the sentence
    TRIAGE = "triage"  # comments from the former software one by one, for those who decide whether to keep them
    INSPECTION = "inspection"  # counts of words in texts that stay hidden, and approved inspections of some lines
    DISCLOSURE = "disclosure"  # what is stored about one person, to prepare the report on a data access request
    CONTROL = "control"  # what an inspector of the authority may see; read-only
    INTAKE = "intake"  # for importing a landlord's files; its pages show nobody's data
    PATRIMONY = "patrimony"  # buildings and programmes, without people
    ASSIGNMENTS = "assignments"  # assignments: which person has which role at which place, until when
    REVIEWS = "reviews"  # openings of accounts or cards that a rule questions, without names, to be assessed
    OWN_TRACE = "own_trace"  # the person's own audit events and access rights, and the permissions of each role
    ALL_TRACE = "all_trace"  # the audit events of all people

    @property
    def database_role(self) -> str:
        return f"{settings.INSTANCE}_{self.value}"

    @property
    def codename(self) -> str:
        """Codename of guardian's permission on a building, which is computed from assignments.

        Nobody can grant it to a user or group.
        """
        return f"{self.value}_reach"


# Compartments whose rows are limited to the person's reach. Rows of the other compartments belong to no building.
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
