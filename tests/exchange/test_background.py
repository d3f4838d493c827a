"""Imports of large files in the background: whose rights apply, what a crash leaves, and who sees what."""

import csv
import io
import re
from contextlib import suppress
from datetime import timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connections
from django.utils import timezone

from access.compartments import Compartment
from access.models import Assignment, Person
from exchange.background import running
from exchange.background.progress import Progress
from exchange.background.running import give_up_stale_runs, run_next, take_next
from exchange.limits import LINES_AT_ONCE
from exchange.models import ImportRun, Phase, RunState
from tests.allocations.builders import enter_figures
from tests.builders import OWNER, assign, events, make_person, paris_day, run
from tests.database.test_policies import as_role
from tests.database.test_thieves import stolen, tried
from tests.exchange.application_files import NUMBER, application, csv_file, xml_file
from tests.sign_in import let_in, served_by

URL, LIST = "/donnees/", "/donnees/imports/"
CANARY = "Zyxwvutcanari"
TENANTS = "SELECT count(*) FROM tenants_tenant WHERE last_name = %s"


def many(lines: int = LINES_AT_ONCE + 100, name: str = "Neuve", wrong: int = 0) -> bytes:
    rows = [f"B-{number};{name};Anne" for number in range(lines)]
    return "\n".join(["cle;nom;prenom", *rows, *[";Sans clé;Anne"] * wrong, ""]).encode()


def send(client, content: bytes, tried: str = ""):
    return client.post(URL, {"sent": [SimpleUploadedFile("locataires.csv", content)], "tried": tried}, follow=True)


def page_of(client, row: ImportRun) -> str:
    return unescape(client.get(f"{LIST}{row.pk}/").content.decode()).replace("\u202f", " ").replace("\xa0", " ")


def latest() -> ImportRun:
    return ImportRun.objects.using(OWNER).latest("queued_at")


def work() -> RunState:
    """Run one import as the process `run_imports` does, and return its final state."""
    with served_by("imports"):
        done = run_next()
    assert done is not None
    return RunState(done.state)


def tried_token(client, content: bytes) -> str:
    """Dry-run the file, and return the token that allows its import."""
    send(client, content)
    assert work() is RunState.CHECKED
    return client.get(f"{LIST}{latest().pk}/").context["form"].initial["tried"]


def count(name: str = "Neuve") -> int:
    return run(TENANTS, name)[0][0]


def end_access(person: Person) -> None:
    Assignment.objects.using(OWNER).filter(person=person).update(
        ended_on=paris_day(), end_reason="departure", ended_by=person
    )


# --- The way of a file ---


def test_large_file_is_checked_and_imported_in_the_background(landlord, sign_in):
    client, content = sign_in("paul"), many()
    answer = send(client, content)
    row = latest()
    assert answer.redirect_chain == [(f"{LIST}{row.pk}/", 302)] and "en attente" in page_of(client, row)
    assert (row.state, row.dry, row.rows) == ("waiting", True, LINES_AT_ONCE + 100)
    assert work() is RunState.CHECKED
    page = page_of(client, row)
    assert "Aucune erreur. Rien n’est encore enregistré." in page and count() == 0
    token = client.get(f"{LIST}{row.pk}/").context["form"].initial["tried"]
    send(client, content, token)
    assert work() is RunState.IMPORTED and count() == LINES_AT_ONCE + 100
    assert "Les données sont importées." in page_of(client, latest())
    [event] = events(kind="portfolio_imported", outcome="changed")
    assert (event["actor"], event["role"], event["route"]) == (landlord.person("paul").pk, "data_steward", "intake")
    assert event["facts"]["tenants"] == LINES_AT_ONCE + 100
    assert [event["actor"] for event in events(kind="import_queued")] == [landlord.person("paul").pk] * 2
    assert len(events(kind="portfolio_tried")) == 2


def test_small_file_is_imported_at_once(landlord, sign_in):
    client, content = sign_in("paul"), many(LINES_AT_ONCE)
    answer = send(client, content)
    assert not ImportRun.objects.using(OWNER).exists()
    send(client, content, answer.context["form"].initial["tried"])
    assert count() == LINES_AT_ONCE


def test_small_file_waits_while_another_import_runs(landlord, sign_in):
    client = sign_in("paul")
    with stolen("jobs") as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('loge loading'))")
        send(client, many(3))
        assert latest().state == "waiting"
    assert work() is RunState.CHECKED


