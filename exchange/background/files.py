"""Stores the files of an import, compressed and encrypted, and reads them again."""

import zlib
from collections.abc import Mapping

from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from exchange.models import ImportFile, ImportRun
from exchange.portfolio.upload import MOST_BYTES
from privacy.encryption.values import open_, seal


@sensitive_variables("files", "content")
def store(run: ImportRun, files: Mapping[str, bytes], *, refused: bool = False) -> None:
    """Store the content of files by their documented names. `refused`: they contain only the refused lines."""
    for name, content in files.items():
        row = ImportFile(run=run, file=name, refused=refused)
        row.content = sealed_content(row, content)
        row.save(force_insert=True)


@sensitive_variables("content")
def sealed_content(row: ImportFile, content: bytes) -> bytes:
    return seal(zlib.compress(content), **_place_of(row))


def content_of(row: ImportFile) -> bytes:
    """Return the decrypted content of a file. Raises `privacy.encryption.values.Unreadable`."""
    # The length of the result is limited, because decompression can make a small file a thousand times larger.
    return zlib.decompressobj().decompress(open_(bytes(row.content), **_place_of(row)), 4 * MOST_BYTES)


def downloadable(run: ImportRun) -> list[str]:
    """Return the names of the files of refused lines that the person may still download."""
    rows = ImportFile.objects.refused_lines_of(run, timezone.now())
    return list(rows.values_list("file", flat=True))


def refused_lines_in(run: ImportRun, name: str) -> bytes | None:
    """Return the refused lines of a file, or None if they are gone or the file had none."""
    row = ImportFile.objects.refused_lines_of(run, timezone.now()).filter(file=name).first()
    return content_of(row) if row else None


def _place_of(row: ImportFile) -> dict[str, str]:
    return {"table": ImportFile._meta.db_table, "column": "content", "row": str(row.pk)}
