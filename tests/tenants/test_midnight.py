"""Half past midnight in Paris, when UTC has the day before: what is booked, given and ended has Paris's day."""

import pytest

from tests.builders import events, let_one_pass, paris_day, run
from tests.clock import stand_after_midnight
from tests.tenants.test_entries import KINDS, form, posted


@pytest.fixture
def tonight(house):
    """00:30 of the next day; the assignments of the cast go on."""
    let_one_pass(99_999_999)
    return stand_after_midnight(paris_day(1)).date()


@pytest.mark.parametrize("page", KINDS)
def test_an_entry_is_booked_on_the_day_of_paris(house, sign_in, tonight, page):
    fields, kind, _cents = KINDS[page]
    account = house.account("Calme-Glycines A")
    answer = sign_in("elise").post(f"/comptes/{account.reference}/{page}/", form(**fields))
    entry = posted(account)[-1]
    assert answer.status_code == 302
    assert (entry.effective_on, entry.booked_on, entry.period) == (tonight, tonight, tonight.replace(day=1))
    assert len(events(kind=kind)) == 2


def test_an_access_that_ended_yesterday_is_over_and_one_that_begins_today_has_begun(house, sign_in, tonight):
    home = house.residence("Dette-Glycines A")
    awa = house.person("awa").pk
    client = sign_in("awa")
    page = f"/fiches/{home.pk}/"
    assert client.get(page).status_code == 200
    run("ALTER TABLE access_assignment DISABLE TRIGGER USER")
    run("UPDATE access_assignment SET last_day = %s - 1 WHERE person_id = %s", tonight, awa)
    assert client.get(page).status_code in (403, 404)
    run("UPDATE access_assignment SET first_day = %s, last_day = %s WHERE person_id = %s", tonight, tonight, awa)
    assert client.get(page).status_code == 200
