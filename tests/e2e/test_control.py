"""An inspector asks what a regulator asked in 2012: what can a caretaker open, and what do comments contain?

The inspector then exports evidence, and verifies it on a laptop of their own.
"""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.core.management import call_command

from casework.models import LegacyComment
from tests.builders import OWNER, events, run, write_note
from tests.exchange.test_legacy_comments import HEADER, LAWFUL, comment, taken

pytestmark = pytest.mark.browser
TRIED = "Calme-Glycines A"
# Word that the inspector searches for -> a sentence that contains it.
WORDS = {
    "chimiothérapie": "Est sous chimiothérapie, paiera le 5 et le 20.",
    "alcoolique": "Alcoolique notoire, ne paie qu’à la relance.",
    "musulman": "Musulman pratiquant, ne pas appeler le vendredi.",
}
BAD = tuple(WORDS.values())
AT_A, AT_B = "Dette-Glycines A", "Dette-Glycines B"


def test_inspection_finds_no_bad_sentence_and_proves_who_looked(call_on, landlord, tmp_path):
    first, other = landlord.account(AT_A), landlord.account(AT_B)
    write_note(first, "Paiera le 5, puis le 20.")
    bad_sentences_are_tried(call_on("elise"), landlord)
    bad_sentences_are_brought_along(landlord, tmp_path)
    for account in (first, other):
        call_on("elise").opens(f"/comptes/{account.reference}/")
    at_a_caretakers_phone(call_on("awa", 390, 844), landlord, other)
    call_command("seal", "--once", verbosity=0)
    simone = call_on("simone")
    among_the_comments(simone)
    pack = takes_away(simone, first, other, tmp_path)
    report = at_home(pack, tmp_path)
    assert "CE QUI EST PROUVÉ" in report and "CE QUI NE L’EST PAS" in report
    looks = sum(
        bool({first.pk, other.pk} & {line["about"], *line["shown_ids"]}) for line in events() if line["at"] < taken_at()
    )
    assert looks >= 3 and f"mot pour mot : {looks}." in report
    assert "account_opened" in report and "aucun événement n’ait été tu" in report
    # The report on the evidence must name no tenant and no employee.
    for word in ("Dette", "Marie", "Élise"):
        assert word not in report
    [event] = events(kind="evidence_taken")
    assert (event["role"], set(event["shown_ids"])) == ("inspector", {first.pk, other.pk})


def taken_at():
    """Return the time of the audit event `evidence_taken`. The exported evidence has only events before this time."""
    [event] = events(kind="evidence_taken")
    return event["at"]


def at_a_caretakers_phone(awa, landlord, other):
    """A caretaker can neither find nor open tenants of other buildings."""
    awa.opens("/immeubles/chercher/")
    awa.types("Chercher un occupant", "Dette-Quai")
    awa.presses("Chercher")
    awa.sees("Personne dans vos immeubles ne correspond à cette recherche")
    awa.is_refused(f"/comptes/{other.reference}/", 403)
    awa.is_refused(f"/fiches/{landlord.residence('Calme-Glycines B').pk}/", 404)


def bad_sentences_are_tried(elise, landlord):
    """The form for notes must refuse each sentence in `BAD`, because it discloses an illness or a religion."""
    elise.opens(f"/comptes/{landlord.account(TRIED).reference}/notes/")
    for sentence in BAD:
        elise.page.get_by_label("Fait concerné").select_option("payment_difficulty")
        elise.page.get_by_label("Pourquoi le fait ne suffit pas").select_option("sequence")
        elise.page.get_by_label("Phrase", exact=True).fill(sentence)
        elise.presses("Enregistrer")
        elise.sees("La phrase n’est pas enregistrée")
    assert len(events(kind="sentence_refused")) == len(BAD)


def bad_sentences_are_brought_along(landlord, folder: Path):
    """Import the comments of an older system.

    The sentences in `BAD` must become restricted comments, which are encrypted, and the lawful comment a note."""
    path = folder / "anciens.csv"
    lines = [comment(landlord, sentence, TRIED) for sentence in (*BAD, LAWFUL)]
    path.write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8")
    assert f"sous scellés, {len(BAD)}, dont à trier, {len(BAD)}" in taken(path)
    texts = {text for (text,) in run("SELECT text FROM casework_accountnote")}
    assert texts == {LAWFUL, "Paiera le 5, puis le 20."} and LegacyComment.objects.using(OWNER).count() == len(BAD)


def among_the_comments(simone):
    """The inspector's exhibit E12, a search for words in stored texts, must show none of the restricted sentences.

    E12 must show no count either, because fewer than five households are concerned."""
    simone.opens("/controle/E12/")
    simone.page.get_by_label("Recherche de mots").fill(", ".join(WORDS))
    simone.presses("Établir la pièce")
    simone.sees("Mots comptés", "moins de cinq foyers")
    assert simone.page.locator("main tbody tr").count() == 0
    content = simone.page.locator("main").inner_text().replace(", ".join(WORDS), "")
    assert not [text for text in (*BAD, TRIED) if text in content]
    simone.does_not_see("Paiera")
    assert run(
        "SELECT count(*) FROM oversight_text WHERE tenants_fold_name(said) ~ %s", "alcoolique|musulman|chimio"
    ) == [(0,)]


def takes_away(simone, first, other, folder: Path) -> Path:
    simone.opens("/controle/")
    simone.chooses("Exporter des preuves")
    simone.page.get_by_label("Références de comptes").fill(f"{first.reference}, {other.reference}")
    simone.page.get_by_text("tous, pour l’autorité de contrôle").click()
    with simone.page.expect_download() as saved:
        simone.page.get_by_role("button", name="Exporter le dossier").click()
    assert saved.value.suggested_filename.startswith("preuves-")
    saved.value.save_as(folder / "pack.zip")
    return folder / "pack.zip"


def at_home(pack: Path, folder: Path) -> str:
    """Verify the evidence with the program that is in the exported zip file `pack`. Returns the program's report.

    The program gets an empty environment and no file of the landlord, as on an inspector's own computer."""
    home = folder / "home"
    home.mkdir()
    with zipfile.ZipFile(pack) as archive:
        archive.extract("verify.py", home)
    command = [sys.executable, "-I", "verify.py", str(pack), "--events"]
    done = subprocess.run(command, cwd=home, env={}, capture_output=True, timeout=60, check=False)
    # verify.py exits with 3 if the evidence is intact, but nobody has confirmed the public keys in the evidence yet.
    assert (done.returncode, done.stderr) == (3, b"")
    return done.stdout.decode()
