"""Assignments as CSV: the dry run predicts what the import does, and one invalid line stops the whole import."""

import csv
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from access.grants import exchange
from access.models import AccessRequest, Assignment, Person, Place
from access.pages import dry_run
from tests.builders import OWNER, assign, events, make_person, paris_day
from tests.formats.workbook_files import ods, xlsx
from tests.sample_objects import SampleObjects
from tests.sign_in import let_in

URL = "/acces/affectations/echanges/"
HEAD = "courriel;role;code_lieu;premier_jour;dernier_jour;motif"


def line(landlord, name="noel", place="glycines-b", first=0, last=60, role="caretaker", reason="posting"):
    email = landlord.person(name).email if " " not in name else name
    return f"{email};{role};{place};{paris_day(first)};{paris_day(last):%d/%m/%Y};{reason}"


def upload(client, text, encoding="utf-8"):
    content = text if isinstance(text, bytes) else text.encode(encoding)
    return client.post(URL, {"file": SimpleUploadedFile("affectations.csv", content)})


def sealed_in(answer):
    return re.search(r'name="confirmed" value="([^"]+)"', answer.content.decode()).group(1)


def count():
    return Assignment.objects.using(OWNER).count()


def test_a_dry_run_reports_each_line_and_writes_nothing(landlord, sign_in):
    before, client = count(), sign_in("jules")
    lines = [
        line(landlord),
        line(landlord, "bruno"),
        line(landlord, "jules"),
        line(landlord, place="nulle-part"),
        line(landlord, first=-3),
    ]
    page = upload(client, "\n".join([HEAD, *lines])).content.decode()
    assert "Un accès serait demandé" in page and "4 lignes refusées" in page
    for reason in ("déjà ce rôle", "vous-même", "code de lieu n’existe pas", "premier jour est passé"):
        assert reason in page
    assert count() == before and not events(kind="access_requested")


def test_a_file_finds_only_people_that_the_form_offers(landlord, sign_in):
    """When importing a file, an agency's administrator must not learn who works in another agency."""
    assign(landlord.person("noel"), "access_administrator", landlord.place("Agence Bercy"))
    lines = [line(landlord, "elise", place="quai-9"), line(landlord, "nobody@office.example x", place="quai-9")]
    page = upload(sign_in("noel"), "\n".join([HEAD, *lines])).content.decode()
    assert page.count("Aucune personne ne se connecte avec cette adresse") == 2
    assert "Élise Bernard" not in page


def test_a_confirmed_file_becomes_requests_that_another_administrator_approves(landlord, sign_in):
    client, second = sign_in("jules"), sign_in_second(landlord)
    before = count()
    lines = [line(landlord), line(landlord, "lea", role="officer", place="agence-bercy"), line(landlord, "bruno")]
    page = upload(client, "\n".join([HEAD, *lines]))
    answer = client.post(URL, {"confirmed": sealed_in(page)})
    assert (
        count() == before
        and "Une autre personne de l’administration des accès" in client.get(answer.url).content.decode()
    )
    [done] = events(kind="assignments_imported")
    assert done["facts"] == {"asked": 2, "refused": 1}
    own = client.post(f"{answer.url}approuver/")
    assert own.status_code == 200 and "Vous avez fait cette demande" in own.content.decode() and count() == before
    assert "Approuver ces 2 accès" in second.get(answer.url).content.decode()
    assert second.post(f"{answer.url}approuver/").status_code == 302
    given = events(kind="assignment_granted")
    assert {event["facts"]["person"] for event in given} == {str(landlord.person(name).pk) for name in ("noel", "lea")}
    assert count() == before + 2 and len(events(kind="access_approved")) == 2


def test_approving_a_file_is_all_or_nothing_and_the_error_names_the_line(landlord, sign_in):
    client = sign_in("jules")
    page = client.post(
        URL, {"confirmed": sealed_in(upload(client, "\n".join([HEAD, line(landlord), line(landlord, "lea")])))}
    )
    assign(landlord.person("lea"), "caretaker", landlord.place("Glycines B"))
    second = sign_in_second(landlord)
    before = count()
    answer = second.post(f"{page.url}approuver/")
    text = " ".join(answer.content.decode().split())
    assert answer.status_code == 200 and "Léa Giraud, Glycines B : Cette personne a déjà" in text
    assert text.count("en attente") >= 2 and "expirée" not in text
    assert count() == before and not events(kind="access_approved")


def sign_in_second(landlord):
    second = make_person("Jeanne Double", landlord.place("Office des Trois-Rives"))
    assign(second, "access_administrator", landlord.place("Office des Trois-Rives"))
    client = Client()
    let_in(client, second)
    return client


def test_nothing_is_requested_if_the_data_changed_since_the_dry_run(landlord, sign_in):
    client = sign_in("jules")
    sealed = sealed_in(upload(client, "\n".join([HEAD, line(landlord), line(landlord, "lea")])))
    assign(landlord.person("lea"), "caretaker", landlord.place("Glycines B"))
    before = count()
    answer = client.post(URL, {"confirmed": sealed}, follow=True)
    assert "Des données ont changé depuis l’essai" in answer.content.decode()
    assert count() == before and not events(kind="assignments_imported") and not events(kind="access_requested")


