"""Compartments: the kinds of data that views may show. Each has its own database role, with grants on some tables."""

from enum import StrEnum

from django.conf import settings


class Compartment(StrEnum):
    CARD = "card"  # residents' names, dwellings, the contact they chose, moving in and out
    HELP = "help"  # one card at a time, never a list, with the help that the tenant asked for
    COUNTER = "counter"  # one household's card for ten minutes after an identity check; also its agency
    EMERGENCY = "emergency"  # a household's card beyond one's reach for 45 minutes; notified and reviewed
    # Dwellings of one building and the help their tenants asked for, during 45 minutes; notified and reviewed.
    EVACUATION = "evacuation"
    ACCOUNT = "account"  # lease, ledger, balance
    BOOKS = "books"  # ledger entries by account reference, without names
    IDENTITY = "identity"  # birth date, bank details
    SEALED = "sealed"  # contested refusals with their text, for those who assess them
    CONTESTS = "contests"  # contested refusals without their text, for the manager who also decides
    TRIAGE = "triage"  # legacy comments one by one, for those who decide whether to keep them
    INSPECTION = "inspection"  # inspections, and word counts of texts whose content is not shown
    DISCLOSURE = "disclosure"  # what is stored about one person, to prepare the report on a data access request
    CONTROL = "control"  # what an inspector of the authority may see; read-only
    INTAKE = "intake"  # imports a landlord's files; shows no person
    PATRIMONY = "patrimony"  # buildings and programmes, without people
    ASSIGNMENTS = "assignments"  # assignments: which person has which role at which place, until when
    REVIEWS = "reviews"  # views flagged by a rule, without household or name, for those who assess them
    OWN_TRACE = "own_trace"  # the person's own audit events and access rights, and the rules
    ALL_TRACE = "all_trace"  # everyone's audit events

    @property
    def database_role(self) -> str:
        return f"{settings.INSTANCE}_{self.value}"

    @property
    def codename(self) -> str:
        """Codename of guardian's permission on a building. Unlike Django's default codenames, no group can have it."""
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
