"""`manage.py words`: extracts the translatable messages of the code into the English catalogue, and lists the messages
without a translation."""

from contextlib import chdir
from typing import Any

import polib
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.management.commands.makemessages import BuildFile
from django.core.management.commands.makemessages import Command as MakeMessages

from housing.catalogues import ENGLISH, lacking


class SourceFile(BuildFile):
    """A file that is searched for messages. Django converts a template to Python in a file with the ending `.py`."""

    def postprocess_messages(self, msgs: str) -> str:
        """Remove this ending from the template's path in the messages.

        Django searches all messages with a regular expression for each template, which was half of the command's time.
        """
        return msgs.replace(self.work_path[2:], self.path[2:]) if self.is_templatized else msgs


class Extraction(MakeMessages):
    build_file_class = SourceFile


class Command(BaseCommand):
    help = "Extrait les textes du code dans locale/en, et affiche ceux qui ne sont pas traduits. Demande GNU gettext."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        _tidy()
        with chdir(settings.BASE_DIR):
            call_command(
                Extraction(),
                locale=["en"],
                add_location="file",
                no_obsolete=True,
                no_wrap=True,
                ignore_patterns=[".venv", ".local", "tests"],
                verbosity=0,
            )
        catalogue = _tidy()
        if without := lacking(catalogue):
            raise CommandError("\n".join([f"{len(without)} phrases sans anglais dans {ENGLISH} :", *without]))
        self.stdout.write(f"{len(catalogue)} phrases, toutes en anglais.")


def _tidy() -> polib.POFile:
    """Write the catalogue with each message on one line.

    The date in the file's header is removed, so that the file changes only if a message changes. Fuzzy translations are
    removed, because they would count as translated.
    """
    catalogue = polib.pofile(str(ENGLISH), wrapwidth=0)
    catalogue.metadata.pop("POT-Creation-Date", None)
    for entry in catalogue:
        if entry.fuzzy:
            entry.flags.remove("fuzzy")
            entry.msgstr, entry.msgstr_plural = "", dict.fromkeys(entry.msgstr_plural, "")
        entry.previous_msgctxt = entry.previous_msgid = entry.previous_msgid_plural = None
    catalogue.save()
    return catalogue
