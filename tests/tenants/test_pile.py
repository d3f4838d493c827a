"""From an account to the next: the list in hand, signed, of one person, without a word in it."""

import re

import pytest
from django.core import signing

from tenants.pile import COOKIE
from tests.builders import events, run

BELLEVILLE_OWING = 4


@pytest.fixture
def elise(house, sign_in):
    elise = sign_in("elise")
    elise.get("/comptes/?solde=du")
    return elise


def rank(answer) -> str:
    return "".join(re.findall(r"<span>(\d+ sur \d+)</span>", answer.content.decode()))


def test_one_walks_a_list_to_its_end_and_back(house, elise):
    answer, seen = elise.get("/comptes/pile/?rang=1", follow=True), []
    while True:
        seen.append(answer.wsgi_request.path)
        assert rank(answer) == f"{len(seen)} sur {BELLEVILLE_OWING}"
        following = re.search(r'rel="next" href="([^"]+)"', answer.content.decode())
        if following is None:
            break
        answer = elise.get(following.group(1), follow=True)
    assert len(set(seen)) == len(seen) == BELLEVILLE_OWING
    before = re.search(r'rel="prev" href="([^"]+)"', answer.content.decode()).group(1).replace("&amp;", "&")
    assert elise.get(before, follow=True).wsgi_request.path == seen[-2]
    assert 'href="/comptes/?solde=du" data-key="l"' in answer.content.decode()
    assert len(events(kind="account_opened")) == BELLEVILLE_OWING + 1  # each opened once, none by the way


def test_no_reference_of_the_pile_stands_in_a_page(house, elise):
    first = elise.get("/comptes/pile/?rang=1", follow=True)
    here = first.wsgi_request.path.split("/")[2]
    page = first.content.decode()
    assert [one for (one,) in run("SELECT reference FROM tenants_account") if one in page] == [here]


def test_what_left_the_desk_is_passed_over(house, elise):
    second = elise.get("/comptes/pile/?rang=2")["Location"]
    run("UPDATE tenants_account SET settled_on = loge_today() WHERE reference = %s", second.split("/")[2])
    third = elise.get("/comptes/pile/?rang=3")["Location"]
    assert elise.get("/comptes/pile/?rang=2")["Location"] == third
    first = elise.get("/comptes/pile/?rang=1")["Location"]
    assert elise.get("/comptes/pile/?rang=2&retour")["Location"] == first
    assert not events(kind="refused")


@pytest.mark.parametrize("asked", ["", "?rang=", "?rang=0", "?rang=99", "?rang=-1", "?rang=x", "?rang=²"])
def test_past_the_ends_one_is_back_at_the_list(house, elise, asked):
    assert elise.get(f"/comptes/pile/{asked}")["Location"] == "/comptes/?solde=du"


def test_a_pile_is_of_one_person_and_cannot_be_made_up(house, sign_in, elise):
    denis = sign_in("denis")
    denis.cookies[COOKIE] = elise.cookies[COOKIE].value
    assert denis.get("/comptes/pile/?rang=1")["Location"] == "/comptes/"
    elise.cookies[COOKIE] = signing.dumps([str(house.person("elise").pk), "/ailleurs/", "K7QX9M2D4RTB"], salt="x")
    assert elise.get("/comptes/pile/?rang=1")["Location"] == "/comptes/"


def test_words_are_in_no_pile_and_it_goes_with_the_session(house, sign_in):
    elise = sign_in("elise")
    elise.post("/comptes/recherche/", {"q": "dette"})
    cookie = elise.cookies[COOKIE]
    owner, back, signs, why = signing.loads(cookie.value, salt="tenants.pile")
    assert (owner, back, why) == (str(house.person("elise").pk), "/comptes/recherche/", "0000")
    assert len(signs) == 12 * 4
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Strict", "")


def test_a_pile_leaves_with_its_page_or_not_at_all(house, sign_in):
    elise = sign_in("awa")
    assert elise.get("/comptes/").status_code == 403 and COOKIE not in elise.cookies
