"""Measures how the page of an account grows with three things besides the number of leases: the age of its ledger, the
number of buildings that the officer reaches, and the number of discreet households anywhere at the landlord.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

from django.conf import settings
from django.urls import reverse

from access.guard.purpose import COOKIE
from access.models import Level, Person
from tenants.models import Account
from tests.bench.landlord import ENTRIES, Landlord, grow_ledger
from tests.bench.measure import Finding, compare, finding
from tests.bench.serving import GUARDED, Server, session_of
from tests.bench.statements import PageRequest, captured, replay
from tests.builders import make_person, make_place, run
from tests.clones import run_as_super, stand_on
from tests.sign_in import held_by

YEARS, BUILDINGS, MARKS = (5, 20, 40), (50, 500, 2_000, 10_000), (500, 5_000)
FEWEST = 8
AIM_AGE, AIM_BUILDINGS, AIM_MARKS = 1.3, 1.25, 1.25


def page_of(account: Account, officer: Person, session: str) -> PageRequest:
    return PageRequest(
        reverse("account", kwargs={"reference": account.reference}),
        f"{session}; {COOKIE}={held_by(officer, account.reference)}",
    )


def by_age(landlord: Landlord, server: Server, rounds: int) -> Iterator[Finding]:
    """Measure the page of accounts with ledgers of increasing age, and the page's SQL statements.

    `server` serves the small landlord.
    """
    young, *old = landlord.accounts[-1 - len(YEARS) :]
    for account, years in zip(old, YEARS, strict=True):
        grow_ledger(landlord.small, account, years)
    officer = landlord.officers[-1]
    names = [f"{ENTRIES} entries", *(f"{years} years" for years in YEARS)]
    pages = [page_of(account, officer, landlord.sessions[officer.pk]) for account in (young, *old)]
    ways = {name: _opening(server, page) for name, page in zip(names, pages, strict=True)}
    times = compare("An account's page by the age of its ledger", ways, rounds)
    label = "An account’s page, ledger of {}, relative to one of 36 entries"
    for name in names[1:]:
        yield finding(label.format(name), times, name, AIM_AGE)
    replays = (replay([page], GUARDED, landlord.small) for page in captured(GUARDED, landlord.small, pages))
    times = compare("Its statements by the age of the ledger", dict(zip(names, replays, strict=True)), rounds)
    for name in names[1:]:
        yield finding(f"{label.format(name)}, its statements", times, name, AIM_AGE)


def _opening(server: Server, page: PageRequest) -> Callable[[], object]:
    return lambda: server.ask(page.path, page.session)


def by_buildings(landlord: Landlord, rounds: int) -> Iterator[Finding]:
    """Measure the SQL statements of an account's page for officers with access to an increasing number of buildings.

    Each officer has one assignment per building.
    """
    stand_on(landlord.large)
    sizes = [FEWEST, *(size for size in BUILDINGS if size <= landlord.leases // 100)]
    account, pages = landlord.accounts[0], []
    for size in sizes:
        officer = make_person(f"Odile Banc {size}", make_place(Level.ORGANISATION, f"Office {size}"))
        run(
            "INSERT INTO access_assignment"
            " (id, person_id, role, place_id, first_day, last_day, reason, end_reason, given_at)"
            " SELECT gen_random_uuid(), %s, 'officer', id, loge_today() - 30, loge_today() + 200, 'posting', '', now()"
            " FROM access_place WHERE level = 'building' ORDER BY id <> %s, id LIMIT %s",
            officer.pk,
            account.building_id,
            size,
        )
        pages.append(page_of(account, officer, session_of(officer)))
    run("ANALYZE access_assignment")
    statements = captured(GUARDED, landlord.large, pages)
    names = [f"{size:,} buildings" for size in sizes]
    ways = {name: replay([page], GUARDED, landlord.large) for name, page in zip(names, statements, strict=True)}
    times = compare("The statements of an account's page by buildings within reach", ways, rounds)
    for name in names[1:]:
        yield finding(f"The statements of an account’s page, {name}, relative to {FEWEST}", times, name, AIM_BUILDINGS)
    stand_on(landlord.small)


def by_marks(landlord: Landlord, rounds: int) -> Iterator[Finding]:
    """Measure the SQL statements of an account's page with an increasing number of discreet (hidden) households.

    None of them is within the officer's reach. The function copies the small landlord's database, so no server may
    be connected to it.
    """
    officer = landlord.officers[0]
    page = page_of(landlord.accounts[0], officer, landlord.sessions[officer.pk])
    with _marked(landlord.small, MARKS) as databases:
        ways = {
            name: replay(captured(GUARDED, database, [page]), GUARDED, database) for name, database in databases.items()
        }
        times = compare("The statements of an account's page by discreet households", ways, rounds)
        for name in list(ways)[1:]:
            yield finding(f"The statements of an account’s page, {name}, relative to none", times, name, AIM_MARKS)


@contextmanager
def _marked(database: str, numbers: tuple[int, ...]) -> Iterator[dict[str, str]]:
    """Make one copy of the database for each number, in which this number of households is marked as discreet.

    A discreet mark hides a household from lists. Yields a dict: label -> name of the copy.
    """
    copies = {f"{number:,} discreet households": f"{database}_{uuid4().hex[:6]}" for number in numbers}
    try:
        stand_on("postgres")
        for copy in copies.values():
            run_as_super(f"CREATE DATABASE {copy} TEMPLATE {database} OWNER {settings.INSTANCE}_owner")
        for number, copy in zip(numbers, copies.values(), strict=True):
            stand_on(copy)
            run(
                "INSERT INTO tenants_discreetmark (id, lease_id, building_id, first_day, last_day)"
                " SELECT gen_random_uuid(), l.id, l.building_id, loge_today(), loge_today() + 300 FROM tenants_lease l"
                " JOIN access_place b ON b.id = l.building_id JOIN access_place s ON s.id = b.parent_id"
                " WHERE s.code = 'secteur-foule' ORDER BY l.id LIMIT %s",
                number,
            )
            run("ANALYZE tenants_discreetmark")
        stand_on(database)
        yield {"none": database, **copies}
    finally:
        stand_on("postgres")
        run_as_super(*(f"DROP DATABASE IF EXISTS {copy} WITH (FORCE)" for copy in copies.values()))
        stand_on(database)
