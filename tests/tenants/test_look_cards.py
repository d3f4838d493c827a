"""A caretaker who comes back to a card: what is their work, what is ordinary there, and what is asked about."""

import pytest

from tests.builders import leave_line, paris_day, run
from tests.tenants.test_look_rules import CALM, EXPLANATIONS, LOOK, OWING, asked, explained_by, help_asked, silent

FOLLOWED = tuple(LOOK - back for back in (25, 24, 18, 17, 11, 10, 3, 0))


def cards(house, residence, days):
    """Opened by Awa, whose building it is."""
    card = {"role": "caretaker", "permission": "card_view", "purpose": "contact"}
    for day in days:
        leave_line("card_opened", house.person("awa"), residence, day, **card)


def test_a_card_opened_again_and_again_for_weeks(house):
    cards(house, house.residence(CALM), FOLLOWED)
    [one] = asked("returning")
    assert (one.kind, one.at.date()) == ("card_opened", paris_day(LOOK))


@pytest.mark.parametrize("days", [FOLLOWED[1:], tuple(LOOK - back for back in range(0, 20, 2))])
def test_a_card_opened_less_or_within_fewer_weeks_is_ones_work(house, days):
    cards(house, house.residence(CALM), days)
    assert silent("returning")


@pytest.mark.parametrize("days, speaks", [(FOLLOWED[:3], False), (FOLLOWED[:2], True)])
def test_what_is_ordinary_in_the_building_is_not_asked_about(house, days, speaks):
    cards(house, house.residence(CALM), FOLLOWED)
    cards(house, house.residence(OWING), days)
    assert silent("returning") is not speaks


@pytest.mark.parametrize("what", [*EXPLANATIONS, "help that was asked for", "a fact three weeks ago"])
def test_a_card_opened_often_is_explained(house, what):
    awa, calm, residence = house.person("awa"), house.account(CALM), house.residence(CALM)
    cards(house, residence, FOLLOWED)
    if what == "help that was asked for":
        help_asked(residence)
    elif what == "a fact three weeks ago":
        leave_line("fact_recorded", house.person("elise"), calm, LOOK - 21, outcome="changed")
    else:
        explained_by(house, what, calm, awa)
    assert silent("returning")
    if what == "help that was asked for":
        run("UPDATE tenants_helpcode SET ended_on = loge_today() - 30")
        assert len(asked("returning")) == 1