def test_a_repeated_line_is_requested_once(landlord, sign_in):
    page = upload(sign_in("jules"), "\n".join([HEAD, line(landlord), line(landlord)])).content.decode()
    assert "Un accès serait demandé" in page and "une ligne refusée" in page


def test_a_dry_run_cannot_be_confirmed_by_another_person_or_altered(landlord, sign_in):
    sealed = sealed_in(upload(sign_in("jules"), "\n".join([HEAD, line(landlord)])))
    other = sign_in_second(landlord)
    before = count()
    for text in (sealed, sealed[:-2] + "zz", "rien"):
        assert "trop ancien" in other.post(URL, {"confirmed": text}, follow=True).content.decode()
    assert count() == before


def test_a_dry_run_cannot_be_confirmed_after_an_hour(landlord, sign_in, monkeypatch):
    client, before = sign_in("jules"), count()
    sealed = sealed_in(upload(client, "\n".join([HEAD, line(landlord)])))
    assert dry_run.VALID_SECONDS == 60 * 60
    monkeypatch.setattr(dry_run, "VALID_SECONDS", -1)
    assert "trop ancien" in client.post(URL, {"confirmed": sealed}, follow=True).content.decode()
    assert count() == before and not events(kind="access_requested")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_encodings_of_spreadsheets_are_accepted(landlord, sign_in, encoding):
    Place.objects.using(OWNER).filter(name="Glycines B").update(code="glycines-bé")
    page = upload(sign_in("jules"), "\r\n".join([HEAD, line(landlord, place="glycines-bé")]), encoding).content.decode()
    assert "Un accès serait demandé" in page


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"nom;prenom\nA;B", "Colonnes manquantes"),
        (b"", "Colonnes manquantes"),
        (b"PK\x03\x04\x00\x00", "xlsx, ods ou CSV"),
        (b"a\0b", "pas un fichier CSV"),
        (b"x" * (256 * 1024 + 1), "256 ko"),
        ((HEAD + "\n;;;;;" * 1001).encode(), "1\u202f000 lignes"),
    ],
)
def test_a_file_of_another_kind_is_refused_with_a_reason(landlord, sign_in, content, message):
    answer = upload(sign_in("jules"), content)
    assert answer.status_code == 200 and message in answer.content.decode()


@pytest.mark.parametrize("make", [xlsx, ods])
def test_workbooks_are_accepted_like_csv(landlord, sign_in, make):
    rows = [HEAD.split(";"), line(landlord).split(";")]
    page = upload(sign_in("jules"), make(rows)).content.decode()
    assert "Un accès serait demandé" in page


def test_workbook_of_a_spreadsheet_has_real_dates(landlord, sign_in):
    cells = dict(zip(HEAD.split(";"), line(landlord).split(";"), strict=True))
    cells |= {"premier_jour": paris_day(), "dernier_jour": paris_day(30)}
    page = upload(sign_in("jules"), xlsx([list(cells), list(cells.values())])).content.decode()
    assert "Un accès serait demandé" in page


def test_an_export_can_be_imported_again(landlord, sign_in):
    answer = sign_in("jules").get("/acces/affectations/echanges/affectations.csv?quand=toutes")
    text = answer.content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert len(rows) == count() and {row["courriel"] for row in rows} >= {landlord.person("awa").email}
    assert exchange.rows_of(text)[0]["role"] == rows[0]["role"]
    [event] = events(kind="export_taken")
    assert event["facts"] == {"format": "csv", "filters": "status"} and event["count"] == len(rows)
    page = upload(sign_in("jules"), answer.content).content.decode()
    assert "Aucun accès ne serait demandé" in page and "aucune ligne refusée" in page
    assert page.count("déjà présent") == len(rows) > 10


def test_an_access_that_ended_today_can_be_requested_again(landlord, sign_in):
    given = assign(landlord.person("noel"), "caretaker", landlord.place("Glycines B"), first=0)
    same = f"{given.person.email};caretaker;glycines-b;{given.first_day};{given.last_day};{given.reason}"
    assert "déjà présent" in upload(sign_in("jules"), f"{HEAD}\n{same}").content.decode()
    Assignment.objects.using(OWNER).filter(pk=given.pk).update(ended_on=paris_day(0), end_reason="error")
    page = upload(sign_in("jules"), f"{HEAD}\n{same}").content.decode()
    assert "Un accès serait demandé" in page and "déjà présent" not in page


def test_empty_lines_are_skipped_and_line_numbers_stay(landlord, sign_in):
    text = "\r\n".join(
        [HEAD + ";;", ";;;;;;;", line(landlord) + ";;", ";;;;;;;", line(landlord, "jules"), ";;;;;;;", ""]
    )
    page = upload(sign_in("jules"), text, "cp1252").content.decode()
    assert "Un accès serait demandé" in page and "une ligne refusée" in page
    assert re.findall(r'<td class="num">(\d+)</td>', page) == ["3", "5"]


