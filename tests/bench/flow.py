"""Measures how long it takes to advise which contingent (reserving body's share) should get each dwelling of a year.

The time includes the proof that the advice has the lowest cost.
"""

import time
import tracemalloc
from random import Random

from allocations.rules.flow_advice import ContingentShare, Kind, VacantDwelling, advise
from tests.bench.measure import Finding

CONTINGENTS, AIM_SECONDS = 12, 5


def flow(dwellings: int) -> list[Finding]:
    vacant, shares = large_problem(dwellings)
    start = time.perf_counter()
    advice = advise(vacant, shares)
    seconds = time.perf_counter() - start
    tracemalloc.start()
    assert advise(vacant[::-1], shares[::-1]) == advice
    megabytes = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    print(f"\nAdvice on {dwellings:,} dwellings: {seconds:.2f} s, {megabytes:.0f} MB", flush=True)
    note = f"{dwellings:,} dwellings, {CONTINGENTS} contingents, {megabytes:.0f} MB"
    return [
        Finding("Advice on the orientation of a year's dwellings, proved", seconds, AIM_SECONDS, unit="s", note=note)
    ]


def large_problem(dwellings: int) -> tuple[list[VacantDwelling], list[ContingentShare]]:
    """Return invented dwellings in six places, and twelve contingents (shares of reserving bodies).

    Half of the contingents reserve dwellings everywhere, half in one place. Each contingent has already received up to
    a third of its share.
    """
    rng = Random(12)
    weights = [rng.randint(20, 300) for _contingent in range(CONTINGENTS)]
    shares = []
    for number, weight in enumerate(weights):
        target = dwellings * 13 * weight // (10 * sum(weights))
        received: dict[Kind, int] = {}
        for _dwelling in range(rng.randint(0, target // 3)):
            kind = _kind(rng)
            received[kind] = received.get(kind, 0) + 1
        path = "/office/" if number < CONTINGENTS // 2 else f"/office/{number % 6}/"
        shares.append(ContingentShare(f"contingent {number}", path, target, received))
    vacant = [
        VacantDwelling(f"{rng.getrandbits(64):016x}", f"/office/{rng.randrange(6)}/{rng.randrange(99)}/", _kind(rng))
        for _dwelling in range(dwellings)
    ]
    return vacant, shares


def _kind(rng: Random) -> Kind:
    return rng.choice(["T1", "T2", "T3", "T4", "T5"]), rng.choice(["PLAI", "PLUS", "PLS"]), rng.random() < 0.2
