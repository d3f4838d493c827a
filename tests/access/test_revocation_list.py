"""A file outside the database lists each withdrawal of access, such as the end of an assignment.

After a backup is restored, applying the list withdraws again what the backup still grants.
"""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import connections, transaction
from django.utils import timezone

from access.grants import revocation_list
from access.grants.revocation_list import Withdrawals, WithdrawnRefused, read_list, withdraw_again
from audit.events import FACTOR_REMOVED, FACTORS_RESET, KEY_COPIED, PASSWORD_CHANGED, Code, Outcome
from audit.record import record_view
from audit.tlog.leaf import utc
from tests.audit.test_append_only import COLUMNS
from tests.audit.test_tampering import seal
from tests.builders import OWNER, paris_day, run


def write_event(kind, **facts):
    line = f"gen_random_uuid(), '{kind}', 'changed', 'test', '', '', '', '', '{{}}', 0, %s"
    run(f"INSERT INTO audit_event ({COLUMNS}) VALUES ({line})", json.dumps(facts))


def follow(withdrawals):
    seal()
    with transaction.atomic(using="seal"), connections["seal"].cursor() as cursor:
        cursor.execute("SELECT coalesce(max(number) + 1, 0) FROM audit_leaf")
        return withdrawals.follow(cursor, cursor.fetchone()[0])


def again(file):
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        return withdraw_again(cursor, read_list(file))


@pytest.fixture
def file(tmp_path):
    return tmp_path / "withdrawn"


def test_each_withdrawal_is_written_once_by_any_process(landlord, file):
    awa, bruno = landlord.person("awa"), landlord.person("bruno")
    [(assignment,)] = run("SELECT id FROM access_assignment WHERE person_id = %s LIMIT 1", awa.pk)
    write_event(
        "assignment_ended", assignment=str(assignment), person=str(awa.pk), ended_on="2026-11-20", reason="departure"
    )
    withdrawals = Withdrawals(file)
    assert (follow(withdrawals), follow(withdrawals)) == (1, 0)
    write_event("person_closed", person=str(bruno.pk))
    write_event("list_shown", list="x")
    assert (follow(withdrawals), follow(withdrawals), follow(Withdrawals(file))) == (1, 0, 0)
    write_event("token_revoked", person=str(bruno.pk))
    assert follow(Withdrawals(file)) == 1
    assert [row[2] for row in read_list(file)] == ["assignment_ended", "person_closed", "token_revoked"]
    assert file.stat().st_mode & 0o077 == 0 and awa.name not in file.read_text()


def test_a_withdrawal_committed_after_a_later_one_is_found_by_the_next_process(landlord, file):
    awa, bruno = landlord.person("awa"), landlord.person("bruno")
    write_event("person_closed", person=str(bruno.pk))
    assert follow(Withdrawals(file)) == 1
    line = (
        "now() - interval '1 hour', gen_random_uuid(), 'person_closed', 'changed', 'test', '', '', '', '', '{}', 0, %s"
    )
    run(f"INSERT INTO audit_event (at, {COLUMNS}) VALUES ({line})", json.dumps({"person": str(awa.pk)}))
    assert follow(Withdrawals(file)) == 1
    assert [row[3] for row in read_list(file)] == [str(bruno.pk), str(awa.pk)]


def test_a_restored_database_loses_withdrawn_access_and_gains_none(landlord, file):
    awa, bruno, chloe = (landlord.person(name) for name in ("awa", "bruno", "chloe"))
    [(assignment,)] = run("SELECT id FROM access_assignment WHERE person_id = %s LIMIT 1", awa.pk)
    write_event(
        "assignment_ended", assignment=str(assignment), person=str(awa.pk), ended_on=f"{paris_day()}", reason="error"
    )
    for person in (bruno, chloe):
        write_event("person_closed", person=str(person.pk))
    write_event("person_reopened", person=str(chloe.pk))
    # Bruno (caretaker) must still be unable to sign in, although a later event in the list is about him too.
    write_event("token_revoked", person=str(bruno.pk))
    follow(Withdrawals(file))
    assert (again(file), again(file)) == (2, 0)
    ended = "SELECT ended_on = loge_today(), end_reason FROM access_assignment WHERE id = %s"
    assert run(ended, assignment) == [(True, "error")]
    active = "SELECT is_active FROM access_person WHERE id = %s"
    assert run(active, bruno.pk) + run(active, chloe.pk) == [(False,), (True,)]
    run("UPDATE access_person SET is_active = false WHERE id = %s", chloe.pk)
    assert again(file) == 0 and run(active, chloe.pk) == [(False,)]


