"""Attacks on imports in the background: hostile addresses and files, clocks, errors that quote a cell."""

import io
import logging
import time
from types import SimpleNamespace

import pytest
from django.core import signing
from django.core.management import call_command
from django.db import InterfaceError

from exchange.background import progress, running
from exchange.background.files import sealed_content
from exchange.background.running import give_up_stale_runs, take_next
from exchange.models import ImportFile, ImportRun, RunState
from tests.builders import OWNER, events, run
from tests.exchange.test_background import CANARY, LIST, count, latest, many, send, tried_token, work
from tests.sign_in import served_by


def test_null_character_in_the_name_of_a_file_finds_nothing(landlord, sign_in):
    client = sign_in("paul")
    send(client, many(wrong=1))
    assert work() is RunState.REFUSED
    assert client.get(f"{LIST}{latest().pk}/refus/a%00b").status_code == 404
    assert client.get(f"{LIST}{latest().pk}/refus/{'a' * 3000}").status_code == 404


def test_dry_run_in_the_background_allows_the_import_for_one_hour_in_all(landlord, sign_in, monkeypatch):
    """A dry run must allow the import for one hour after the dry run has ended.

    Opening the page again creates a new signed token, but must not extend the hour.
    """
    client, content = sign_in("paul"), many()
    tried_token(client, content)
    run("UPDATE exchange_importrun SET ended_at = ended_at - interval '50 minutes'")
    token = client.get(f"{LIST}{latest().pk}/").context["form"].initial["tried"]
    monkeypatch.setattr(signing, "time", SimpleNamespace(time=lambda: time.time() + 20 * 60))
    send(client, content, token)
    assert ImportRun.objects.using(OWNER).count() == 1, "the import is not queued"


def test_unexpected_error_ends_one_import_and_quotes_no_cell(landlord, sign_in, monkeypatch, capfd, caplog):
    """After an unexpected error, the process runs the next import, and prints no cell of the file."""
    client = sign_in("paul")
    send(client, many(name=CANARY))

    def stumble(*_args):
        raise ValueError(f"invalid literal for int() with base 10: '{CANARY}'")

    monkeypatch.setattr(running, "outcome_of", stumble)
    with served_by("imports"), caplog.at_level(logging.ERROR, "loge.imports"):
        call_command("run_imports", once=True, stdout=io.StringIO())
    assert latest().state == "failed" and count(CANARY) == 0
    assert events(kind="import_stopped")[0]["facts"] == {"result": "failed"}
    assert CANARY not in "".join(capfd.readouterr())
    assert "import_failed" in [record.message for record in caplog.records]


def test_clock_of_another_host_gives_up_no_import(landlord, sign_in, monkeypatch):
    """A host whose clock is fast must not declare another host's running import as failed."""
    send(sign_in("paul"), many())
    with served_by("imports"):
        take_next()
        now = running.timezone.now
        monkeypatch.setattr(running.timezone, "now", lambda: now() + running.SILENT_FOR * 2)
        assert give_up_stale_runs() == 0
    assert latest().state == "running"


def test_lost_connection_of_the_beat_is_opened_again(landlord, sign_in, monkeypatch):
    send(sign_in("paul"), many())
    with served_by("imports"):
        row, _files = take_next()
        beat = progress.Beat(row, progress.Progress({}))

        def lost(*_args, **_values):
            raise InterfaceError("connection already closed")

        monkeypatch.setattr(ImportRun.objects.all().__class__, "update", lost)
        beat.store()
    assert not beat.progress.lost.is_set()


@pytest.mark.parametrize("file", ["inconnu.csv", "locataires.csv\n"])
def test_unknown_file_by_raw_sql_does_not_stop_the_process(landlord, sign_in, file):
    """An import file with an unknown name, inserted with a stolen database login, must fail only its own import."""
    send(sign_in("paul"), many())
    row = ImportFile(run=latest(), file=file)
    row.content = sealed_content(row, b"a\nb\n")
    row.save(using=OWNER, force_insert=True)
    with served_by("imports"):
        call_command("run_imports", once=True)
    assert latest().state == "failed"
