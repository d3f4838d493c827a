"""Ranks the candidates of a vacancy reproducibly, whatever the order of the input."""

import hmac
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from allocations.rules.results import CaseError


@dataclass(frozen=True)
class Candidate:
    """A candidate to rank. `number` is the number of the application or of the sheet, unique within the vacancy."""

    number: str
    points: int
    filed_on: date


@dataclass(frozen=True)
class Ranked:
    candidate: Candidate
    rank: int
    tie_break: str


def tie_break(key: bytes, vacancy: str, number: str) -> str:
    """Return the value that orders candidates with equal points and filing dates: the hexadecimal HMAC-SHA256 of
    `vacancy|number`."""
    return hmac.new(key, f"{vacancy}|{number}".encode(), "sha256").hexdigest()


def rank_candidates(candidates: Iterable[Candidate], vacancy: str, key: bytes) -> list[Ranked]:
    """Rank candidates by most points, then earliest filing date, then lowest tie break.

    Raises CaseError if two candidates have the same number, or if an id contains "|", the separator in the tie break's
    input.
    """
    candidates = list(candidates)
    numbers = [candidate.number for candidate in candidates]
    number, times = Counter(numbers).most_common(1)[0] if numbers else ("", 0)
    if times > 1:
        raise CaseError(f"the candidate {number} occurs {times} times.")
    for text in (vacancy, *numbers):
        if "|" in text:
            raise CaseError(f'"{text}" contains "|", which separates vacancy and number in the tie break.')
    drawn = {number: tie_break(key, vacancy, number) for number in numbers}
    ordered = sorted(candidates, key=lambda of: (-of.points, of.filed_on, drawn[of.number]))
    return [Ranked(candidate, rank, drawn[candidate.number]) for rank, candidate in enumerate(ordered, start=1)]
