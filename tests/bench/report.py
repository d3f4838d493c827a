"""docs/bench.md: what was measured, on what, and which aims hold."""

import os
import platform
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

from tests.bench.measure import Finding
from tests.builders import run

PAGE = Path(__file__).resolve().parents[2] / "docs" / "bench.md"
_PACKAGES = ("django", "gunicorn", "psycopg2-binary", "django-guardian", "django-auditlog")
_HEAD = """# What the locks cost

Written by `./dev bench`, which makes two landlords, measures, and drops them. A figure with × is a ratio of medians, of
two ways taken in turn, so that a busy machine slows both; in brackets, between which ratios half of the rounds lie.
What those under the locks are made of, and why one aim is not held: `housing/decisions/0027-what-the-locks-cost.md`.

"""


def machine() -> list[tuple[str, str]]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    [(server, fsync, durable)] = run(
        "SELECT current_setting('server_version'), current_setting('fsync'), current_setting('synchronous_commit')"
    )
    return [
        ("day", f"{date.today():%Y-%m-%d}"),
        ("machine", f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} {platform.machine()}"),
        ("others on it", f"load {os.getloadavg()[2]:.1f} over the last 15 minutes, the bench's own included"),
        ("PostgreSQL", f"{server}, fsync {fsync}, synchronous_commit {durable}"),
        ("Python", f"{platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in _PACKAGES)),
    ]


def write(facts: Sequence[tuple[str, str]], findings: Sequence[Finding]) -> None:
    lines = ["| | |", "| --- | --- |", *(f"| {name} | {what} |" for name, what in facts), ""]
    lines += ["| what | aim | held | figure | |", "| --- | --- | --- | --- | --- |", *map(_row, findings), ""]
    PAGE.write_text(_HEAD + "\n".join(lines), encoding="utf-8")


def _row(found: Finding) -> str:
    aim = "" if found.aim is None else f"≤ {found.aim:g}"
    figure = f"{found.figure:.3g} {found.unit}" if found.unit else f"× {found.figure:.2f}"
    between = f" ({found.spread[0]:.2f} to {found.spread[1]:.2f})" if found.spread else ""
    return f"| {found.what} | {aim} | {found.held} | {figure}{between} | {found.note} |"