def test_housing_applications_are_imported_in_the_background(landlord, sign_in):
    enter_figures()
    place, client = landlord.place("Agence Belleville"), sign_in("paul")
    numbers = [f"{NUMBER[:7]}{number:06d}AB1CD" for number in range(LINES_AT_ONCE + 1)]
    content = xml_file(*(application(number, filed="2026-09-15") for number in numbers)).encode()

    def post(tried: str = ""):
        file = SimpleUploadedFile("demandes.xml", content)
        client.post(f"{URL}demandes/", {"file": file, "place": str(place.pk), "tried": tried})

    post()
    assert work() is RunState.CHECKED
    post(client.get(f"{LIST}{latest().pk}/").context["form"].initial["tried"])
    assert work() is RunState.IMPORTED
    assert run("SELECT count(*), min(kept_at_id::text) FROM allocations_application") == [(len(numbers), str(place.pk))]
    [event] = events(kind="applications_imported")
    assert (event["actor"], event["place"]) == (landlord.person("paul").pk, place.pk)
    row = latest()
    assert (row.rows_read, row.rows_saved) == (row.rows, row.rows)


def test_error_of_applications_is_shown_and_its_lines_are_downloaded(landlord, sign_in):
    enter_figures()
    client, place = sign_in("paul"), landlord.place("Agence Belleville")
    line = csv_file({"demande": "faux"}).splitlines()
    content = "\n".join([line[0], *[line[1]] * (LINES_AT_ONCE + 1), ""]).encode()
    file = SimpleUploadedFile("demandes.csv", content)
    client.post(f"{URL}demandes/", {"file": file, "place": str(place.pk), "tried": ""})
    assert work() is RunState.REFUSED
    lines = client.get(f"{LIST}{latest().pk}/refus/demandes.csv").content.decode("utf-8-sig").splitlines()
    assert len(lines) == LINES_AT_ONCE + 2


def test_dry_run_allows_the_import_for_an_hour(landlord, sign_in):
    client = sign_in("paul")
    tried_token(client, many())
    run("UPDATE exchange_importrun SET ended_at = ended_at - interval '59 minutes'")
    assert client.get(f"{LIST}{latest().pk}/").context["form"]
    run("UPDATE exchange_importrun SET ended_at = ended_at - interval '2 minutes'")
    assert client.get(f"{LIST}{latest().pk}/").context["form"] is None


def test_command_runs_the_imports_that_wait(landlord, sign_in):
    send(sign_in("paul"), many())
    with served_by("imports"):
        call_command("run_imports", once=True)
    assert latest().state == "checked"


def test_command_refuses_a_login_that_bypasses_the_policies(landlord):
    with served_by("jobs"), pytest.raises(CommandError, match="contourne les règles de ligne"):
        call_command("run_imports", once=True)


def test_command_refuses_the_login_of_web_processes(landlord):
    with pytest.raises(CommandError, match="LOGE_IMPORTS_URL"):
        call_command("run_imports", once=True)


# --- Errors ---


def test_errors_are_shown_by_line_and_column_and_as_a_file_for_an_hour(landlord, sign_in):
    client = sign_in("paul")
    send(client, many(wrong=2))
    assert work() is RunState.REFUSED
    row, page = latest(), page_of(client, latest())
    assert "2 erreurs" in page and "la cellule est vide : elle est obligatoire" in page
    assert f"{LINES_AT_ONCE + 102}" in page and "Sans clé" not in page and "Sans clé" not in str(row.report)
    address = f"{LIST}{row.pk}/refus/locataires.csv"
    lines = list(csv.reader(io.StringIO(client.get(address).content.decode("utf-8-sig")), delimiter=";"))
    assert [line[2] for line in lines] == ["nom", "Sans clé", "Sans clé"] and "obligatoire" in lines[1][0]
    [taken] = events(kind="export_taken")
    assert (taken["about"], taken["count"]) == (row.pk, 2)
    assert client.get(f"{LIST}{row.pk}/refus/baux.csv").status_code == 404
    run("UPDATE exchange_importrun SET ended_at = ended_at - interval '61 minutes'")
    assert client.get(address).status_code == 404
    with served_by("imports"):
        give_up_stale_runs()
    assert run("SELECT count(*) FROM exchange_importfile") == [(0,)]