def test_a_file_with_a_formula_is_refused(landlord, sign_in):
    page = upload(sign_in("jules"), "\n".join([HEAD, line(landlord), line(landlord, place="=HYPERLINK(1)")]))
    assert "Ligne 3\u00a0: une cellule commence comme une formule de tableur." in page.content.decode()
    assert "confirmed" not in page.content.decode()


def test_no_cell_of_the_export_is_a_formula(landlord, sign_in):
    Place.objects.using(OWNER).filter(name="Glycines A").update(name="=HYPERLINK(1)", code="@danger")
    text = sign_in("ines").get("/acces/affectations/echanges/affectations.csv").content.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text), delimiter=";") for cell in row]
    assert "'=HYPERLINK(1)" in cells and "'@danger" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert "@danger" in {row["code_lieu"] for row in exchange.rows_of(text)}


@pytest.mark.parametrize("name", ["awa", "georges", "elise", "noel"])
def test_other_roles_cannot_export_or_import(landlord, sign_in, name):
    client = sign_in(name)
    assert client.get("/acces/affectations/echanges/affectations.csv").status_code == 403
    assert upload(client, HEAD).status_code == 403


# --- Staff -----------------------------------------------------------------------------------------------------------


def newcomer(landlord, email="nina.rey@trois-rives.example", name="Nina Rey", where="secteur-glycines"):
    return f"{line(landlord, place='glycines-b').replace(landlord.person('noel').email, email)};{name};{where}"


def test_a_line_with_a_newcomer_requests_the_person_too(landlord, sign_in):
    client, people = sign_in("jules"), Person.objects.using(OWNER).count()
    answer = upload(client, "\n".join([f"{HEAD};nom;code_rattachement", newcomer(landlord)]))
    page = answer.content.decode()
    assert "Nina Rey" in page and "nouvelle personne" in page and "aucune ligne refusée" in page
    client.post(URL, {"confirmed": sealed_in(answer)})
    access_request = AccessRequest.objects.using(OWNER).get(email="nina.rey@trois-rives.example")
    assert (
        access_request.name == "Nina Rey"
        and access_request.employed_at.code == "secteur-glycines"
        and access_request.decision == ""
    )
    assert Person.objects.using(OWNER).count() == people and access_request.batch


def test_newcomers_of_a_file_get_their_links_after_approval(landlord, sign_in, mailoutbox):
    client, second = sign_in("jules"), sign_in_second(landlord)
    people = Person.objects.using(OWNER).count()
    nina, omar = (newcomer(landlord), newcomer(landlord, email="omar.ba@trois-rives.example", name="Omar Ba"))
    answer = upload(client, "\n".join([f"{HEAD};nom;code_rattachement", nina, omar, f"{line(landlord)};;"]))
    client.post(URL, {"confirmed": sealed_in(answer)})
    batch = AccessRequest.objects.using(OWNER).filter(email__contains="nina").get().batch
    assert not mailoutbox
    url = f"/acces/demandes/fichier/{batch}/approuver/"
    assert second.get(url).status_code == 200 and not mailoutbox
    assert second.post(url).status_code == 302
    assert Person.objects.using(OWNER).count() == people + 2
    assert sorted(mail.to for mail in mailoutbox) == [["nina.rey@trois-rives.example"], ["omar.ba@trois-rives.example"]]
    assert len({re.search(r"/entrer/oubli/[^\s]+", mail.body).group() for mail in mailoutbox}) == 2


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"name": ""}, "Aucune personne ne se connecte"),
        ({"where": ""}, "Aucune personne ne se connecte"),
        ({"where": "nulle-part"}, "code de lieu de rattachement n’existe pas"),
        ({"email": "pas une adresse"}, "valide"),
    ],
)
def test_a_newcomer_without_a_required_value_is_refused(landlord, sign_in, more, message):
    page = upload(sign_in("jules"), "\n".join([f"{HEAD};nom;code_rattachement", newcomer(landlord, **more)]))
    assert message in page.content.decode() and "1 accès" not in page.content.decode()


def test_staff_is_exported_in_the_format_of_the_landlords_own_file(landlord, sign_in):
    staff = Person.objects.using(OWNER).filter(is_machine=False)
    text = sign_in("jules").get("/acces/personnes/personnes.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert list(rows[0]) == ["courriel", "nom", "code_lieu", "ouvert"]
    assert len(rows) == staff.count() == events(kind="export_taken")[0]["count"]
    assert {row["ouvert"] for row in rows if row["nom"] == "Karim Sy"} == {"non"}


def test_machines_are_neither_exported_nor_imported(landlord, sign_in):
    machine = SampleObjects(landlord).token.machine
    client = sign_in("jules")
    for path in ("personnes/personnes.csv", "affectations/echanges/affectations.csv"):
        text = client.get(f"/acces/{path}").content.decode("utf-8-sig")
        assert "elise.bernard" in text and machine.email not in text, path
    line = f"{machine.email};caretaker;glycines-b;{paris_day()};{paris_day(9)};posting"
    page = upload(client, f"{HEAD}\n{line}")
    assert "Aucune personne ne se connecte avec cette adresse" in page.content.decode()
