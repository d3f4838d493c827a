"""Error messages that the import commands share: database errors, files that cannot be read, refused lines."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import CommandError, OutputWrapper
from django.db import DatabaseError

from access.constraints import refusal_of
from exchange.portfolio.importing import Imported
from exchange.portfolio.telling import report_lines


@contextmanager
def base_may_refuse(so: str = "rien n’est écrit") -> Iterator[None]:
    """Turn a database error into a CommandError with a French message.

    `so` is the part of the message that tells the user what was written before the error. The message of the database
    driver is left out, because it quotes the data that was sent.
    """
    try:
        yield
    except DatabaseError as error:
        raise CommandError(f"La base refuse, {so}\u00a0: {refusal_of(error)}") from None


def size_of(file: Path) -> int:
    """Return the size of a file in bytes.

    Raises CommandError for a pipe or a device, because reading from a pipe or a device might never end.
    """
    size = file.stat().st_size
    if not file.is_file():
        raise CommandError("Le fichier ne peut pas être ouvert\u00a0: ce n’est pas un fichier ordinaire.")
    return size


def tell(done: Imported, stdout: OutputWrapper) -> None:
    for line in report_lines(done):
        stdout.write(line)
    if done.rejects.listed:
        raise CommandError("Des lignes sont refusées.")
