"""Messages at sign-in contain no ids, and a message confirms signing out."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.builders import OWNER

PHRASE = "une phrase assez longue"


@pytest.fixture
def awa(landlord):
    person = landlord.person("awa")
    person.set_password(PHRASE)
    person.save(using=OWNER, update_fields=["password"])
    return person


def test_signing_in_shows_no_message_and_no_id(awa):
    client = Client()
    page = client.post("/entrer/", {"login": awa.email, "password": PHRASE}, follow=True)
    assert page.redirect_chain and page.status_code == 200
    assert not list(page.context["messages"]) and str(awa.pk) not in page.content.decode()


def test_signing_out_shows_a_message(awa):
    client = Client()
    client.post("/entrer/", {"login": awa.email, "password": PHRASE})
    page = client.post("/entrer/sortir/", follow=True)
    assert "La session est fermée." in page.content.decode() and str(awa.pk) not in page.content.decode()


def test_changing_the_password_shows_a_message_in_french(awa):
    client = Client()
    client.post("/entrer/", {"login": awa.email, "password": PHRASE})
    new = {"oldpassword": PHRASE, "password1": "encore plus longue", "password2": "encore plus longue"}
    page = client.post("/entrer/mot-de-passe/", new, follow=True)
    assert "Le mot de passe est changé." in page.content.decode()


def test_a_wrong_password_is_refused_in_french(awa):
    page = Client().post("/entrer/", {"login": awa.email, "password": "autre chose"})
    assert "L’adresse ou le mot de passe est incorrect" in page.content.decode()


def test_a_password_reset_is_answered_alike_for_an_unknown_address(awa, mailoutbox):
    known, unknown = (
        Client().post("/entrer/oubli/", {"email": address}) for address in (awa.email, "personne@nulle-part.example")
    )
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    [letter] = mailoutbox
    assert letter.to == [awa.email]
    # Loge replaces allauth's email for password reset, whose subject would contain the name of a Django site.
    assert letter.subject == "Loge\u00a0: votre mot de passe"
    # An email with only a link looks like phishing. So Loge's email names the landlord, the person and what to expect.
    for words in (
        settings.HOUSE_NAME,
        f"le mot de passe de {awa.email}",
        "trois jours",
        "ou un code",
        "une clé ou un code",
    ):
        assert words in letter.body, words
    # The email is plain text with one link. In HTML, a link's text may differ from its target, as in phishing.
    assert not letter.alternatives and letter.body.count("http") == 1
    assert "trois jours" in letter.body and settings.PASSWORD_RESET_TIMEOUT == 3 * 24 * 60 * 60


@pytest.mark.parametrize("nowhere", ["http://[", "//[::", "http://a:b@[/", "javascript:1", "//elsewhere.example/"])
def test_redirects_lead_only_to_our_own_urls(awa, nowhere):
    for name in ("account_login", "account_reset_password", "account_inactive", "account_logout"):
        answer = Client().get(reverse(name), {"next": nowhere})
        assert answer.status_code in (200, 302) and nowhere not in answer.get("Location", ""), name
    entering = Client().post("/entrer/", {"login": awa.email, "password": PHRASE, "next": nowhere})
    assert entering.status_code == 302 and entering.url.startswith("/") and not entering.url.startswith("//")
