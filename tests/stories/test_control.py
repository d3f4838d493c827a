"""A control, as in 2012: at a caretaker's own phone, among the comments, and at home with what was taken away."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.core.management import call_command

from tenants.models import InheritedLine
from tests.builders import OWNER, events, run, write_note
from tests.exchange.test_legacy_comments import HEADER, LAWFUL, comment, taken

pytestmark = pytest.mark.browser
TRIED = "Calme-Glycines A"
# A word that the inspector asks for, and what was written with it.
WORDS = {
    "chimiothérapie": "Est sous chimiothérapie, paiera le 5 et le 20.",
    "alcoolique": "Alcoolique notoire, ne paie qu’à la relance.",
    "musulman": "Musulman pratiquant, ne pas appeler le vendredi.",
}
BAD = tuple(WORDS.values())
AT_A, AT_B = "Dette-Glycines A", "Dette-Glycines B"


def test_the_control_of_2012(call_on, house, tmp_path):
    one, other = house.account(AT_A), house.account(AT_B)
    write_note(one, "Paiera le 5, puis le 20.")
    bad_sentences_are_tried(call_on("elise"), house)
    bad_sentences_are_brought_along(house, tmp_path)
    for account in (one, other):
        call_on("elise").opens(f"/comptes/{account.reference}/")
    at_a_caretakers_phone(call_on("awa", 390, 844), house, other)
    call_command("seal", "--once", verbosity=0)
    simone = call_on("simone")
    among_the_comments(simone)
    pack = takes_away(simone, one, other, tmp_path)
    said = at_home(pack, tmp_path)
    assert "CE QUI EST PROUVÉ" in said and "CE QUI NE L’EST PAS" in said
    looks = sum(
        bool({one.pk, other.pk} & {line["about"], *line["shown"]}) for line in events() if line["at"] < taken_at()
    )
    assert looks >= 3 and f"Texte exact de la consigne : {looks}." in said
    assert "account_opened" in said and "aucun événement n’ait été tu" in said
    for word in ("Dette", "Marie", "Élise"):  # what leaves names nobody but who asked
        assert word not in said
    [taken] = events(kind="evidence_taken")
    assert (taken["role"], set(taken["shown"])) == ("inspector", {one.pk, other.pk})


def taken_at():
    """When the inspector took them: her own line speaks of both accounts too, and is in no pack of hers."""
    [taken] = events(kind="evidence_taken")
    return taken["at"]


def at_a_caretakers_phone(awa, house, other):
    """Somebody of another building is found by no search, and opened by no address."""
    awa.opens("/immeubles/chercher/")
    awa.types("Nom", "Dette-Quai")
    awa.presses("Chercher")
    awa.sees("Aucune personne de ce nom dans vos immeubles")
    awa.is_refused(f"/comptes/{other.reference}/", 403)
    awa.is_refused(f"/fiches/{house.residence('Calme-Glycines B').pk}/", 404)


def bad_sentences_are_tried(elise, house):
    """As they were written until 2012: at a form that takes a text, where none of them gets in."""
    elise.opens(f"/comptes/{house.account(TRIED).reference}/notes/")
    for sentence in BAD:
        elise.page.get_by_label("Fait concerné").select_option("payment_difficulty")
        elise.page.get_by_label("Pourquoi le fait ne suffit pas").select_option("sequence")
        elise.page.get_by_label("Phrase", exact=True).fill(sentence)
        elise.presses("Enregistrer")
        elise.sees("La phrase n’est pas enregistrée")
    assert len(events(kind="sentence_refused")) == len(BAD)


def bad_sentences_are_brought_along(house, folder: Path):
    """The older system's comments hold them too: they come in under seal, beside a lawful one."""
    path = folder / "anciens.csv"
    lines = [comment(house, sentence, TRIED) for sentence in (*BAD, LAWFUL)]
    path.write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8")
    assert f"sous scellés, {len(BAD)}, dont à trier, {len(BAD)}" in taken(path)
    texts = {text for (text,) in run("SELECT text FROM tenants_accountnote")}
    assert texts == {LAWFUL, "Paiera le 5, puis le 20."} and InheritedLine.objects.using(OWNER).count() == len(BAD)


def among_the_comments(simone):
    """Words of a health, a belief or a habit: readable in no text of the house; under seal, and too few to be told."""
    simone.opens("/controle/E12/")
    simone.page.get_by_label("Recherche de mots").fill(", ".join(WORDS))
    simone.presses("Établir la pièce")
    simone.sees("Mots comptés", "moins de cinq foyers")
    assert simone.page.locator("main tbody tr").count() == 0
    said = simone.page.locator("main").inner_text().replace(", ".join(WORDS), "")
    assert not [one for one in (*BAD, TRIED) if one in said]
    simone.does_not_see("Paiera")
    assert run("SELECT count(*) FROM tenants_text WHERE tenants_folded(said) ~ %s", "alcoolique|musulman|chimio") == [
        (0,)
    ]


def takes_away(simone, one, other, folder: Path) -> Path:
    simone.opens("/controle/")
    simone.chooses("Exporter des preuves")
    simone.page.get_by_label("Références de comptes").fill(f"{one.reference}, {other.reference}")
    simone.page.get_by_text("tous, pour l’autorité de contrôle").click()
    with simone.page.expect_download() as saved:
        simone.page.get_by_role("button", name="Exporter le dossier").click()
    assert saved.value.suggested_filename.startswith("preuves-")
    saved.value.save_as(folder / "pack.zip")
    return folder / "pack.zip"


def at_home(pack: Path, folder: Path) -> str:
    """On her own laptop: the program that came with it, no environment, and nothing of the landlord's."""
    home = folder / "home"
    home.mkdir()
    with zipfile.ZipFile(pack) as archive:
        archive.extract("verify.py", home)
    command = [sys.executable, "-I", "verify.py", str(pack), "--events"]
    done = subprocess.run(command, cwd=home, env={}, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (3, b"")  # whole; under keys that she still asks for by another way
    return done.stdout.decode()
