"""./dev bench [--leases N] [--quick] [--allocations | --access-control]: takes the measurements, prints them, and
writes docs/bench.md and docs/bench-allocation.md."""

import argparse
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from functools import partial

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "housing.settings")
os.environ["LOGE_LOG_LEVEL"] = "ERROR"
django.setup()

from django.db import connections  # noqa: E402  (needs the apps)

from tests.bench import (  # noqa: E402
    copying,
    directions,
    evidence,
    flow,
    importing,
    jobs,
    lists,
    load,
    matching,
    overload,
    pages,
    parts,
    policies,
    report,
    screening,
    sealing,
    stored,
)
from tests.bench.landlord import Landlord, landlords  # noqa: E402
from tests.bench.measure import Finding  # noqa: E402
from tests.bench.serving import GUARDED, STOCK, UNGUARDED, collect_static, environment, served  # noqa: E402
from tests.clones import stand_on  # noqa: E402

# The limit of a server with the default settings (LOGE_QUEUE).
QUEUE = 12


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument(
        "--leases", type=int, default=0, help="leases of the large landlord: 1,000,000, or 100,000 with --quick"
    )
    parser.add_argument("--rounds", type=int, default=0, help="rounds of each comparison: 200, or 40 with --quick")
    parser.add_argument("--quick", action="store_true", help="fewer rounds and a smaller landlord; writes no page")
    parser.add_argument("--access-control", action="store_true", help="measures everything but allocation")
    parser.add_argument("--allocations", action="store_true", help="measures allocation only, in about five minutes")
    arguments = parser.parse_args()
    arguments.leases = arguments.leases or (100_000 if arguments.quick else 1_000_000)
    return arguments


def main() -> None:
    arguments, start = options(), time.perf_counter()
    rounds = arguments.rounds or (40 if arguments.quick else 200)
    findings = [] if arguments.access_control else allocations(quick=arguments.quick)
    if findings and not arguments.quick:
        stand_on("postgres")
        report.write_allocations([*report.machine(), ("command", "./dev bench --allocations")], findings)
    if not arguments.allocations:
        findings += access_control(arguments, rounds, start)
    print(f"\n{time.perf_counter() - start:.0f} s in all.\n")
    for finding in findings:
        if finding.aim is not None:
            figure = f"{finding.figure:.2f} {finding.unit or '×'}"
            print(f"  {finding.label:<86} {figure:>10}  at most {finding.aim:<5g} {finding.within_aim}")


def allocations(*, quick: bool) -> list[Finding]:
    findings = matching.matching(*((30_000, 500, 40) if quick else (300_000, 5_000, 400)))
    return findings + flow.flow(500 if quick else 5_000)


def access_control(arguments: argparse.Namespace, rounds: int, start: float) -> list[Finding]:
    collect_static()
    findings = [*screening.startup()]
    findings += copying.against_copy(2_000 if arguments.quick else 10_000, 1 if arguments.quick else 3)
    findings += importing.importing(10_000 if arguments.quick else 100_000)
    speeds = [screening.speed()]
    findings += evidence.evidence(100_000 if arguments.quick else 10_000_000)
    with landlords(arguments.leases) as landlord:
        speeds.append(screening.speed())
        print(f"Created two landlords in {time.perf_counter() - start:.0f} s.", flush=True)
        facts = [
            *report.machine(),
            ("command", " ".join(["./dev bench", *sys.argv[1:]])),
            ("landlords", f"10,000 and {arguments.leases:,} leases; pages on the small one"),
        ]
        findings += measured(landlord, rounds, overload_seconds=5 if arguments.quick else 15)
        findings += screening.screening([*speeds, screening.speed()])
        if not arguments.quick:
            report.write(facts, findings)  # A defect in the last measurements does not lose the others.
        findings += stored.of_landlord(landlord, 1_000_000 if arguments.quick else 10_000_000)
    if not arguments.quick:
        report.write(facts, findings)
    return findings


def measured(landlord: Landlord, rounds: int, overload_seconds: int) -> list[Finding]:
    """Measure pages of the two invented landlords, a small and a large one. Returns the results as lines of the
    report."""
    visitors = pages.Visitors(landlord)
    fill = [sys.executable, "-m", "tests.bench.stock.fill"]
    subprocess.run(fill, env=environment(landlord.small), check=True)
    connections.close_all()
    findings: list[Finding] = [*directions.by_marks(landlord, rounds // 2)]
    with ExitStack() as serving:
        without, controlled, stock, large = (
            serving.enter_context(served(application, base))
            for application, base in (
                (UNGUARDED, landlord.small),
                (GUARDED, landlord.small),
                (STOCK, landlord.small),
                (GUARDED, landlord.large),
            )
        )
        servers = {pages.WITHOUT: without, pages.CONTROLLED: controlled}
        spent = partial(parts.spent, visitors, controlled, rounds)
        moments = [spent()]
        findings.append(pages.with_and_without(visitors, servers, rounds))
        moments.append(spent())
        findings.append(pages.against_stock(visitors, stock, controlled, rounds))
        moments.append(spent())
        findings += pages.statements(visitors, rounds)
        findings += pages.growth(visitors, controlled, large, rounds // 4)
        moments.append(spent())
        findings += parts.parts(visitors, moments, 2 * rounds)
        findings += load.pages_a_second({name: visitors.opener(server) for name, server in servers.items()}, rounds)
        with served(GUARDED, landlord.small, queue=QUEUE) as limited:
            findings += overload.overload(visitors, limited, overload_seconds)
        findings += sealing.sealing(landlord, visitors.opener(controlled), max(3, rounds * 2 // 5))
        findings += policies.measured(landlord, rounds)
        findings += directions.by_age(landlord, controlled, rounds // 2)
        findings += directions.by_buildings(landlord, rounds // 2)
        findings += lists.by_buildings(landlord, rounds // 2)
    findings += jobs.jobs(landlord)
    return findings


main()
