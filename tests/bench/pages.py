"""Measures single pages over the network: with and without access control, and at landlords of two sizes."""

from collections.abc import Callable, Iterator, Mapping
from itertools import cycle

from django.urls import reverse

from access.guard.purpose import COOKIE
from access.models import Person
from tests.bench.landlord import Landlord
from tests.bench.measure import Finding, compare, finding
from tests.bench.serving import GUARDED, UNGUARDED, Server
from tests.bench.statements import PageRequest, PageStatements, capture_both, captured, replay
from tests.sign_in import held_by

CONTROLLED, WITHOUT = "with access control and audit log", "without either"
DOOR, EVENT = "the door only", "the audit event only"
# Number of account pages whose recorded SQL statements are executed again without Django.
TURNS = 20
AIM_PAGE, AIM_STOCK, AIM_GROWTH = 1.25, 0.75, 1.25


class Visitors:
    """The people who open pages, with the pages that each of them opens. Their sessions are valid in the databases of
    the small and of the large landlord."""

    def __init__(self, landlord: Landlord) -> None:
        self.landlord, self.caretaker = landlord, landlord.sessions[landlord.caretaker.pk]
        self.officers = [landlord.sessions[officer.pk] for officer in landlord.officers]
        self.accounts = [
            PageRequest(
                reverse("account", kwargs={"reference": account.reference}),
                _with_purpose(officer, account.reference, landlord),
            )
            for account, officer in zip(landlord.accounts, cycle(landlord.officers), strict=False)
        ]

    def fixed_pages(self) -> dict[str, PageRequest]:
        """Return the pages that should be as fast at the large landlord as at the small one, because the people who
        open them have access to the same number of rows in both databases.
        """
        name = {"q": self.landlord.name}
        return {
            "Caretaker: the residents of a building": PageRequest(
                reverse("building", kwargs={"pk": self.landlord.building}), self.caretaker
            ),
            "Caretaker: today, doors counted": PageRequest(reverse("buildings"), self.caretaker),
            "Caretaker: a search": PageRequest(reverse("residents_search"), self.caretaker, name),
            "Officer: a search": PageRequest(reverse("accounts_search"), self.officers[0], name),
            "Officer: the list of accounts": PageRequest(reverse("accounts"), self.officers[0]),
            "Officer: a ledger": self.accounts[0],
        }

    def opener(self, server: Server) -> Callable[[int], object]:
        """Return a function that requests an account page from `server`. Its argument: an index in `self.accounts`."""

        def open_account(number: int) -> object:
            page = self.accounts[number % len(self.accounts)]
            return server.ask(page.path, page.session)

        return open_account


def _with_purpose(officer: Person, reference: str, landlord: Landlord) -> str:
    """Return the officer's session cookie, and a cookie with the purpose for which the officer opens this account."""
    return f"{landlord.sessions[officer.pk]}; {COOKIE}={held_by(officer, reference)}"


def _open_in_turn(server: Server, pages: list[PageRequest]) -> Callable[[], object]:
    """Return a function that opens one of `pages` on each call, in order. After the last page it opens the first."""
    upcoming = cycle(pages)

    def open_next() -> None:
        page = next(upcoming)
        server.ask(page.path, page.session, page.form)

    return open_next


def with_and_without(visitors: Visitors, servers: Mapping[str, Server], rounds: int) -> Finding:
    """Measure the account page on each server. The first of `servers` must be the one without access control."""
    ways = {name: _open_in_turn(server, visitors.accounts) for name, server in servers.items()}
    times = compare("An account's page", ways, rounds)
    return finding("An account’s page, relative to the same without access control", times, CONTROLLED, AIM_PAGE)


def against_stock(visitors: Visitors, stock: Server, ours: Server, rounds: int) -> Finding:
    theirs = [
        PageRequest(f"/stock/{account.reference}/", page.session)
        for account, page in zip(visitors.landlord.accounts, visitors.accounts, strict=True)
    ]
    ways = {
        "guardian and auditlog with their defaults": _open_in_turn(stock, theirs),
        CONTROLLED: _open_in_turn(ours, visitors.accounts),
    }
    times = compare("An account's page and its stock twin", ways, rounds)
    return finding("An account’s page, relative to its stock twin", times, CONTROLLED, AIM_STOCK)


def statements(visitors: Visitors, rounds: int) -> Iterator[Finding]:
    """Measure the database's share of the time of an account page, and count the SQL statements of each page."""
    small, fixed_pages = visitors.landlord.small, visitors.fixed_pages()
    # Consecutive accounts are opened by different officers, because each may open only a limited number per hour.
    accounts = capture_both(small, visitors.accounts[1 : TURNS + 1])
    bare, controlled = (
        [without for without, _behind in accounts],
        [statements_controlled for _without, statements_controlled in accounts],
    )
    selections = {
        WITHOUT: bare,
        CONTROLLED: controlled,
        DOOR: [page.of_door for page in controlled],
        EVENT: [page.of_event for page in controlled],
    }
    ways = {
        name: replay(selected, UNGUARDED if name == WITHOUT else GUARDED, small)
        for name, selected in selections.items()
    }
    times = compare("The statements of an account's page", ways, rounds)
    label = "The statements of an account’s page, relative to those without access control"
    yield finding(label, times, CONTROLLED, None)
    yield finding("Of these, the door, with the account’s row", times, DOOR, None)
    yield finding("Of these, the audit event, written to disk", times, EVENT, None)
    reads = times[CONTROLLED].median - times[DOOR].median - times[EVENT].median
    yield Finding("Of these, the view’s reads under row-level security policies", reads / times[WITHOUT].median)
    officers = {name: page for name, page in fixed_pages.items() if name.startswith("Officer")}
    for name, (without, statements_controlled) in zip(
        officers, capture_both(small, list(officers.values())), strict=True
    ):
        yield _count(name, statements_controlled, f"{without.count} without access control")
    caretakers = {name: page for name, page in fixed_pages.items() if name not in officers}
    for name, captured_page in zip(caretakers, captured(GUARDED, small, list(caretakers.values())), strict=True):
        yield _count(name, captured_page, "")


def _count(name: str, page: PageStatements, note: str) -> Finding:
    return Finding(f"SQL statements. {name}", page.count, unit="statements", note=note)


def growth(visitors: Visitors, small: Server, large: Server, rounds: int) -> Iterator[Finding]:
    """Measure how much slower pages are at the large landlord than at the small one, for the same people. Measures
    the whole pages first, then only their SQL statements.
    """
    landlord, fixed_pages = visitors.landlord, visitors.fixed_pages()
    requests = list(fixed_pages.values())
    small_statements, large_statements = (
        captured(GUARDED, base, requests) for base in (landlord.small, landlord.large)
    )
    sizes = f"{landlord.leases:,} leases"
    for number, (name, page) in enumerate(fixed_pages.items()):
        page_times = compare(
            name, {"10,000 leases": _open_in_turn(small, [page]), sizes: _open_in_turn(large, [page])}, rounds
        )
        yield finding(f"Growth to {sizes}. {name}", page_times, sizes, AIM_GROWTH)
        ways = {
            "10,000 leases": replay([small_statements[number]], GUARDED, landlord.small),
            sizes: replay([large_statements[number]], GUARDED, landlord.large),
        }
        times = compare(f"{name}: its statements", ways, rounds)
        yield finding(f"Growth to {sizes}. {name}, its statements", times, sizes, AIM_GROWTH)
