"""Which reserving body each vacant dwelling could be oriented to, so that the year's shares are best kept to.

The input concerns dwellings and bodies only: nothing about applicants is known here, and nothing here orders them. The
advice is the cheapest of all possible ones (a min-cost flow of the dwellings to the contingents), and `verify_optimal`
proves that before it is returned. docs/flow-advice.md explains what costs mean; the decision record 0047 why the
algorithm is our own.

Each dwelling of an advice costs the sum of two whole numbers:

- how full the contingent's share of the year is when it receives the dwelling, in thousandths (`step_costs`). So the
  contingent that has received the smallest part of its share is the cheapest;
- `UNEVEN_COST` for each feature (type, financing, QPV) of which the contingent already has more than its part.

A dwelling without advice costs `NO_ADVICE_COST`, which is more than any detour to orient it. A contingent is never
proposed for a dwelling outside its place, nor beyond its share of the year: no reason of the closed list would be true.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush

from allocations.rules.results import CaseError

# Codes of `OrientationReason`. The reasons "suited" and "returned" are never proposed: conventions are stored without
# types of dwellings, and a vacancy without the body that gave it back.
BEHIND, PLACE, FIRST_LETTING = "behind", "place", "first_letting"
# Why there is no advice: no contingent reserves there, or those that do have received their share of the year.
ELSEWHERE, REACHED = "elsewhere", "reached"

UNEVEN_COST = 10
# More than the longest detour that orients one more dwelling: 999, and 30 for each contingent on its way.
NO_ADVICE_COST = 100_000
_BLOCKED = 10**12

# Type, financing, and whether the dwelling is in a QPV.
Kind = tuple[str, str, bool]


@dataclass(frozen=True)
class VacantDwelling:
    """`vacancy`: an id without meaning. `path`: of the building, which begins with the paths of the places above it."""

    vacancy: str
    path: str
    kind: Kind
    first_letting: bool = False


@dataclass(frozen=True)
class ContingentShare:
    """`path`: of the place in which the contingent reserves. `target`: its share of the year in whole dwellings.
    `received`: the dwellings oriented to it this year, by kind."""

    contingent: str
    path: str
    target: int
    received: Mapping[Kind, int] = field(default_factory=dict)

    @property
    def oriented(self) -> int:
        return sum(self.received.values())

    @property
    def owed(self) -> int:
        """How many dwellings of its share the contingent has not received yet."""
        return max(0, self.target - self.oriented)


@dataclass(frozen=True)
class Costs:
    """The prices of a problem. `options`: vacancy -> contingent -> cost; a contingent that is not allowed is absent.
    `steps`: contingent -> what its next dwelling costs, the one after it, and so on, as many as it is owed."""

    options: dict[str, dict[str, int]]
    steps: dict[str, list[int]]


@dataclass(frozen=True)
class FlowAdvice:
    """`chosen`: vacancy -> contingent, or None for no advice. `reasons`: vacancy -> code of `OrientationReason`, or
    ELSEWHERE or REACHED. `prices`: contingent -> dual price of one more dwelling of its share, the proof that no other
    advice costs less than `cost`."""

    chosen: dict[str, str | None]
    reasons: dict[str, str]
    cost: int
    prices: dict[str, int]


class NotOptimal(Exception):
    """The prices do not prove that an advice is the cheapest."""


def advise(dwellings: Iterable[VacantDwelling], shares: Iterable[ContingentShare]) -> FlowAdvice:
    """Return the cheapest advice. It does not depend on the order of the input. Raises CaseError and NotOptimal."""
    dwellings = sorted(dwellings, key=lambda dwelling: dwelling.vacancy)
    shares = sorted(shares, key=lambda share: share.contingent)
    costs = price(dwellings, shares)
    flow = _Flow(costs)
    for vacancy in costs.options:
        flow.add(vacancy)
    chosen, prices = flow.chosen(), flow.prices()
    reasons = {dwelling.vacancy: _reason(dwelling, chosen[dwelling.vacancy], costs) for dwelling in dwellings}
    advice = FlowAdvice(chosen, reasons, cost_of(costs, chosen), prices)
    verify_optimal(costs, advice)
    return advice


def price(dwellings: Iterable[VacantDwelling], shares: Iterable[ContingentShare]) -> Costs:
    """Return the costs of a problem. Raises CaseError if an id occurs twice."""
    dwellings, shares = list(dwellings), list(shares)
    for ids in ([dwelling.vacancy for dwelling in dwellings], [share.contingent for share in shares]):
        if len(set(ids)) < len(ids):
            raise CaseError("an id of a vacancy or a contingent occurs twice.")
    uneven = {kind: uneven_costs(kind, shares) for kind in {dwelling.kind for dwelling in dwellings}}
    options = {
        dwelling.vacancy: {
            share.contingent: uneven[dwelling.kind][share.contingent]
            for share in shares
            if dwelling.path.startswith(share.path)
        }
        for dwelling in dwellings
    }
    return Costs(options, {share.contingent: step_costs(share) for share in shares})


def step_costs(share: ContingentShare) -> list[int]:
    """Return for each dwelling that the contingent is still owed how full its share is at the middle of that dwelling,
    in thousandths rounded down.

    With these costs the cheapest advice has the least sum of (received - part)² / target, as in the Sainte-Laguë
    method: small and large contingents advance at the same pace.
    """
    first = share.oriented + 1
    return [(2 * number - 1) * 500 // share.target for number in range(first, first + share.owed)]


def uneven_costs(kind: Kind, shares: Iterable[ContingentShare]) -> dict[str, int]:
    """Return contingent -> UNEVEN_COST for each feature of the kind that is more frequent among the dwellings it
    received this year than among those of all contingents. Without it, the ids would decide who gets the large
    dwellings."""
    shares = list(shares)
    whole = sum(share.oriented for share in shares)
    costs: Counter[str] = Counter()
    for place, value in enumerate(kind):
        with_it = {
            share.contingent: sum(times for other, times in share.received.items() if other[place] == value)
            for share in shares
        }
        everywhere = sum(with_it.values())
        for share in shares:
            more = with_it[share.contingent] * whole > everywhere * share.oriented
            costs[share.contingent] += UNEVEN_COST * more
    return dict(costs)


def cost_of(costs: Costs, chosen: Mapping[str, str | None]) -> int:
    """Return what an advice costs in all. Raises NotOptimal if it is not allowed."""
    if chosen.keys() != costs.options.keys():
        raise NotOptimal("the advice is not about the vacancies of the problem.")
    times = Counter(contingent for contingent in chosen.values() if contingent is not None)
    total = NO_ADVICE_COST * (len(chosen) - times.total())
    for vacancy, contingent in chosen.items():
        if contingent is not None:
            if contingent not in costs.options[vacancy]:
                raise NotOptimal(f"the contingent {contingent} does not reserve where the vacancy {vacancy} is.")
            total += costs.options[vacancy][contingent]
    for contingent, number in times.items():
        if number > len(costs.steps[contingent]):
            raise NotOptimal(f"the contingent {contingent} would receive more than its share.")
        total += sum(costs.steps[contingent][:number])
    return total


def verify_optimal(costs: Costs, advice: FlowAdvice) -> None:
    """Raise NotOptimal unless the advice is allowed, costs what it says, and its prices prove that none costs less.

    At the prices, each vacancy has its cheapest option and each contingent the number of dwellings that pays off
    (complementary slackness). Every other advice gives no vacancy a cheaper option and no contingent a better number,
    so it costs at least as much. Everything is an integer, so nothing is rounded.
    """
    if cost_of(costs, advice.chosen) != advice.cost:
        raise NotOptimal("the advice does not cost what it says.")
    if advice.prices.keys() != costs.steps.keys():
        raise NotOptimal("each contingent must have a price.")
    for vacancy, options in costs.options.items():
        priced = {contingent: cost + advice.prices[contingent] for contingent, cost in options.items()}
        contingent = advice.chosen[vacancy]
        paid = NO_ADVICE_COST if contingent is None else priced[contingent]
        if paid > min([NO_ADVICE_COST, *priced.values()]):
            raise NotOptimal(f"the vacancy {vacancy} has a cheaper option.")
    times = Counter(advice.chosen.values())
    for contingent, steps in costs.steps.items():
        number, amount = times[contingent], advice.prices[contingent]
        if (number and steps[number - 1] > amount) or (number < len(steps) and steps[number] < amount):
            raise NotOptimal(f"the contingent {contingent} should receive another number of dwellings.")


class _Flow:
    """Successive shortest paths over the contingents: adds one dwelling after another, each by the cheapest chain of
    "this one to A, one of A's to B, one of B's stays without advice". With each dwelling the flow remains optimal.

    The contingents are numbered, and the last number is "no advice": it takes every dwelling, and its steps are free.
    """

    def __init__(self, costs: Costs) -> None:
        self.names = list(costs.steps)
        self.nowhere = len(self.names)
        self.steps = [costs.steps[name] for name in self.names]
        numbers = {name: number for number, name in enumerate(self.names)}
        self.options = {
            vacancy: {numbers[name]: cost for name, cost in options.items()} | {self.nowhere: NO_ADVICE_COST}
            for vacancy, options in costs.options.items()
        }
        self.at: dict[str, int] = {}
        self.filled = [0] * (self.nowhere + 1)
        # From contingent -> to contingent -> heap of (difference in cost, vacancy). Entries of vacancies that have left
        # stay until they are on top.
        self.moves: list[list[list[tuple[int, str]]]] = [[[] for _to in self.filled] for _from in self.filled]

    def add(self, vacancy: str) -> None:
        distances, following = self.distances()
        options = self.options[vacancy]
        target = min(options, key=lambda number: (options[number] + distances[number], number))
        while True:
            after = following[target]
            moved = self.moves[target][after][0][1] if after is not None else None
            self._put(vacancy, target)
            if moved is None or after is None:
                self.filled[target] += 1
                return
            vacancy, target = moved, after

    def _put(self, vacancy: str, target: int) -> None:
        self.at[vacancy] = target
        options = self.options[vacancy]
        for number, cost in options.items():
            if number != target:
                heappush(self.moves[target][number], (cost - options[target], vacancy))

    def edges(self) -> Iterator[tuple[int, int, int]]:
        """Yield (from, to, cost) of the cheapest move of a dwelling from each contingent to each other."""
        for start, heaps in enumerate(self.moves):
            for end, heap in enumerate(heaps):
                while heap and self.at[heap[0][1]] != start:
                    heappop(heap)
                if heap:
                    yield start, end, heap[0][0]

    def distances(self) -> tuple[list[int], list[int | None]]:
        """Return what one more dwelling costs at each contingent, and to whom one of its dwellings then moves: None if
        it keeps all of them. Bellman and Ford's algorithm, because moves may cost less than zero."""
        distances = [
            steps[number] if number < len(steps) else _BLOCKED
            for steps, number in zip(self.steps, self.filled, strict=False)
        ] + [0]
        following: list[int | None] = [None] * len(distances)
        edges = list(self.edges())
        for _length in distances:
            shorter = False
            for start, end, cost in edges:
                if cost + distances[end] < distances[start]:
                    distances[start], following[start], shorter = cost + distances[end], end, True
            if not shorter:
                return distances, following
        raise NotOptimal("dwellings could change places in a circle, and cost less.")

    def chosen(self) -> dict[str, str | None]:
        return {vacancy: [*self.names, None][self.at[vacancy]] for vacancy in self.options}

    def prices(self) -> dict[str, int]:
        """Return contingent -> what one more dwelling costs there. A contingent that can take none has the price of no
        advice, so that no vacancy prefers it."""
        distances, _following = self.distances()
        return {name: min(distances[number], NO_ADVICE_COST) for number, name in enumerate(self.names)}


def _reason(dwelling: VacantDwelling, contingent: str | None, costs: Costs) -> str:
    """Return the reason of an advice. The place is the reason if it leaves one of several contingents."""
    options = costs.options[dwelling.vacancy]
    if contingent is None:
        return REACHED if options else ELSEWHERE
    if dwelling.first_letting:
        return FIRST_LETTING
    return PLACE if len(options) == 1 < len(costs.steps) else BEHIND
