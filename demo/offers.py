"""Simulates the offers of dwellings to the candidates that the commission chose, their answers, and the leases."""

from dataclasses import dataclass
from datetime import date, timedelta

from allocations.models import Applicant, Candidacy, HandOver, Offer, Priority, Vacancy
from allocations.rules.clocks import days_deadline
from buildings.models import Unit, UnitTerms
from demo.commission import OFFER_DAYS, OWNER, Commission, act_as, ask
from demo.populate.households import Batch, Home, Households, Span
from demo.populate.ledgers import Ledgers
from demo.populate.names import Name
from formats.bulk_copy import Copying

SIGNERS = {"Agence Belleville": "Élise Bernard", "Agence Bercy": "Fatou Ndiaye", "Agence Gobelins": "Jeanne Moulin"}
STARTS_IN = 12  # A lease starts STARTS_IN days after its signature.


@dataclass(frozen=True)
class Step:
    """When an offer of a dwelling was sent, delivered (`notified`), answered, and accepted for a lease (`handed`).

    Each is a number of days before today; None means that it has not happened. `answer` is empty before the answer.
    """

    sent: int
    notified: int | None = None
    answer: str = ""
    answered: int = 0
    handed: int | None = None
    renounced: int | None = None


# OFFERED has an item for each vacancy: the offers of this dwelling to its candidates, in the order of their ranks.
OFFERED = (
    (Step(1),),
    (Step(6, 4),),
    (Step(14, 12, "refused", 8), Step(6, 5)),
    (Step(9, 7, "accepted", 1),),
    (Step(14, 12, "accepted", 6, handed=5),),
    (Step(14, 12, "accepted", 7, handed=6, renounced=2), Step(1)),
)
LET = (Step(20, 18, "accepted", 15, handed=12),)


def send_offers(commission: Commission, vacancies: dict[str, list[Vacancy]]) -> list[HandOver]:
    """Create the offers for the vacancies at the steps "offered" and "let". Return a hand-over for each accepted
    candidate of the step "let", whose lease is still to be created."""
    for vacancy, steps in zip(vacancies["offered"], OFFERED, strict=False):
        _offer(commission, vacancy, steps)
    return [handed for vacancy in vacancies["let"] for handed in _offer(commission, vacancy, LET)]


def _offer(commission: Commission, vacancy: Vacancy, steps: tuple[Step, ...]) -> list[HandOver]:
    ranked = Candidacy.objects.using(OWNER).filter(vacancy=vacancy, state="ranked").order_by("decisions__rank")
    handed = []
    for candidacy, step in zip(list(ranked), steps, strict=False):
        officer = commission.officer(vacancy)
        offer = Offer(candidacy=candidacy, delay_days=OFFER_DAYS, sent_by_id=officer)
        offer.sent_on = commission.today - timedelta(days=step.sent)
        offer.save(using=OWNER, force_insert=True)
        if step.notified is not None:
            offer.delivery, offer.notified_on = "registered", commission.today - timedelta(days=step.notified)
            offer.answer_by = days_deadline(offer.notified_on, OFFER_DAYS, (), moves=True, why="").last_day
            offer.save(using=OWNER)
        if step.answer:
            offer.answer, offer.answered_on = step.answer, commission.today - timedelta(days=step.answered)
            offer.save(using=OWNER)
        if step.handed is not None:
            handed.append(_hand_over(candidacy, officer, commission.today - timedelta(days=step.handed)))
        if step.renounced is not None:
            act_as(officer)
            offer.renounced_on = commission.today - timedelta(days=step.renounced)
            offer.save(using=OWNER, update_fields=["renounced_on"])
    return handed


def _hand_over(candidacy: Candidacy, officer: str, day: date) -> HandOver:
    terms = UnitTerms.objects.using(OWNER).get(unit=candidacy.vacancy.unit_id)
    current = Priority.objects.using(OWNER).filter(application=candidacy.application_id, ends_on__gte=day, code="dalo")
    hand_over = HandOver(candidacy=candidacy, unit_id=terms.unit_id, building_id=terms.building_id)
    hand_over.handed_on, hand_over.handed_by_id, hand_over.in_qpv = day, officer, terms.qpv
    hand_over.priority, hand_over.dalo, hand_over.quartile = candidacy.sheet.priority, current.exists(), 1
    hand_over.save(using=OWNER, force_insert=True)
    return hand_over


def move_in(
    copying: Copying, households: Households, ledgers: Ledgers, hand_overs: list[HandOver]
) -> dict[HandOver, str]:
    """Create the lease of each accepted candidate (row of `HandOver`), with the applicants as tenants. Return a dict:
    row -> id of the lease."""
    batch, leases = Batch(), {}
    for hand_over in hand_overs:
        unit = Unit.objects.using(OWNER).get(pk=hand_over.unit_id)
        home = Home(str(unit.pk), str(unit.building_id), int(unit.type[1:]))
        applicants = Applicant.objects.using(OWNER).filter(application=hand_over.candidacy.application_id)
        people = [
            Name(
                "mrs" if row.first_name in households.names.women else "mr", row.first_name, row.last_name, row.name_key
            )
            for row in applicants.order_by("birth_date")
        ]
        start = households.today + timedelta(days=STARTS_IN)
        leases[hand_over] = households.move_in(batch, home, Span(start), people=people).lease
    batch.copy(copying, ledgers)
    return leases


def close_applications(commission: Commission, leases: dict[HandOver, str]) -> None:
    """Mark the vacancies whose leases were signed today as let, and close the housing applications of the new
    tenants."""
    for hand_over, lease in leases.items():
        act_as(commission.people[SIGNERS[commission.agencies[hand_over.building_id]]])
        ask("SELECT allocations_lease_signed(%s, %s)", hand_over.pk, lease)
