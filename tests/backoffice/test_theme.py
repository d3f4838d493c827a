"""People choose a light or dark display in the footer of each page."""

import pytest
from django.test import Client

from backoffice.preferences import A_YEAR, THEME_COOKIE

FOOT = "/affichage/"


def html(page) -> str:
    return page.content.decode().partition("<head>")[0]


def test_chosen_display_is_kept_and_redirects_back(sign_in):
    awa = sign_in("awa")
    assert "data-theme" not in html(awa.get("/regles/"))
    for theme in ("dark", "light"):
        answer = awa.post(FOOT, {"theme": theme}, headers={"Referer": "http://testserver/regles/"})
        assert (answer.status_code, answer.url) == (302, "http://testserver/regles/")
        page = awa.get("/regles/")
        assert f'data-theme="{theme}"' in html(page)
        assert f'<meta name="color-scheme" content="{theme}">' in page.content.decode()
    awa.post(FOOT, {"theme": ""})
    assert "data-theme" not in html(awa.get("/regles/"))


def test_display_is_chosen_before_sign_in_too(landlord):
    visitor = Client()
    cookie = visitor.post(FOOT, {"theme": "dark"}).cookies[THEME_COOKIE]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["max-age"] == A_YEAR
    assert 'data-theme="dark"' in html(visitor.get("/entrer/"))


@pytest.mark.parametrize("elsewhere", ["https://ailleurs.example/", "//ailleurs.example/", "javascript:alert(1)", ""])
def test_choice_redirects_to_no_other_site(landlord, elsewhere):
    assert Client().post(FOOT, {"theme": "dark"}, headers={"Referer": elsewhere}).url == "/"


def test_unknown_display_is_ignored_even_in_the_cookie(landlord):
    visitor = Client()
    assert visitor.post(FOOT, {"theme": 'x" onload="alert(1)'}).cookies[THEME_COOKIE]["max-age"] == 0
    visitor.cookies[THEME_COOKIE] = "x"
    assert "data-theme" not in html(visitor.get("/entrer/"))


def test_choice_needs_a_post_and_a_csrf_token(landlord):
    assert Client().get(FOOT).status_code == 405
    assert Client(enforce_csrf_checks=True).post(FOOT, {"theme": "dark"}).status_code == 403