def test_refusal_by_the_database_is_told_and_stores_nothing(landlord, sign_in, monkeypatch):
    client, content = sign_in("paul"), many()
    token = tried_token(client, content)
    run("ALTER TABLE tenants_tenant ADD CONSTRAINT surprise CHECK (last_name <> 'Neuve') NOT VALID")
    send(client, content, token)
    assert work() is RunState.FAILED and count() == 0
    assert "Rien n’est enregistré" in page_of(client, latest()) and latest().problem == "surprise"
    assert events(kind="import_stopped")[0]["facts"] == {"result": "failed"}


def test_missing_legal_figure_is_told(landlord, sign_in):
    client, place = sign_in("paul"), landlord.place("Agence Belleville")
    numbers = [f"{NUMBER[:7]}{number:06d}AB1CD" for number in range(LINES_AT_ONCE + 1)]
    content = xml_file(*(application(number, filed="2026-09-15") for number in numbers)).encode()
    run("DELETE FROM allocations_legalfigure")
    client.post(
        f"{URL}demandes/",
        {"file": SimpleUploadedFile("demandes.xml", content), "place": str(place.pk), "tried": ""},
    )
    assert work() is RunState.FAILED and latest().problem == "figure_missing"


# --- Rights ---


@pytest.mark.parametrize("when", ["before", "meanwhile", "closed"])
def test_right_that_ends_meanwhile_refuses_the_import(landlord, sign_in, monkeypatch, when):
    client, content, paul = sign_in("paul"), many(), landlord.person("paul")
    token = tried_token(client, content)
    send(client, content, token)

    def withdraw():
        if when == "closed":
            Person.objects.using(OWNER).filter(pk=paul.pk).update(is_active=False)
        else:
            end_access(paul)

    if when == "before":
        withdraw()
    else:
        outcome = running.outcome_of

        def end_then_go_on(*args):
            withdraw()
            return outcome(*args)

        monkeypatch.setattr(running, "outcome_of", end_then_go_on)
    assert work() is RunState.WITHDRAWN
    assert count() == 0 and not events(kind="portfolio_imported")
    assert latest().report.keys() == {"print"}, "no result is stored"
    [event] = events(kind="import_stopped")
    assert (event["machine"], event["facts"]) == ("run_imports", {"result": "withdrawn"})


def test_dry_run_shows_no_result_to_who_lost_the_right(landlord, sign_in):
    send(sign_in("paul"), many(wrong=1))
    end_access(landlord.person("paul"))
    assert work() is RunState.WITHDRAWN
    assert run("SELECT count(*) FROM exchange_importfile") == [(0,)]


def test_others_do_not_see_an_import(landlord, sign_in):
    send(sign_in("paul"), many(wrong=1))
    row = latest()
    other = make_person("Rose Alba", landlord.place("Agence Belleville"))
    assign(other, "data_steward", landlord.place("Office des Trois-Rives"))
    client = let_in(sign_in("paul"), other)
    for state in ("waiting", "ended"):
        assert client.get(f"{LIST}{row.pk}/").status_code == 404, state
        assert client.get(f"{LIST}{row.pk}/refus/locataires.csv").status_code == 404
        assert str(row.pk) not in client.get(LIST).content.decode()
        if state == "waiting":
            work()


def test_dpo_sees_who_imported_but_no_result(landlord, sign_in):
    send(sign_in("paul"), many(wrong=1))
    work()
    page = unescape(sign_in("ines").get("/trace/imports/").content.decode())
    assert landlord.person("paul").name in page and "refusé : le fichier a des erreurs" in page.replace("\xa0", " ")
    assert "obligatoire" not in page and str(latest().pk) not in page
    ines = landlord.person("ines").pk
    assert as_role(Compartment.ALL_TRACE, ines, "SELECT state FROM exchange_importrun") == [("refused",)]
    with pytest.raises(DatabaseError, match="permission denied"):
        as_role(Compartment.ALL_TRACE, ines, "SELECT report FROM exchange_importrun")


def test_no_web_login_reads_an_uploaded_file(landlord, sign_in):
    send(sign_in("paul"), many(name=CANARY))
    [(content,)] = run("SELECT content FROM exchange_importfile")
    assert CANARY.encode() not in bytes(content)
    for login in ("web", "web_card", "web_contingent", "trace", "cache", "prune", "seal"):
        assert tried(login, "SELECT content FROM exchange_importfile") is None, login
    for compartment in Compartment:
        with suppress(DatabaseError):
            assert as_role(compartment, landlord.person("paul").pk, "SELECT content FROM exchange_importfile") == []
    assert len(tried("imports", "SELECT content FROM exchange_importfile")) == 1


