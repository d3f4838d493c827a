"""The non-interference tests must detect each security hole that was planted on purpose in a small site.

Ten holes are in Python and seven in the policies of the database.
"""

import pytest
from django.urls import reverse

from access.compartments import Compartment
from tests.builders import run
from tests.noninterference.change import change_all_but, fingerprint
from tests.noninterference.harness import differences, read_everything, refer_everywhere, some_ids, write_everywhere
from tests.noninterference.mini_site import CLEAN, HOLES, RAW, site
from tests.noninterference.test_noninterference import reached
from tests.noninterference.walls import database_alone, python_alone

pytestmark = [pytest.mark.unwatched("its pages have holes on purpose"), pytest.mark.usefixtures("unkept")]


def found_in(landlord, sign_in) -> list[str]:
    """Return what differs in an officer's pages of the small site after a change to data hidden from the officer.

    The result is empty if no page of the site discloses hidden data.
    """
    in_reach = reached(landlord, "elise")
    ids = some_ids(in_reach)
    ids.by_model["any"] = [*ids.by_model["residence"][:-1], *ids.by_model["lease"][:-1], *ids.by_model["building"]]
    pks = [str(pk) for pk in in_reach]
    mine = set(in_reach)
    for table in ("tenants_residence", "tenants_account", "tenants_lease"):
        mine |= {pk for (pk,) in run(f"SELECT id FROM {table} WHERE building_id = ANY (%s::uuid[])", pks)}
    theirs = [
        pk for (pk,) in run("SELECT tenant_id FROM tenants_residence WHERE NOT building_id = ANY (%s::uuid[])", pks)
    ]
    client, before = sign_in("elise"), fingerprint(in_reach)
    by_writing = write_everywhere(client, ids, lambda value: value not in mine, {}, "mini-")
    by_writing += ["a hidden row was changed"] if fingerprint(in_reach) != before else []
    account = next(pk for pk in ids.by_model["account"] if pk in mine)
    link = reverse("mini-link", kwargs={"pk": account})
    by_writing += map(str, refer_everywhere(client, link, "tenant", theirs))
    before_change = read_everything(client, ids, "mini-")
    change_all_but(landlord, in_reach)
    return by_writing + differences(before_change, read_everything(client, ids, "mini-"))


@pytest.fixture
def deletable(landlord):
    """Allow the database role of account pages to delete residents, for the test of a planted hole that deletes them.

    In production no database role may delete residents.
    """
    run(f"GRANT DELETE ON tenants_residence TO {Compartment.ACCOUNT.database_role}")
    # Django reads a resident's facts before it deletes the resident, so the role of account pages must read them.
    run(f"GRANT SELECT ON casework_cardfact TO {Compartment.ACCOUNT.database_role}")
    role = Compartment.ACCOUNT.database_role
    run(
        f"CREATE POLICY holed ON tenants_residence FOR DELETE TO {role}"
        " USING (building_id = ANY (ARRAY (SELECT access_reach_on_page(loge_person(), 'account'))))"
    )


@pytest.mark.parametrize("hole", HOLES)
def test_hole_in_python_is_detected(landlord, sign_in, settings, monkeypatch, deletable, hole):
    python_alone(monkeypatch)
    settings.ROOT_URLCONF = site(hole)
    assert found_in(landlord, sign_in), f"the planted hole {hole} was not detected"


@pytest.mark.parametrize("wall", [python_alone, database_alone])
def test_site_without_holes_shows_no_difference(landlord, sign_in, settings, monkeypatch, deletable, wall):
    wall(monkeypatch)
    settings.ROOT_URLCONF = site()
    assert found_in(landlord, sign_in) == []


@pytest.mark.parametrize("hole", HOLES)
def test_database_alone_closes_each_hole_in_python(landlord, sign_in, settings, deletable, hole):
    settings.ROOT_URLCONF = site(hole)
    assert found_in(landlord, sign_in) == []


def read_raw(landlord, sign_in, table) -> tuple[bytes, bytes]:
    client, url = sign_in("elise"), reverse("raw", kwargs={"table": table})
    before = client.get(url).content
    change_all_but(landlord, reached(landlord, "elise"))
    return before, client.get(url).content


@pytest.mark.parametrize("table", RAW)
def test_policy_alone_shows_no_difference(landlord, sign_in, settings, table):
    settings.ROOT_URLCONF = site()
    before, after = read_raw(landlord, sign_in, table)
    assert before and before == after


@pytest.mark.parametrize("table", RAW)
def test_open_policy_is_detected(landlord, sign_in, settings, table):
    settings.ROOT_URLCONF = site()
    role = Compartment.ACCOUNT.database_role
    run(f"CREATE POLICY hole ON {table} FOR SELECT TO {role} USING (true)")
    before, after = read_raw(landlord, sign_in, table)
    assert before != after, f"the open policy on {table} was not detected"


def test_at_least_ten_holes_are_planted():
    assert len(HOLES) == len(CLEAN) >= 10
