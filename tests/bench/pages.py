"""Whole pages over the network, one at a time: an account's, with the locks and without; what grows with a landlord."""

from collections.abc import Callable, Iterator, Mapping
from itertools import cycle

from django.urls import reverse

from access.models import Person
from access.purpose import COOKIE
from tests.bench.landlord import Landlord
from tests.bench.measure import Finding, compare, finding
from tests.bench.serving import GUARDED, UNGUARDED, Server
from tests.bench.statements import Asked, Said, both, captured, replay
from tests.entering import held_by

WITH_LOCKS, WITHOUT = "with its locks and its trace", "no lock, no trace"
DOOR, TRACE = "the door alone", "the line of the trace alone"
TURNS = 20  # accounts whose statements are said again
AIM_PAGE, AIM_STOCK, AIM_SQL, AIM_GROWTH = 1.25, 1, 1.5, 1.25


class Visitors:
    """Who opens what: sessions made where this process stands, good in both databases."""

    def __init__(self, landlord: Landlord) -> None:
        self.landlord, self.caretaker = landlord, landlord.sessions[landlord.caretaker.pk]
        self.officers = [landlord.sessions[officer.pk] for officer in landlord.officers]
        self.accounts = [
            Asked(reverse("account", kwargs={"reference": one.reference}), _says_why(officer, one.reference, landlord))
            for one, officer in zip(landlord.accounts, cycle(landlord.officers), strict=False)
        ]

    def questions(self) -> dict[str, Asked]:
        """What must not grow with the landlord, whose caretaker and officer have as much as ever."""
        name = {"q": self.landlord.name}
        return {
            "Caretaker: the residents of a building": Asked(
                reverse("building", kwargs={"pk": self.landlord.building}), self.caretaker
            ),
            "Caretaker: today, doors counted": Asked(reverse("buildings"), self.caretaker),
            "Caretaker: a search": Asked(reverse("residents_search"), self.caretaker, name),
            "Officer: a search": Asked(reverse("accounts_search"), self.officers[0], name),
            "Officer: the list of accounts": Asked(reverse("accounts"), self.officers[0]),
            "Officer: a ledger": self.accounts[0],
        }

    def opener(self, server: Server) -> Callable[[int], object]:
        """Opens the n-th account."""

        def act(number: int) -> object:
            page = self.accounts[number % len(self.accounts)]
            return server.ask(page.path, page.session)

        return act


def _says_why(officer: Person, reference: str, landlord: Landlord) -> str:
    """Her session, and beside it why she opens this account."""
    return f"{landlord.sessions[officer.pk]}; {COOKIE}={held_by(officer, reference)}"


def _opens(server: Server, pages: list[Asked]) -> Callable[[], object]:
    """One page after the other, each by another officer."""
    coming = cycle(pages)

    def act() -> None:
        page = next(coming)
        server.ask(page.path, page.session, page.words)

    return act


def with_and_without(visitors: Visitors, servers: Mapping[str, Server], rounds: int) -> Finding:
    """`servers`: without locks first."""
    ways = {name: _opens(server, visitors.accounts) for name, server in servers.items()}
    times = compare("An account's page", ways, rounds)
    return finding("An account’s page, to the same without locks", times, WITH_LOCKS, AIM_PAGE)


def against_stock(visitors: Visitors, stock: Server, ours: Server, rounds: int) -> Finding:
    theirs = [
        Asked(f"/stock/{account.reference}/", page.session)
        for account, page in zip(visitors.landlord.accounts, visitors.accounts, strict=True)
    ]
    ways = {"guardian and auditlog, as they come": _opens(stock, theirs), WITH_LOCKS: _opens(ours, visitors.accounts)}
    times = compare("An account's page, to its stock twin", ways, rounds)
    return finding("An account’s page, to its stock twin", times, WITH_LOCKS, AIM_STOCK)


def statements(visitors: Visitors, rounds: int) -> Iterator[Finding]:
    """The database's part of the account's page; how many questions each page asks."""
    small, questions = visitors.landlord.small, visitors.questions()
    # By as many officers in turn: each page leaves a line, and the door counts those of the last hour.
    accounts = both(small, visitors.accounts[1 : TURNS + 1])
    bare, locked = [without for without, _behind in accounts], [behind for _without, behind in accounts]
    alone = {
        WITHOUT: bare,
        WITH_LOCKS: locked,
        DOOR: [one.at_the_door for one in locked],
        TRACE: [one.in_the_trace for one in locked],
    }
    ways = {name: replay(some, UNGUARDED if name == WITHOUT else GUARDED, small) for name, some in alone.items()}
    times = compare("The statements of an account's page", ways, rounds)
    yield finding("The statements of an account’s page, to the bare ones", times, WITH_LOCKS, AIM_SQL)
    yield finding("Of these, the door, to the bare ones", times, DOOR, None)
    yield finding("Of these, the line of the trace, on the disk, to the bare ones", times, TRACE, None)
    reads = times[WITH_LOCKS].median - times[DOOR].median - times[TRACE].median
    yield Finding("Of these, what the view reads under its policies, to the bare ones", reads / times[WITHOUT].median)
    officers = {name: page for name, page in questions.items() if name.startswith("Officer")}
    for name, (without, behind) in zip(officers, both(small, list(officers.values())), strict=True):
        yield _count(name, behind, f"{without.count} without locks")
    caretakers = {name: page for name, page in questions.items() if name not in officers}
    for name, said in zip(caretakers, captured(GUARDED, small, list(caretakers.values())), strict=True):
        yield _count(name, said, "")


def _count(name: str, said: Said, note: str) -> Finding:
    return Finding(f"Questions to the database. {name}", said.count, unit="statements", note=note)


def growth(visitors: Visitors, small: Server, large: Server, rounds: int) -> Iterator[Finding]:
    """The same pages of the same people at both landlords: whole, and their statements alone."""
    landlord, questions = visitors.landlord, visitors.questions()
    asked = list(questions.values())
    little, much = (captured(GUARDED, base, asked) for base in (landlord.small, landlord.large))
    sizes = f"{landlord.leases:,} leases"
    for number, (name, page) in enumerate(questions.items()):
        whole = compare(name, {"10,000 leases": _opens(small, [page]), sizes: _opens(large, [page])}, rounds)
        yield finding(f"Growth to {sizes}. {name}", whole, sizes, AIM_GROWTH)
        ways = {
            "10,000 leases": replay([little[number]], GUARDED, landlord.small),
            sizes: replay([much[number]], GUARDED, landlord.large),
        }
        times = compare(f"{name}: its statements", ways, rounds)
        yield finding(f"Growth to {sizes}. {name}, its statements", times, sizes, AIM_GROWTH)
