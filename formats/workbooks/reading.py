"""Converts an uploaded workbook to CSV in a separate process (`convert.py`), which has little memory and time.

A small file can describe billions of cells. If memory or time is exhausted, only the separate process ends.
"""

import subprocess
import sys
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from formats.workbooks.convert import ERROR_IN_CELL, NO_WORKBOOK, SEVERAL_SHEETS, TOO_LARGE

CONVERT = Path(__file__).with_name("convert.py")
TIMEOUT_SECONDS = 60
# First bytes of a ZIP archive, which xlsx and ods files are, and of the older Excel format.
_ARCHIVE, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_REASONS: dict[int, Promise | str] = {
    NO_WORKBOOK: _("Ce classeur ne peut pas être lu : enregistrez-le au format xlsx, ods ou CSV, sans mot de passe."),
    SEVERAL_SHEETS: _("Le classeur a plusieurs feuilles : gardez une seule feuille remplie."),
    TOO_LARGE: _("Le classeur est trop grand : enregistrez-le au format CSV."),
    ERROR_IN_CELL: _("Une cellule contient une erreur de calcul, par exemple #N/A : corrigez-la ou videz-la."),
}


def as_csv(content: bytes) -> bytes:
    """Return the only sheet of a workbook as CSV with semicolons, in UTF-8. Any other file is returned unchanged.

    Days become 2026-11-24, and true and false become "oui" and "non". Raises ValidationError.
    """
    if content.startswith(_OLD_EXCEL):
        raise ValidationError(str(_REASONS[NO_WORKBOOK]))
    if not content.startswith(_ARCHIVE):
        return content
    try:
        converted = subprocess.run(  # noqa: S603 (this interpreter, our own file)
            [sys.executable, "-I", str(CONVERT)],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # Error output is discarded, because it may quote a cell.
            timeout=TIMEOUT_SECONDS,
            check=False,
            env={},
        )
    except subprocess.TimeoutExpired:
        raise ValidationError(str(_REASONS[TOO_LARGE])) from None
    if converted.returncode:
        # A process that exceeds its memory or time ends with a signal, and its return code is negative.
        unexpected = TOO_LARGE if converted.returncode < 0 else NO_WORKBOOK
        raise ValidationError(str(_REASONS.get(converted.returncode, _REASONS[unexpected])))
    return converted.stdout
