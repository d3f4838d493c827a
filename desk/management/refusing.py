"""What the commands that take files in say when they stop: the base's refusal in words, and lines refused."""

from collections.abc import Iterator
from contextlib import contextmanager

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


def tell(done: Imported, stdout: OutputWrapper) -> None:
    for line in told(done):
        stdout.write(line)
    if done.rejects.found:
        raise CommandError("Des lignes sont refusées.")