def test_events_without_an_id_are_left_out_of_the_list(landlord, file, monkeypatch):
    """A stolen login can write such events. A line of them could not be read again, and would stop every restore."""
    bruno, logged = landlord.person("bruno"), []
    monkeypatch.setattr(revocation_list._log, "error", lambda event, extra: logged.append((event, extra)))
    for facts in ({}, {"person": "x"}, {"person": str(bruno.pk), "ended_on": "soon"}):
        write_event("person_closed", **facts)
    write_event("person_closed", person=str(bruno.pk))
    assert follow(Withdrawals(file)) == 1
    assert [row[3] for row in read_list(file)] == [str(bruno.pk)]
    assert logged == [("withdrawal_left_out", {"reason": "person_closed"})] * 3


def test_a_damaged_list_raises(file):
    file.write_text("2026-11-27T08:15:30.120000Z nobody assignment_ended\n")
    for act in (read_list, Withdrawals):
        with pytest.raises(WithdrawnRefused):
            act(file)


# --- Credentials ---


def since_the_copy(file, kind, person, reason="-", minutes=1):
    """Append a change to the revocation list, dated after the backup, so that the restored audit log lacks it."""
    at = utc(timezone.now() + timedelta(minutes=minutes))
    with file.open("a") as lines:
        lines.write(f"{at} {uuid4()} {kind.code} {person.pk} {paris_day()} {reason}\n")


def with_ways_in(person, *types):
    person.set_password("une phrase assez longue")
    person.save(using=OWNER, update_fields=["password"])
    for type_code in types:
        Authenticator.objects.using(OWNER).create(user=person, type=type_code, data={})
    SocialAccount.objects.using(OWNER).create(user=person, provider="directory", uid=str(person.pk))


def ways_in_of(person):
    person.refresh_from_db(using=OWNER)
    types_left = set(Authenticator.objects.using(OWNER).filter(user=person).values_list("type", flat=True))
    linked = SocialAccount.objects.using(OWNER).filter(user=person).exists()
    return types_left, linked, person.has_usable_password()


def test_removed_credentials_are_listed_under_their_person(landlord, file):
    awa, bruno, jules = (landlord.person(name) for name in ("awa", "bruno", "jules"))
    record_view(FACTOR_REMOVED, Outcome.CHANGED, by=awa, means=Code("passkey"))
    record_view(KEY_COPIED, Outcome.CHANGED, by=awa, means=Code("passkey"), ended=1)
    record_view(PASSWORD_CHANGED, Outcome.CHANGED, by=awa)
    record_view(FACTORS_RESET, Outcome.CHANGED, by=jules, person=bruno.pk, reason=Code("lost"), removed=1, ended=1)
    assert follow(Withdrawals(file)) == 4
    assert {(row[2], row[3], row[5]) for row in read_list(file)} == {
        ("factor_removed", str(awa.pk), "passkey"),
        ("key_copied", str(awa.pk), "passkey"),
        ("password_changed", str(awa.pk), "-"),
        ("factors_reset", str(bruno.pk), "lost"),
    }


def test_a_restored_database_loses_lost_keys_and_a_password_left_without_second_factor(landlord, file):
    awa, bruno = landlord.person("awa"), landlord.person("bruno")
    with_ways_in(awa, "webauthn", "totp", "recovery_codes")
    with_ways_in(bruno, "webauthn", "recovery_codes")
    since_the_copy(file, KEY_COPIED, awa, "passkey")
    since_the_copy(file, FACTORS_RESET, bruno, "lost")
    assert (again(file), again(file)) == (4, 0)
    assert ways_in_of(awa) == ({"totp", "recovery_codes"}, True, True)
    assert ways_in_of(bruno) == (set(), False, False)
    # Bruno (caretaker) gets a new key after the changes in the list. Applying the list again must not remove this key.
    Authenticator.objects.using(OWNER).create(user=bruno, type="webauthn", data={})
    Authenticator.objects.using(OWNER).update(created_at=timezone.now() + timedelta(minutes=2))
    assert again(file) == 0 and ways_in_of(bruno)[0] == {"webauthn"}
    since_the_copy(file, FACTOR_REMOVED, awa, "code", minutes=3)
    assert again(file) == 1 and ways_in_of(awa) == ({"recovery_codes"}, True, False)


def test_a_restored_database_loses_an_older_password_but_keeps_the_current_one(landlord, file):
    awa, bruno = landlord.person("awa"), landlord.person("bruno")
    for person in (awa, bruno):
        with_ways_in(person, "webauthn")
    record_view(PASSWORD_CHANGED, Outcome.CHANGED, by=awa)
    follow(Withdrawals(file))
    assert again(file) == 0 and ways_in_of(awa)[2]
    since_the_copy(file, PASSWORD_CHANGED, bruno)
    assert again(file) == 1
    assert (ways_in_of(awa), ways_in_of(bruno)) == (({"webauthn"}, True, True), ({"webauthn"}, True, False))
    # Awa (caretaker) must keep her password, because the backup includes this change of 500 days ago.
    since_the_copy(file, PASSWORD_CHANGED, awa, minutes=-60 * 24 * 500)
    assert ways_in_of(awa)[2] and again(file) == 1 and ways_in_of(awa)[2]
