"""./dev bench [--leases N] [--quick]: measures side by side, prints it, and writes docs/bench.md."""

import argparse
import os
import subprocess
import sys
import time
from contextlib import ExitStack

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "housing.settings")
os.environ["LOGE_LOG_LEVEL"] = "ERROR"
django.setup()

from django.db import connections  # noqa: E402  (needs the apps)

from tests.bench import copying, evidence, load, locks, pages, report, screening, sealing, stored  # noqa: E402
from tests.bench.landlord import Landlord, landlords  # noqa: E402
from tests.bench.measure import Finding  # noqa: E402
from tests.bench.serving import GUARDED, STOCK, UNGUARDED, collect_static, environment, served  # noqa: E402


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("--leases", type=int, default=0, help="of the large landlord: a million, or 100,000 when quick")
    parser.add_argument("--rounds", type=int, default=0, help="of each comparison: 200, or 40 when quick")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, a smaller landlord; writes no page")
    asked = parser.parse_args()
    asked.leases = asked.leases or (100_000 if asked.quick else 1_000_000)
    return asked


def main() -> None:
    asked, start = options(), time.perf_counter()
    rounds = asked.rounds or (40 if asked.quick else 200)
    collect_static()
    findings = [copying.against_copy(2_000 if asked.quick else 10_000, 1 if asked.quick else 3)]
    findings += screening.screening()
    findings += evidence.evidence(100_000 if asked.quick else 10_000_000)
    with landlords(asked.leases) as landlord:
        print(f"Two landlords after {time.perf_counter() - start:.0f} s.", flush=True)
        facts = [
            *report.machine(),
            ("asked", " ".join(["./dev bench", *sys.argv[1:]])),
            ("landlords", f"10,000 and {asked.leases:,} leases; pages on the small one"),
        ]
        findings += measured(landlord, rounds)
        findings += stored.of_landlord(landlord, 1_000_000 if asked.quick else 10_000_000)
    print(f"\n{time.perf_counter() - start:.0f} s in all.\n")
    for found in findings:
        if found.aim is not None:
            figure = f"{found.figure:.2f} {found.unit or '×'}"
            print(f"  {found.what:<86} {figure:>10}  at most {found.aim:<5g} {found.held}")
    if not asked.quick:
        report.write(facts, findings)


def measured(landlord: Landlord, rounds: int) -> list[Finding]:
    """One function of each module; each ratio is of ways taken in turn."""
    visitors = pages.Visitors(landlord)
    fill = [sys.executable, "-m", "tests.bench.stock.fill"]
    subprocess.run(fill, env=environment(landlord.small), check=True)
    connections.close_all()
    findings: list[Finding] = []
    with ExitStack() as serving:
        without, behind, stock, large = (
            serving.enter_context(served(application, base))
            for application, base in (
                (UNGUARDED, landlord.small),
                (GUARDED, landlord.small),
                (STOCK, landlord.small),
                (GUARDED, landlord.large),
            )
        )
        servers = {pages.WITHOUT: without, pages.WITH_LOCKS: behind}
        findings.append(pages.with_and_without(visitors, servers, rounds))
        findings.append(pages.against_stock(visitors, stock, behind, rounds))
        findings += pages.statements(visitors, rounds)
        findings += pages.growth(visitors, behind, large, rounds // 4)
        findings += load.pages_a_second({name: visitors.opener(one) for name, one in servers.items()}, rounds)
        findings += sealing.sealing(landlord, visitors.opener(behind), max(3, rounds // 10))
    findings += locks.measured(landlord, rounds)
    return findings


main()
