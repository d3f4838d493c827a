"""At 00:30 in Paris, when UTC still has the previous day, entries and assignments must use the day in Paris."""

import pytest

from tests.builders import events, let_one_pass, paris_day, run
from tests.clock import stand_after_midnight
from tests.ledger.test_entries import KINDS, entries_of, entry_form


@pytest.fixture
def tonight(landlord):
    """Move the clock to 00:30 in Paris on the next day. Returns the date of that day.

    The test users are still assigned on that day, so they can still sign in.
    """
    let_one_pass(99_999_999)
    return stand_after_midnight(paris_day(1)).date()


@pytest.mark.parametrize("page", KINDS)
def test_entry_is_booked_on_the_day_in_paris(landlord, sign_in, tonight, page):
    fields, kind, _cents = KINDS[page]
    account = landlord.account("Calme-Glycines A")
    answer = sign_in("elise").post(f"/comptes/{account.reference}/{page}/", entry_form(**fields))
    entry = entries_of(account)[-1]
    assert answer.status_code == 302
    assert (entry.effective_on, entry.booked_on, entry.period) == (tonight, tonight, tonight.replace(day=1))
    assert len(events(kind=kind)) == 2


def test_assignment_begins_and_ends_at_midnight_in_paris(landlord, sign_in, tonight):
    home = landlord.residence("Dette-Glycines A")
    awa = landlord.person("awa").pk
    client = sign_in("awa")
    page = f"/fiches/{home.pk}/"
    assert client.get(page).status_code == 200
    run("ALTER TABLE access_assignment DISABLE TRIGGER USER")
    run("UPDATE access_assignment SET last_day = %s - 1 WHERE person_id = %s", tonight, awa)
    assert client.get(page).status_code in (403, 404)
    run("UPDATE access_assignment SET first_day = %s, last_day = %s WHERE person_id = %s", tonight, tonight, awa)
    assert client.get(page).status_code == 200