def test_login_of_imports_reads_no_resident(landlord):
    for table in ("tenants_tenant", "tenants_residence", "ledger_entry", "allocations_applicant", "access_person"):
        assert tried("imports", f"SELECT * FROM {table}") is None, table
    roles = [c.database_role for c in Compartment if c is not Compartment.INTAKE]
    assert [role for role in roles if tried("imports", f"SET ROLE {role}") is not None] == []


def test_uploaded_files_are_in_no_log_and_no_backup(landlord):
    from housing.backup.state import NOT_COPIED

    assert run("SELECT relpersistence FROM pg_class WHERE relname = 'exchange_importfile'") == [("u",)]
    assert "exchange_importfile" in NOT_COPIED


# --- Crashes, and two at once ---


def test_crash_leaves_an_interrupted_import_and_no_content(landlord, sign_in):
    client = sign_in("paul")
    send(client, many(), tried_token(client, many()))
    with served_by("imports"):
        take_next()  # The process dies here.
    assert run("SELECT count(*) FROM exchange_importfile") == [(0,)] and latest().state == "running"
    with served_by("imports"):
        assert give_up_stale_runs() == 0
    run("UPDATE exchange_importrun SET beat_at = beat_at - interval '61 seconds' WHERE state = 'running'")
    silent = latest()
    assert "Le traitement des imports ne répond pas depuis le" in page_of(client, silent)
    with served_by("imports"):
        assert give_up_stale_runs() == 1
    assert silent.is_silent and latest().state == "interrupted" and count() == 0 and not latest().is_silent
    assert "Vous pouvez les envoyer de nouveau" in page_of(client, latest())
    assert send(client, many()).status_code == 200 and latest().state == "waiting"


@pytest.mark.parametrize("error", [SystemExit, MemoryError])
def test_end_of_the_process_rolls_the_import_back(landlord, sign_in, monkeypatch, error):
    client = sign_in("paul")
    send(client, many(), tried_token(client, many()))

    def die(*_args):
        raise error

    monkeypatch.setattr(running, "outcome_of", die)
    with pytest.raises(error), served_by("imports"):
        run_next()
    assert latest().state == "interrupted" and count() == 0


def test_import_that_was_given_up_is_not_committed(landlord, sign_in, monkeypatch):
    """A process that seemed dead, for example while its machine was suspended, must not commit its import."""
    client = sign_in("paul")
    send(client, many(), tried_token(client, many()))
    outcome = running.outcome_of

    def give_up_then_go_on(*args):
        run("UPDATE exchange_importrun SET state = 'interrupted', ended_at = now() WHERE state = 'running'")
        return outcome(*args)

    monkeypatch.setattr(running, "outcome_of", give_up_then_go_on)
    assert work() is RunState.INTERRUPTED
    assert count() == 0 and not events(kind="portfolio_imported")


def test_files_lost_by_the_server_interrupt_the_import(landlord, sign_in):
    send(sign_in("paul"), many())
    run("TRUNCATE exchange_importfile")
    assert work() is RunState.INTERRUPTED


def test_form_sent_twice_is_queued_once(landlord, sign_in):
    client = sign_in("paul")
    send(client, many())
    page = unescape(send(client, many()).content.decode())
    assert "Un de vos imports est déjà en attente ou en cours" in page
    assert run("SELECT (SELECT count(*) FROM exchange_importrun), (SELECT count(*) FROM exchange_importfile)") == [
        (1, 1)
    ]


def test_two_processes_take_different_imports(landlord, sign_in):
    client = sign_in("paul")
    send(client, many())
    other = make_person("Rose Alba", landlord.place("Agence Belleville"))
    assign(other, "data_steward", landlord.place("Office des Trois-Rives"))
    send(let_in(sign_in("paul"), other), many(name="Autre"))
    first, second = ImportRun.objects.using(OWNER).order_by("queued_at")
    with stolen("imports") as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT 1 FROM exchange_importrun WHERE id = %s FOR UPDATE", [str(first.pk)])
        with served_by("imports"):
            assert run_next().pk == second.pk and run_next() is None
    assert work() is RunState.CHECKED


