"""Import of legacy comments: screening, notes, restricted comments, counts, and how an interrupted import is
resumed.
"""

import io
import os
import signal
import tracemalloc
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connections

from casework.models import AccountNote, LegacyComment, LegacyCommentFile
from casework.models.legacy_comments import TOO_LONG
from exchange.legacy_comments import importing
from exchange.legacy_comments.reading import is_open, records
from privacy.encryption.keys import rotate
from screening import Context
from tests.builders import OWNER, events, paris_day, run
from tests.casework.test_notes import AT_A, CANARY, tables_containing

HEADER = "compte;bail;date;auteur;texte"
LAWFUL = "Rappelle le 5 pour fixer la date du second versement."
BAD = f"Est sous chimiothérapie depuis mars, {CANARY} paiera le 20."
LONG = f"{LAWFUL} " * 8


@pytest.fixture
def take(landlord, tmp_path) -> Callable[..., str]:
    """Returns a function that writes lines to a CSV file, imports them as legacy comments, and returns the output."""

    def run_it(lines: Iterable[str], encoding: str = "utf-8", name: str = "anciens.csv") -> str:
        path = tmp_path / name
        path.write_bytes("\n".join([HEADER, *lines, ""]).encode(encoding))
        return taken(path)

    return run_it


def taken(path: Path) -> str:
    output = io.StringIO()
    try:
        call_command("import_notes", str(path), stdout=output)
    except CommandError as error:
        output.write(str(error))
    return output.getvalue().replace("\u202f", " ").replace("\u00a0", " ")


def comment(landlord, text: str, at: str = AT_A, day: str = "03/02/2011") -> str:
    return f"{landlord.account(at).reference};;{day};AGT12;{text}"


def counts() -> tuple[int, ...]:
    [item] = LegacyCommentFile.objects.using(OWNER).values_list(
        "imported", "noted", "waiting", "replaced", "erased", "retained", "refused"
    )
    return item


def reconciled() -> bool:
    rows = run("SELECT casework_comment_counts_agree(id) FROM casework_legacycommentfile")
    return bool(rows) and all(row == (True,) for row in rows)


# --- Result of a line ------------------------------------------------------------------------------------------------


def test_lawful_comment_becomes_a_note_and_others_are_restricted(landlord, take, sign_in):
    output = take([comment(landlord, LAWFUL), comment(landlord, BAD), comment(landlord, LONG)])
    want = "commentaires, 3 ; devenus des notes, 1 ; sous scellés, 2, dont à trier, 2 ; lignes refusées, 0."
    assert want in output
    [note] = AccountNote.objects.using(OWNER).all()
    assert (note.text, note.reason, note.code_id, note.written_by) == (LAWFUL, "inherited", "old_comment", None)
    assert (note.first_written_on.isoformat(), note.written_on) == ("2011-02-03", paris_day())
    assert 360 < (note.ends_on - note.written_on).days <= 366
    page = sign_in("elise").get(f"/comptes/{landlord.account(AT_A).reference}/").content.decode()
    assert LAWFUL in page and "repris d’un commentaire du" in page
    sealed = LegacyComment.objects.using(OWNER).order_by("line")
    assert [(item.category, item.line, item.agency.name) for item in sealed] == [
        ("health", 3, "Agence Belleville"),
        ("long", 4, "Agence Belleville"),
    ]
    assert [item.sentence.reveal() for item in sealed] == [BAD, LONG.strip()]
    assert counts() == (3, 1, 2, 0, 0, 0, 0) and reconciled()


def test_restricted_sentences_are_encrypted(landlord, take):
    output = take([comment(landlord, BAD), comment(landlord, LAWFUL)])
    assert CANARY not in output and not tables_containing() and not tables_containing("chimio")
    assert tables_containing("second versement") == ["casework_accountnote"]
    assert CANARY.encode() not in b"".join(bytes(row[0]) for row in run("SELECT sentence FROM casework_legacycomment"))


def test_import_is_recorded_with_its_counts(landlord, take):
    take([comment(landlord, LAWFUL), comment(landlord, BAD), "x;;;;"])
    [begun], [done] = events(kind="inheritance_begun"), events(kind="inheritance_taken")
    assert begun["facts"]["line"] == 1 and begun["machine"] == done["machine"] == "import_notes"
    assert {**done["facts"], "inheritance": ""} == {"inheritance": "", "noted": 1, "sealed": 1, "refused": 1}
    assert done["count"] == 2 and CANARY not in str(events())


