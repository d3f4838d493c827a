"""Letters are posted after the answer; one that no server takes is counted and said, and takes no other with it."""

import json
import logging
from smtplib import SMTPRecipientsRefused
from uuid import uuid4

from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend
from django.http import HttpResponse
from django.test import RequestFactory

from housing.logs import JsonLines
from housing.metrics import REGISTRY
from housing.middleware import lettered

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


def test_a_letter_that_is_refused_takes_no_other_with_it(bare, monkeypatch, mailoutbox):
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
