"""A nightly rule asks why a caretaker opened the card (page) of a resident many times for no known reason."""

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


def cards(landlord, residence, days):
    """Open a resident's card on these days as Awa, the caretaker of the building."""
    card = {"role": "caretaker", "permission": "card_view", "purpose": "contact"}
    for day in days:
        leave_line("card_opened", landlord.person("awa"), residence, day, **card)


def test_card_opened_over_several_weeks_raises_a_question(landlord):
    cards(landlord, landlord.residence(CALM), FOLLOWED)
    [question] = questions_of("returning")
    assert (question.kind, question.at.date()) == ("card_opened", paris_day(LOOK))


@pytest.mark.parametrize("days", [FOLLOWED[1:], tuple(LOOK - back for back in range(0, 20, 2))])
def test_card_opened_less_often_or_in_fewer_weeks_raises_no_question(landlord, days):
    cards(landlord, landlord.residence(CALM), days)
    assert asks_nothing("returning")


@pytest.mark.parametrize("days, expected", [(FOLLOWED[:3], False), (FOLLOWED[:2], True)])
def test_card_opened_about_as_often_as_others_raises_no_question(landlord, days, expected):
    cards(landlord, landlord.residence(CALM), FOLLOWED)
    cards(landlord, landlord.residence(OWING), days)
    assert asks_nothing("returning") is not expected


@pytest.mark.parametrize("explanation", [*EXPLANATIONS, "help that was asked for", "a fact three weeks ago"])
def test_frequent_views_of_a_card_are_explained(landlord, explanation):
    awa, calm, residence = landlord.person("awa"), landlord.account(CALM), landlord.residence(CALM)
    cards(landlord, residence, FOLLOWED)
    if explanation == "help that was asked for":
        request_help(residence)
    elif explanation == "a fact three weeks ago":
        leave_line("fact_recorded", landlord.person("elise"), calm, LOOK - 21, outcome="changed")
    else:
        explain(landlord, explanation, calm, awa)
    assert asks_nothing("returning")
    if explanation == "help that was asked for":
        run("UPDATE tenants_helpcode SET ended_on = loge_today() - 30")
        assert len(questions_of("returning")) == 1
