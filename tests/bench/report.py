"""Writes docs/bench.md and docs/bench-allocation.md: the measurements, the machine, and which aims are met."""

import os
import platform
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

from tests.bench.measure import Finding
from tests.builders import run

DOCS = Path(__file__).resolve().parents[2] / "docs"
_PACKAGES = ("django", "gunicorn", "psycopg2-binary", "django-guardian", "django-auditlog")
_HEAD = """# What access control costs

Written by `./dev bench`, which creates two landlords, measures, and drops them. A figure with × is a ratio of medians
of two ways measured in turn, so that other load slows both; in brackets, the quartiles of the ratio in single rounds.
What the figures consist of: `docs/decisions/0027-what-the-locks-cost.md`.

"""
_ALLOCATION_HEAD = """# What allocation takes

Written by `./dev bench --allocations`, which creates a landlord with applications and vacancies, measures, and drops
the landlord.

"""


def machine() -> list[tuple[str, str]]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    [(server, fsync, durable)] = run(
        "SELECT current_setting('server_version'), current_setting('fsync'), current_setting('synchronous_commit')"
    )
    return [
        ("day", f"{date.today():%Y-%m-%d}"),
        ("machine", f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} {platform.machine()}"),
        ("other load", f"load {os.getloadavg()[2]:.1f} over the last 15 minutes, including the bench"),
        ("PostgreSQL", f"{server}, fsync {fsync}, synchronous_commit {durable}"),
        ("Python", f"{platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in _PACKAGES)),
    ]


def write(facts: Sequence[tuple[str, str]], findings: Sequence[Finding]) -> None:
    _write("bench.md", _HEAD, facts, findings)


def write_allocations(facts: Sequence[tuple[str, str]], findings: Sequence[Finding]) -> None:
    _write("bench-allocation.md", _ALLOCATION_HEAD, facts, findings)


def _write(name: str, head: str, facts: Sequence[tuple[str, str]], findings: Sequence[Finding]) -> None:
    lines = ["| | |", "| --- | --- |", *(f"| {fact} | {value} |" for fact, value in facts), ""]
    lines += ["| measurement | aim | met | figure | |", "| --- | --- | --- | --- | --- |", *map(_row, findings), ""]
    (DOCS / name).write_text(head + "\n".join(lines), encoding="utf-8")


def _row(finding: Finding) -> str:
    aim = "" if finding.aim is None else f"≤ {finding.aim:g}"
    figure = f"{finding.figure:.3g} {finding.unit}" if finding.unit else f"× {finding.figure:.2f}"
    spread = f" ({finding.spread[0]:.2f} to {finding.spread[1]:.2f})" if finding.spread else ""
    return f"| {finding.label} | {aim} | {finding.within_aim} | {figure}{spread} | {finding.note} |"
