"""Files uploaded from a browser. They stay in memory during the request and are not stored."""

import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import IO, Literal

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.portfolio import sheets
from exchange.portfolio.sheet import Sheet
from exchange.portfolio.sheets import SHEETS
from formats.workbooks.reading import as_csv

MOST_BYTES = 8 * 1024 * 1024
# BROUGHT lists the files that one person alone may upload: those that do not decide who may see which tenants.
# Changes to places, people, assignments and hidden households need two people, or an import on the server.
BROUGHT = tuple(
    sheet for sheet in SHEETS if sheet not in (sheets.PLACES, sheets.PEOPLE, sheets.ASSIGNMENTS, sheets.DISCREET)
)
# A workbook has the name of the CSV file that it replaces, such as baux.xlsx or baux.ods.
_BY_NAME = {sheet.file.removesuffix(".csv") + end: sheet for sheet in BROUGHT for end in (".csv", ".xlsx", ".ods")}
# An upload may be a corrected download: refus-baux.csv, or "refus-baux (1).csv" if the browser numbered the file.
REFUSED_PREFIX = "refus-"
_NAME = re.compile(rf"(?:{REFUSED_PREFIX})?(\w+)(?: ?\(\d+\))?(\.\w+)", re.ASCII)
_TOO_LARGE = gettext_lazy("Les fichiers dépassent 8 Mo au total : faites l’import sur le serveur.")


@dataclass(frozen=True)
class MemoryFile:
    """An uploaded file, which can be read several times."""

    content: bytes

    def open(self, mode: Literal["rb"], /) -> IO[bytes]:
        return io.BytesIO(self.content)

    @property
    def rows(self) -> int:
        """Number of lines of a CSV file, without its header."""
        return max(0, self.content.count(b"\n") - self.content.endswith(b"\n"))

    @property
    def digest(self) -> str:
        return sha256(self.content).hexdigest()


Sent = Mapping[Sheet, MemoryFile]


def sheet_named(name: str) -> Sheet | None:
    """Return the kind of portfolio file that has this name, or None."""
    match = _NAME.fullmatch(name.lower())
    return _BY_NAME.get(f"{match[1]}{match[2]}") if match else None


def files_sent(uploads: Iterable[UploadedFile]) -> dict[Sheet, MemoryFile]:
    """Map each `Sheet` (kind of portfolio file) to the upload that has the documented file name of this kind.

    Raises ValidationError if a file name is unknown or repeated, or if the files are too large. The message does not
    repeat the file name, which may name a person.
    """
    files: dict[Sheet, MemoryFile] = {}
    uploads = list(uploads)
    if sum(upload.size or 0 for upload in uploads) > MOST_BYTES:
        raise ValidationError(_TOO_LARGE)
    for number, upload in enumerate(uploads, 1):
        sheet = sheet_named(upload.name or "")
        if sheet is None:
            raise ValidationError(
                _("Le fichier n° %(number)d n’a pas un des noms attendus, comme locataires.csv."),
                params={"number": number},
            )
        if sheet in files:
            raise ValidationError(_("Deux fichiers portent le même nom."))
        files[sheet] = MemoryFile(as_csv(upload.read()))
        if sum(len(file.content) for file in files.values()) > MOST_BYTES:
            raise ValidationError(_TOO_LARGE)
    return files


def fingerprint(files: Sent) -> dict[str, str]:
    """Return the SHA-256 digest of each file, to check that the imported files are those of the dry run."""
    return {sheet.file: file.digest for sheet, file in files.items()}
