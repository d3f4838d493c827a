"""Compartments: the kinds of data that views show. Each compartment has a database role with grants on some tables."""

from enum import StrEnum

from django.conf import settings


class Compartment(StrEnum):
    # CARD is for views that show residents' names, dwellings, chosen contacts, and dates of moving in and out.
    CARD = "card"
    # HELP is for views that show one resident, never a list, with the help that the resident asked for.
    HELP = "help"
    # COUNTER is for the front desk: finding an account's agency, and showing a household after an identity check.
    COUNTER = "counter"
    # EMERGENCY is for showing, for 45 minutes, a household normally hidden from the person; a manager reviews each use.
    EMERGENCY = "emergency"
    # EVACUATION is for views that show, for 45 minutes, a building's dwellings and the help that residents need.
    EVACUATION = "evacuation"
    # ACCOUNT is for views that show leases, accounts and balances of tenants.
    ACCOUNT = "account"
    # BOOKS is for views that show ledger entries by account reference, without tenants' names.
    BOOKS = "books"
    # IDENTITY is for views that show birth dates and bank details of tenants.
    IDENTITY = "identity"
    # SEALED is for rereading a sentence that the text screening refused, after its author has contested the refusal.
    SEALED = "sealed"
    # CONTESTS is for views where managers decide on a contested refusal without seeing the refused sentence.
    CONTESTS = "contests"
    # TRIAGE is for views where staff decide, one by one, which comments from the former software are kept.
    TRIAGE = "triage"
    # INSPECTION is for views that count words in stored texts; showing a text needs approval by a second person.
    INSPECTION = "inspection"
    # DISCLOSURE is for views that show all data stored about one person, to answer that person's access request.
    DISCLOSURE = "disclosure"
    # CONTROL is for the read-only views of inspectors from the supervisory authority.
    CONTROL = "control"
    # INTAKE is for views that import a landlord's files and show nobody's data.
    INTAKE = "intake"
    # APPLICANTS is for views that show one housing application, opened for a dated reason (an occasion).
    APPLICANTS = "applicants"
    # GROUNDS is for views where an examiner decides on sensitive grounds of priority, in the examiner's own cases.
    GROUNDS = "grounds"
    # VACANCIES is for views that show dwellings to let, with neither their former nor their future tenants.
    VACANCIES = "vacancies"
    # POOL is for views that rank applications for a dwelling without names, and designate candidates by their rank.
    POOL = "pool"
    # COMMITTEE is for members of the allocation commission, who read candidates' data sheets without names, and vote.
    COMMITTEE = "committee"
    # CONTINGENT is for views where a body with nomination rights sees the vacant dwellings that are assigned to it.
    CONTINGENT = "contingent"
    # STEERING is for views that show the rules and figures of allocation, without applicants.
    STEERING = "steering"
    # PATRIMONY is for views that show buildings and building programmes, without people.
    PATRIMONY = "patrimony"
    # ASSIGNMENTS is for views that show which employee has which role at which place, and until when.
    ASSIGNMENTS = "assignments"
    # REVIEWS is for views where staff assess unusual accesses to accounts, found by a rule, without seeing names.
    REVIEWS = "reviews"
    # OWN_TRACE is for views that show one's own audit events and rights, and the permissions of each role.
    OWN_TRACE = "own_trace"
    # ALL_TRACE is for views that show the audit events of all people.
    ALL_TRACE = "all_trace"

    @property
    def database_role(self) -> str:
        return f"{settings.INSTANCE}_{self.value}"

    @property
    def codename(self) -> str:
        """Codename of the django-guardian permission to see this compartment's data of a building.

        People get the permission through assignments. Nobody can grant it to a user or a group in django-guardian's own
        tables.
        """
        return f"{self.value}_reach"


# In a compartment listed in PLACED, a person sees only rows of the buildings for which the person has a role.
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
        Compartment.VACANCIES,
        Compartment.POOL,
    }
)
# In a compartment listed in ON_OCCASION, a person sees an object only for a dated reason (an occasion).
ON_OCCASION = frozenset({Compartment.APPLICANTS, Compartment.GROUNDS})
