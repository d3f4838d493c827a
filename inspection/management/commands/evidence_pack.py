"""Command that writes an evidence pack (audit events that can be verified without Loge) on the server.

The command acts for a person who may export evidence packs. A pack from the command may have more events than a pack
from the page.
"""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from access.grants.reasons import LookReason
from access.guard.context import AccessContext, as_database_role
from access.models import Person
from access.permissions import Permission
from audit import events
from audit.events import Outcome
from audit.models import Checkpoint
from audit.record import AuditLogUnavailable
from audit.sealed.evidence_export import MOST_AT_ALL, Details, NothingSealed, Taken, TooMany
from audit.sealed.witnesses import WitnessesRefused
from formats.figures import figure
from inspection.evidence import Question, take
from inspection.forms import EvidenceAsked, Period, PersonEvidenceAsked
from privacy.encryption.keys import KeyRingRefused
from privacy.encryption.values import Unreadable


class Command(BaseCommand):
    help = (
        "Écrit un dossier de preuves, que verify.py vérifie sans Loge\u00a0: l’historique de comptes, les "
        "consultations d’une personne, ou une période entière."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="DOSSIER.zip", help="fichier à créer")
        parser.add_argument(
            "--by",
            required=True,
            metavar="COURRIEL",
            help="adresse de la personne qui fait l’export et en a la permission",
        )
        parser.add_argument(
            "--account",
            action="append",
            default=[],
            metavar="RÉFÉRENCE",
            help="référence d’un compte ; dix comptes au plus",
        )
        parser.add_argument(
            "--person",
            default="",
            metavar="COURRIEL",
            help="adresse d’une personne : ses consultations et ses modifications",
        )
        parser.add_argument("--reason", default="", choices=["", *LookReason.values], help="motif, avec --person")
        parser.add_argument("--from", dest="first", default="", metavar="JOUR", help="premier jour, jj/mm/aaaa")
        parser.add_argument("--to", dest="last", default="", metavar="JOUR", help="dernier jour")
        parser.add_argument(
            "--continues",
            type=int,
            default=0,
            metavar="TAILLE",
            help="taille du journal d’un dossier précédent : ajoute la preuve de continuité",
        )
        parser.add_argument(
            "--details", default=Details.OWN.value, choices=list(Details), help="niveau des détails joints"
        )

    def handle(self, *args: Any, file: Path, by: str, **options: Any) -> None:
        access = AccessContext(
            _person(by), Permission.EVIDENCE_TAKE, events.FORM_SHOWN, "evidence_pack", uuid4(), timezone.now()
        )
        try:
            with as_database_role(access, read_only=True):
                done = _write(access, _question(access, options), file, options["continues"])
        except PermissionDenied as error:
            access.write(Outcome.REFUSED)
            raise CommandError("Cette personne n’a pas aujourd’hui la permission d’exporter des preuves.") from error
        except NothingSealed as error:
            raise CommandError("Rien n’est encore scellé\u00a0: il n’y a rien à prouver.") from error
        except TooMany as error:
            raise CommandError(
                f"Plus de {figure(MOST_AT_ALL)} événements\u00a0: demandez une période plus courte."
            ) from error
        except (KeyRingRefused, Unreadable, WitnessesRefused) as error:
            raise CommandError(str(error)) from error
        except AuditLogUnavailable as error:
            raise CommandError("La trace ne peut pas être écrite\u00a0: rien n’est exporté.") from error
        except Checkpoint.DoesNotExist as error:
            raise CommandError("Aucun relevé de cette taille n’a été signé.") from error
        except OSError as error:
            raise CommandError(f"Le dossier ne peut pas être écrit\u00a0: {error.strerror}.") from error
        self.stdout.write(
            self.style.SUCCESS(
                f"{figure(done.events)} événements\u00a0; détails tus\u00a0: {figure(done.withheld)}, effacés à leur "
                f"terme\u00a0: {figure(done.erased)}."
            )
        )


def _write(access: AccessContext, question: Question, file: Path, earlier: int) -> Taken:
    """Write the pack to a temporary file, write the audit event, then rename the file.

    So a file with the final name is complete, and its export is in the audit log.
    """
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    handle = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w+b") as opened:
            done = take(access, question, opened, MOST_AT_ALL, earlier)
        access.write(Outcome.SHOWN)
        beside.rename(file)
    finally:
        beside.unlink(missing_ok=True)
    return done


def _question(access: AccessContext, options: dict[str, Any]) -> Question:
    """Validate the command's options with the forms of the evidence pages. Raises CommandError if they are invalid."""
    data = {name: options[name] for name in ("first", "last", "details")}
    if options["person"]:
        form: Period = PersonEvidenceAsked({**data, "reason": options["reason"]})
        _raise_form_errors(form)
        return form.question({}, _person(options["person"]), form.cleaned_data["reason"])
    form = EvidenceAsked({**data, "references": ",".join(options["account"])}, access=access)
    _raise_form_errors(form)
    return form.question(form.cleaned_data["references"])


def _raise_form_errors(form: Period) -> None:
    if not form.is_valid():
        raise CommandError(" ".join(f"{message}" for messages in form.errors.values() for message in messages))


def _person(email: str) -> Person:
    person: Person | None = Person.objects.filter(email__iexact=email, is_active=True).first()
    if person is None:
        raise CommandError("Personne ne se connecte avec cette adresse.")
    return person