def test_names_of_the_household_pass_the_screening(landlord, take):
    run("UPDATE tenants_tenant SET last_name = 'Alzheimer' WHERE last_name = %s", AT_A)
    lines = [
        comment(landlord, "Mme Alzheimer rappelle le 5.", "Alzheimer"),
        comment(landlord, "Alzheimer, rappelle le 5.", "Dette-Quai 9"),
    ]
    take(lines)
    assert counts()[:3] == (2, 1, 1)


def test_account_is_found_by_the_source_key_of_the_lease(landlord, take):
    account = landlord.account(AT_A)
    run("INSERT INTO tenants_sourcekey (kind, key, target) VALUES ('lease', 'BX-1', %s)", account.lease_id)
    output = take(
        [f";BX-1;2011-02-03;;{LAWFUL}", f"{account.reference};BX-1;2011-02-03;;{LAWFUL}", f";;2011-02-03;;{LAWFUL}"]
    )
    assert AccountNote.objects.using(OWNER).get().account_id == account.pk
    assert output.count("indiquez le bail ou la référence du compte, mais pas les deux") == 2


# --- File formats ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [";", ","])
def test_encodings_and_separators_of_spreadsheets_are_accepted(landlord, tmp_path, encoding, separator):
    text = "Été : passé à l’agence, clés remises œuvre n° 5."
    output = [
        HEADER,
        f'{landlord.account(AT_A).reference};;03/02/2011;AGT12;"{text}"',
        comment(landlord, "Rappelle le 5."),
    ]
    path = tmp_path / "a.csv"
    path.write_bytes("\r\n".join(line.replace(";", separator) for line in output).encode(encoding))
    assert "devenus des notes, 2 ;" in taken(path)
    assert AccountNote.objects.using(OWNER).filter(text=text).exists()


def test_quoted_comment_spans_lines_and_unclosed_quote_affects_one_line(landlord, take):
    reference = landlord.account(AT_A).reference
    output = take(
        [
            f'{reference};;03/02/2011;;"Rappelle le 5.',
            'Porte ""B"" ; clés remises."',
            f'{reference};;03/02/2011;;"Jamais fermé',
            comment(landlord, "Rappelle le 6."),
            comment(landlord, 'Tuyau de 12" changé.'),
        ]
    )
    assert "ligne 4 : un guillemet n’est pas fermé" in output and counts()[-1] == 1
    texts = set(AccountNote.objects.using(OWNER).values_list("text", flat=True))
    assert texts == {'Rappelle le 5. Porte "B" ; clés remises.', "Rappelle le 6.", 'Tuyau de 12" changé.'}


def test_invisible_characters_are_removed(landlord, take):
    take([comment(landlord, "Est al\u200bcoolique, rappelle le 5."), comment(landlord, "Rappelle\x0ble\u00ad 5.")])
    assert AccountNote.objects.using(OWNER).get().text == "Rappelle le 5."
    assert LegacyComment.objects.using(OWNER).get().category == "addiction"


REFUSED = [
    (";;03/02/2011;;{}", "compte", "mais pas les deux"),
    ("ZZZZ-ZZZZ-ZZZZ;;03/02/2011;;{}", "compte", "dans Loge ni dans les fichiers"),
    (";BX-9;03/02/2011;;{}", "bail", "dans Loge ni dans les fichiers"),
    ("pas une référence;;03/02/2011;;{}", "compte", "douze caractères"),
    ("{{ref}};;31/02/2011;;{}", "date", "écrivez le jour"),
    ("{{ref}};;;;{}", "date", "est obligatoire"),
    ("{{ref}};;03/02/2099;;{}", "date", "dans le futur"),
    ("{{ref}};;03/02/2011;;", "texte", "est obligatoire"),
    ("{{ref}};;03/02/2011;;\u200b", "texte", "est obligatoire"),
    ("{{ref}};;03/02/2011;;{};de trop", "", "nombre de cellules"),
    ("{{ref}};;03/02/2011;;" + "a" * 70_000, "", "64 ko"),
    (HEADER, "", "sont répétés"),
]


