"""Seals the audit log: adds a hash of each event to a Merkle tree (a leaf) and signs the root hash (a checkpoint).

The command runs beside the web server. On SIGTERM or SIGINT it stops after the current batch of events.
"""

import os
import signal
import time
from argparse import ArgumentParser
from pathlib import Path
from threading import Event, Thread
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connections, transaction

from access.grants import revocation_list
from access.roles import version
from access.startup import reasons_to_refuse_the_sealer
from audit.sealed import signing_keys
from audit.sealed.publishing import Publication, PublicationRefused
from audit.sealed.sealing import LOGIN, LogDiffers, Sealed, Sealer, SealerBusy
from audit.sealed.witnesses import WitnessesRefused, offer, witnesses
from privacy.encryption import keys, values
from privacy.encryption.values import Unreadable

PAUSE, BETWEEN_OFFERS, AFTER_A_FAULT, BETWEEN_PUBLICATIONS = 0.5, 3.0, 5.0, 10.0  # seconds
GIVES_WAY = 5  # `nice` value of the sealing process: web processes get the processor first.


class Command(BaseCommand):
    help = "Scelle la trace en continu : ajoute une feuille par ligne et signe des points de contrôle."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--once",
            action="store_true",
            help="scelle les lignes en attente, signe un point de contrôle, puis s’arrête",
        )
        parser.add_argument(
            "--beside", action="store_true", help="s’arrête en même temps que le processus qui a lancé la commande"
        )

    def handle(self, *args: Any, once: bool, beside: bool, **options: Any) -> None:
        parent = os.getppid() if beside else None
        try:
            if reasons := list(reasons_to_refuse_the_sealer(LOGIN)):
                raise CommandError("\n".join(reasons))
            self.named = witnesses()
            file, self.last_error, self.published_at = revocation_list.path(), "", 0.0
            self.withdrawals = revocation_list.Withdrawals(file) if file else None
            self.publication = Publication(Path(settings.TILES_FOLDER)) if settings.TILES_FOLDER else None
            sealer = Sealer(signing_keys.load(signing_keys.path()), values, version())
            keys.ring()
            self.once(sealer) if once else self.on_and_on(sealer, parent)
        except (
            signing_keys.SealKeysRefused,
            WitnessesRefused,
            revocation_list.WithdrawnRefused,
            PublicationRefused,
            OSError,
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
        self.keep_outside(done.size, publish=True)

    def keep_outside(self, size: int, *, publish: bool) -> None:
        """Update the files outside the database: the list of withdrawn access and the published log.

        Restoring a backup of the database does not roll back these files.
        """
        publication = self.publication if publish else None
        if not (self.withdrawals or publication):
            return
        with transaction.atomic(using=LOGIN), connections[LOGIN].cursor() as cursor:
            if self.withdrawals:
                self.withdrawals.follow(cursor, size)
            if publication:
                publication.follow(cursor)

    def try_outside(self, size: int, begun: float) -> None:
        """Update the files outside the database. An error, such as a full disk, is printed but does not stop sealing.

        The same error is not printed twice in a row.
        """
        publish = begun - self.published_at >= BETWEEN_PUBLICATIONS
        self.published_at = begun if publish else self.published_at
        try:
            self.keep_outside(size, publish=publish)
            error_text = self.last_error if not publish else ""
        except (OSError, PublicationRefused) as error:
            error_text = str(error)
            if error_text != self.last_error:
                self.stderr.write(f"Impossible d’écrire le fichier hors de la base : {error_text}")
        self.last_error = error_text

    def one_pass(self, sealer: Sealer, *, sign_now: bool = False) -> Sealed:
        try:
            return sealer.run(wait=False, sign_now=sign_now)
        except SealerBusy:
            self.stderr.write("Un autre processus de sceau est en cours : celui-ci attend.")
            return sealer.run(sign_now=sign_now)

    def on_and_on(self, sealer: Sealer, parent: int | None) -> None:
        """Seal new audit events until the process is stopped. Waits while the database is down.

        Raises LogDiffers if the log in the database differs from the last signed checkpoint.
        """
        os.nice(GIVES_WAY)
        ended = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: ended.set())
        if self.named:
            Thread(target=self.be_seen, args=[ended], daemon=True).start()
        while not ended.is_set() and parent in (None, os.getppid()):
            begun = time.monotonic()
            try:
                done = sealer.run()
                more = done.more
                self.try_outside(done.size, begun)
            except DatabaseError as error:
                self.stderr.write(f"La base de données ne répond pas : {str(error).splitlines()[0]}")
                connections[LOGIN].close()
                more, begun = False, time.monotonic() + AFTER_A_FAULT
            ended.wait(0 if more else max(0, begun + PAUSE - time.monotonic()))

    def be_seen(self, ended: Event) -> None:
        """Offer checkpoints (signed states of the log) to the witnesses, outside servers that countersign them.

        This runs in a thread of its own, so that a slow witness does not delay sealing. The same error of a witness is
        not printed twice in a row.
        """
        errors: dict[str, str] = {}
        while not ended.wait(BETWEEN_OFFERS):
            try:
                answers = offer(self.named)
            except DatabaseError:
                connections[LOGIN].close()
                continue
            for answer in answers:
                if answer.failed and errors.get(answer.witness) != answer.failed:
                    self.stderr.write(f"Le témoin {answer.witness} n’a pas cosigné : {answer.failed}")
                errors[answer.witness] = answer.failed
