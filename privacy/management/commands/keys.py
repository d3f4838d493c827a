"""`manage.py keys new|rotate|list`: the key ring, without ever printing a key."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from privacy import keys


class Command(BaseCommand):
    help = "Crée, renouvelle ou énumère les clés de chiffrement (LOGE_KEYS)."
    # The checks ask for a ring; this is the command that makes one.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("act", choices=["new", "rotate", "list"])
        parser.add_argument("--if-missing", action="store_true", help="Avec new : ne fait rien si le trousseau existe.")

    def handle(self, *args: Any, act: str, if_missing: bool, **options: Any) -> None:
        acts = {"new": self.new, "rotate": self.rotate, "list": self.list}
        try:
            if not (act == "new" and if_missing and keys.ring_path().exists()):
                acts[act]()
        except keys.KeyRingRefused as refusal:
            raise CommandError(str(refusal)) from None

    def new(self) -> None:
        path = keys.ring_path()
        keys.new_ring(path)
        self.stdout.write(_("Trousseau créé : %(path)s. Gardez-en une copie, loin des sauvegardes.") % {"path": path})

    def rotate(self) -> None:
        ring = keys.rotate(keys.ring_path())
        self.stdout.write(
            _("La clé %(key)s scelle désormais. « manage.py reseal » renouvelle ce qui l’était avec les autres.")
            % {"key": ring.current}
        )

    def list(self) -> None:
        ring = keys.ring()
        for key_id in ring.ciphers:
            mark = _("scelle") if key_id == ring.current else _("ouvre")
            self.stdout.write(f"{key_id}  {ring.made.get(key_id, '—')}  {mark}")
