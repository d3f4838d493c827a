"""Every text of the interface has a complete translation into both languages, with the typography of each language."""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import polib
import pytest
from django.utils import translation

from formats.typography import typeset
from housing.catalogues import ENGLISH, compile_catalogues, french, lacking
from ledger.vocabulary import ADJUSTMENTS, ENTRY_LABELS, REVERSALS
from tenants.vocabulary import HELP_CODES
from tests.architecture.source import ROOT, files, walk

# Maps a word that templates may contain outside translation tags to the reason.
SAME_IN_BOTH = {
    "Loge": "the product name",
    "m²": "a unit",
    "IBAN": "the same word in every language",
}
# Maps a module or folder whose French strings no page shows to the reason why the strings need no translation.
NOT_SHOWN = {
    "management/commands/": "shown to operators, in the language of the settings",
    "exchange/management/refusing.py": "shown to operators",
    "exchange/registry_export.py": "shown to operators",
    "access/startup.py": "shown to operators",
    "access/scim/responder.py": "SCIM errors, shown to whoever operates the directory",
    "access/deploy_checks.py": "shown to operators",
    "housing/serving/own_machine.py": "shown to operators",
    "housing/serving/queueing.py": "one text in French and English, sent without Django",
    "audit/sealed/sealing.py": "shown to operators",
    "audit/sealed/witnesses.py": "shown to operators",
    "audit/sealed/forgetting.py": "shown to operators",
    "audit/sealed/publishing.py": "shown to operators",
    "access/grants/revocation_list.py": "shown to operators",
    "audit/retention.py": "shown to operators; reasons go through gettext",
    "housing/backup/": "shown to operators",
    "access/database/provision.py": "shown to operators",
    "access/database/apply_policies.py": "shown to operators",
    "audit/lock_timeouts.py": "shown to operators",
    "exchange/open_data/programme_file.py": "messages of the open data import, shown to operators",
    "exchange/open_data/importing.py": "shown to operators, and names of places",
    "exchange/open_data/places.py": "shown to operators, and names of places",
    "exchange/open_data/programmes.py": "values of the open data and their meaning",
    "exchange/open_data/street_addresses.py": "French street types",
    "formats/folding.py": "ligatures",
    "formats/typography.py": "punctuation",
    "demo/": "invented people and places",
    "demo/populate/": "invented people and places",
    "demo/misuse/": "text of a generated document in French",
    "exchange/portfolio/sheets.py": "text of a document in French",
    "exchange/legacy_comments/sheet.py": "text of a document in French",
    "exchange/portfolio/document.py": "text of a document in French",
    "exchange/applications/document.py": "text of a document in French",
    "exchange/applications/csv_sheet.py": "text of a document in French",
    "exchange/applications/cells.py": "text of a document in French",
    "exchange/portfolio/values.py": "text of a document in French",
    "exchange/portfolio/reasons.py": "what a column accepts, in French as in the document",
    "exchange/portfolio/writing.py": "messages of an export, shown to operators",
    "exchange/portfolio/telling.py": "messages of an import, shown to operators; pages use gettext for its counts",
    "audit/verify.py": "shown to operators, in both languages",
    "privacy/encryption/fields.py": "the text that logs show instead of an encrypted value",
    "privacy/names_in_text.py": "titles and letters that it reads in sentences",
    "screening/": "letters that the screening reads; its messages are in a bilingual list",
    "ledger/models/bank.py": "the word IBAN",
    "housing/settings.py": "names of languages in themselves",
}


def catalogue() -> polib.POFile:
    return polib.pofile(str(ENGLISH))


def english_of(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) or [entry.msgstr]


# --- The catalogue ---------------------------------------------------------------------------------------------------


def test_a_missing_or_fuzzy_translation_is_reported():
    entries = polib.POFile()
    for word, translated, flags in [("nue", "", []), ("devinée", "guessed", ["fuzzy"]), ("dite", "said", [])]:
        entries.append(polib.POEntry(msgid=word, msgstr=translated, flags=flags))
    assert lacking(entries) == ["nue", "devinée"]


