"""`manage.py screen`: reads notes as JSON Lines and writes what each note discloses."""

import json
import sys
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from screening import Finding, screen

# An input text may have at most LONGEST_TEXT characters, to limit the time per line. Notes are much shorter.
LONGEST_TEXT = 100_000


def note_of(line: str) -> tuple[Any, str]:
    """Parse a line of input. Returns the id and the text of the note. Raises ValueError if the line is not a note."""
    row = json.loads(line)
    if not isinstance(row, dict) or "id" not in row or not isinstance(row.get("text"), str):
        raise ValueError
    return row["id"], row["text"]


# The JSON encoder is created once, because creating an encoder takes as long as encoding a line.
encode = json.JSONEncoder(ensure_ascii=False).encode
# The JSON of explanations is cached: there are only a few dozen, they recur in every finding, and encoding is slow.
encode_wording = lru_cache(maxsize=1_000)(encode)


def encode_finding(finding: Finding) -> str:
    return (
        f'{{"category": "{finding.category}", "start": {finding.start}, "end": {finding.end}, '
        f'"text": {encode(finding.text)}, "why": {encode_wording(finding.why)}, '
        f'"instead": {encode_wording(finding.instead)}}}'
    )


def answer(note_id: Any, findings: list[Finding]) -> str:
    """Return the output line for a note, as JSON.

    The line is joined from strings instead of encoded as a whole, because the explanations in it are already encoded.
    """
    categories = ", ".join(dict.fromkeys([f'"{finding.category}"' for finding in findings]))
    encoded = ", ".join([encode_finding(finding) for finding in findings])
    return f'{{"id": {encode(note_id)}, "categories": [{categories}], "findings": [{encoded}]}}'


class Command(BaseCommand):
    help = "Analyse des notes (JSON Lines : id et text à l’entrée ; catégories et passages sensibles à la sortie)."
    # The command skips Django's system checks, because it also runs on machines without a database or encryption keys.
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        refused, language = 0, get_language() or "fr"
        for number, line in enumerate(lines(sys.stdin), start=1):
            try:
                note_id, text = note_of(line)
            except ValueError:
                refused += 1
                # The error message contains only the line number, because the line itself may be sensitive.
                self.stderr.write(_("Ligne %(number)s : illisible.") % {"number": number})
                continue
            if len(text) > LONGEST_TEXT:
                refused += 1
                values = {"number": number, "longest": LONGEST_TEXT}
                self.stderr.write(_("Ligne %(number)s : plus de %(longest)s caractères.") % values)
                continue
            self.stdout.write(answer(note_id, screen(text, language=language)))
        if refused:
            raise CommandError(_("%(count)s lignes illisibles.") % {"count": refused})


def lines(stream: TextIO) -> Iterator[str]:
    for line in stream:
        yield line.rstrip("\r\n")
