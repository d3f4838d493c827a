"""The lists of a person with very many buildings must not depend on data that the person must not see."""

import pytest

from access.compartments import Compartment
from tests.builders import paris_day, run, stand_wall
from tests.noninterference.change import change_all_but
from tests.noninterference.harness import Answer, differences, plain
from tests.noninterference.walls import WALLS

pytestmark = [
    pytest.mark.unwatched("opens the same pages again; every other test compares what it opens"),
    pytest.mark.usefixtures("unkept"),
]

URLS = ("/journee/", "/comptes/a-contacter/", "/comptes/partis/", "/comptes/a-contacter/?page=2")


@pytest.mark.parametrize("wall", WALLS)
@pytest.mark.parametrize("name", ["elise", "fatou"])
def test_first_rows_do_not_depend_on_data_out_of_reach(landlord, sample_objects, sign_in, monkeypatch, name, wall):
    monkeypatch.setattr("ledger.account_list.FEW", 0)
    for view in ("casework.views.contact_attempts", "ledger.views.accounts"):
        monkeypatch.setattr(f"{view}.A_PAGE", 2)
    person = landlord.person(name)
    stand_wall(landlord.account("Dette-Tour basse").lease, person)

    def pages(behind: str) -> dict[str, Answer]:
        with pytest.MonkeyPatch.context() as patch:
            WALLS[behind](patch)
            client = sign_in(name)
            return {url: plain(client.get(url)) for url in URLS}

    before = pages("both" if wall == "python alone" else wall)
    assert {answer.status for answer in before.values()} == {200}
    walled = landlord.account("Dette-Tour basse").reference
    assert walled not in str(before)
    reached = run("SELECT access_reach(%s, %s, %s)", person.pk, Compartment.ACCOUNT.value, paris_day())
    change_all_but(landlord, {building for (building,) in reached})
    assert differences(before, pages(wall)) == []
