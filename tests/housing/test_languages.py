"""Pages are shown in the browser's language, or in the language chosen in the footer."""

import pytest
from django.conf import settings
from django.test import Client

from access.checks import OPEN

FOOT = "/langue/"


def language(page) -> str:
    return page.content.decode().split('<html lang="', 1)[1].split('"', 1)[0]


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [("", "fr"), ("en", "en"), ("en-GB,en;q=0.9,fr;q=0.8", "en"), ("fr-CA", "fr"), ("de,es;q=0.5", "fr"), ("*", "fr")],
)
def test_default_language_is_the_browser_s(sign_in, asked, spoken):
    page = sign_in("awa").get("/immeubles/", headers={"Accept-Language": asked})
    assert language(page) == spoken
    assert ("My buildings" in page.content.decode()) == (spoken == "en")


def test_chosen_language_overrides_the_browser_and_redirects_back(sign_in):
    awa = sign_in("awa")
    answer = awa.post(FOOT, {"language": "en"}, headers={"Referer": "http://testserver/regles/"})
    assert (answer.status_code, answer.url) == (302, "http://testserver/regles/")
    page = awa.get("/regles/", headers={"Accept-Language": "fr"})
    assert language(page) == "en" and "Who may see what" in page.content.decode()


def test_language_cookie_is_http_only(landlord):
    cookie = Client().post(FOOT, {"language": "en"}).cookies[settings.LANGUAGE_COOKIE_NAME]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["max-age"] == 365 * 24 * 60 * 60
    assert bool(cookie["secure"]) == settings.HTTPS


@pytest.mark.parametrize("elsewhere", ["https://ailleurs.example/", "//ailleurs.example/", "javascript:alert(1)"])
def test_language_choice_redirects_to_no_other_site(landlord, elsewhere):
    answer = Client().post(FOOT, {"language": "en", "next": elsewhere})
    assert answer.url == "/"


def test_an_unsupported_language_is_ignored(landlord):
    visitor = Client()
    visitor.post(FOOT, {"language": "de"})
    assert language(visitor.get("/entrer/")) == "fr"


def test_a_get_request_chooses_no_language(landlord):
    assert settings.LANGUAGE_COOKIE_NAME not in Client().get(FOOT, {"language": "en"}).cookies


def test_language_choice_needs_a_csrf_token(landlord):
    assert Client(enforce_csrf_checks=True).post(FOOT, {"language": "en"}).status_code == 403


@pytest.mark.parametrize(
    ("asked", "offered"), [("fr", 'value="en" lang="en">English'), ("en", 'value="fr" lang="fr">Français')]
)
@pytest.mark.parametrize("path", ["/immeubles/", "/regles/", "/entrer/", "/nulle-part/"])
def test_every_page_offers_the_other_language_under_its_own_name(sign_in, path, asked, offered):
    page = sign_in("awa" if path != "/entrer/" else "nobody").get(path, headers={"Accept-Language": asked})
    _before, _action, form = page.content.decode().partition(f'action="{FOOT}"')
    assert offered in form and form.count('name="language"') == 1


def test_language_choice_is_listed_as_open():
    assert "set_language" in OPEN


def test_a_refusal_is_shown_in_english(sign_in):
    page = sign_in("awa").get("/trace/", headers={"Accept-Language": "en"})
    text = page.content.decode()
    assert page.status_code == 403 and "Your role does not give access to this page." in text and "Refused at" in text


def test_an_export_is_in_the_language_of_the_page(sign_in, landlord):
    account = landlord.account("Dette-Glycines A")
    path = f"/comptes/{account.reference}/export/"
    elise = sign_in("elise")
    french, english = (elise.get(path, headers={"Accept-Language": code}) for code in ("fr", "en"))
    assert french["Content-Disposition"] == f'attachment; filename="compte-{account.reference}.csv"'
    assert english["Content-Disposition"] == f'attachment; filename="account-{account.reference}.csv"'
    first, second = (answer.content.decode("utf-8-sig").splitlines() for answer in (french, english))
    assert first[0].startswith("Date d’effet;") and second[0].startswith("Effective date,")
    assert len(first) == len(second) > 1
    assert second[1].rsplit(",", 1)[1] == first[1].rsplit(";", 1)[1].replace(",", ".")


def test_form_errors_are_in_the_language_of_the_page(sign_in, landlord):
    account = landlord.account("Dette-Glycines A")
    path = f"/comptes/{account.reference}/paiement/"
    page = sign_in("elise").post(path, {"cents": "1,051", "label": "cheque"}, headers={"Accept-Language": "en"})
    assert "“1,051” can be read in two ways: write 1051, or two digits after the point." in page.content.decode()


def test_password_reset_e_mail_is_in_the_language_of_the_page(landlord, mailoutbox):
    address = landlord.person("awa").email
    for code in ("fr", "en"):
        Client().post("/entrer/oubli/", {"email": address}, headers={"Accept-Language": code})
    french, english = mailoutbox
    assert "mot de passe" in french.body and "password" in english.body and "mot de passe" not in english.body
