"""The catalogues of `locale/`, compiled on each machine without GNU gettext, and what the English one lacks.

`locale/en` says every sentence of the house in English. The French ones are the code's own, and packages bring theirs;
but gettext asks a catalogue which form a plural takes at zero, so the French plurals are put into one, from that file,
and with them each sentence that the code writes with plain spaces where a page wants those that do not break.

    python -m housing.catalogues     compiles (./dev does it before anything else; so does the suite)
"""

import os
from pathlib import Path

import polib
from django.utils.translation.reloader import translation_file_changed

from access import typography
from access.typography import typeset

LOCALE = Path(__file__).resolve().parent.parent / "locale"
ENGLISH = LOCALE / "en" / "LC_MESSAGES" / "django.po"
FRENCH_PLURALS = "nplurals=2; plural=(n > 1);"


def compile_catalogues() -> None:
    """Write what is missing or older than its source. Two processes may do it at once: a file is put in place whole."""
    targets = [LOCALE / code / "LC_MESSAGES" / "django.mo" for code in ("en", "fr")]
    newest = max(Path(source).stat().st_mtime for source in (ENGLISH, __file__, typography.__file__))
    if all(target.exists() and target.stat().st_mtime >= newest for target in targets):
        return
    english = polib.pofile(str(ENGLISH))
    for catalogue, target in zip((english, french(english)), targets, strict=True):
        put(target, catalogue.to_binary())
        translation_file_changed(None, target)  # what this process has read of the older one is forgotten


def french(english: polib.POFile) -> polib.POFile:
    """The plurals of the code with the French rule: zero is singular; and of its sentences those that need setting."""
    catalogue = polib.POFile()
    catalogue.metadata = {**english.metadata, "Language": "fr", "Plural-Forms": FRENCH_PLURALS}
    for entry in english:
        if entry.msgid_plural:
            forms = {0: typeset(entry.msgid), 1: typeset(entry.msgid_plural)}
            said = {"msgid": entry.msgid, "msgid_plural": entry.msgid_plural, "msgstr_plural": forms}
            catalogue.append(polib.POEntry(msgctxt=entry.msgctxt, **said))
        elif (shown := typeset(entry.msgid)) != entry.msgid:
            catalogue.append(polib.POEntry(msgctxt=entry.msgctxt, msgid=entry.msgid, msgstr=shown))
    return catalogue


def put(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_suffix(f".{os.getpid()}")
    beside.write_bytes(content)
    beside.replace(target)


def lacking(catalogue: polib.POFile) -> list[str]:
    """What has no translation, or one that was only guessed from another sentence's."""
    return [entry.msgid for entry in catalogue if not entry.obsolete and (entry.fuzzy or not entry.translated())]


if __name__ == "__main__":
    compile_catalogues()
