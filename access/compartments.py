"""Compartments: what kind of data a door opens. Each is a database role, and its tables are its own."""

from enum import StrEnum

from django.conf import settings


class Compartment(StrEnum):
    CARD = "card"  # names at the door, dwellings, chosen contact, arriving and leaving
    HELP = "help"  # the card with the actions its tenant asked for; one card at a time, never a list
    COUNTER = "counter"  # one household’s card for some minutes, after an identity check; and which agency keeps whom
    EMERGENCY = "emergency"  # one household’s card outside one’s places, for 45 minutes; told at once and reviewed
    EVACUATION = "evacuation"  # doors of one building and help asked for, 45 minutes; told at once and reviewed
    ACCOUNT = "account"  # lease, ledger, balance
    BOOKS = "books"  # entries under a reference, without a tenant
    IDENTITY = "identity"  # birth date, bank details
    SEALED = "sealed"  # sentences whose refusal is contested, for who weighs them
    CONTESTS = "contests"  # the same without their words, for the manager who decides with them
    TRIAGE = "triage"  # an older system's comments under seal, line by line, for those who decide what becomes of them
    INSPECTION = "inspection"  # the register; words counted in texts that are not read
    DISCLOSURE = "disclosure"  # what is held about one person who asked for it, while her receipt is made
    CONTROL = "control"  # what an inspector of the authority is shown, read and never written
    INTAKE = "intake"  # what a landlord's files bring in; nobody is shown here
    PATRIMONY = "patrimony"  # buildings and programmes, nobody in them
    ASSIGNMENTS = "assignments"  # who may what, where, until when
    REVIEWS = "reviews"  # looks that a rule asks about, without their household or a name, for who judges them
    OWN_TRACE = "own_trace"  # what I looked at, what I may, and the rules
    ALL_TRACE = "all_trace"  # what everyone looked at

    @property
    def database_role(self) -> str:
        return f"{settings.INSTANCE}_{self.value}"

    @property
    def codename(self) -> str:
        """Guardian's permission on a building. Never one of Django's default names, which groups could carry."""
        return f"{self.value}_reach"


# In these, a person's places decide which rows there are; the others have no places in them.
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