def test_every_message_is_translated():
    assert len(catalogue()) > 1_500 and lacking(catalogue()) == []


@pytest.mark.words
def test_the_catalogue_matches_the_messages_of_the_code(tmp_path):
    """The translation file is up to date: `manage.py words`, which extracts the messages from the code, leaves the file
    unchanged."""
    room = tmp_path / "loge"
    shutil.copytree(ROOT, room, ignore=shutil.ignore_patterns(".*", "tests", "notes", "__pycache__"))
    command = [sys.executable, "manage.py", "words"]
    done = subprocess.run(command, cwd=room, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"./dev words\n{done.stdout}{done.stderr}"
    assert (room / ENGLISH.relative_to(ROOT)).read_text(encoding="utf-8") == ENGLISH.read_text(encoding="utf-8")


def test_the_catalogue_has_no_leftovers():
    """The translation file contains no obsolete or previous messages, no timestamp and no merge conflict."""
    text = ENGLISH.read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if line.startswith(("#|", "#~", '"POT', "<", "=", ">"))] == []


PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}|</?\w+[^>]*>|&\w+;")


def test_translations_keep_placeholders():
    """A translation has the same placeholders as the French message. Singular and plural forms are compared separately:
    a form may omit the number if the same French form omits it."""
    for entry in catalogue():
        for french_form, english in zip([entry.msgid, entry.msgid_plural or ""], english_of(entry), strict=False):
            assert sorted(slots(french_form)) == sorted(slots(english)), entry.msgid


def slots(text: str) -> list[str]:
    return [slot for slot in PLACEHOLDER.findall(text) if slot != "&nbsp;"]


def test_english_uses_english_typography():
    for entry in catalogue():
        for english in english_of(entry):
            assert not re.search("\u202f|[\\s\u00a0][:;!?]|[«»]|\\.\\.\\.| '|' |\\w'\\w| \"|\" ", bare(english)), (
                english
            )
            assert english.strip() == english or entry.msgid.strip() != entry.msgid, english


def bare(text: str) -> str:
    return re.sub("<[^>]*>|&nbsp;", "", text)


FRENCH_WORDS = re.compile(
    r"\b(le|la|les|un|une|des|du|est|et|ou|où|pas|pour|dans|sur|avec|sans|ce|cette|qui|que|ne|vous|votre|aux?|à|été)\b"
    r"|\b[ldnsjmqc]’|[àâçèêëîïôùûœ]|é",
    re.I,
)


def test_no_french_words_are_left_in_english():
    assert FRENCH_WORDS.search("Ce compte est soldé")
    assert [text for entry in catalogue() for text in english_of(entry) if FRENCH_WORDS.search(bare(text))] == []


def test_closed_lists_have_both_languages():
    lists = (ADJUSTMENTS, ENTRY_LABELS, HELP_CODES, REVERSALS)
    terms = [term for vocabulary in lists for term in vocabulary.terms.values()]
    assert len(terms) > 100
    for term in terms:
        assert term.fr and term.en and "'" not in term.fr + term.en, term.code
        assert not FRENCH_WORDS.search(term.en), term.code
    code, label = HELP_CODES.choices[0]
    with translation.override("en"):
        assert str(label) == HELP_CODES.label(code) == HELP_CODES.terms[code].en


# --- gettext ---------------------------------------------------------------------------------------------------------


def test_french_messages_are_those_of_the_code():
    """French pages show the French messages of the code. If an installed package translates the same message in another
    way, the message of the code is shown."""
    with translation.override("fr"):
        for entry in catalogue():
            word = entry.msgid
            text = translation.pgettext(entry.msgctxt, word) if entry.msgctxt else translation.gettext(word)
            assert text == typeset(word)


