"""E-mails are sent after the response. If one cannot be sent, this is counted and logged, and the next one is sent."""

import json
import logging
from smtplib import SMTPRecipientsRefused
from types import SimpleNamespace
from uuid import uuid4

import pytest
from allauth.account.forms import EmailAwarePasswordResetTokenGenerator
from allauth.core.context import request_context
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation

from access.signin.adapter import StaffOnly
from housing.logs import JsonLines
from housing.middleware import lettered
from housing.monitoring.metrics import REGISTRY

GONE, THERE = "partie@trois-rives.example", "restee@trois-rives.example"


class Heard(logging.Handler):
    def __init__(self):
        super().__init__()
        self.lines = []

    def emit(self, record):
        self.lines.append(JsonLines().format(record))


def refuse_one(self, messages, send=EmailBackend.send_messages):
    if GONE in messages[0].to:
        raise SMTPRecipientsRefused({GONE: (550, b"no such mailbox")})
    return send(self, messages)


def test_a_failing_e_mail_stops_no_other(bare, monkeypatch, mailoutbox):
    monkeypatch.setattr(EmailBackend, "send_messages", refuse_one)
    heard, logger = Heard(), logging.getLogger("loge.letter")
    logger.addHandler(heard)
    request = RequestFactory().post("/")
    request.id = uuid4()
    request.letters = [EmailMessage("Loge", "Une clé.", to=[whose]) for whose in (GONE, THERE)]
    before = REGISTRY.get_sample_value("loge_letters_lost_total")
    try:
        answer = lettered(lambda _request: HttpResponse())(request)
        assert not mail.outbox, "the answer leaves first"
        answer.close()
    finally:
        logger.removeHandler(heard)
    assert [letter.to for letter in mailoutbox] == [[THERE]]
    assert REGISTRY.get_sample_value("loge_letters_lost_total") == before + 1
    [line] = heard.lines
    said = json.loads(line)
    assert (said["level"], said["event"], said["request"]) == ("ERROR", "letter_lost", str(request.id))
    assert GONE not in line and "mailbox" not in line


def test_an_e_mail_is_rendered_after_the_response(bare, monkeypatch, mailoutbox):
    """An e-mail must be rendered after the response, because rendering takes a third of the time of a password reset.

    Otherwise the response time would reveal whether an address exists.
    """
    written, write = [], StaffOnly.render_mail

    def told(self, *what):
        written.append(what)
        return write(self, *what)

    monkeypatch.setattr(StaffOnly, "render_mail", told)

    def answers(request):
        StaffOnly(request).send_notification_mail("mfa/email/webauthn_added", SimpleNamespace(email=THERE))
        return HttpResponse()

    request = RequestFactory().post("/")
    with translation.override("en"), request_context(request):
        answer = lettered(answers)(request)
    assert not written
    answer.close()
    assert len(written) == 1 and "A key was added" in mailoutbox[-1].body


@pytest.mark.parametrize("whose", ["awa", None])
def test_password_reset_looks_up_the_person_after_the_response(landlord, monkeypatch, whose, mailoutbox):
    """The password reset token must be created and the e-mail sent after the response.

    Otherwise the response time would reveal whether the e-mail address belongs to somebody.
    """
    posted, made = [], []
    monkeypatch.setattr("housing.middleware.post_letter", lambda request, letter: posted.append(letter))
    key = EmailAwarePasswordResetTokenGenerator.make_token
    generator = "allauth.account.forms.EmailAwarePasswordResetTokenGenerator.make_token"
    monkeypatch.setattr(generator, lambda self, person: made.append(person) or key(self, person))
    Client().post("/entrer/oubli/", {"email": landlord.person(whose).email if whose else "personne@nulle-part.example"})
    assert len(posted) == 1 and not made
    posted[0].send()
    assert len(made) == len(mailoutbox) == bool(whose)
