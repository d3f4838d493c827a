"""What was taken back from people stands where no copy reaches, once each, and is only ever taken back again."""

import json

import pytest
from django.db import connections, transaction

from access.withdrawn import Withdrawals, WithdrawnRefused, read, withdraw_again
from tests.audit.test_append_only import COLUMNS
from tests.audit.test_tampering import seal
from tests.builders import paris_day, run


def told(kind, **facts):
    line = f"gen_random_uuid(), '{kind}', 'changed', 'test', '', '', '', '', '{{}}', 0, %s"
    run(f"INSERT INTO audit_event ({COLUMNS}) VALUES ({line})", json.dumps(facts))


def follow(kept):
    seal()
    with transaction.atomic(using="seal"), connections["seal"].cursor() as cursor:
        cursor.execute("SELECT coalesce(max(number) + 1, 0) FROM audit_leaf")
        return kept.follow(cursor, cursor.fetchone()[0])


def again(file):
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        return withdraw_again(cursor, read(file))


@pytest.fixture
def file(tmp_path):
    return tmp_path / "withdrawn"


def test_each_end_is_written_once_whoever_seals(house, file):
    awa, bruno = house.person("awa"), house.person("bruno")
    [(assignment,)] = run("SELECT id FROM access_assignment WHERE person_id = %s LIMIT 1", awa.pk)
    told("assignment_ended", assignment=str(assignment), person=str(awa.pk), ended_on="2026-11-20", reason="departure")
    kept = Withdrawals(file)
    assert (follow(kept), follow(kept)) == (1, 0)
    told("person_closed", person=str(bruno.pk))
    told("list_shown", list="x")
    assert (follow(kept), follow(kept), follow(Withdrawals(file))) == (1, 0, 0)
    told("token_revoked", person=str(bruno.pk))
    assert follow(Withdrawals(file)) == 1
    assert [row[2] for row in read(file)] == ["assignment_ended", "person_closed", "token_revoked"]
    assert file.stat().st_mode & 0o077 == 0 and awa.name not in file.read_text()


def test_a_copy_loses_what_it_had_again_and_gains_nothing(house, file):
    awa, bruno, chloe = (house.person(name) for name in ("awa", "bruno", "chloe"))
    [(assignment,)] = run("SELECT id FROM access_assignment WHERE person_id = %s LIMIT 1", awa.pk)
    told("assignment_ended", assignment=str(assignment), person=str(awa.pk), ended_on=f"{paris_day()}", reason="error")
    for person in (bruno, chloe):
        told("person_closed", person=str(person.pk))
    told("person_reopened", person=str(chloe.pk))
    told("token_revoked", person=str(bruno.pk))  # whoever is closed stays so, whatever else is taken back later
    follow(Withdrawals(file))
    assert (again(file), again(file)) == (2, 0)
    ended = "SELECT ended_on = loge_today(), end_reason FROM access_assignment WHERE id = %s"
    assert run(ended, assignment) == [(True, "error")]
    active = "SELECT is_active FROM access_person WHERE id = %s"
    assert run(active, bruno.pk) + run(active, chloe.pk) == [(False,), (True,)]
    run("UPDATE access_person SET is_active = false WHERE id = %s", chloe.pk)
    assert again(file) == 0 and run(active, chloe.pk) == [(False,)]


def test_a_damaged_list_stops_everything(file):
    file.write_text("2026-11-27T08:15:30.120000Z nobody assignment_ended\n")
    for act in (read, Withdrawals):
        with pytest.raises(WithdrawnRefused):
            act(file)
