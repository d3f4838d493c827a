"""With the account queue, an officer goes from one account of a list to the next.

A signed cookie stores the queue. The cookie must be valid for one person only and contain no search terms.
"""

import re

import pytest
from django.core import signing
from django.http import HttpResponse

from tenants.account_queue import COOKIE, LARGEST, lay, pile_for, piles_of
from tests.builders import events, run

BELLEVILLE_OWING = 4


@pytest.fixture
def elise(landlord, sign_in):
    elise = sign_in("elise")
    elise.get("/comptes/?solde=du")
    return elise


def rank(answer) -> str:
    return "".join(re.findall(r"<span>(\d+ sur \d+)</span>", answer.content.decode()))


def test_queue_leads_through_the_list_and_back(landlord, elise):
    answer, paths = elise.get("/comptes/pile/?rang=1", follow=True), []
    while True:
        paths.append(answer.wsgi_request.path)
        assert rank(answer) == f"{len(paths)} sur {BELLEVILLE_OWING}"
        following = re.search(r'rel="next" href="([^"]+)"', answer.content.decode())
        if following is None:
            break
        answer = elise.get(following.group(1), follow=True)
    assert len(set(paths)) == len(paths) == BELLEVILLE_OWING
    before = re.search(r'rel="prev" href="([^"]+)"', answer.content.decode()).group(1).replace("&amp;", "&")
    assert elise.get(before, follow=True).wsgi_request.path == paths[-2]
    assert 'href="/comptes/?solde=du" data-key="l"' in answer.content.decode()
    # The audit log must have one event per account of the queue, and one for the account shown again by going back.
    assert len(events(kind="account_opened")) == BELLEVILLE_OWING + 1


def test_page_contains_no_other_reference_of_the_queue(landlord, elise):
    first = elise.get("/comptes/pile/?rang=1", follow=True)
    current = first.wsgi_request.path.split("/")[2]
    page = first.content.decode()
    assert [reference for (reference,) in run("SELECT reference FROM tenants_account") if reference in page] == [
        current
    ]


def test_account_no_longer_available_is_skipped(landlord, elise):
    second = elise.get("/comptes/pile/?rang=2")["Location"]
    run("UPDATE tenants_account SET settled_on = loge_today() WHERE reference = %s", second.split("/")[2])
    third = elise.get("/comptes/pile/?rang=3")["Location"]
    assert elise.get("/comptes/pile/?rang=2")["Location"] == third
    first = elise.get("/comptes/pile/?rang=1")["Location"]
    assert elise.get("/comptes/pile/?rang=2&retour")["Location"] == first
    assert not events(kind="refused")


@pytest.mark.parametrize("query", ["", "?rang=", "?rang=0", "?rang=99", "?rang=-1", "?rang=x", "?rang=²"])
def test_position_outside_the_queue_returns_to_the_list(landlord, elise, query):
    assert elise.get(f"/comptes/pile/{query}")["Location"] == "/comptes/?solde=du"


def test_queue_of_another_person_or_with_a_wrong_signature_is_ignored(landlord, sign_in, elise):
    denis = sign_in("denis")
    denis.cookies[COOKIE] = elise.cookies[COOKIE].value
    assert denis.get("/comptes/pile/?rang=1")["Location"] == "/comptes/"
    elise.cookies[COOKIE] = signing.dumps([str(landlord.person("elise").pk), "/ailleurs/", "K7QX9M2D4RTB"], salt="x")
    assert elise.get("/comptes/pile/?rang=1")["Location"] == "/comptes/"


def test_cookie_contains_no_search_terms_and_ends_with_the_session(landlord, sign_in):
    elise = sign_in("elise")
    elise.post("/comptes/recherche/", {"q": "dette"})
    cookie = elise.cookies[COOKIE]
    owner, [[name, back, references, purposes]] = signing.loads(cookie.value, salt="tenants.pile")
    assert owner == str(landlord.person("elise").pk)
    assert (name, back, purposes) == ("", "/comptes/recherche/", "0000")
    assert len(references) == 12 * 4
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Strict", "")


def test_refused_list_sets_no_queue_cookie(landlord, sign_in):
    elise = sign_in("awa")
    assert elise.get("/comptes/").status_code == 403 and COOKIE not in elise.cookies


def test_each_list_of_the_day_has_its_own_queue(landlord, sign_in):
    elise = sign_in("elise")
    day = elise.get("/journee/").content.decode()
    first = re.search(r'href="(/comptes/[^/"]+/\?liste=appeler)"', day).group(1)
    answer, opened = elise.get(first), []
    while True:
        assert rank(answer) == f"{len(opened) + 1} sur {BELLEVILLE_OWING}"
        opened.append(events(kind="account_opened")[-1]["purpose"])
        following = re.search(r'rel="next" href="([^"]+)"', answer.content.decode())
        if following is None:
            break
        answer = elise.get(following.group(1).replace("&amp;", "&"), follow=True)
    assert opened == ["arrears"] * BELLEVILLE_OWING
    assert 'href="/journee/#appeler" data-key="l"' in answer.content.decode()
    arrival = re.search(r'href="(/comptes/[^/"]+/\?liste=arrivees)"', day).group(1)
    assert rank(elise.get(arrival)) == "1 sur 4" and events(kind="account_opened")[-1]["purpose"] == "moving"


def test_account_in_two_lists_follows_the_list_that_the_url_names(landlord, sign_in):
    elise, account = sign_in("elise"), landlord.account("Dette-Glycines A")
    run(
        "UPDATE tenants_residence SET moved_out = loge_today() + 3 WHERE lease_id = %s",
        account.lease_id,
    )
    elise.get("/journee/")
    for name, position in (("appeler", "sur 4"), ("departs", "1 sur 1"), ("autre", "sur 4"), ("", "sur 4")):
        assert rank(elise.get(f"/comptes/{account.reference}/?liste={name}")).endswith(position)


def test_queues_of_a_page_share_the_largest_number_of_references(rf, landlord):
    elise, answer = landlord.person("elise"), HttpResponse()
    references = [f"K7QX-9M2D-{number:04}" for number in range(LARGEST)]
    lay(answer, elise, [pile_for("/a", dict.fromkeys(references[:-1], "arrears"), "a")] * 2, secure=True)
    request = rf.get("/")
    request.COOKIES[COOKIE] = answer.cookies[COOKIE].value
    assert [len(pile.references) for pile in piles_of(request, elise)] == [LARGEST - 1, 1]
    assert len(answer.cookies[COOKIE].value) < 3_000


def test_long_address_of_a_list_is_cut_so_that_the_cookie_stays_small(landlord, sign_in):
    elise = sign_in("elise")
    elise.get(f"/comptes/?solde=du&mot={'a' * 5_000}")
    assert len(elise.cookies[COOKIE].value) < 1_000
    assert elise.get("/comptes/pile/?rang=99")["Location"] == "/comptes/"