def test_no_line_begins_with_a_punctuation_mark():
    """On a French page, the space before a punctuation mark is a no-break space, even if the message in the code has a
    plain space."""
    with translation.override("fr"):
        messages = [translation.pgettext(entry.msgctxt, entry.msgid) for entry in catalogue() if entry.msgctxt]
        messages += [translation.gettext(entry.msgid) for entry in catalogue() if not entry.msgctxt]
    set_apart = [sentence for sentence in messages if re.search("[\u00a0\u202f][:;!?»€]", sentence)]
    assert len(set_apart) > 400
    assert [sentence for sentence in messages if re.search(r"\w [:;!?»€](?:\s|$)|« |\b\d \d{3}\b", sentence)] == []


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Un foyer : son nom ; sa porte.", "Un foyer\u00a0: son nom\u202f; sa porte."),
        ("Pourquoi ouvrir ce compte ?", "Pourquoi ouvrir ce compte\u202f?"),
        ("Noter « %(fact)s »", "Noter «\u00a0%(fact)s\u00a0»"),
        ("« 23/11 » suffit", "«\u00a023/11\u00a0» suffit"),
        ("Pour vérifier :\n\n%(url)s", "Pour vérifier\u00a0:\n\n%(url)s"),
        ("320 à 1 280 pixels, 12 000 €", "320 à 1\u202f280 pixels, 12\u202f000\u202f€"),
        ("au 06 39 98 12 34, à 20:00", "au 06 39 98 12 34, à 20:00"),
        ("?cle=1 ou {a: 2}", "?cle=1 ou {a: 2}"),
        ("loi n° 89-462, art. 7-1", "loi n°\u00a089-462, art.\u00a07-1"),
        ("lettres, chiffres et . _ / # : -, sans espace", "lettres, chiffres et . _ / # : -, sans espace"),
        ("déjà\u00a0: mis", "déjà\u00a0: mis"),
    ],
)
def test_french_typography(written, expected):
    assert typeset(written) == typeset(expected) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fr", ["0 affectation", "1 affectation", "2 affectations", "1000000 affectations"]),
        ("en", ["0 assignments", "1 assignment", "2 assignments", "1000000 assignments"]),
    ],
)
def test_plurals_follow_the_language(language, expected):
    counts = (0, 1, 2, 1000000)
    with translation.override(language):
        forms = [translation.ngettext("%(n)d affectation", "%(n)d affectations", n) % {"n": n} for n in counts]
    assert forms == expected


def test_every_plural_has_a_french_form():
    plurals = [entry for entry in catalogue() if entry.msgid_plural]
    assert len(plurals) > 20
    assert [entry.msgid for entry in french(catalogue()) if entry.msgid_plural] == [entry.msgid for entry in plurals]


def test_compiled_catalogues_are_rebuilt_when_a_message_changes(tmp_path, monkeypatch):
    copy = tmp_path / "en" / "LC_MESSAGES" / "django.po"
    copy.parent.mkdir(parents=True)
    copy.write_bytes(ENGLISH.read_bytes())
    monkeypatch.setattr("housing.catalogues.LOCALE", tmp_path)
    monkeypatch.setattr("housing.catalogues.ENGLISH", copy)
    compiled = [tmp_path / code / "LC_MESSAGES" / "django.mo" for code in ("en", "fr")]
    compile_catalogues()
    assert all(path.read_bytes()[:4] == b"\xde\x12\x04\x95" for path in compiled)
    for path in compiled:
        path.write_bytes(b"kept")
    compile_catalogues()
    assert [path.read_bytes() for path in compiled] == [b"kept"] * 2
    later = compiled[0].stat().st_mtime + 10
    os.utime(copy, (later, later))
    compile_catalogues()
    assert all(path.read_bytes() != b"kept" for path in compiled)


