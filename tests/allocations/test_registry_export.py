"""Decisions in signed minutes and closings of applications are sent to the national register once.

No page shows the file that contains them.
"""

import csv
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyrage
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse
from django.utils import timezone

from access.compartments import Compartment
from access.permissions import Permission
from allocations.actions.expiry import REPEAT_DAYS, UNSENT_DAYS, expire_applications, expire_registry_rows
from allocations.actions.sessions import sign_minutes
from allocations.models import RegistryRow, RegistryRun, Session
from exchange.registry_export import CLOSING_CODES, COLUMNS, SUB_MOTIVES, department_of
from tests.allocations.builders import acting_as, make_application
from tests.allocations.commission import Commission
from tests.allocations.refusals import refused
from tests.allocations.sessions import declare_inadmissible
from tests.builders import OWNER, events, paris_day, run
from tests.database.test_policies import as_role
from tests.tenants.test_clocks import A_MOMENT, freeze_clock, midnight

pytestmark = pytest.mark.usefixtures("unkept")


@pytest.fixture
def key() -> Any:
    return pyrage.x25519.Identity.generate()


def export(folder: Path, key: Any, *more: str) -> str:
    out = io.StringIO()
    call_command("export_decisions", str(folder), "--recipient", str(key.to_public()), *more, stdout=out)
    return out.getvalue()


def text_of(folder: Path, key: Any, number: int = 1) -> bytes:
    return pyrage.decrypt((folder / f"sne-{number:06}.csv.age").read_bytes(), [key])


def lines_of(folder: Path, key: Any, number: int = 1) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text_of(folder, key, number).decode()), delimiter=";"))


def decide(commission: Commission) -> list[Any]:
    """Close a session that ranked one candidate and refused two."""
    candidacies = commission.present()
    commission.open()
    commission.decide(candidacies[0], "b", rank=1)
    for candidacy in candidacies[1:]:
        commission.decide(candidacy, "d", motive="other_ranked_before")
    commission.close()
    return candidacies


def sign(commission: Commission) -> None:
    camille = commission.person("camille")
    with acting_as(camille, Permission.COMMITTEE_CHAIR) as access:
        assert commission.session
        session = access.rows(Session).get(pk=commission.session.pk)
        sign_minutes(by=camille, session=session, minutes="Procès-verbal", context=access.context)


def close(application: Any, motive: str = "renounced") -> None:
    run(
        "UPDATE allocations_application SET state = 'closed', closed_on = loge_today(), closing_motive = %s"
        " WHERE id = %s",
        motive,
        application.pk,
    )


def warn_long_ago(application: Any) -> None:
    run(
        "INSERT INTO allocations_closingwarning (id, application_id, motive, sent_on, sent_by_id, delivery,"
        " delivered_on) SELECT gen_random_uuid(), %s, 'inadmissible', loge_today() - 90, id, 'received',"
        " loge_today() - 60 FROM access_person WHERE name = 'Aline Perrin'",
        application.pk,
    )


def test_decisions_leave_once_their_minutes_are_signed(commission, key, tmp_path):
    candidacies = decide(commission)
    assert "Rien à envoyer" in export(tmp_path, key) and not list(tmp_path.iterdir())
    run("UPDATE buildings_address SET postcode = '75013', city = 'Paris'")
    sign(commission)
    assert "Envoi 1" in export(tmp_path, key)
    rows = lines_of(tmp_path, key)
    numbers = {candidacy.application.number for candidacy in candidacies}
    assert {row["number"] for row in rows} == numbers and tuple(rows[0]) == COLUMNS
    assert sorted((row["outcome"], row["motive"]) for row in rows) == [
        ("b", ""),
        ("d", "other_ranked_before"),
        ("d", "other_ranked_before"),
    ]
    held_on = timezone.localdate(commission.session.held_at)
    assert {row["day"] for row in rows} == {held_on.isoformat()} and {row["kind"] for row in rows} == {"decision"}


def test_decision_of_unsigned_minutes_is_not_sent_whoever_sends_it(commission):
    decide(commission)
    run("INSERT INTO allocations_registryrun VALUES (1, loge_today(), 1, '')")
    with refused("registry_row_of_signed_minutes"):
        run("UPDATE allocations_registryrow SET run_id = 1, sent_on = loge_today()")


def test_file_has_codes_and_numbers_and_nothing_else(commission, key, tmp_path):
    decide(commission)
    sign(commission)
    export(tmp_path, key)
    text = text_of(tmp_path, key).decode()
    names = run("SELECT last_name FROM allocations_applicant UNION SELECT first_name FROM allocations_applicant")
    ids = run("SELECT id::text FROM allocations_application UNION SELECT id::text FROM allocations_candidacy")
    assert not [word for (word,) in (*names, *ids) if word in text]
    assert b"Paris" not in (tmp_path / "sne-000001.csv.age").read_bytes()
    assert (tmp_path / "sne-000001.csv.age").stat().st_mode & 0o777 == 0o600


