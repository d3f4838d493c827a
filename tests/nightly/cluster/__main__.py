"""python -m tests.nightly.cluster [--kills N] [--write]: kills, upgrades and recovers a cluster on this machine.

Exits with 1 if anything was lost or took longer than its limit. Needs root and the Debian packages of
`add_cluster_packages` in ./dev.
"""

import argparse
import json
import signal
import sys
import time

from tests.nightly.cluster import report
from tests.nightly.cluster.assembled import Cluster, cluster
from tests.nightly.cluster.books import Books
from tests.nightly.cluster.kills import KINDS, Kill, kill_primary
from tests.nightly.cluster.load import Load
from tests.nightly.cluster.machines import until
from tests.nightly.cluster.recovery import recover
from tests.nightly.cluster.upgrade import upgrade

PEOPLE = ("-m", "tests.nightly.cluster.landlord", "people")
# The clients get new cookies in time, because cookies with a reason for opening an account expire in 15 minutes.
REFRESH_SECONDS = 600
PARTS = ("kills", "upgrade", "recovery")


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.nightly.cluster", description=__doc__)
    parser.add_argument("--kills", type=int, default=50, help="how many times the primary is killed (default: 50)")
    parser.add_argument("--parts", default=",".join(PARTS), help="a list of: kills, upgrade, recovery")
    parser.add_argument("--write", action="store_true", help="write the figures to docs/failover.md")
    return parser.parse_args()


def main() -> int:
    arguments = options()
    # SIGTERM must raise SystemExit, so that a terminated run ends its child processes too.
    signal.signal(signal.SIGTERM, lambda *_received: sys.exit(1))
    sections, failed = list[str](), list[str]()
    with cluster() as whole:
        print(f"The cluster runs in {whole.network.folder}.\n", flush=True)
        whole.run("-m", "tests.nightly.cluster.landlord", "build")
        whole.start_web()
        until(whole.is_served, 300, "an answer of each web process")
        acts = {"kills": kills, "upgrade": upgrades, "recovery": recovery}
        for part in arguments.parts.split(","):
            lines, failures = acts[part](whole, arguments)
            sections += lines
            failed += failures
            print("\n".join(lines), flush=True)
    if arguments.write:
        report.write(sections)
    print(f"Failed: {', '.join(failed)}" if failed else "Passed.")
    return 1 if failed else 0


def load_on(whole: Cluster) -> Load:
    return Load(whole.proxy, json.loads(whole.run(*PEOPLE)), whole.ask("SELECT loge_today()::text")[0][0])


def kills(whole: Cluster, arguments: argparse.Namespace) -> tuple[list[str], list[str]]:
    books = Books(whole)
    with load_on(whole) as load:
        made = kill_again_and_again(whole, load, books, arguments.kills)
    whole.manage("check_trace")
    lines = report.kills_section(made, len(load.paid()), len(books.opened) + len(books.changed))
    return lines, [f"kill {number}" for number, kill in enumerate(made, 1) if not kill.passed]


def upgrades(whole: Cluster, _arguments: argparse.Namespace) -> tuple[list[str], list[str]]:
    books = Books(whole)
    with load_on(whole) as load:
        until(lambda: load.all_served(0), 60, "an answer for each visitor")
        steps = upgrade(whole, load)
    faults = books.compare(load.paid())
    lost = [f"after the upgrade: {faults}"] if faults else []
    return report.upgrade_section(steps), [step.name for step in steps if not step.passed] + lost


def recovery(whole: Cluster, _arguments: argparse.Namespace) -> tuple[list[str], list[str]]:
    with load_on(whole) as load:  # The recovery needs the sessions and pseudonyms that the load creates.
        until(lambda: load.all_served(0), 60, "an answer for each visitor")
    result = recover(whole)
    return report.recovery_section(result), [] if result.passed else [f"recovery: {result}"]


def kill_again_and_again(whole: Cluster, load: Load, books: Books, number: int) -> list[Kill]:
    """Kill the primary `number` times. Of four kills, two hit PostgreSQL alone, one the node, and one freezes it."""
    made, since = list[Kill](), time.monotonic()
    for turn in range(number):
        if time.monotonic() - since > REFRESH_SECONDS:
            load.refresh(json.loads(whole.run(*PEOPLE)))
            since = time.monotonic()
        kill = kill_primary(whole, load, books, KINDS[(0, 1, 0, 2)[turn % 4]])
        made.append(kill)
        print(
            f"{turn + 1:>3}  {kill.kind.name:<15}  {kill.seconds:5.1f} s",
            f"{kill.refused:>4} of {kill.answered:>4} refused  {'' if kill.passed else kill}",
            flush=True,
        )
    return made


if __name__ == "__main__":
    sys.exit(main())
