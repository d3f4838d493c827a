"""`manage.py allocation_calculate`: reads cases of allocation as JSON Lines and writes their results."""

import json
import sys
import traceback
from collections.abc import Iterator
from typing import Any, TextIO

from django.core.management.base import BaseCommand

from allocations.rules.cases.calculator import Calculator

# The longest line that is read, in bytes, to limit the time and memory of one case.
LONGEST_LINE = 50_000_000


class Command(BaseCommand):
    help = (
        "Calcule des cas d’attribution (JSON Lines : un cas par ligne à l’entrée, un résultat par ligne à la sortie ; "
        "docs/allocation-calculations.md)."
    )
    # The command skips Django's system checks, because it also runs on machines without a database or encryption keys.
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        calculator = Calculator()
        for number, line in enumerate(lines(sys.stdin), start=1):
            if isinstance(line, str) and not line.strip():
                continue
            if line is None:
                answer: dict[str, Any] = {"line": number, "error": "the line is not UTF-8, or is too long."}
            else:
                answer = self.answer(calculator, number, line)
            self.stdout.write(json.dumps(answer))

    def answer(self, calculator: Calculator, number: int, line: str) -> dict[str, Any]:
        """Answer a line. A defect of the program must not stop the remaining lines: it is reported to stderr."""
        try:
            return calculator.answer_line(number, line)
        except Exception:
            self.stderr.write(traceback.format_exc())
            return {"line": number, "error": "the program failed on this line; the reason is on stderr."}


def lines(stream: TextIO) -> Iterator[str | None]:
    """Yield the lines of a stream, or None for a line that is not UTF-8 or is too long. Only a line feed ends a line:
    JSON strings may contain other separators."""
    buffer = getattr(stream, "buffer", None)
    for line in stream if buffer is None else buffer:
        if len(line) > LONGEST_LINE:
            yield None
        elif isinstance(line, str):
            yield line.rstrip("\r\n").removeprefix("\ufeff")
        else:
            try:
                yield line.decode("utf-8").rstrip("\r\n").removeprefix("\ufeff")
            except UnicodeDecodeError:
                yield None
