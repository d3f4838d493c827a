"""After a restore, households that were hidden since the backup must be hidden again."""

from uuid import uuid4

import pytest
from django.db import connections, transaction
from django.utils import timezone

from access.grants.revocation_list import Withdrawals, read_list
from audit.events import DISCREET_ENDED, DISCREET_SET, WALL_ENDED, WALL_SET
from audit.tlog.leaf import utc
from housing.backup.households import hide_again
from tests.access.test_revocation_list import follow
from tests.builders import paris_day, run

WALLS = "SELECT person_id, lease_id, set_by_id, set_on FROM tenants_conflictwall WHERE ended_on IS NULL"
MARKS = """SELECT m.lease_id, m.first_day, m.last_day, array_agg(n.person_id) FROM tenants_discreetmark m
    LEFT JOIN tenants_discreetname n ON n.mark_id = m.id GROUP BY m.id"""


@pytest.fixture
def file(tmp_path):
    return tmp_path / "withdrawn"


def since_the_copy(file, kind, whose, lease, by, day=0):
    """Add an event to the list of revoked accesses, as if it had happened after the backup."""
    with file.open("a") as lines:
        lines.write(f"{utc(timezone.now())} {uuid4()} {kind.code} {whose.pk} {paris_day(day)} {lease}/{by.pk}\n")


def again(file):
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        return hide_again(cursor, read_list(file))


def test_walls_and_marks_are_listed_under_their_lease(landlord, sign_in, file):
    elise, georges = landlord.person("elise"), landlord.person("georges")
    account = landlord.account("Dette-Glycines A")
    sign_in("georges").post("/acces/cloisons/", {"person": elise.email, "reference": account.reference})
    other = landlord.account("Calme-Glycines A")
    days = {"first_day": f"{paris_day():%d/%m/%Y}", "last_day": f"{paris_day(30):%d/%m/%Y}"}
    sign_in("elise").post(f"/comptes/{other.reference}/discretion/", days)
    assert follow(Withdrawals(file)) == 2
    assert {(row[2], row[3], row[5]) for row in read_list(file)} == {
        ("wall_set", str(elise.pk), f"{account.lease_id}/{georges.pk}"),
        ("discreet_set", str(elise.pk), f"{other.lease_id}/{elise.pk}"),
    }
    # Hiding the households again must change nothing, because this database has lost neither the conflict nor the mark.
    before = run(WALLS), run(MARKS)
    assert again(file) == 0 and (run(WALLS), run(MARKS)) == before


def test_a_restored_database_closes_a_file_again_once(landlord, file):
    elise, georges = landlord.person("elise"), landlord.person("georges")
    lease = landlord.account("Dette-Glycines A").lease_id
    since_the_copy(file, WALL_SET, elise, lease, georges, day=-2)
    assert (again(file), again(file)) == (1, 0)
    assert run(WALLS) == [(elise.pk, lease, georges.pk, paris_day(-2))]


def test_a_file_that_was_opened_again_later_is_left_open(landlord, file):
    elise, georges = landlord.person("elise"), landlord.person("georges")
    lease = landlord.account("Dette-Glycines A").lease_id
    for kind in (WALL_SET, WALL_ENDED):
        since_the_copy(file, kind, elise, lease, georges)
    for kind in (DISCREET_SET, DISCREET_ENDED):
        since_the_copy(file, kind, elise, lease, elise)
    assert again(file) == 0 and run(WALLS) == [] and run(MARKS) == []


def test_a_restored_database_hides_a_household_again_from_all_but_one(landlord, sign_in, file):
    elise, account = landlord.person("elise"), landlord.account("Dette-Glycines A")
    awa, card = sign_in("awa"), f"/fiches/{landlord.residence('Dette-Glycines A').pk}/"
    assert awa.get(card).status_code == 200
    since_the_copy(file, DISCREET_SET, elise, account.lease_id, elise, day=-2)
    assert (again(file), again(file)) == (1, 0)
    assert run(MARKS) == [(account.lease_id, paris_day(-2), paris_day(363), [elise.pk])]
    assert awa.get(card).status_code == 404


def test_nothing_is_hidden_for_people_and_leases_that_the_backup_lacks(landlord, file):
    elise = landlord.person("elise")
    lease = landlord.account("Dette-Glycines A").lease_id
    with file.open("a") as lines:
        lines.write(f"{utc(timezone.now())} {uuid4()} wall_set {uuid4()} {paris_day()} {lease}/{elise.pk}\n")
        lines.write(f"{utc(timezone.now())} {uuid4()} discreet_set {elise.pk} {paris_day()} {uuid4()}/{elise.pk}\n")
        # The backup lacks the employee who set this mark, so the household must be hidden from everybody.
        lines.write(f"{utc(timezone.now())} {uuid4()} discreet_set {uuid4()} {paris_day()} {lease}/{uuid4()}\n")
    assert again(file) == 1 and run(WALLS) == []
    assert run(MARKS) == [(lease, paris_day(), paris_day(365), [None])]
