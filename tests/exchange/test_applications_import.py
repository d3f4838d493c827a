"""Import of housing applications from a file, by the command or from the browser. It must be all or nothing."""

import io
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.utils import timezone

from exchange.portfolio.reasons import REASONS
from exchange.portfolio.upload import MOST_BYTES
from tests.allocations.builders import enter_figures
from tests.builders import assign, events, leave_line, make_person, run
from tests.exchange.application_files import (
    CHILD,
    NUMBER,
    OTHER_NUMBER,
    PERSON,
    PRINCIPAL,
    application,
    csv_file,
    xml_file,
)
from tests.exchange.test_applications_hostile import CANARY
from tests.formats.workbook_files import xlsx
from tests.sign_in import let_in
from tests.text_inputs.stored import Log, columns, opened

URL = "/donnees/demandes/"
FILED = "2026-09-15"
TWO = xml_file(application(filed=FILED), application(OTHER_NUMBER, filed=FILED))
NUMBERS = "SELECT number FROM allocations_application ORDER BY 1"


@pytest.fixture
def figures(landlord):
    enter_figures()


def place_of(landlord, name="Agence Belleville"):
    return landlord.place(name)


def imported(tmp_path, content, place, *options, name="demandes.xml"):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    output = io.StringIO()
    try:
        call_command("import_applications", str(path), "--place", place.code, *options, stdout=output, stderr=output)
    except CommandError as error:
        output.write(f"{error}")
    return output.getvalue()


def send(client, content, place, tried="", name="demandes.xml"):
    upload = SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)
    return client.post(URL, {"file": upload, "place": str(place.pk), "tried": tried}, follow=True)


def token(answer) -> str:
    return answer.context["form"].initial["tried"]


def text_of(answer) -> str:
    return unescape(answer.content.decode()).replace("\xa0", " ").replace("\u202f", " ")


# --- The command ------------------------------------------------------------------------------------------------------


def test_command_imports_a_file_for_an_agency(landlord, figures, tmp_path):
    place = place_of(landlord)
    assert "2 demandes ajoutées." in imported(tmp_path, TWO, place)
    assert run("SELECT number, kept_at_id FROM allocations_application ORDER BY 1") == [
        (NUMBER, place.pk),
        (OTHER_NUMBER, place.pk),
    ]
    [event] = events(kind="applications_imported")
    assert (event["machine"], event["place"]) == ("import_applications", place.pk)
    assert event["facts"] == {"added": 2, "updated": 0, "unchanged": 0, "dropped": 2}


def test_command_tries_a_file_and_stores_nothing(landlord, figures, tmp_path):
    output = imported(tmp_path, TWO, place_of(landlord), "--try")
    assert "essai, rien n’est écrit" in output and "2 demandes ajoutées" in output
    assert "2 × élément civilite" in output
    assert run(NUMBERS) == [] and not events(kind="applications_imported")


def test_same_file_again_changes_nothing(landlord, figures, tmp_path):
    imported(tmp_path, TWO, place_of(landlord))
    rows = run("SELECT a.*, a.xmin::text FROM allocations_application a ORDER BY number")
    assert "2 demandes inchangées." in imported(tmp_path, TWO, place_of(landlord))
    assert run("SELECT a.*, a.xmin::text FROM allocations_application a ORDER BY number") == rows


def test_error_in_the_last_application_refuses_the_file(landlord, figures, tmp_path):
    many = [application(f"0990926{number:06}AB1CD") for number in range(1_500)]
    output = imported(tmp_path, xml_file(*many, application("x"), application("y", filed="")), place_of(landlord))
    assert "demande n° 1501, balise numUnique" in output and "demande n° 1502, balise dateCreationDemande" in output
    assert "3 refus, rien n’est écrit" in output and "Le fichier est refusé." in output
    assert run(NUMBERS) == [] and not events(kind="applications_imported")


def test_constraint_of_the_database_refuses_the_file(landlord, figures, tmp_path):
    run("ALTER TABLE allocations_applicant ADD CONSTRAINT refused CHECK (last_name <> 'Refus')")
    bad = application(OTHER_NUMBER, person=PERSON.replace("Exemplier", "Refus"))
    output = imported(tmp_path, xml_file(application(), bad), place_of(landlord))
    assert "Rien n’est écrit" in output and "Refus" not in output
    assert run(NUMBERS) == []