@pytest.mark.parametrize(("line", "column", "reason"), REFUSED)
def test_refused_line_is_reported_without_its_content(landlord, take, line, column, reason):
    row = line.format(BAD).replace("{ref}", landlord.account(AT_A).reference)
    output = take([comment(landlord, LAWFUL), row, comment(landlord, LAWFUL)])
    where = f" ({column}) : " if column else "commentaires, ligne 3 : "
    [named] = [item for item in output.splitlines() if item.startswith("commentaires")]
    assert where in named and reason in named, named
    assert CANARY not in output and "aaaa" not in output and "Des lignes sont refusées" in output
    assert counts() == (2, 2, 0, 0, 0, 0, 1) and not tables_containing()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "vide"),
        (b"\xff\xfea\x00", "UTF-16"),
        (b"PK\x03\x04rest", "classeur"),
        (HEADER.encode() + b"\na\x00b;;;;\n", "octet nul"),
        (b"nom;prenom\n", "noms des colonnes"),
        (b"compte;date;texte;secret\n", "n’existe pas"),
        (b"compte;date\n", "manque"),
        (HEADER.encode() + "\né;;;;\n".encode() + b"\xe9;;;;\n", "deux encodages"),
    ],
)
def test_unreadable_file_is_refused(landlord, tmp_path, content, reason):
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    output = taken(path)
    assert reason in output and "secret" not in output
    assert not LegacyCommentFile.objects.using(OWNER).exists()
    assert "ne peut pas être ouvert" in taken(tmp_path / "absent.csv")


def test_settled_account_is_refused(landlord, take):
    run("ALTER TABLE tenants_account DISABLE TRIGGER USER")
    run("UPDATE tenants_account SET settled_on = loge_today() WHERE id = %s", landlord.account(AT_A).pk)
    assert "soldé" in take([comment(landlord, LAWFUL)]) and counts() == (0, 0, 0, 0, 0, 0, 1)


def test_very_long_comment_is_restricted_without_screening(landlord, take):
    take([comment(landlord, "a" * 60_000)])
    assert LegacyComment.objects.using(OWNER).get().category == "long"


# --- Repeated and interrupted runs -----------------------------------------------------------------------------------


def many(landlord, number: int) -> list[str]:
    return [comment(landlord, f"Rappelle le {n % 28 + 1}." if n % 5 else f"Est alcoolique {n}.") for n in range(number)]


def test_importing_the_same_file_again_changes_nothing(landlord, take):
    lines = many(landlord, 10)
    take(lines)
    before = counts()
    assert "déjà repris en entier : rien ne change" in take(lines, name="autre.csv")
    assert counts() == before == (10, 8, 2, 0, 0, 0, 0)
    assert AccountNote.objects.using(OWNER).count() == 8 and len(events(kind="inheritance_begun")) == 1


