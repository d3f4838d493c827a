"""`/.well-known/security.txt` names the landlord's contact and expires in less than a year."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404
from django.urls import resolve

from housing.environment import env_contact

ADDRESS = "/.well-known/security.txt"


@pytest.fixture
def answer(rf, settings):
    """Return a function that sets the contact in the settings, requests `security.txt` and returns the response."""

    def get(contact: str, method: str = "get"):
        settings.SECURITY_CONTACT = contact
        return resolve(ADDRESS).func(getattr(rf, method)(ADDRESS))

    return get


def fields(response) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in response.content.decode().splitlines())


@pytest.mark.parametrize(
    ("contact", "uri"),
    [
        ("securite@trois-rives.example", "mailto:securite@trois-rives.example"),
        ("mailto:securite@trois-rives.example", "mailto:securite@trois-rives.example"),
        ("https://trois-rives.example/securite", "https://trois-rives.example/securite"),
        ("tel:+33-1-39-98-00-00", "tel:+33-1-39-98-00-00"),
    ],
)
def test_security_txt_names_the_contact_as_a_uri(answer, monkeypatch, contact, uri):
    monkeypatch.setenv("LOGE_SECURITY_CONTACT", contact)
    response = answer(env_contact("LOGE_SECURITY_CONTACT"))
    assert response.status_code == 200 and response["Content-Type"] == "text/plain; charset=utf-8"
    assert fields(response)["Contact"] == uri


@pytest.mark.parametrize("contact", ["call us", "a@b.example\nPolicy: x", "http://trois-rives.example", "javascript:x"])
def test_any_other_contact_is_refused_at_start_up(monkeypatch, contact):
    monkeypatch.setenv("LOGE_SECURITY_CONTACT", contact)
    with pytest.raises(ImproperlyConfigured, match="write an e-mail address"):
        env_contact("LOGE_SECURITY_CONTACT")


def test_security_txt_expires_in_less_than_a_year(answer):
    expires = datetime.fromisoformat(fields(answer("securite@trois-rives.example"))["Expires"])
    assert timedelta(days=30) < expires - datetime.now(UTC) < timedelta(days=365)


def test_security_txt_is_missing_without_a_contact(answer):
    with pytest.raises(Http404):
        answer("")


def test_security_txt_only_answers_safe_methods(answer):
    assert answer("securite@trois-rives.example", "post").status_code == 405