# Pages show messages of these installed packages. Messages outside LEFT_ENGLISH need a French translation.
SPEAKING = ("allauth.account", "allauth.mfa", "allauth.usersessions", "django.forms", "django.core.validators")
LEFT_ENGLISH = {
    "Code": "the same in French",
    "MFA": "a technical name that no page shows",
    "WebAuthn": "the name of a standard",
    "IPv4": "the name of a standard",
    "IPv6": "the name of a standard",
    ":?.!": "punctuation after which Django adds no colon",
}


def words_of(package: str) -> set[tuple[str, str]]:
    """Return (singular, plural) of each message that a package passes to gettext. The plural is "" if a message has no
    plural form."""
    spec = find_spec(package)
    assert spec is not None and spec.origin, package
    origin = Path(spec.origin)
    paths = origin.parent.rglob("*.py") if origin.name == "__init__.py" else [origin]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in paths if "tests" not in path.parts]
    calls = [node for tree in trees for node in walk(tree) if isinstance(node, ast.Call)]
    messages = set()
    for call in calls:
        words = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        if called(call.func) in GETTEXT - {"pgettext", "pgettext_lazy", "npgettext"} and words:
            messages.add((words[0], words[1] if called(call.func).startswith("n") else ""))
    return messages


def test_messages_of_packages_have_french_translations():
    messages = set().union(*map(words_of, SPEAKING))
    assert len(messages) > 120
    with translation.override("fr"):
        translated = {
            singular: translation.ngettext(singular, many, 1) if many else translation.gettext(singular)
            for singular, many in messages
        }
    assert {singular for singular, french_text in translated.items() if french_text == singular} == set(LEFT_ENGLISH)


# --- Templates -------------------------------------------------------------------------------------------------------

CODE = re.compile(r"\{%\s*comment.*?endcomment\s*%\}|\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<!--.*?-->", re.S)
TRANSLATED = re.compile(r"\{%\s*blocktrans(?:late)?\b.*?\{%\s*endblocktrans(?:late)?\s*%\}", re.S)
SPOKEN = re.compile(r'\b(?:aria-label|title|alt|placeholder)="([^"]*)"')
WORD = re.compile(r"[^\W\d_]+[²]?|[«»]|[\u00a0\u202f][:;!?]")


def templates() -> list[Path]:
    return sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt"})


def words_outside(source: str) -> list[str]:
    """Return the words of a template that are outside all translation tags, and are thus the same in every language."""
    plain = CODE.sub("", TRANSLATED.sub("", source))
    text = re.sub(r"<[^>]*>|&\w+;", " ", re.sub(r"<style.*?</style>", "", plain, flags=re.S))
    return WORD.findall(" ".join([text, *SPOKEN.findall(plain)]))


def test_templates_have_no_words_outside_a_translation():
    words_by_path = {path: words_outside(path.read_text(encoding="utf-8")) for path in templates()}
    assert len(words_by_path) > 100
    left = {
        str(path.relative_to(ROOT)): [w for w in words if w not in SAME_IN_BOTH]
        for path, words in words_by_path.items()
    }
    assert {name: words for name, words in left.items() if words} == {}
    assert set(SAME_IN_BOTH) <= {word for words in words_by_path.values() for word in words}, (
        "an exception matches nothing"
    )


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<p>Solde</p>", ["Solde"]),
        ('<p aria-label="Solde">{% translate "Solde" %}</p>', ["Solde"]),
        ("<p>{{ solde }} {% blocktranslate %}Solde{% endblocktranslate %}</p>{# Solde #}", []),
        ("{% if solde %}<b>{{ solde }}</b>\u00a0: rien{% endif %}", ["\u00a0:", "rien"]),
        ('<div class="solde" id="solde">&nbsp;</div>', []),
    ],
)
def test_a_word_outside_a_translation_is_found(source, words):
    assert words_outside(source) == words


def test_style_sheets_contain_no_words():
    sheets = sorted((ROOT / "static").rglob("*.css"))
    contents = [
        word for path in sheets for word in re.findall(r"content:\s*([^;}]*)", path.read_text(encoding="utf-8"))
    ]
    assert sheets and len(contents) > 3
    assert [word for word in contents if re.search(r'"[^"]*[^\W\d_][^"]*"', word)] == []


