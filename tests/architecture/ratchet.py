"""Lists of current offenders, which may only shrink. `python -m tests.architecture.ratchet` shortens them.

`offenders/GUARD.txt` has one line `key: weight` per offender, sorted. A guard without a file has no offenders.
"""

import os
import re
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from tests.architecture.guards import Offence

FOLDER = Path(__file__).parent / "offenders"
ROOT = Path(__file__).resolve().parents[2]
COMMAND = "python -m tests.architecture.ratchet"


def listed(guard: str) -> dict[str, int]:
    path = FOLDER / f"{guard}.txt"
    if not path.exists():
        return {}
    pairs = (line.rsplit(": ", 1) for line in path.read_text(encoding="utf-8").splitlines())
    return {key: int(weight) for key, weight in pairs}


def weigh(offences: Iterable["Offence"]) -> dict[str, int]:
    weights: Counter[str] = Counter()
    for offence in offences:
        weights[offence.key] += offence.weight
    return dict(weights)


def differences(offences: Iterable["Offence"], before: dict[str, int]) -> list[str]:
    """Instructions for a developer to make the list and the code agree."""
    offences = list(offences)
    now = weigh(offences)
    messages = []
    for key in sorted(now.keys() | before.keys()):
        weight, limit = now.get(key, 0), before.get(key, 0)
        if weight > limit:
            details = "; ".join(offence.detail for offence in offences if offence.key == key)
            messages.append(f"{key}: {weight}, and {limit} listed. Correct it: {details}")
        elif weight == 0:
            messages.append(f"{key}: offends no longer. Delete its line ({COMMAND}).")
        elif weight < limit:
            messages.append(f"{key}: {weight} is left of {limit}. Lower its number ({COMMAND}).")
    return messages


def shorten(before: dict[str, int], now: dict[str, int], root: Path = ROOT) -> dict[str, int]:
    """The new list. Offences of deleted files may reappear in other files, because files are moved.

    Raises ValueError if there are more offences than before.
    """
    moved = sum(weight for key, weight in before.items() if not (root / re.split(r"[: ]", key)[0]).exists())
    more = {key: weight - before.get(key, 0) for key, weight in now.items() if weight > before.get(key, 0)}
    if sum(more.values()) > moved:
        raise ValueError(", ".join(f"{key} (+{weight})" for key, weight in sorted(more.items())))
    return now


def write(guard: str, weights: dict[str, int]) -> None:
    path = FOLDER / f"{guard}.txt"
    path.write_text("".join(f"{key}: {weights[key]}\n" for key in sorted(weights)), encoding="utf-8")
    if not weights:
        path.unlink()


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "housing.settings")
    django.setup()
    from tests.architecture.guards import GUARDS

    refused = 0
    for guard, offences in GUARDS.items():
        try:
            write(guard, shorten(listed(guard), weigh(offences())))
        except ValueError as error:
            refused += 1
            print(f"{guard}: left as it is, because these are new: {error}")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
