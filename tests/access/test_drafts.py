"""Drafts: text that was typed when the session locked, ended or required reauthentication. Drafts are encrypted, belong
to one person and last an hour.
"""

from secrets import token_urlsafe
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.http import QueryDict
from django.test import Client

from access.signin import drafts, session_limits
from access.signin.drafts import LARGEST, address_of
from tests.access.test_sessions import clock
from tests.builders import OWNER, run
from tests.sign_in import let_in
from tests.visits import Visit, visits

__all__ = ["clock"]  # the fixture

PHRASE, SENTENCE = "une phrase assez longue", "Rappelle le 5, puis le 20."
HTMX = {"HX-Request": "true"}
PROOF = "/entrer/preuve/?next=/entrer/brouillon/"


@pytest.fixture
def elise(sample_objects, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    person = sample_objects.landlord.person("elise")
    person.set_password(PHRASE)
    person.save(using=OWNER, update_fields=["password"])
    return person


def form(sample_objects):
    return {"text": SENTENCE, "code": "payment_difficulty", "reason": "sequence", "ends_on": "2027-01-05"}


def next_of(answer) -> str:
    return parse_qs(urlsplit(answer.url).query)["next"][0]


@pytest.fixture
def address(sample_objects):
    """Return the URL of a page with a form that can be saved as a draft: the page for notes on an account."""
    [visit] = [visit for visit in visits() if visit.name == "account_notes"]
    return visit.url(sample_objects)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["browser", "htmx"])
def test_a_form_sent_to_a_locked_session_is_restored_after_unlocking(sample_objects, elise, address, headers):
    client = let_in(Client(), elise)
    client.post("/entrer/verrouiller/")
    answer = client.post(address, form(sample_objects), headers=headers)
    assert answer.status_code == 302 and answer.url.startswith("/entrer/verrou/?next=/entrer/brouillon/")
    assert "Rappelle" not in unquote(answer.url) and not answer.content
    locked = client.get(answer.url).content.decode()
    assert "Rappelle" not in locked and sample_objects.account.reference not in locked
    assert client.get(next_of(answer)).url.startswith("/entrer/verrou/"), "the draft is locked too"
    back = client.post("/entrer/verrou/", {"password": PHRASE, "next": next_of(answer)})
    page = client.get(back.url).content.decode()
    assert SENTENCE in page and f'action="{address}"' in page and "csrfmiddlewaretoken" in page
    for name, value in form(sample_objects).items():
        assert f'name="{name}" value="{value}"' in page


def test_a_form_sent_to_an_ended_session_is_restored_after_signing_in(sample_objects, elise, address, clock):
    client = let_in(Client(), elise)
    assert client.get("/regles/").status_code == 200
    clock.at += session_limits.ENDED_AFTER_SECONDS
    answer = client.post(address, form(sample_objects))
    assert answer.url.startswith("/entrer/?next=/entrer/brouillon/")
    draft = next_of(answer)
    entrance = client.get(answer.url).content.decode()
    assert "Rappelle" not in entrance and draft.partition("=")[2] in entrance
    assert SENTENCE in let_in(Client(), elise).get(draft).content.decode()


def fresh_doors() -> list[Visit]:
    return [visit for visit in visits() if visit.posts and visit.door.reauthenticate and not visit.door.api]


def test_a_form_sent_with_an_old_proof_is_restored_after_a_fresh_one(sample_objects):
    """Forms that require a recent proof of identity are posted when the last proof is too old.

    After a new proof, each form must be shown again with what was typed.
    """
    checked = []
    for visit in fresh_doors():
        client, fields = (
            let_in(Client(), sample_objects.landlord.person(visit.who), ago=3_600),
            visit.post(sample_objects),
        )
        typed = {name: value for name, value in fields.items() if isinstance(value, str) and value}
        if not typed:
            continue
        sent = {**typed, "text": SENTENCE, "csrfmiddlewaretoken": "jeton"}
        answer = client.post(visit.url(sample_objects), sent)
        assert answer.status_code == 302 and answer.url.startswith("/entrer/preuve/?next=/entrer/brouillon/"), (
            visit.name
        )
        assert "Rappelle" not in unquote(answer.url)
        page = client.get(next_of(answer)).content.decode()
        assert SENTENCE in page and f'action="{visit.url(sample_objects)}"' in page, visit.name
        assert "jeton" not in page
        checked.append(visit.name)
    assert len(checked) >= 15


def test_a_draft_opens_only_for_its_person_and_within_an_hour(sample_objects, elise, address, clock, monkeypatch):
    draft = address_of(elise, address, posted(sample_objects))
    other = let_in(Client(), sample_objects.landlord.person("fatou"))
    assert other.get(draft).url == "/"
    assert Client().get(draft).url.startswith("/entrer/?next=")
    mine = let_in(Client(), elise)
    assert SENTENCE in mine.get(draft).content.decode()
    assert mine.get(draft[:-8]).url == "/" and mine.get("/entrer/brouillon/?brouillon=é").url == "/"
    later = drafts.Fernet.decrypt
    monkeypatch.setattr(drafts.Fernet, "decrypt", lambda self, token, ttl: later(self, token, ttl=-1))
    assert mine.get(draft).url == "/"


def posted(sample_objects, **more) -> QueryDict:
    values = QueryDict(mutable=True)
    values.update(form(sample_objects) | more)
    return values


def test_secrets_long_forms_and_foreign_addresses_are_not_stored_in_a_draft(sample_objects, elise, address):
    secret = posted(sample_objects, password="motdepasse", csrfmiddlewaretoken="jeton", credential="clef")
    draft = drafts.opened(elise, parse_qs(urlsplit(address_of(elise, address, secret)).query)["brouillon"][0])
    assert draft.target == address and {name for name, _value in draft.fields} == {"text", "code", "reason", "ends_on"}
    assert address_of(elise, address, posted(sample_objects, text=token_urlsafe(LARGEST))) == ""
    split = [f"/{sign}/ailleurs.example{address}" for sign in "\t\n\r"]
    elsewhere = ("//ailleurs.example/", "https://ailleurs.example/", "", *split, f"/\\ailleurs.example{address}")
    for target in ("/regles/", "/rien/", "/entrer/", "/api/v1/accounts/search/", *elsewhere):
        assert address_of(elise, target, posted(sample_objects)) == "", target
    assert address_of(elise, address, QueryDict("")) == ""


def test_a_page_whose_time_is_over_saves_its_draft_without_acting(sample_objects, elise, address):
    """When a page has been idle too long, its script posts the form as a draft. The form's action must not run.

    The action must not run even if the session is still in use in another tab.
    """
    client, entries = let_in(Client(), elise), run("SELECT count(*) FROM casework_accountnote")
    left = {**form(sample_objects), "draft_target": address}
    answer = client.post("/entrer/brouillon/", left)
    assert answer.url.startswith("/entrer/brouillon/?brouillon=")
    assert SENTENCE in client.get(answer.url).content.decode()
    client.post("/entrer/verrouiller/")
    answer = client.post("/entrer/brouillon/", left)
    assert answer.url.startswith("/entrer/verrou/?next=/entrer/brouillon/")
    elsewhere = client.post("/entrer/brouillon/", {**left, "draft_target": "//ailleurs.example/"})
    assert elsewhere.url == "/entrer/verrou/?next=/"
    assert run("SELECT count(*) FROM casework_accountnote") == entries
