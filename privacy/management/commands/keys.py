"""`manage.py keys new|rotate|list`: manages the key ring or, with --seal, the keys that sign the audit log. Never
prints private keys. `list --pack` lists the public keys that verify evidence packs.
"""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from audit.sealed import signing_keys
from privacy.encryption import keys
from privacy.encryption.signing import packers


class Command(BaseCommand):
    help = (
        "Crée, renouvelle ou affiche les clés de chiffrement (LOGE_KEYS) ou, avec --seal, celles de la trace ; "
        "list --pack affiche celles qui signent les dossiers de preuves."
    )
    # Django's system checks are off: one of them requires the key ring that this command creates.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("act", choices=["new", "rotate", "list"])
        parser.add_argument("--if-missing", action="store_true", help="avec new : ne fait rien si le fichier existe")
        parser.add_argument("--seal", action="store_true", help="clés qui signent la trace (LOGE_SEAL_KEYS)")
        parser.add_argument("--pack", action="store_true", help="avec list : clés qui signent les dossiers de preuves")
        parser.add_argument("--origin", default="", help="avec new --seal : nom du journal, qui ne pourra plus changer")
        parser.add_argument("--by-key", action="store_true", help="avec new --seal : le journal prend le nom de sa clé")

    def handle(self, *args: Any, act: str, if_missing: bool, seal: bool, origin: str, **options: Any) -> None:
        acts = {"new": self.new, "rotate": self.rotate, "list": self.list}
        if options["pack"]:
            if seal or act != "list":
                raise CommandError(
                    _(
                        "Les clés des dossiers de preuves viennent du trousseau : « keys rotate » les "
                        "renouvelle avec lui."
                    )
                )
            acts["list"] = self.list_pack
        if seal:
            name = "" if options["by_key"] else origin or f"{settings.ALLOWED_HOSTS[0]}/{settings.INSTANCE}"
            acts = {"new": lambda: self.new_seal(name), "rotate": self.rotate_seal, "list": self.list_seal}
        try:
            path = signing_keys.path() if seal else keys.ring_path()
            if not (act == "new" and if_missing and path.exists()):
                acts[act]()
        except (keys.KeyRingRefused, signing_keys.SealKeysRefused) as refusal:
            raise CommandError(str(refusal)) from None

    def new_seal(self, origin: str) -> None:
        made = signing_keys.new(signing_keys.path(), origin)
        self.stdout.write(_("Clés de sceau créées pour le journal « %(origin)s ».") % {"origin": made.origin})
        self.list_seal()

    def rotate_seal(self) -> None:
        made = signing_keys.rotate(signing_keys.path())
        self.stdout.write(_("La clé %(key)s signe désormais : relancez le sceau.") % {"key": made.current})
        self.list_seal()

    def list_seal(self) -> None:
        """Print the public keys of the audit log. Whoever verifies the log must get the keys from here or another
        trusted source, not from the log itself."""
        ring = signing_keys.load(signing_keys.path())
        for name, public in ring.public.items():
            mark = _("signe") if name == ring.current else _("a signé")
            self.stdout.write(f"{name}  {ring.made[name]}  {mark}  {public.vkey}")

    def list_pack(self) -> None:
        *older, (key_id, made, signer) = packers()
        for name, day, packer in older:
            self.stdout.write(f"{name}  {day or '—'}  {_('a signé')}  {packer.verifier.vkey}")
        self.stdout.write(f"{key_id}  {made or '—'}  {_('signe')}  {signer.verifier.vkey}")

    def new(self) -> None:
        path = keys.ring_path()
        keys.new_ring(path)
        self.stdout.write(
            _("Trousseau de clés créé : %(path)s. Conservez-en une copie, séparée des sauvegardes.") % {"path": path}
        )

    def rotate(self) -> None:
        ring = keys.rotate(keys.ring_path())
        self.stdout.write(
            _(
                "La clé %(key)s chiffre désormais les données. « manage.py reseal » rechiffre celles qui "
                "l’étaient avec les autres clés."
            )
            % {"key": ring.current}
        )

    def list(self) -> None:
        ring = keys.ring()
        for key_id in ring.ciphers:
            mark = _("chiffre") if key_id == ring.current else _("déchiffre")
            self.stdout.write(f"{key_id}  {ring.made.get(key_id, '—')}  {mark}")
