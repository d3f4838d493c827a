"""Gives each line of the trace its leaf, and signs how far the log has come. Runs beside what serves, and ends on a
signal to end, after the pass it is in."""

import os
import signal
import time
from argparse import ArgumentParser
from threading import Event, Thread
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connections

from access.roles import version
from access.startup import reasons_to_refuse_the_sealer
from audit.sealed import seal_keys
from audit.sealed.sealing import LOGIN, LogDiffers, Sealed, Sealer, SealerBusy
from audit.sealed.witnesses import WitnessesRefused, offer, witnesses
from privacy import encryption, keys
from privacy.encryption import Unreadable

PAUSE, BETWEEN_OFFERS, AFTER_A_FAULT = 0.4, 3.0, 5.0  # seconds


class Command(BaseCommand):
    help = "Scelle la trace : donne une feuille à chaque ligne, et signe le journal. Tourne sans fin, sauf --once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="scelle ce qui attend, signe, et s’arrête")
        parser.add_argument("--beside", action="store_true", help="s’arrête avec le processus qui l’a lancée")

    def handle(self, *args: Any, once: bool, beside: bool, **options: Any) -> None:
        parent = os.getppid() if beside else None
        try:
            if reasons := list(reasons_to_refuse_the_sealer(LOGIN)):
                raise CommandError("\n".join(reasons))
            self.named = witnesses()
            sealer = Sealer(seal_keys.load(seal_keys.path()), encryption, version())
            keys.ring()
            self.once(sealer) if once else self.on_and_on(sealer, parent)
        except (
            seal_keys.SealKeysRefused,
            WitnessesRefused,
            keys.KeyRingRefused,
            LogDiffers,
            Unreadable,
            DatabaseError,
        ) as error:
            raise CommandError(f"La trace n’est pas scellée : {error}") from error

    def once(self, sealer: Sealer) -> None:
        leaves, done = 0, self.one_pass(sealer, sign_now=True)
        while done.more:
            leaves += done.leaves
            done = sealer.run(sign_now=True)
        self.stdout.write(f"{leaves + done.leaves} lignes scellées, {done.size} feuilles en tout")
        for answer in offer(self.named):
            self.stdout.write(f"{answer.witness} : {answer.failed or 'a cosigné'}")

    def one_pass(self, sealer: Sealer, *, sign_now: bool = False) -> Sealed:
        try:
            return sealer.run(wait=False, sign_now=sign_now)
        except SealerBusy:
            self.stderr.write("Un autre sceau est à l’œuvre : celui-ci attend son tour.")
            return sealer.run(sign_now=sign_now)

    def on_and_on(self, sealer: Sealer, parent: int | None) -> None:
        """A database that is away is waited for; a log that is not the one that was signed stops everything."""
        ended = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: ended.set())
        if self.named:
            Thread(target=self.be_seen, args=[ended], daemon=True).start()
        while not ended.is_set() and parent in (None, os.getppid()):
            begun = time.monotonic()
            try:
                more = sealer.run().more
            except DatabaseError as error:
                self.stderr.write(f"La base ne répond pas au sceau : {str(error).splitlines()[0]}")
                connections[LOGIN].close()
                more, begun = False, time.monotonic() + AFTER_A_FAULT
            ended.wait(0 if more else max(0, begun + PAUSE - time.monotonic()))

    def be_seen(self, ended: Event) -> None:
        """Beside the sealer: a witness that is slow delays no leaf. What it refuses is said once, until it changes."""
        said: dict[str, str] = {}
        while not ended.wait(BETWEEN_OFFERS):
            try:
                answers = offer(self.named)
            except DatabaseError:
                connections[LOGIN].close()
                continue
            for answer in answers:
                if answer.failed and said.get(answer.witness) != answer.failed:
                    self.stderr.write(f"Le témoin {answer.witness} n’a pas cosigné : {answer.failed}")
                said[answer.witness] = answer.failed
