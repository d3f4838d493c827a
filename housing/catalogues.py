"""Compiles the translation catalogues in `locale/` without GNU gettext, and lists the messages that lack an English
translation.

`locale/en` translates every message of the code; the messages in the code are French. A French catalogue is still
generated, for two reasons: gettext reads the rule for plurals from a catalogue, and a page needs non-breaking spaces
where the code has plain ones.

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
    """Write the English and the French .mo file, unless both are newer than their sources. Write each file atomically,
    because several test processes may call this function at the same time."""
    targets = [LOCALE / code / "LC_MESSAGES" / "django.mo" for code in ("en", "fr")]
    newest = max(Path(source).stat().st_mtime for source in (ENGLISH, __file__, typography.__file__))
    if all(target.exists() and target.stat().st_mtime >= newest for target in targets):
        return
    english = polib.pofile(str(ENGLISH))
    for catalogue, target in zip((english, french(english)), targets, strict=True):
        put(target, catalogue.to_binary())
        # Make gettext load the new catalogue, because this process may have cached the previous version.
        translation_file_changed(None, target)


def french(english: polib.POFile) -> polib.POFile:
    """Build the French catalogue from the French messages, with non-breaking spaces, and with zero as a singular.

    The catalogue also contains messages that remain unchanged: for a missing message, Django would search the
    catalogues of all apps twice, and a page shows hundreds of messages.
    """
    catalogue = polib.POFile()
    catalogue.metadata = {**english.metadata, "Language": "fr", "Plural-Forms": FRENCH_PLURALS}
    for entry in english:
        if entry.msgid_plural:
            forms = {0: typeset(entry.msgid), 1: typeset(entry.msgid_plural)}
            plural = {"msgid": entry.msgid, "msgid_plural": entry.msgid_plural, "msgstr_plural": forms}
            catalogue.append(polib.POEntry(msgctxt=entry.msgctxt, **plural))
        else:
            catalogue.append(polib.POEntry(msgctxt=entry.msgctxt, msgid=entry.msgid, msgstr=typeset(entry.msgid)))
    return catalogue


def put(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_suffix(f".{os.getpid()}")
    beside.write_bytes(content)
    beside.replace(target)


def lacking(catalogue: polib.POFile) -> list[str]:
    """List the messages of a catalogue that have no translation, or only a translation marked as fuzzy."""
    return [entry.msgid for entry in catalogue if not entry.obsolete and (entry.fuzzy or not entry.translated())]


if __name__ == "__main__":
    compile_catalogues()
