"""The verification of the sealed log must report events that were sealed with a leaf long after their time.

It may call an event backdated only if the event's transaction number proves it.
"""

import io
from contextlib import closing

import pytest
from django.core.management import CommandError, call_command

from tests.audit.test_append_only import COLUMNS, VALUES
from tests.audit.test_sealing import beside
from tests.audit.test_tampering import seal, write
from tests.builders import guards_asleep, run
from tests.housing.test_health import failing


def check():
    out = io.StringIO()
    try:
        call_command("check_trace", stdout=out)
    except CommandError:
        return False, out.getvalue()
    return True, out.getvalue()


@pytest.fixture(autouse=True)
def watched(settings):
    settings.METRICS_ALLOW = ["127.0.0.1"]


def test_a_backdated_event_is_reported_by_check_health_and_page(landlord, sign_in):
    client = sign_in("ines")
    seal()
    write(1, at="clock_timestamp() - interval '5 hours'")
    seal()
    sound, told = check()
    assert not sound and "antidatée, ou l’horloge a reculé" in told
    assert failing("/sante/fond") == ["sceau"]
    assert "Des mentions sont antidatées" in client.get("/trace/sceau/").content.decode()


@pytest.mark.parametrize(("minutes", "found"), [(4, False), (6, True)])
def test_an_event_counts_as_backdated_after_five_minutes(bare, minutes, found):
    write(2)
    seal()
    write(1, at=f"clock_timestamp() - interval '{minutes} minutes'")
    seal()
    assert check()[0] is not found


def test_an_event_of_a_long_transaction_is_late_but_not_backdated(landlord, sign_in):
    """An event that was sealed late because of a long transaction must not be reported as backdated.

    A nightly import, for example, commits hours after it writes an event. The event's transaction number proves that
    the transaction began before the preceding checkpoint.
    """
    client = sign_in("ines")
    seal()
    with closing(beside("owner")) as night, night.cursor() as cursor:
        cursor.execute(f"INSERT INTO audit_event (at, {COLUMNS}) VALUES (now() - interval '5 hours', {VALUES})")
        write(3)
        seal()
        night.commit()
    seal()
    sound, told = check()
    assert sound and "1 lignes signées bien après leur heure" in told and "une transaction était longue" in told
    assert failing("/sante/fond") == []
    assert "dix minutes après son heure" in client.get("/trace/sceau/").content.decode()


def test_leaves_of_a_stopped_sealer_are_late_but_not_backdated(bare):
    write(2, at="clock_timestamp() - interval '3 hours'")
    seal()
    sound, told = check()
    assert sound and "2 lignes signées bien après leur heure" in told and "le sceau était arrêté" in told


def test_a_restored_log_is_not_reported_as_backdated(bare):
    """Events of a restored backup must not be reported as backdated.

    Restoring gives every row a new transaction number, which is later than all checkpoints.
    """
    write(2, at="clock_timestamp() - interval '2 hours'")
    seal()
    write(2, at="clock_timestamp() - interval '1 hour'")
    seal()
    first = "(SELECT min(size) FROM audit_checkpoint)"
    with guards_asleep("audit_checkpoint"):
        run(f"UPDATE audit_checkpoint SET at = at - interval '30 minutes' WHERE size = {first}")
    for table in ("audit_leaf", "audit_checkpoint"):
        with guards_asleep(table):
            run(f"UPDATE {table} SET at = at")
    with guards_asleep("audit_event"):
        run("UPDATE audit_event SET kind = kind")
    assert check()[0]
