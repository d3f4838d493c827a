"""Writes docs/failover.md: what each kill, the upgrade and the recovery did, and on which machine."""

import os
import platform
import re
import subprocess
from collections.abc import Sequence
from datetime import date
from statistics import median

from tests.architecture.source import ROOT
from tests.nightly.cluster.kills import KINDS, Kill
from tests.nightly.cluster.machines import program
from tests.nightly.cluster.recovery import Recovery
from tests.nightly.cluster.upgrade import Step

PAGE = ROOT / "docs" / "failover.md"
HEAD = """# What failures and upgrades cost

Written by `python -m tests.nightly.cluster --write`, which `./dev nightly` runs without `--write`. Three PostgreSQL
nodes under Patroni with etcd, a synchronous standby, HAProxy, PgBouncer, two web processes of each kind and nginx run
on this machine's loopback addresses, with the files of `docs/operations/cluster.md`. Five clients use it all the time:
three of them open an account and book a payment in turn, as two officers; a caretaker opens a card; a nominator opens
the list of vacancies. Each waits a seventh of a second between two turns.

"""
KILLS = """## Kills of the primary

*Server process*: kill -9 of PostgreSQL and all its processes. *Node*: kill -9 of etcd, Patroni and PostgreSQL together.
*Node, silently*: all of them stop answering while their connections stay open, as after a power cut; then they are
killed. A kill comes two to six seconds after all three nodes are in order again. *Away* is the time from the kill to
the last refused request, also if others were answered before. Payments and events are compared after each kill, all
since the beginning.

"""
UPGRADE = """## Upgrade and maintenance under load

The first three steps must refuse nothing. While the primary moves on purpose, requests may get 503 with Retry-After;
the time is that until the last of them.

"""
RECOVERY = """## Recovery to an earlier moment with pgBackRest

A full backup, then a moment, then four withdrawals on the pages: a pseudonym is forgotten, an assignment ended, a file
closed to an employee (walled), and a household made discreet. The cluster goes back to the moment.

"""
COLUMNS = "| primary | kills | away, median | longest | limit | 503 | without Retry-After | other failures | met |"


def machine() -> list[str]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    programs = {"Patroni": "patroni", "etcd": "etcd", "HAProxy": "haproxy", "PgBouncer": "pgbouncer"}
    programs |= {"pgBackRest": "pgbackrest", "PostgreSQL": "/usr/lib/postgresql/17/bin/postgres"}
    versions = [f"{name} {_version(path)}" for name, path in programs.items()]
    facts = {
        "day": f"{date.today():%Y-%m-%d}",
        "machine": f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} {platform.machine()}, for everything",
        "other load": f"load {os.getloadavg()[2]:.1f} over the last 15 minutes, including this run",
        "engines": ", ".join(versions),
    }
    return ["| | |", "| --- | --- |", *(f"| {name} | {value} |" for name, value in facts.items()), ""]


def _version(name: str) -> str:
    option = {"haproxy": "-v", "pgbackrest": "version"}.get(name, "--version")
    done = subprocess.run([program(name), option], capture_output=True, text=True, check=True)
    numbers = re.search(r"\d+(\.\d+)+", done.stdout)
    return numbers[0] if numbers else "of unknown version"


def kills_section(kills: Sequence[Kill], payments: int, requests: int) -> list[str]:
    lines = [KILLS + COLUMNS, "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"]
    for kind in KINDS:
        these = [kill for kill in kills if kill.kind is kind]
        if these:
            seconds = [kill.seconds for kill in these]
            cells = [kind.name, len(these), f"{median(seconds):.1f} s", f"{max(seconds):.1f} s", f"{kind.limit} s"]
            cells += [sum(kill.refused for kill in these), sum(kill.no_retry for kill in these)]
            cells += [sum(kill.failed for kill in these), "yes" if all(kill.passed for kill in these) else "no"]
            lines.append("| " + " | ".join(map(str, cells)) + " |")
    last = kills[-1].faults
    return [
        *lines,
        "",
        f"Of {payments:,} acknowledged payments {last.lost} were lost and {last.doubled} booked twice. Of {requests:,}",
        f"answers with personal data or a change {last.without_event} had no event in the audit log, and",
        f"{last.doubled_events} had two. Afterwards `check_trace` verified the sealed log.",
        "",
    ]


def upgrade_section(steps: Sequence[Step]) -> list[str]:
    lines = [
        UPGRADE + "| step | took | answers | 503 | other failures | met |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for step in steps:
        cells = [step.name, f"{step.seconds:.0f} s", step.answered, step.refused, step.failed]
        lines.append("| " + " | ".join(map(str, [*cells, "yes" if step.passed else "no"])) + " |")
    return [*lines, ""]


def recovery_section(recovery: Recovery) -> list[str]:
    lines = [
        RECOVERY + "| withdrawn after the moment | before | recovered | after `after_restore` |",
        "| --- | --- | --- | --- |",
    ]
    for name, stands in recovery.before.items():
        cells = [name, *(_stands(count) for count in (stands, recovery.brought_back[name], recovery.again[name]))]
        lines.append("| " + " | ".join(cells) + " |")
    closing = f"Recovery and start took {recovery.minutes:.1f} minutes. {recovery.sessions} sessions were left."
    return [*lines, "", closing, ""]


def _stands(count: int) -> str:
    return "in force" if count else "undone"


def write(sections: Sequence[str]) -> None:
    PAGE.write_text(HEAD + "\n".join([*machine(), *sections]).rstrip() + "\n", encoding="utf-8")
