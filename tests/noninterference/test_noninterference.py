"""A change to data that a person must not see must change nothing that the person can read.

The tests compare pages, searches, filters, orders, counts and errors.
"""

import pytest
from django.test import Client

from access.checks import routes
from access.compartments import Compartment
from tests.builders import paris_day, run
from tests.noninterference.change import change_all_but, change_money_in, fingerprint, record_contacts
from tests.noninterference.harness import (
    ASIDE,
    Answer,
    Ids,
    differences,
    doors,
    read_everything,
    some_ids,
    write_everywhere,
)
from tests.noninterference.walls import WALLS
from tests.world import World

pytestmark = [
    pytest.mark.unwatched("opens thousands of pages twice; every other test compares what it opens"),
    pytest.mark.usefixtures("unkept"),
]

READERS = ["awa", "elise", "denis", "georges"]
# For the people in ALONE, the tests also run with the checks in Python alone and with row-level security alone.
ALONE = ("awa", "elise")
# Prefixes of URL names. A test requests these pages to prove that the comparison detects a visible change.
SEEN = ("building", "card", "residents", "account", "vacant")


def reached(landlord: World, name: str) -> set:
    person = landlord.person(name)
    day = paris_day()
    buildings: set = set()
    for compartment in (Compartment.CARD, Compartment.ACCOUNT):
        buildings |= {b for (b,) in run("SELECT access_reach(%s, %s, %s)", str(person.pk), compartment.value, day)}
    return buildings


READERS_AND_WALLS = [(name, wall) for name in READERS for wall in WALLS if name in ALONE or wall == "both"]


@pytest.mark.parametrize(("name", "wall"), READERS_AND_WALLS)
def test_pages_do_not_depend_on_data_out_of_reach(landlord, sign_in, name, wall):
    """All pages of a person must stay the same when the data of all buildings that the person may not see change."""
    in_reach = reached(landlord, name)
    ids = some_ids(in_reach)
    assert in_reach and len(ids.by_model["building"]) >= 3 and len(ids.by_model["residence"]) == 5
    # "python alone" disables row-level security until the test ends, so pages are first read with both protections.
    # Pages read with both protections must equal the pages read later with the checks in Python alone.
    before = read_behind("both" if wall == "python alone" else wall, sign_in(name), ids, briefly=wall != "both")
    assert len(before) > (200 if wall == "both" else 100)
    assert wall != "both" or 500 not in {answer.status for answer in before.values()}
    change_all_but(landlord, in_reach)
    assert differences(before, read_behind(wall, sign_in(name), ids, briefly=wall != "both")) == []


def read_behind(wall: str, client: Client, ids: Ids, *, briefly: bool) -> dict[str, Answer]:
    with pytest.MonkeyPatch.context() as patch:
        WALLS[wall](patch)
        return read_everything(client, ids, briefly=briefly)


@pytest.mark.parametrize("name", READERS)
def test_change_within_reach_is_detected(landlord, sign_in, name):
    """The comparison of pages must detect a change in the buildings whose data the person may see.

    If the comparison detected no change at all, equal pages would prove nothing.
    """
    ids = some_ids(reached(landlord, name))
    before = read_everything(sign_in(name), ids, SEEN)
    change_all_but(landlord, ())
    assert len(differences(before, read_everything(sign_in(name), ids, SEEN))) > 3


def test_caretaker_pages_do_not_depend_on_debts_and_calls_about_them(landlord, sign_in):
    # Debts must be invisible to a caretaker even in her own building, so only ids of this building are requested.
    ids = some_ids(reached(landlord, "awa"), each=6, beyond=0)
    assert len(ids.by_model["residence"]) == 5 and len(ids.by_model["account"]) == 4
    before = read_everything(sign_in("awa"), ids)
    change_money_in(landlord.building("Glycines A"))
    for reference in ("Dette-Glycines A", "Calme-Glycines A"):
        record_contacts(landlord.account(reference))
    assert differences(before, read_everything(sign_in("awa"), ids)) == []


@pytest.mark.parametrize(
    ("name", "wall"), [*(("awa", wall) for wall in WALLS), ("georges", "both"), ("helene", "both")]
)
def test_pages_of_other_roles_do_not_depend_on_calls_about_arrears(landlord, sign_in, name, wall):
    """Contact attempts about debts must change no page of a caretaker, a manager or an accountant."""
    ids = some_ids(reached(landlord, "awa"), each=6, beyond=0)
    before = read_behind("both" if wall == "python alone" else wall, sign_in(name), ids, briefly=wall != "both")
    officer_before = read_everything(sign_in("elise"), ids, ("account",), briefly=True)
    for reference in ("Dette-Glycines A", "Calme-Glycines A"):
        record_contacts(landlord.account(reference))
    assert differences(before, read_behind(wall, sign_in(name), ids, briefly=wall != "both")) == []
    assert differences(officer_before, read_everything(sign_in("elise"), ids, ("account",), briefly=True)) != []


@pytest.mark.parametrize(("name", "wall"), READERS_AND_WALLS)
def test_writes_to_hidden_and_missing_ids_get_the_same_answer(landlord, sign_in, monkeypatch, wall, name):
    in_reach = reached(landlord, name)
    ids = some_ids(in_reach)
    mine = own_ids(in_reach)
    WALLS[wall](monkeypatch)
    before = fingerprint(in_reach)
    assert write_everywhere(sign_in(name), ids, lambda value: value not in mine, {"anything": "1"}) == []
    assert fingerprint(in_reach) == before


def own_ids(in_reach: set) -> set:
    pks = [str(pk) for pk in in_reach]
    mine = set(in_reach)
    for table, column in (("tenants_residence", "id"), ("tenants_account", "reference"), ("tenants_reminder", "id")):
        mine |= {row for (row,) in run(f"SELECT {column} FROM {table} WHERE building_id = ANY (%s::uuid[])", pks)}
    return mine


def test_doors_left_out_exist():
    names = {pattern.name for _path, pattern in routes()}
    assert set(ASIDE) <= names
    assert len(list(doors())) > 10
