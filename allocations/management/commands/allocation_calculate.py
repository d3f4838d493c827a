"""`manage.py allocation_calculate`: reads cases of allocation as JSON Lines and writes their results."""

import json
import os
import sys
import traceback
from collections.abc import Iterator
from typing import Any, TextIO

from django.core.management.base import BaseCommand

from allocations.rules.cases.calculator import Calculator

# The longest line that is read, in bytes, to limit the time and memory of one case.
LONGEST_LINE = 50_000_000
NOT_UTF_8 = "the line is not UTF-8."
TOO_LONG = f"the line has more than {LONGEST_LINE} bytes."


class UnreadableLine(Exception):
    """A line that cannot be read as text; the message says why."""


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
            if isinstance(line, UnreadableLine):
                self.write({"line": number, "error": str(line)})
            elif line.strip():
                self.write(self.answer(calculator, number, line))

    def write(self, answer: dict[str, Any]) -> None:
        """Write a result at once, so that a program that waits for it before the next line gets it. Ends the command if
        nobody reads the results any more."""
        try:
            self.stdout.write(json.dumps(answer))
            self.stdout.flush()
        except BrokenPipeError:
            # Python flushes the stream again when it exits.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise SystemExit(1) from None

    def answer(self, calculator: Calculator, number: int, line: str) -> dict[str, Any]:
        """Answer a line. A defect of the program must not stop the remaining lines: it is reported to stderr."""
        try:
            return calculator.answer_line(number, line)
        except Exception:
            self.stderr.write(traceback.format_exc())
            return {"line": number, "error": "the program failed on this line; the reason is on stderr."}


def lines(stream: TextIO) -> Iterator[str | UnreadableLine]:
    """Yield the lines of a stream, or why a line cannot be read. Only a line feed ends a line: JSON strings may contain
    other separators."""
    buffer = stream.buffer
    while line := buffer.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            while (rest := buffer.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                pass
            yield UnreadableLine(TOO_LONG)
            continue
        try:
            yield line.decode("utf-8").rstrip("\r\n").removeprefix("\ufeff")
        except UnicodeDecodeError:
            yield UnreadableLine(NOT_UTF_8)
