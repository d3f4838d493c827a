"""`manage.py allocation_calculate`: reads allocation cases as JSON Lines and writes the calculated results."""

import json
import os
import sys
import traceback
from collections.abc import Iterator
from typing import Any, TextIO

from django.core.management.base import BaseCommand

from allocations.rules.cases.calculator import Calculator

# Longest line to read, in bytes, which limits the time and memory of one case.
LONGEST_LINE = 50_000_000
NOT_UTF_8 = "the line is not UTF-8."
TOO_LONG = f"the line has more than {LONGEST_LINE} bytes."


class UnreadableLine(Exception):
    """Raised for an input line that is not valid text, or is too long. The message says which."""


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
        """Write one result and flush it, for programs that wait for it before sending the next line. Ends the command
        if the reader of the results has closed its end of the pipe."""
        try:
            self.stdout.write(json.dumps(answer))
            self.stdout.flush()
        except BrokenPipeError:
            # Python would flush stdout again at exit and fail on the closed pipe, so stdout is redirected to /dev/null.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise SystemExit(1) from None

    def answer(self, calculator: Calculator, number: int, line: str) -> dict[str, Any]:
        """Return the result of one line. An unexpected exception is written to stderr, so that the remaining lines are
        still processed."""
        try:
            return calculator.answer_line(number, line)
        except Exception:
            self.stderr.write(traceback.format_exc())
            return {"line": number, "error": "the program failed on this line; the reason is on stderr."}


def lines(stream: TextIO) -> Iterator[str | UnreadableLine]:
    """Yield the lines of a stream, or an error for an unreadable line. Only a line feed ends a line, because JSON
    strings may contain other separators."""
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
