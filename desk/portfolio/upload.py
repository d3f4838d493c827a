"""The files that a browser sends: held in memory for the length of a request, and nowhere else."""

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import IO, Literal

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from desk.portfolio import sheets
from desk.portfolio.sheet import Sheet
from desk.portfolio.sheets import SHEETS

MOST_BYTES = 8 * 1024 * 1024
# What gives nobody a right and shows nobody to anybody. Places, people, accesses and who sees a discreet household are
# asked by one and given by another, or brought in on the server.
BROUGHT = tuple(
    sheet for sheet in SHEETS if sheet not in (sheets.PLACES, sheets.PEOPLE, sheets.ASSIGNMENTS, sheets.DISCREET)
)
_BY_NAME = {sheet.file: sheet for sheet in BROUGHT}


@dataclass(frozen=True)
class Held:
    """One file, readable from its start as often as it takes."""

    content: bytes

    def open(self, mode: Literal["rb"], /) -> IO[bytes]:
        return io.BytesIO(self.content)


Sent = Mapping[Sheet, Held]


def files_sent(uploads: Iterable[UploadedFile]) -> dict[Sheet, Held]:
    """By the names of the documentation. Raises ValidationError, which repeats no name that somebody gave a file."""
    found: dict[Sheet, Held] = {}
    for upload in uploads:
        sheet = _BY_NAME.get((upload.name or "").lower())
        if sheet is None:
            raise ValidationError(_("L’un des fichiers ne porte pas un des noms attendus."))
        if sheet in found:
            raise ValidationError(_("Deux fichiers portent le même nom."))
        found[sheet] = Held(upload.read())
    if sum(len(held.content) for held in found.values()) > MOST_BYTES:
        raise ValidationError(_("Ensemble, les fichiers dépassent 8 Mo : au-delà, la reprise se fait sur le serveur."))
    return found


def fingerprint(files: Sent) -> dict[str, str]:
    """What tells these files from any others, so that what is taken in is what was tried."""
    return {sheet.file: sha256(held.content).hexdigest() for sheet, held in files.items()}
