"""A person's world does not change when other people's does: not by page, search, filter, order, count or error."""

import pytest
from django.test import Client

from access.checks import routes
from access.compartments import Compartment
from tests.builders import paris_day, run
from tests.two_worlds.change import change_all_but, change_money_in, fingerprint
from tests.two_worlds.harness import ASIDE, Answer, Ids, differences, doors, read_everything, some_ids, write_everywhere
from tests.two_worlds.walls import WALLS
from tests.world import World

pytestmark = [
    pytest.mark.unwatched("opens thousands of pages twice; every other test compares what it opens"),
    pytest.mark.usefixtures("unkept"),
]

READERS = ["awa", "elise", "denis", "georges"]
ALONE = ("awa", "elise")  # are asked with one wall alone as well, briefly
SEEN = ("building", "card", "residents", "account", "vacant")  # pages enough to tell that something changed


def reached(house: World, name: str) -> set:
    person = house.person(name)
    day = paris_day()
    found: set = set()
    for compartment in (Compartment.CARD, Compartment.ACCOUNT):
        found |= {b for (b,) in run("SELECT access_reach(%s, %s, %s)", str(person.pk), compartment.value, day)}
    return found


@pytest.mark.parametrize("name", READERS)
def test_what_a_person_reads_does_not_depend_on_what_they_may_not_see(house, sign_in, name):
    """Neither behind both walls nor, for a caretaker and an officer, behind each of them alone."""
    kept = reached(house, name)
    ids = some_ids(kept)
    assert kept and len(ids.by_model["building"]) >= 3 and len(ids.by_model["residence"]) == 5
    before = {"both": read_everything(sign_in(name), ids)}
    assert len(before["both"]) > 200 and 500 not in {answer.status for answer in before["both"].values()}
    if name in ALONE:
        # Where Python says yes to all, buttons are offered that lead nowhere; where the policies are off, none.
        before["database alone"] = read_behind("database alone", sign_in(name), ids)
        before["python alone"] = before["both"]
    change_all_but(house, kept)
    assert differences(before["both"], read_everything(sign_in(name), ids)) == []
    for wall in sorted(before.keys() - {"both"}):  # the database's policies, once off, stay off
        after = read_behind(wall, sign_in(name), ids)
        assert [asked for asked in after if before[wall].get(asked) != after[asked]] == [], wall


def read_behind(wall: str, client: Client, ids: Ids) -> dict[str, Answer]:
    with pytest.MonkeyPatch.context() as patch:
        WALLS[wall](patch)
        told = read_everything(client, ids, briefly=True)
    assert len(told) > 100
    return told


@pytest.mark.parametrize("name", READERS)
def test_the_same_change_inside_their_world_is_seen(house, sign_in, name):
    """The comparison can fail: nothing kept, so their own buildings change too."""
    ids = some_ids(reached(house, name))
    before = read_everything(sign_in(name), ids, SEEN)
    change_all_but(house, ())
    assert len(differences(before, read_everything(sign_in(name), ids, SEEN))) > 3


def test_residents_who_differ_only_in_what_they_owe_look_the_same_to_a_caretaker(house, sign_in):
    ids = some_ids(reached(house, "awa"), each=6, beyond=0)  # where nothing changes
    assert len(ids.by_model["residence"]) == 5 and len(ids.by_model["account"]) == 4
    before = read_everything(sign_in("awa"), ids)
    change_money_in(house.building("Glycines A"))
    assert differences(before, read_everything(sign_in("awa"), ids)) == []


@pytest.mark.parametrize(
    ("name", "wall"), [(name, wall) for name in READERS for wall in WALLS if name in ALONE or wall == "both"]
)
def test_writes_to_the_hidden_and_to_the_missing_are_answered_alike(house, sign_in, monkeypatch, wall, name):
    kept = reached(house, name)
    ids = some_ids(kept)
    mine = own_ids(kept)
    WALLS[wall](monkeypatch)
    before = fingerprint(kept)
    assert write_everywhere(sign_in(name), ids, lambda value: value not in mine, {"anything": "1"}) == []
    assert fingerprint(kept) == before


def own_ids(kept: set) -> set:
    pks = [str(pk) for pk in kept]
    mine = set(kept)
    for table, column in (("tenants_residence", "id"), ("tenants_account", "reference"), ("tenants_reminder", "id")):
        mine |= {row for (row,) in run(f"SELECT {column} FROM {table} WHERE building_id = ANY (%s::uuid[])", pks)}
    return mine


def test_nothing_is_left_aside_without_being_there():
    names = {pattern.name for _path, pattern in routes()}
    assert set(ASIDE) <= names
    assert len(list(doors())) > 10