def test_missing_legal_figure_is_named_before_the_file_is_read(landlord, tmp_path):
    output = imported(tmp_path, "<html>", place_of(landlord))
    assert "durée de validité d’une demande" in output and REASONS["xml_root"] not in output


@pytest.mark.parametrize("name", ["Secteur Glycines", "Glycines A"])
def test_command_refuses_a_place_that_keeps_no_applications(landlord, figures, tmp_path, name):
    assert "n’a ce code" in imported(tmp_path, TWO, place_of(landlord, name))


def test_command_keeps_applications_at_the_whole_landlord(landlord, figures, tmp_path):
    assert "2 demandes ajoutées." in imported(tmp_path, TWO, place_of(landlord, "Office des Trois-Rives"))


def test_missing_file_is_refused_without_its_name(landlord, figures, tmp_path):
    with pytest.raises(CommandError, match="ne peut pas être ouvert") as refused:
        call_command("import_applications", str(tmp_path / CANARY), "--place", place_of(landlord).code)
    assert CANARY not in str(refused.value)


# --- The page ---------------------------------------------------------------------------------------------------------


def test_file_is_imported_after_a_dry_run(landlord, figures, sign_in):
    client, place = sign_in("paul"), place_of(landlord)
    answer = send(client, TWO, place)
    page = text_of(answer)
    assert "Aucune erreur. Rien n’est encore enregistré." in page and "Élément civilite" in page
    assert "Exemplier" not in page and NUMBER not in page and run(NUMBERS) == []
    [tried] = events(kind="applications_tried")
    assert (tried["actor"], tried["outcome"], tried["place"]) == (landlord.person("paul").pk, "attempted", place.pk)
    assert tried["count"] == 2
    assert "Le fichier est importé. Demandes ajoutées : 2, mises à jour : 0" in text_of(
        send(client, TWO, place, token(answer))
    )
    assert run("SELECT DISTINCT kept_at_id FROM allocations_application") == [(place.pk,)]
    [event] = events(kind="applications_imported")
    assert (event["actor"], event["role"]) == (landlord.person("paul").pk, "data_steward")
    assert event["facts"] == {"added": 2, "updated": 0, "unchanged": 0, "dropped": 2}
    again = send(client, TWO, place)
    assert "Ce fichier ne changerait rien." in text_of(again) and "Demandes inchangées" in text_of(again)


def test_csv_file_is_imported_by_the_page(landlord, figures, sign_in):
    client, content = sign_in("paul"), csv_file(PRINCIPAL | {"equipements": "lift"}, CHILD)
    answer = send(client, content, place_of(landlord), name="demandes.csv")
    send(client, content, place_of(landlord), token(answer))
    assert run("SELECT number, equipment FROM allocations_application") == [(NUMBER, ["lift"])]


def test_only_the_file_and_place_of_the_dry_run_are_imported(landlord, figures, sign_in):
    client, place = sign_in("paul"), place_of(landlord)
    tried = token(send(client, TWO, place))
    refused = send(client, TWO.replace("Anne", "Aline"), place, tried)
    assert "ne sont pas ceux de l’essai" in text_of(refused) and 'name="tried" value' not in text_of(refused)
    assert "ne sont pas ceux de l’essai" in text_of(send(client, TWO, place_of(landlord, "Agence Bercy"), tried))
    assert "trop ancien" in text_of(send(client, TWO, place, "faux:faux"))
    second = make_person("Rose Alba", place)
    assign(second, "data_steward", place_of(landlord, "Office des Trois-Rives"))
    let_in(client, second)
    assert "ne sont pas ceux de l’essai" in text_of(send(client, TWO, place, tried))
    assert run(NUMBERS) == []


def test_every_error_is_listed_with_its_place(landlord, figures, sign_in):
    client = sign_in("paul")
    page = text_of(send(client, xml_file(application("x", filed="")), place_of(landlord)))
    for text in ("2 erreurs.", "demande n° 1", "numUnique", "dateCreationDemande", REASONS["missing_element"]):
        assert text in page
    page = text_of(send(client, csv_file(PRINCIPAL | {"lien": "x"}, CHILD | {"garde": ""}), place_of(landlord)))
    for text in ("2 erreurs.", "demandes.csv", "lien", "garde", REASONS["not_listed"], REASONS["required"]):
        assert text in page
    assert "Importer" not in page.split("<main")[1] and run(NUMBERS) == []