def killed(path: Path, after: int) -> None:
    """Import a file in a child process, and kill the child process after it has read `after` bytes of the file."""
    child = os.fork()
    if not child:
        inherited = [(item, item.connection) for item in connections.all(initialized_only=True)]
        for item, _held in inherited:
            # The child process must neither use nor close the database connections that it shares with its parent.
            item.connection = None
        seen = 0

        def step(sources: int) -> None:
            nonlocal seen
            seen += sources
            if seen > after:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            importing.import_notes(path, by="import_notes", step=step, at_once=7)
        finally:
            os._exit(1)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def test_killed_run_is_resumed(landlord, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("\n".join([HEADER, *many(landlord, 60), ""]), encoding="utf-8")
    killed(path, path.stat().st_size // 3)
    first = counts()
    assert 0 < first[0] < 60 and reconciled()
    killed(path, path.stat().st_size * 2 // 3)
    assert first[0] < counts()[0] < 60 and reconciled()
    assert "commentaires, 60" in taken(path)
    assert counts() == (60, 48, 12, 0, 0, 0, 0) and reconciled()
    lines = LegacyComment.objects.using(OWNER).order_by("line").values_list("line", flat=True)
    assert list(lines) == [n + 2 for n in range(60) if n % 5 == 0]
    begun = [item["facts"]["line"] for item in events(kind="inheritance_begun")]
    assert begun[0] == 1 < begun[1] < begun[2] and len(begun) == 3 and len(events(kind="inheritance_taken")) == 1


def test_concurrent_runs_do_not_import_a_line_twice(landlord, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("\n".join([HEADER, *many(landlord, 20), ""]), encoding="utf-8")
    state = {"inside": False}

    def meanwhile(_read: int) -> None:
        if _read and not state["inside"]:
            state["inside"] = True
            importing.import_notes(path, by="import_notes", at_once=5)

    with pytest.raises(importing.Overtaken):
        importing.import_notes(path, by="import_notes", at_once=5, step=meanwhile)
    assert counts() == (20, 16, 4, 0, 0, 0, 0) and AccountNote.objects.using(OWNER).count() == 16


def test_long_file_is_read_in_little_memory(tmp_path):
    path = tmp_path / "long.csv"
    with path.open("w", encoding="utf-8") as file:
        file.writelines([HEADER + "\n"] + [f"K7QX-9M2D-4RTB;;03/02/2011;;{'Rappelle. ' * 20}\n"] * 100_000)
    assert path.stat().st_size > 20_000_000
    tracemalloc.start()
    assert sum(1 for _one in records(path, ";")) == 100_001
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


def test_quote_opens_a_cell_only_at_its_start():
    still = (b'a;"b', b'a;"b""', b'"a;"";b', b'a;"b" c', b'"a\nb;12" c')
    shut = (b'a;b"', b'a;"b";c', b'a; "b', b'a;"b"\r\n', b'a;"b ""c"" d"')
    assert [is_open(raw, ";") for raw in (*still, *shut)] == [True] * 5 + [False] * 5


# --- Database constraints --------------------------------------------------------------------------------------------


def test_inconsistent_counts_are_refused(landlord, take):
    take([comment(landlord, BAD)])
    for wrong in ("imported = imported + 1", "waiting = 0", "erased = 1"):
        with pytest.raises(IntegrityError):
            run(f"UPDATE casework_legacycommentfile SET {wrong}")
    with pytest.raises(IntegrityError):
        run("DELETE FROM casework_legacycomment")
    assert counts() == (1, 0, 1, 0, 0, 0, 0) and reconciled()


def test_decision_needs_a_person(landlord, take):
    take([comment(landlord, BAD)])
    for change in (
        "outcome = 'erased'",
        "outcome = 'erased', decided_by_id = (SELECT id FROM access_person LIMIT 1)",
        "ground = 'legal_claim', proposed_by_id = (SELECT id FROM access_person LIMIT 1)",
        "category = 'origin'",
    ):
        with pytest.raises(IntegrityError):
            run(f"UPDATE casework_legacycomment SET {change}")


def test_web_logins_cannot_read_restricted_lines(landlord, take):
    take([comment(landlord, BAD)])
    for alias in ("default", "trace"):
        with pytest.raises(DatabaseError, match="permission denied"):
            run("SELECT 1 FROM casework_legacycomment", alias=alias)


def test_undecided_lines_are_erased_after_six_months(landlord, take):
    take([comment(landlord, BAD), comment(landlord, LAWFUL)])
    call_command("expire_notes", stdout=io.StringIO())
    assert LegacyComment.objects.using(OWNER).count() == 1
    run("ALTER TABLE casework_legacycomment DISABLE TRIGGER loge_keeps")
    run("UPDATE casework_legacycomment SET ends_on = loge_today() - 1")
    call_command("expire_notes", stdout=io.StringIO())
    assert counts() == (2, 1, 0, 0, 1, 0, 0) and reconciled()
    assert [item["facts"] for item in events(kind="inherited_expired")] == [{"lines": 1}]
    assert run("SELECT category, outcome, lines FROM casework_legacycommenttally") == [("health", "expired", 1)]


def test_restricted_line_is_reencrypted_after_key_rotation(landlord, take, settings, tmp_path):
    take([comment(landlord, BAD)])
    [(before,)] = run("SELECT sentence FROM casework_legacycomment")
    rotate(Path(settings.KEY_FILE))
    call_command("reseal", stdout=io.StringIO())
    [(after,)] = run("SELECT sentence FROM casework_legacycomment")
    assert bytes(before) != bytes(after) and LegacyComment.objects.using(OWNER).get().sentence.reveal() == BAD


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Rappelle le 5 pour le second versement.", ""),
        ("Dépressif depuis le décès de sa femme.", "health"),
        ("rappelle " * 300, TOO_LONG),
        # A comment that is longer than a note may be must be refused, even if it discloses nothing.
        ("Rappelle le 5 pour le second versement. " * 8, TOO_LONG),
    ],
)
def test_comment_is_refused_with_its_category(text, category):
    clean, refused_as = importing.screen_comment(text, Context(frozenset(), frozenset(), frozenset()))
    assert refused_as == category and (clean is None) == bool(category)
