"""Some changes give a person access without a new assignment.

They are: moving dwellings to the person's building, ending a conflict of interest, and reopening a sign-in. Nobody may
make such a change in favour of themselves, or of the administrator who requested their account.
"""

import pytest
from django.core.exceptions import ValidationError

from access.grants.actions.people import reopen_sign_in
from access.models import Person
from buildings.actions import recut
from buildings.models import Building, Unit
from tenants.actions.walls import end_wall
from tenants.models import ConflictWall
from tests.access.acting import acting
from tests.access.programs import two_administrators
from tests.builders import OWNER, assign, make_person, run, stand_wall
from tests.database.test_four_eyes import refused, write

RECUT = "UPDATE buildings_unit SET building_id = %s WHERE building_id = %s"
LIFT = "UPDATE tenants_conflictwall SET ended_on = loge_today(), ended_by_id = %s"
REOPEN = "UPDATE access_person SET is_active = true WHERE id = %s"


@pytest.fixture
def two(landlord):
    return two_administrators(landlord)


@pytest.fixture
def yvan(landlord, two):
    """Create an administrator whose user account was requested by Jules (administrator) and approved five days ago."""
    top = landlord.place("Office des Trois-Rives")
    yvan = make_person("Yvan Roux", top)
    assign(yvan, "access_administrator", top)
    run(
        "INSERT INTO access_accessrequest (id, asked_by_id, asked_at, person_id, name, email, employed_at_id, role,"
        " place_id, first_day, last_day, reason, decision, decided_by_id, decided_at, refusal, permissions)"
        " VALUES (gen_random_uuid(), %s, now() - interval '6 days', %s, '', '', %s, 'access_administrator', %s,"
        " loge_today(), loge_today(), 'posting', 'approved', %s, now() - interval '5 days', '', '{}')",
        two.asker.pk, yvan.pk, top.pk, top.pk, two.second.pk,
    )  # fmt: skip
    return yvan


@pytest.fixture
def jules_in_b(landlord, two):
    """Make Jules (administrator) caretaker of Glycines B, so that dwellings moved there become visible to him."""
    return assign(two.asker, "caretaker", landlord.place("Glycines B"))


def try_recut(by, landlord):
    with acting(by):
        units = list(Unit.objects.select_related("building__place").filter(building=landlord.building("Glycines A").pk))
        into = Building.objects.select_related("place").get(pk=landlord.building("Glycines B").pk)
        recut(by=by, units=units, into=into)


@pytest.mark.parametrize("who", ["jules", "yvan"])
def test_nobody_moves_dwellings_into_an_own_building_or_one_of_an_account_maker(landlord, two, yvan, jules_in_b, who):
    by = {"jules": two.asker, "yvan": yvan}[who]
    with pytest.raises(ValidationError, match="une autre personne doit faire ce redécoupage") as act:
        try_recut(by, landlord)
    # The error code `oneself` shows that Python refused the request, because no database constraint has this name.
    assert act.value.code == "oneself"
    refused("recut_for_others", by, RECUT, landlord.building("Glycines B").pk, landlord.building("Glycines A").pk)


def test_another_administrator_may_move_them(landlord, two, jules_in_b):
    try_recut(two.second, landlord)
    assert not Unit.objects.using(OWNER).filter(building=landlord.building("Glycines A").pk).exists()


def test_an_assignment_that_ended_yesterday_does_not_prevent_it(landlord, two):
    assign(two.asker, "caretaker", landlord.place("Glycines B"), first=-30, last=-1)
    try_recut(two.asker, landlord)


def test_a_conflict_of_interest_is_not_ended_by_an_account_that_its_person_made(landlord, two, yvan):
    stand_wall(landlord.account("Calme-Quai 9").lease, two.asker)
    wall = ConflictWall.objects.using(OWNER).get()
    with pytest.raises(ValidationError, match="a créé") as act, acting(yvan):
        end_wall(by=yvan, wall=ConflictWall.objects.get(pk=wall.pk))
    assert act.value.code == "oneself"
    refused("assignment_given_apart", yvan, LIFT, yvan.pk)
    assert write(two.second, LIFT, two.second.pk) == 1


def test_a_sign_in_is_not_reopened_by_an_account_that_its_person_made(landlord, two, yvan):
    run("UPDATE access_assignment SET last_day = loge_today() - 1 WHERE person_id = %s", two.asker.pk)
    run("UPDATE access_person SET is_active = false WHERE id = %s", two.asker.pk)
    closed = Person.objects.using(OWNER).get(pk=two.asker.pk)
    with pytest.raises(ValidationError, match="a créé") as act, acting(yvan):
        reopen_sign_in(by=yvan, person=closed)
    assert act.value.code == "oneself"
    refused("assignment_given_apart", yvan, REOPEN, closed.pk)
    assert write(two.second, REOPEN, closed.pk) == 1
