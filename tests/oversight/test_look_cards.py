"""The rule on repeated views of one card by a caretaker: what raises a question, and what explains the views."""

import pytest

from tests.builders import leave_line, paris_day, run
from tests.oversight.test_look_rules import (
    CALM,
    EXPLANATIONS,
    LOOK,
    OWING,
    asks_nothing,
    explain,
    questions_of,
    request_help,
)

FOLLOWED = tuple(LOOK - back for back in (25, 24, 18, 17, 11, 10, 3, 0))


def cards(house, residence, days):
    """Awa, the caretaker of the building, opens a resident's card on these days."""
    card = {"role": "caretaker", "permission": "card_view", "purpose": "contact"}
    for day in days:
        leave_line("card_opened", house.person("awa"), residence, day, **card)


def test_card_opened_over_several_weeks_raises_a_question(house):
    cards(house, house.residence(CALM), FOLLOWED)
    [question] = questions_of("returning")
    assert (question.kind, question.at.date()) == ("card_opened", paris_day(LOOK))


@pytest.mark.parametrize("days", [FOLLOWED[1:], tuple(LOOK - back for back in range(0, 20, 2))])
def test_card_opened_less_often_or_in_fewer_weeks_raises_no_question(house, days):
    cards(house, house.residence(CALM), days)
    assert asks_nothing("returning")


@pytest.mark.parametrize("days, expected", [(FOLLOWED[:3], False), (FOLLOWED[:2], True)])
def test_card_opened_about_as_often_as_others_raises_no_question(house, days, expected):
    cards(house, house.residence(CALM), FOLLOWED)
    cards(house, house.residence(OWING), days)
    assert asks_nothing("returning") is not expected


@pytest.mark.parametrize("explanation", [*EXPLANATIONS, "help that was asked for", "a fact three weeks ago"])
def test_frequent_views_of_a_card_are_explained(house, explanation):
    awa, calm, residence = house.person("awa"), house.account(CALM), house.residence(CALM)
    cards(house, residence, FOLLOWED)
    if explanation == "help that was asked for":
        request_help(residence)
    elif explanation == "a fact three weeks ago":
        leave_line("fact_recorded", house.person("elise"), calm, LOOK - 21, outcome="changed")
    else:
        explain(house, explanation, calm, awa)
    assert asks_nothing("returning")
    if explanation == "help that was asked for":
        run("UPDATE tenants_helpcode SET ended_on = loge_today() - 30")
        assert len(questions_of("returning")) == 1
