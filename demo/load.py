"""Loads the demonstration's invented landlord into an empty database."""

from random import Random
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction

from access.grants.actions.assignments import record_granted
from access.models import Assignment
from allocations.matching import prepare_pool
from allocations.models import Vacancy
from audit import events
from audit.record import record
from demo.afterwards import record_calls, send_first_session
from demo.applications import add_applications
from demo.cast import hire
from demo.commission import OWNER, Commission, enter_rules, hold_sessions
from demo.legacy_comments import take_over
from demo.offers import close_applications, move_in, send_offers
from demo.points import add_points
from demo.populate.calendar import Calendar
from demo.populate.filling import batches
from demo.populate.households import Households
from demo.populate.ledgers import Ledgers
from demo.populate.names import Names
from demo.populate.numbers import Numbers
from demo.populate.reviews import sign_last_lists
from demo.populate.staff import Staff
from demo.story import GIVES_THE_MISSION, Story
from demo.tree import TOP, draw
from demo.vacancies import add_vacancies
from formats.bulk_copy import JOBS, loading
from ledger.models import BankDetail
from oversight.actions.board import measure_board

PASSWORD = "trois-rives-et-une-loge"  # noqa: S105 (public on purpose)
SEED, MONTHS = 1936, 14
SIGNER = "Georges Petit"  # In the demonstration, only the sector manager SIGNER has signed an access review.
BANK_CODES = ("30003", "30004", "10278", "20041", "18206")


class NotEmpty(Exception):
    """Raised if the database contains the data of another landlord. The demonstration is then not loaded."""


def loaded() -> bool:
    """Return whether the demonstration is already loaded. Raises NotEmpty if the database has places of another
    landlord."""
    with loading() as copying:
        counted = f"SELECT count(*) FILTER (WHERE code = '{TOP}'), count(*) FROM access_place"  # noqa: S608 - a constant
        mine, all_places = copying.ask(counted)[0]
    if all_places and not mine:
        raise NotEmpty
    return bool(mine)


def load(by: str) -> None:
    with loading() as copying:
        today = copying.ask("SELECT loge_today()")[0][0]
        numbers, names = Numbers(SEED, ""), Names(SEED)
        landlord = draw(numbers, names)
        landlord.plans.copy(copying)
        # All employees have the same password. It is hashed only once, because Argon2 is slow on purpose.
        staff = Staff(numbers, names, today, set(), password=make_password(PASSWORD))
        people = hire(staff, landlord)
        staff.copy(copying)
        for assignment in Assignment.objects.using(JOBS).order_by("given_at", "pk"):
            record_granted(by=by, assignment=assignment, using=JOBS)
        calendar = Calendar(today, MONTHS)
        households, ledgers = Households(calendar, numbers, names), Ledgers(calendar, numbers)
        story = Story(households, landlord, people)
        story.tell(copying, ledgers)
        lets = list(story.batch.lets)
        # The limit of 10,000 leases exceeds the number of dwellings, so nearly all dwellings are let.
        for batch, _leases in batches(copying, households, leases=10_000):
            batch.copy(copying, ledgers)
            lets += batch.lets
        details = [
            BankDetail(
                tenant_id=UUID(let.tenants[0]), iban=draw_iban(numbers.rng), holder=let.holder.full, set_on=today
            )
            for let in lets
            if let.tenancy.label == "direct_debit" and let.tenancy.end is None
        ]
        BankDetail.objects.using(JOBS).bulk_create(details, batch_size=500)
        take_over(copying, by)
        applications = add_applications(landlord, people, numbers, names, today)
        add_points(copying, applications, people, today)
        enter_rules(today)
        vacancies = add_vacancies(copying, landlord, people, numbers.rng, today)
        prepare_pool(copying)
        record(events.POPULATED, by=by, using=JOBS, count=len(lets), leases=len(lets), seed=SEED)
    sign_last_lists([people[SIGNER]], by)
    record_calls(story.calls, people[GIVES_THE_MISSION], today)
    hold_commission(people, vacancies, households, ledgers)
    measure_board(by=by)


def hold_commission(
    people: dict[str, str], vacancies: dict[str, list[Vacancy]], households: Households, ledgers: Ledgers
) -> None:
    """Simulate the allocation of the vacant dwellings: sessions of the commission, offers, and leases for applicants
    who accepted."""
    with transaction.atomic(using=OWNER):
        commission = Commission(people, households.today)
        hold_sessions(commission, vacancies)
        hand_overs = send_offers(commission, vacancies)
        send_first_session()
    with loading() as copying:
        leases = move_in(copying, households, ledgers, hand_overs)
    with transaction.atomic(using=OWNER):
        close_applications(commission, leases)


def draw_iban(rng: Random) -> str:
    """Return an invented IBAN with valid check digits."""
    account = f"{rng.choice(BANK_CODES)}{rng.randrange(10**5):05d}{rng.randrange(10**11):011d}"
    key = 97 - int(account) * 100 % 97
    digits = f"{account}{key:02d}"
    return f"FR{98 - int(f'{digits}152700') % 97:02d}{digits}"
