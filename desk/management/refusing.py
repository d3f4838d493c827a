"""What the commands that take files in say when they stop: the base's refusal in words, and lines refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import CommandError, OutputWrapper
from django.db import DatabaseError

from access.constraints import refusal_of
from desk.portfolio.importing import Imported
from desk.portfolio.telling import told


@contextmanager
def base_may_refuse(so: str = "rien n’est écrit") -> Iterator[None]:
    """`so`: what follows from it. Never the driver's words, which quote what somebody sent."""
    try:
        yield
    except DatabaseError as error:
        raise CommandError(f"La base refuse, {so}\u00a0: {refusal_of(error)}") from None


def size_of(file: Path) -> int:
    """In bytes. A pipe or a device laid where the file is expected would be waited for, or read, without an end."""
    size = file.stat().st_size
    if not file.is_file():
        raise CommandError("Le fichier ne s’ouvre pas\u00a0: ce n’est pas un fichier ordinaire.")
    return size


def tell(done: Imported, stdout: OutputWrapper) -> None:
    for line in told(done):
        stdout.write(line)
    if done.rejects.found:
        raise CommandError("Des lignes sont refusées.")