def test_closing_leaves_after_the_application_was_deleted(landlord, key, tmp_path):
    application = make_application(landlord.place("Agence Belleville"), "Vidal")
    unnumbered = make_application(landlord.place("Agence Belleville"), "Sans", number=None)
    close(application)
    close(unnumbered)
    application.delete(using=OWNER)
    export(tmp_path, key)
    [row] = lines_of(tmp_path, key)
    assert (row["number"], row["outcome"], row["registry_motive"]) == (application.number, "renounced", "RADABA")
    assert row["registry_sub_motive"] == row["city"] == row["department"] == ""


@pytest.mark.parametrize(("motive", "code"), SUB_MOTIVES.items())
def test_inadmissibility_leaves_with_its_sub_motive(landlord, key, tmp_path, motive, code):
    application = make_application(landlord.place("Agence Belleville"), "Vidal")
    declare_inadmissible(landlord, application, motive)
    warn_long_ago(application)
    close(application, "inadmissible")
    export(tmp_path, key)
    [row] = [row for row in lines_of(tmp_path, key) if row["kind"] == "closing"]
    assert (row["motive"], row["registry_motive"], row["registry_sub_motive"]) == (motive, "RADIRR", code)


def test_each_row_leaves_once(landlord, key, tmp_path):
    close(make_application(landlord.place("Agence Belleville"), "Vidal"))
    export(tmp_path, key)
    assert "Rien à envoyer" in export(tmp_path, key)
    later = make_application(landlord.place("Agence Belleville"), "Petit")
    close(later)
    export(tmp_path, key)
    assert [row["number"] for row in lines_of(tmp_path, key, 2)] == [later.number]
    assert [event["facts"]["run"] for event in events(kind="registry_exported")] == [1, 2]
    with refused("registry_row_leaves_once"):
        run("UPDATE allocations_registryrow SET run_id = 2 WHERE run_id = 1")
    with refused("registry_run_stays"):
        run("DELETE FROM allocations_registryrun")


def test_run_is_repeated_by_its_number_with_the_same_bytes(landlord, key, tmp_path):
    for name in ("Vidal", "Petit", "Roux"):
        close(make_application(landlord.place("Agence Belleville"), name))
    export(tmp_path, key)
    first = text_of(tmp_path, key)
    (tmp_path / "sne-000001.csv.age").unlink()
    # The update changes the physical order of the rows, which must not change the file.
    run("UPDATE allocations_registryrow SET city = city")
    export(tmp_path, key, "--repeat", "1")
    assert text_of(tmp_path, key) == first and len(events(kind="registry_export_repeated")) == 1
    with pytest.raises(CommandError, match="ce numéro"):
        export(tmp_path, key, "--repeat", "2")


def test_run_whose_file_could_not_be_written_is_recorded_and_repeated(landlord, key, tmp_path):
    close(make_application(landlord.place("Agence Belleville"), "Vidal"))
    (tmp_path / ".sne-000001.csv.age.partial").mkdir()
    with pytest.raises(CommandError, match="répétez-le"):
        export(tmp_path, key)
    (tmp_path / ".sne-000001.csv.age.partial").rmdir()
    export(tmp_path, key, "--repeat", "1")
    assert len(lines_of(tmp_path, key)) == 1


def test_wrong_recipient_sends_nothing(landlord, key, tmp_path):
    close(make_application(landlord.place("Agence Belleville"), "Vidal"))
    with pytest.raises(CommandError, match="age"):
        call_command("export_decisions", str(tmp_path), "--recipient", "age1nobody")
    assert not RegistryRun.objects.using(OWNER).exists()


def test_key_of_the_settings_is_the_recipient(landlord, key, tmp_path, settings):
    settings.REGISTRY_RECIPIENT = str(key.to_public())
    close(make_application(landlord.place("Agence Belleville"), "Vidal"))
    call_command("export_decisions", str(tmp_path), stdout=io.StringIO())
    assert len(lines_of(tmp_path, key)) == 1


def test_missing_recipient_sends_nothing_and_names_the_setting(landlord, tmp_path, settings):
    settings.REGISTRY_RECIPIENT = ""
    close(make_application(landlord.place("Agence Belleville"), "Vidal"))
    with pytest.raises(CommandError, match="LOGE_REGISTRY_RECIPIENT"):
        call_command("export_decisions", str(tmp_path))
    assert not RegistryRun.objects.using(OWNER).exists() and not list(tmp_path.iterdir())


def test_manager_reads_what_to_enter_if_the_recipient_is_missing(landlord, sign_in, key, settings):
    url, rosa = reverse("registry_runs"), sign_in("rosa")
    settings.REGISTRY_RECIPIENT = ""
    missing = rosa.get(url).content.decode()
    assert "Clé du destinataire manquante" in missing and "LOGE_REGISTRY_RECIPIENT=age1…" in missing
    settings.REGISTRY_RECIPIENT = str(key.to_public())
    present = rosa.get(url).content.decode()
    assert "Clé du destinataire manquante" not in present and settings.REGISTRY_RECIPIENT[:16] in present


