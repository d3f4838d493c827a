"""Advises for which reserving body to reserve each vacant dwelling, so that each body receives its yearly share.

The input has only dwellings and reserving bodies, so the advice cannot rank applicants. The advice has the lowest
possible cost (a min-cost flow from dwellings to contingents), and `verify_optimal` proves this before the advice is
returned. docs/flow-advice.md explains the costs, and decision record 0047 explains why the algorithm is our own.

An advised dwelling costs the sum of two whole numbers:

- how full the contingent's yearly share is when it receives the dwelling, in thousandths (`step_costs`), so that the
  contingent that has received the smallest part of its share is the cheapest;

- `UNEVEN_COST` for each feature (type, financing, QPV) of which the contingent already has more than its part.

A dwelling without advice costs `NO_ADVICE_COST`, which is more than any chain of exchanges. A contingent is never
advised for a dwelling outside its place or beyond its yearly share, because no reason of the closed list would apply.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush

from allocations.rules.results import CaseError

# The codes of `OrientationReason` that the advice can give.
# The advice cannot give the reason "suited", because conventions do not store types of dwellings.
# The advice cannot give the reason "returned", because a vacancy is stored without the body that gave it back.
BEHIND, PLACE, FIRST_LETTING = "behind", "place", "first_letting"
# Codes for no advice: no contingent reserves dwellings at this place, or each such contingent has its full share.
ELSEWHERE, REACHED = "elsewhere", "reached"

UNEVEN_COST = 10
# A vacancy without advice costs so much that it stays without advice only if no contingent can receive it.
# Exchanging dwellings between contingents costs at most 999, plus 30 for each contingent.
NO_ADVICE_COST = 100_000
_BLOCKED = 10**12

# Kind of a dwelling: its type, its financing, and whether it is in a priority neighbourhood (QPV).
Kind = tuple[str, str, bool]


@dataclass(frozen=True)
class VacantDwelling:
    """A vacant dwelling to reserve for a contingent. `vacancy` is an opaque id. `path` is the path of its building in
    the tree of places, which begins with the paths of all places above."""

    vacancy: str
    path: str
    kind: Kind
    first_letting: bool = False


@dataclass(frozen=True)
class ContingentShare:
    """A contingent (share of a reserving body) in a year. `path` is the path of the place where it reserves dwellings,
    `target` its share in whole dwellings, and `received` the number of dwellings reserved for it this year, by kind."""

    contingent: str
    path: str
    target: int
    received: Mapping[Kind, int] = field(default_factory=dict)

    @property
    def oriented(self) -> int:
        return sum(self.received.values())

    @property
    def owed(self) -> int:
        """Return how many dwellings the contingent must still receive to reach its yearly share."""
        return max(0, self.target - self.oriented)


@dataclass(frozen=True)
class Costs:
    """The costs that the best advice must minimise. `options` maps each vacancy to the contingents that may receive it,
    with the cost for each. `steps` maps each contingent to one cost for each dwelling that it must still receive."""

    options: dict[str, dict[str, int]]
    steps: dict[str, list[int]]


@dataclass(frozen=True)
class FlowAdvice:
    """The advice with the lowest cost. `chosen` maps each vacancy to a contingent or None, and `reasons` maps it to the
    code of the reason.

    `prices` maps each contingent to the dual price of one more dwelling, which proves that no other advice costs less.
    """

    chosen: dict[str, str | None]
    reasons: dict[str, str]
    cost: int
    prices: dict[str, int]


class NotOptimal(Exception):
    """Raised if the dual prices do not prove that the advice has the lowest cost."""


def advise(dwellings: Iterable[VacantDwelling], shares: Iterable[ContingentShare]) -> FlowAdvice:
    """Return the advice with the lowest cost, whatever the order of the input. Raises CaseError if an id occurs twice,
    and NotOptimal if the lowest cost is not proved."""
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
    """Return the costs of all possible ways to reserve vacancies. Raises CaseError if an id occurs twice."""
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
    """Return the cost of each dwelling that the contingent must still receive. The n-th dwelling of a share of `target`
    dwellings costs (n - 1/2) / target, in thousandths rounded down.

    With these costs (the Sainte-Laguë method), small and large contingents advance at the same pace.
    """
    first = share.oriented + 1
    return [(2 * number - 1) * 500 // share.target for number in range(first, first + share.owed)]


def uneven_costs(kind: Kind, shares: Iterable[ContingentShare]) -> dict[str, int]:
    """Map each contingent to the extra cost of reserving a dwelling of this kind for it.

    The extra cost is UNEVEN_COST for each feature of the dwelling that is more frequent among the contingent's
    dwellings of the year than among those of all contingents. Without extra costs, the order of ids would decide who
    receives the large dwellings.
    """
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
    """Return the total cost of an advice. Raises NotOptimal if the advice is not allowed."""
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
    """Raise NotOptimal unless the advice is allowed, has the stated cost, and its prices prove that no advice costs
    less.

    The proof is complementary slackness. With the prices added to the costs, each vacancy must have its cheapest
    option. Each contingent must receive all dwellings whose cost in `steps` is less than the contingent's price, and
    none whose cost is more.
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
    """Solves the min-cost flow by successive shortest paths, so the flow is optimal after each added dwelling.

    A dwelling is added by the cheapest chain of moves, such as "the new dwelling to A, one of A's to B". Contingents
    are numbered, and the last number stands for "no advice".
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
        # `moves[a][b]` is a heap of (cost difference, vacancy): the moves of one dwelling from contingent a to b.
        # Outdated moves of dwellings stay in the heap until they are on top, because only the top item can be removed.
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
        """Yield the cheapest move of one dwelling from each contingent to each other one, as (from, to, cost)."""
        for start, heaps in enumerate(self.moves):
            for end, heap in enumerate(heaps):
                while heap and self.at[heap[0][1]] != start:
                    heappop(heap)
                if heap:
                    yield start, end, heap[0][0]

    def distances(self) -> tuple[list[int], list[int | None]]:
        """Return two lists with one item for each contingent. The first has the lowest cost of giving the contingent
        one more dwelling. The second has the contingent to which it then passes on one of its dwellings, or None.

        The algorithm is Bellman-Ford, because moves can have negative costs.
        """
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
        """Map each contingent to its price: the lowest cost of giving it one more dwelling.

        The price is NO_ADVICE_COST for a contingent that can receive no more, so choosing it is never cheaper than no
        advice.
        """
        distances, _following = self.distances()
        return {name: min(distances[number], NO_ADVICE_COST) for number, name in enumerate(self.names)}


def _reason(dwelling: VacantDwelling, contingent: str | None, costs: Costs) -> str:
    """Return the reason for an advice. It is PLACE if only one of several contingents reserves dwellings at the
    dwelling's place."""
    options = costs.options[dwelling.vacancy]
    if contingent is None:
        return REACHED if options else ELSEWHERE
    if dwelling.first_letting:
        return FIRST_LETTING
    return PLACE if len(options) == 1 < len(costs.steps) else BEHIND