# --- Python ----------------------------------------------------------------------------------------------------------

GETTEXT = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy", "npgettext"}
NOW = {"gettext", "ngettext", "pgettext"}
SAYS = {"ValidationError", "success", "error", "warning", "info", "add_error"}
LABELS = {"label", "help_text", "verbose_name", "violation_error_message", "empty_label"}


def called(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def parts(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes below a syntax node in which a string may need a translation: all except docstrings and the
    arguments of gettext."""
    if isinstance(node, ast.Call) and called(node.func) in GETTEXT:
        return
    body = getattr(node, "body", None)
    for child in ast.iter_child_nodes(node):
        if isinstance(body, list) and body and child is body[0] and is_docstring(child):
            continue
        yield child
        yield from parts(child)


def is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def plain_words(node: ast.AST) -> bool:
    """Whether a syntax node looks like a sentence: an f-string, or a string constant with a space."""
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value
    )


def untranslated(tree: ast.Module) -> list[int]:
    """Return the numbers of the lines with a string that people can see and that is not passed to gettext."""
    lines = []
    for node in parts(tree):
        match node:
            case ast.Constant(value=str(text)) if re.search("[À-ÿœ’«»]", text):
                lines.append(node.lineno)
            case ast.Call() if called(node.func) in SAYS and any(map(plain_words, node.args)):
                lines.append(node.lineno)
            case ast.keyword(arg=name, value=ast.Constant(value=str(text))) if name in LABELS and text:
                lines.append(node.value.lineno)
            case ast.keyword(arg=name, value=ast.JoinedStr()) if name in LABELS:
                lines.append(node.value.lineno)
    return sorted(set(lines))


@cache
def by_file() -> dict[str, list[int]]:
    return {name: untranslated(tree) for name, tree in files().items()}


def test_user_visible_strings_of_python_go_through_gettext():
    assert sum(len(tree.body) for tree in files().values()) > 1000
    excused = {name for name in by_file() for place in NOT_SHOWN if place in name}
    assert {name: lines for name, lines in by_file().items() if lines and name not in excused} == {}


def test_no_exemption_is_stale():
    assert [place for place in NOT_SHOWN if not any(by_file()[name] for name in by_file() if place in name)] == []


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ('raise ValidationError("Compte solde : rien ne passe.")', [1]),
        ('raise ValidationError(_("Compte soldé."))', []),
        ('raise ValidationError({"day": ValidationError("Un jour de trop")})', [1]),
        ('messages.success(request, f"{n} lignes")', [1]),
        ('CharField(label="Nom")', [1]),
        ('CharField(label=_("Nom"), help_text="")', []),
        ('"""Un mot à part."""\nsaid = "à part"', [2]),
    ],
)
def test_a_string_outside_gettext_is_found(source, lines):
    assert untranslated(ast.parse(source)) == lines


def test_module_level_code_uses_lazy_gettext():
    """Code that runs at import uses gettext_lazy. A string that is translated at import would stay in one language for
    everybody."""
    modules, early = 0, []
    for name, tree in files().items():
        aliases = now_names(tree)
        modules += bool(aliases)
        early += [f"{name}:{node.lineno}" for node in at_reading(tree) if called_now(node, aliases)]
    assert modules > 20 and early == []


def now_names(tree: ast.Module) -> set[str]:
    imported = [node for node in walk(tree) if isinstance(node, ast.ImportFrom)]
    named = [alias for node in imported if node.module == "django.utils.translation" for alias in node.names]
    return {alias.asname or alias.name for alias in named if alias.name in NOW}


def at_reading(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the syntax nodes of the code that runs when a module is imported: all except functions."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.Lambda):
            yield child
            yield from at_reading(child)


def called_now(node: ast.AST, names: set[str]) -> bool:
    return isinstance(node, ast.Call) and called(node.func) in names