def test_file_that_nobody_takes_is_deleted_after_an_hour(landlord, sign_in):
    client = sign_in("paul")
    send(client, many())
    assert "Cet import attend depuis" not in page_of(client, latest())
    run("UPDATE exchange_importrun SET queued_at = queued_at - interval '121 seconds'")
    since = f"{timezone.localtime(latest().queued_at):%H:%M}".removeprefix("0")
    assert f", {since} : un autre import est en cours" in page_of(client, latest())
    run("UPDATE exchange_importrun SET queued_at = queued_at - interval '60 minutes'")
    with served_by("imports"):
        assert give_up_stale_runs() == 1
    assert latest().state == "expired" and run("SELECT count(*) FROM exchange_importfile") == [(0,)]


def test_night_deletes_old_imports_and_forgotten_files(landlord, sign_in):
    client = sign_in("paul")
    send(client, many(wrong=1))
    work()
    call_command("expire_notes", stdout=io.StringIO())
    assert run("SELECT (SELECT count(*) FROM exchange_importrun), (SELECT count(*) FROM exchange_importfile)") == [
        (1, 1)
    ]
    run(
        "UPDATE exchange_importrun SET queued_at = queued_at - interval '30 days', ended_at = ended_at - interval"
        " '30 days' + interval '1 minute'"
    )
    call_command("expire_notes", stdout=io.StringIO())
    assert run("SELECT (SELECT count(*) FROM exchange_importrun), (SELECT count(*) FROM exchange_importfile)") == [
        (1, 0)
    ]
    run("UPDATE exchange_importrun SET ended_at = ended_at - interval '2 minutes'")
    call_command("expire_notes", stdout=io.StringIO())
    assert not ImportRun.objects.using(OWNER).exists()
    assert events(kind="imports_expired")[0]["facts"] == {"imports": 1}


# --- Progress ---


def test_progress_never_decreases_and_ends_at_the_total():
    progress, seen = Progress({"a.csv": 3, "b.csv": 2}), []
    for file, lines in (("a.csv", 3), ("b.csv", 2)):
        progress.enter(Phase.READING, file)
        for _line in range(lines + 1):
            progress.step(10)
            seen.append(progress.values())
        progress.enter(Phase.CHECKING, file)
        seen.append(progress.values())
        progress.enter(Phase.SAVING, file)
        seen.append(progress.values())
    progress.finish()
    seen.append(progress.values())
    for name in ("rows_read", "rows_checked", "rows_saved"):
        numbers = [values[name] for values in seen]
        assert numbers == sorted(numbers) and numbers[-1] == 5, name
    assert all(values["rows_saved"] <= values["rows_checked"] <= values["rows_read"] <= 5 for values in seen)


def test_page_shows_the_progress_and_stops_asking_after_five_minutes(landlord, sign_in):
    client = sign_in("paul")
    send(client, many())
    row = latest()
    ImportRun.objects.using(OWNER).filter(pk=row.pk).update(
        state="running", phase="checking", file="locataires.csv", rows_read=600, rows_checked=300, rows_saved=0
    )
    page = page_of(client, row)
    assert 'value="50"' in page and "En ce moment : contrôle de locataires.csv." in page
    assert re.search(r'hx-get="[^"]+\?suivi=1"', page) and "Actualiser" in page
    assert "suivi=60" in client.get(f"{LIST}{row.pk}/?suivi=59").content.decode()
    for number in ("60", "61", "x", "²", "-1", "9999999"):
        assert "hx-get" not in client.get(f"{LIST}{row.pk}/?suivi={number}").content.decode().split("suivi", 1)[1]


def test_progress_is_stored_while_the_import_runs(landlord, sign_in, monkeypatch):
    monkeypatch.setattr("exchange.background.progress.BEAT_SECONDS", 0.01)
    client = sign_in("paul")
    send(client, many())
    outcome, seen = running.outcome_of, []

    def look(*args):
        end = timezone.now() + timedelta(seconds=5)
        while timezone.now() < end and latest().rows_saved < latest().rows:
            pass
        seen.append(latest())
        return outcome(*args)

    monkeypatch.setattr(running, "outcome_of", look)
    assert work() is RunState.CHECKED
    [row] = seen
    assert row.state == "running" and row.phase == "saving" and row.rows_read == row.rows
    assert connections["default"].settings_dict["USER"].endswith("_web")
