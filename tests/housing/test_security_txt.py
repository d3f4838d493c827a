"""`/.well-known/security.txt` names the landlord's contact and expires in less than a year."""

from datetime import UTC, datetime, timedelta

import pytest
from django.http import Http404
from django.urls import resolve

ADDRESS = "/.well-known/security.txt"


@pytest.fixture
def answer(rf, settings):
    """Request the file, with a contact in the settings, and return the response."""

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
        ("https://trois-rives.example/securite", "https://trois-rives.example/securite"),
    ],
)
def test_security_txt_names_the_contact_as_a_uri(answer, contact, uri):
    response = answer(contact)
    assert response.status_code == 200 and response["Content-Type"] == "text/plain; charset=utf-8"
    assert fields(response)["Contact"] == uri


def test_security_txt_expires_in_less_than_a_year(answer):
    expires = datetime.fromisoformat(fields(answer("securite@trois-rives.example"))["Expires"])
    assert timedelta(days=30) < expires - datetime.now(UTC) < timedelta(days=365)


def test_security_txt_is_missing_without_a_contact(answer):
    with pytest.raises(Http404):
        answer("")


def test_security_txt_only_answers_safe_methods(answer):
    assert answer("securite@trois-rives.example", "post").status_code == 405
