"""Compartments: the kinds of data that doors open. Each has its own database role and tables."""

from enum import StrEnum

from django.conf import settings


class Compartment(StrEnum):
    CARD = "card"  # names at the door, dwellings, chosen contact, moving in and out
    HELP = "help"  # the card with the help its tenant asked for; one card at a time, never a list
    COUNTER = "counter"  # one household’s card for ten minutes after an identity check; and which agency manages whom
    EMERGENCY = "emergency"  # one household’s card outside one’s reach, for 45 minutes; announced at once and reviewed
    # doors of one building and help asked for, for 45 minutes; announced at once and reviewed
    EVACUATION = "evacuation"
    ACCOUNT = "account"  # lease, ledger, balance
    BOOKS = "books"  # entries under a reference, without a name
    IDENTITY = "identity"  # birth date, bank details
    SEALED = "sealed"  # contested refusals, for those who assess them
    CONTESTS = "contests"  # the same without their text, for the manager who decides with them
    TRIAGE = "triage"  # legacy comments, line by line, for those who decide what becomes of them
    INSPECTION = "inspection"  # the inspections; counts of words in texts that are not read
    DISCLOSURE = "disclosure"  # what is stored about a person who asked for it, while the access report is made
    CONTROL = "control"  # what an inspector of the authority is shown; read-only
    INTAKE = "intake"  # import of a landlord's files; shows nobody
    PATRIMONY = "patrimony"  # buildings and programmes, without people
    ASSIGNMENTS = "assignments"  # who may do what, where, until when
    REVIEWS = "reviews"  # views that a rule questions, without household or name, for those who judge them
    OWN_TRACE = "own_trace"  # one's own views, own rights, and the rules
    ALL_TRACE = "all_trace"  # the views of everyone

    @property
    def database_role(self) -> str:
        return f"{settings.INSTANCE}_{self.value}"

    @property
    def codename(self) -> str:
        """Guardian's permission on a building. Never a default name of Django, since groups could carry those."""
        return f"{self.value}_reach"


# Compartments whose rows are limited to the person's reach; the others have no buildings in them.
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