def test_sent_rows_are_erased_after_thirty_one_days(landlord, key, tmp_path):
    application = make_application(landlord.place("Agence Belleville"), "Vidal")
    close(application)
    waiting = make_application(landlord.place("Agence Belleville"), "Petit")
    export(tmp_path, key)
    close(waiting)
    expire_applications(by="test")
    ends = midnight(paris_day(REPEAT_DAYS + 1))
    for step, gone in ((-A_MOMENT, 0), (timedelta(0), 1)):
        freeze_clock(ends + step)
        assert expire_registry_rows(by="test") == gone, step
    assert [row.number for row in RegistryRow.objects.using(OWNER).all()] == [waiting.number]
    with pytest.raises(CommandError, match="effacées"):
        export(tmp_path, key, "--repeat", "1")


def test_file_leaves_the_disk_with_its_rows(landlord, key, tmp_path):
    """An export file must be deleted with its rows. Newer export files and other files in the folder must stay."""
    first, second = (make_application(landlord.place("Agence Belleville"), name) for name in ("Vidal", "Petit"))
    close(first)
    export(tmp_path, key)
    for name in ("sne-000007.csv.age", "notes.txt", ".sne-000001.csv.age.partial"):
        (tmp_path / name).write_text("")
    ends = midnight(paris_day(REPEAT_DAYS + 1))
    freeze_clock(ends - A_MOMENT)
    close(second)
    export(tmp_path, key)
    assert len(list(tmp_path.iterdir())) == 5 and events(kind="registry_files_deleted") == []
    freeze_clock(ends)
    assert "Fichiers effacés après 31 jours : 2." in export(tmp_path, key).replace("\u00a0", " ")
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"sne-000002.csv.age", "sne-000007.csv.age", "notes.txt"}
    [event] = events(kind="registry_files_deleted")
    assert event["facts"] == {"files": 2}


def test_old_files_are_deleted_without_the_recipients_key(landlord, key, tmp_path, settings):
    close(make_application(landlord.place("Agence Belleville"), "Vidal"))
    export(tmp_path, key)
    freeze_clock(midnight(paris_day(REPEAT_DAYS + 1)))
    settings.REGISTRY_RECIPIENT = ""
    with pytest.raises(CommandError, match="LOGE_REGISTRY_RECIPIENT"):
        call_command("export_decisions", str(tmp_path), stdout=io.StringIO())
    assert list(tmp_path.iterdir()) == []


def test_rows_that_nobody_sends_are_erased_after_ninety_two_days(landlord):
    close(make_application(landlord.place("Agence Belleville"), "Vidal"))
    ends = midnight(paris_day(UNSENT_DAYS + 1))
    for step, gone in ((-A_MOMENT, 0), (timedelta(0), 1)):
        freeze_clock(ends + step)
        assert expire_registry_rows(by="test") == gone, step


def test_sent_row_is_not_deleted_before(landlord, key, tmp_path):
    close(make_application(landlord.place("Agence Belleville"), "Vidal"))
    with refused("registry_row_leaves_once"):
        run("DELETE FROM allocations_registryrow")
    export(tmp_path, key)
    with refused("registry_row_leaves_once"):
        run("DELETE FROM allocations_registryrow")


def test_manager_sees_how_many_rows_left_and_no_row(commission, sign_in, key, tmp_path):
    """The manager may read only counts, because a row for the national register contains one applicant's outcome."""
    candidacies = decide(commission)
    sign(commission)
    url = reverse("registry_runs")
    rosa = sign_in("rosa")
    before = rosa.get(url).content.decode()
    assert "3 lignes partiront" in before
    export(tmp_path, key)
    after = rosa.get(url).content.decode()
    assert "Aucune ligne à envoyer" in after and RegistryRun.objects.using(OWNER).get().digest[:16] in after
    for body in (before, after):
        assert not [c for c in candidacies if c.application.number in body or str(c.pk) in body]
        assert "other_ranked_before" not in body and "non-attribution" not in body


@pytest.mark.parametrize("compartment", list(Compartment))
def test_no_compartment_of_people_reads_a_row(landlord, compartment):
    with pytest.raises(Exception, match="permission denied"):
        as_role(compartment, landlord.person("rosa").pk, "SELECT number FROM allocations_registryrow")


def test_only_managers_count_what_waits(landlord):
    close(make_application(landlord.place("Agence Belleville"), "Vidal"))
    ask = "SELECT allocations_rows_to_send()"
    assert as_role(Compartment.STEERING, landlord.person("rosa").pk, ask) == [(1,)]
    assert as_role(Compartment.STEERING, landlord.person("aline").pk, ask) == [(0,)]


def test_every_closing_motive_has_a_code_or_none():
    assert {code for code in CLOSING_CODES.values() if code} == {"RADATT", "RADABA", "RADCON", "RADIRR", "RADREN"}
    assert [department_of(code) for code in ("75013", "97400", "20000", "")] == ["75", "974", "20", ""]
