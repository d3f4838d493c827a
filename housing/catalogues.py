"""Compiles the message catalogues of `locale/` without GNU gettext, and lists what the English one lacks.

`locale/en` translates every message of the code. The French messages are in the code itself, and packages bring their
own. A French catalogue is still generated, for two reasons: gettext takes the plural rule from a catalogue, and
messages that the code writes with plain spaces need non-breaking ones on a page.

    python -m housing.catalogues     compiles; `./dev` and the test suite run it first
"""

import os
from pathlib import Path

import polib
from django.utils.translation.reloader import translation_file_changed

from formats import typography
from formats.typography import typeset

LOCALE = Path(__file__).resolve().parent.parent / "locale"
ENGLISH = LOCALE / "en" / "LC_MESSAGES" / "django.po"
FRENCH_PLURALS = "nplurals=2; plural=(n > 1);"


def compile_catalogues() -> None:
    """Write the catalogues that are missing or older than their source. Files are replaced atomically, because test
    processes may do this at the same time."""
    targets = [LOCALE / code / "LC_MESSAGES" / "django.mo" for code in ("en", "fr")]
    newest = max(Path(source).stat().st_mtime for source in (ENGLISH, __file__, typography.__file__))
    if all(target.exists() and target.stat().st_mtime >= newest for target in targets):
        return
    english = polib.pofile(str(ENGLISH))
    for catalogue, target in zip((english, french(english)), targets, strict=True):
        put(target, catalogue.to_binary())
        translation_file_changed(None, target)  # drop what this process cached of the older file


def french(english: polib.POFile) -> polib.POFile:
    """Build the French catalogue: messages with plurals, because zero is singular in French, and messages that need
    non-breaking spaces."""
    catalogue = polib.POFile()
    catalogue.metadata = {**english.metadata, "Language": "fr", "Plural-Forms": FRENCH_PLURALS}
    for entry in english:
        if entry.msgid_plural:
            forms = {0: typeset(entry.msgid), 1: typeset(entry.msgid_plural)}
            plural = {"msgid": entry.msgid, "msgid_plural": entry.msgid_plural, "msgstr_plural": forms}
            catalogue.append(polib.POEntry(msgctxt=entry.msgctxt, **plural))
        elif (typeset_text := typeset(entry.msgid)) != entry.msgid:
            catalogue.append(polib.POEntry(msgctxt=entry.msgctxt, msgid=entry.msgid, msgstr=typeset_text))
    return catalogue


def put(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_suffix(f".{os.getpid()}")
    beside.write_bytes(content)
    beside.replace(target)


def lacking(catalogue: polib.POFile) -> list[str]:
    """List the messages without a translation, or with a fuzzy one."""
    return [entry.msgid for entry in catalogue if not entry.obsolete and (entry.fuzzy or not entry.translated())]


if __name__ == "__main__":
    compile_catalogues()