def test_report_is_in_the_language_of_the_page(landlord, figures, sign_in):
    upload = SimpleUploadedFile("demandes.xml", xml_file(application("x")).encode())
    data = {"file": upload, "place": str(place_of(landlord).pk)}
    page = sign_in("paul").post(URL, data, headers={"Accept-Language": "en"}).content.decode()
    assert "One error. Nothing is stored" in page and "Element civilite" in page and "Ligne" not in page


def test_missing_legal_figure_is_named_on_the_page(landlord, sign_in):
    page = text_of(send(sign_in("paul"), "<html>", place_of(landlord)))
    assert "durée de validité d’une demande" in page and REASONS["xml_root"] not in page


@pytest.mark.parametrize("size", [MOST_BYTES + 1, MOST_BYTES + 2**21])
def test_too_large_file_is_refused(landlord, figures, sign_in, size):
    page = text_of(send(sign_in("paul"), b"x" * size, place_of(landlord)))
    assert "dépasse 8 Mo" in page or "Aucun fichier n’a été reçu" in page


def test_small_workbook_of_a_large_sheet_is_too_large_too(landlord, figures, sign_in):
    content = xlsx([["numero_unique"], *[["x" * 30_000]] * (MOST_BYTES // 30_000 + 1)])
    assert len(content) < MOST_BYTES // 10
    assert "dépasse 8 Mo" in text_of(send(sign_in("paul"), content, place_of(landlord), name="demandes.xlsx"))


@pytest.mark.parametrize("name", ["Secteur Glycines", "Glycines A"])
def test_page_refuses_a_place_that_keeps_no_applications(landlord, figures, sign_in, name):
    client = sign_in("paul")
    assert name not in text_of(client.get(URL))
    send(client, TWO, place_of(landlord, name))
    assert not events(kind="applications_tried")


@pytest.mark.parametrize(("files", "passes"), [(79, True), (80, False)])
def test_files_of_both_imports_count_towards_one_daily_limit(landlord, figures, sign_in, files, passes):
    for number in range(files):
        kind = "portfolio_tried" if number % 2 else "applications_tried"
        line = {"outcome": "attempted", "at": timezone.now(), "seconds": -number / 1000, "count": 1}
        leave_line(kind, landlord.person("paul"), None, **line)
    page = text_of(send(sign_in("paul"), TWO, place_of(landlord)))
    assert ("Limite atteinte" in page) is not passes


def test_applications_of_one_line_count_as_many_lines(landlord, figures, sign_in):
    one_line = xml_file(*[application(f"0990926{number:06}AB1CD") for number in range(30)]).replace("\n", "")
    send(sign_in("paul"), one_line, place_of(landlord))
    assert events(kind="applications_tried")[0]["count"] == 30


# --- A planted word ---------------------------------------------------------------------------------------------------


def planted() -> dict[str, str]:
    """Return import files that contain the word CANARY in elements that the import ignores, and in values that it
    refuses."""
    extra = f"<n:nir>{CANARY}</n:nir><n:commentaire>{CANARY}</n:commentaire><n:{CANARY}>x</n:{CANARY}>"
    return {
        "dropped.xml": xml_file(application(person=PERSON + extra + f"<n:mel>{CANARY}</n:mel>", more=extra)),
        "refused.xml": xml_file(application(), application(CANARY, filed=CANARY)),
        "refused.csv": csv_file(*(PRINCIPAL | {column: f"={CANARY}"} for column in ("nom", "voie", "lien", "demande"))),
        "header.csv": csv_file(PRINCIPAL).replace("courriel", CANARY),
    }


def test_planted_word_is_in_no_table_log_or_message(landlord, figures, sign_in, tmp_path, monkeypatch):
    log, client, place = Log(monkeypatch), sign_in("paul"), place_of(landlord)
    for name, content in planted().items():
        output = imported(tmp_path, content, place, name=name)
        answer = send(client, content, place, name=f"{CANARY}.xml")
        if answer.context["form"].initial.get("tried"):
            answer = send(client, content, place, token(answer), name=f"{CANARY}.xml")
        for text in (output, answer.content.decode(), opened(), str(events())):
            assert CANARY not in text, name
    assert columns(CANARY) == set() and run(NUMBERS) == [(NUMBER,)]
    assert CANARY not in log.written.getvalue() and "applications_import" in log.written.getvalue()
