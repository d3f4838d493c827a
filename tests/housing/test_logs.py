"""The log contains technical events and nothing personal: a marker word typed in every input must not appear in it."""

import io
import json
import logging

import pytest
from django.db import DatabaseError
from hypothesis import given
from hypothesis import strategies as st

from housing.logs import FIELDS, JsonLines
from tests.form_values import typed
from tests.visits import visits

WORD = "ZZMARKERZZ"
HEADERS = {
    "User-Agent": WORD,
    "Referer": f"http://localhost/{WORD}",
    "X-Request-Id": WORD,
    "X-Forwarded-For": WORD,
    "Accept-Language": WORD,
}


@pytest.fixture
def stream():
    """Collect everything from level DEBUG that the loggers write, in the JSON format of production."""
    written = io.StringIO()
    names = ("", "loge", "django", "django.request", "django.security", "django.db.backends")
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    before = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    for name in ("", "loge", "django"):
        logging.getLogger(name).addHandler(handler)
    yield written
    for name in names:
        logging.getLogger(name).setLevel(before[name])
        logging.getLogger(name).removeHandler(handler)


def lines(stream) -> list[dict]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def requests(stream) -> list[dict]:
    return [line for line in lines(stream) if line["event"] == "request"]


def test_a_request_is_one_log_line_with_the_id_of_its_event(landlord, sign_in, stream):
    account = landlord.account("Dette-Glycines A")
    sign_in("elise").get(f"/comptes/{account.reference}/?q={WORD}")
    [line] = requests(stream)
    assert {key: line[key] for key in ("route", "method", "status", "outcome")} == {
        "route": "account",
        "method": "GET",
        "status": 200,
        "outcome": "shown",
    }
    from tests.builders import events

    assert [str(event["request"]) for event in events(kind="account_opened")] == [line["request"]]
    assert line.keys() == {"at", "level", "logger", "event", *FIELDS} - {"reason"}
    assert account.reference not in stream.getvalue() and str(account.pk) not in stream.getvalue()


def test_log_distinguishes_changes_from_refused_forms(landlord, sign_in, stream):
    ines, said = sign_in("ines"), {"nature": "confidentiality", "touched": "contact", "people": "12"}
    said |= {"consequence": "risk", "measure": "closed", "known_on": typed(-1)}
    ines.post("/registre/violations/", said)
    ines.post("/registre/violations/", {**said, "known_on": typed(1)})
    assert [(line["status"], line["outcome"]) for line in requests(stream)] == [(302, "changed"), (200, "shown")]


def planted(value):
    return f"{value}{WORD}" if isinstance(value, str) else value


@pytest.mark.unwatched("asks every door for nonsense; what is looked at here is the log")
def test_no_typed_text_reaches_the_log(sample_objects, sign_in, stream):
    """A marker word that is sent to every page, in every input, must not appear in the log.

    The inputs are the query string, each field, each header and a cookie.
    """
    sign_in("noel")
    browsers, passed = {}, set()
    for visit in visits():
        client = browsers.setdefault(visit.who, sign_in(visit.who))
        # The cookie is set here, because a `Cookie` header in HEADERS would replace the session cookie.
        client.cookies["other"] = WORD
        answers = [client.get(visit.url(sample_objects) + f"?q={WORD}", headers=HEADERS)]
        client.get(visit.url(sample_objects) + f"?page={WORD}&cursor={WORD}", headers=HEADERS)
        if visit.posts:
            fields = {key: planted(value) for key, value in visit.post(sample_objects).items()}
            kind = {"content_type": "application/json"} if visit.door.api else {}
            answers.append(client.post(visit.url(sample_objects), fields, headers=HEADERS, **kind))
        if any(hasattr(answer.wsgi_request, "access") for answer in answers):
            passed.add(visit.name)
    assert passed == {visit.name for visit in visits()}, "somebody was stopped before the door decided"
    client.get(f"/rien/{WORD}/", headers=HEADERS)
    client.get(f"/comptes/{WORD}/", headers=HEADERS)
    client.get("/", headers={"Host": f"{WORD}.example"})
    client.post("/entrer/", {"login": f"{WORD}@rives.example", "password": WORD}, headers=HEADERS)
    told = requests(stream)
    assert sum(line["outcome"] == "shown" for line in told) > len(passed)
    assert {"changed", "missing"} <= {line["outcome"] for line in told}
    found = stream.getvalue()
    assert WORD not in found
    assert [line for line in lines(stream) if line["event"] not in ("request", "foreign")] == []
    names = (
        "Dette",
        "Calme",
        "Glycines",
        "elise.bernard",
        "Bernard",
        sample_objects.account.reference,
        str(sample_objects.residence.pk),
    )
    assert [name for name in names if name in found] == []


@pytest.mark.unwatched("breaks a page on purpose")
def test_an_error_is_logged_by_class_and_frames_without_its_text(landlord, sign_in, stream, monkeypatch):
    def broken(*_args, **_more):
        try:
            raise DatabaseError(f'Key (email)=({WORD}) already exists. SELECT * FROM t WHERE name = "{WORD}"')
        except DatabaseError as error:
            raise ValueError(WORD) from error

    monkeypatch.setattr("ledger.views.accounts.page_of", broken)
    client = sign_in("elise")
    client.raise_request_exception = False
    assert client.get(f"/comptes/?q={WORD}").status_code == 500
    [told] = [line for line in lines(stream) if line["level"] == "ERROR"]
    assert told["error"] == ["builtins.ValueError", "django.db.utils.DatabaseError"] and told["route"] == "accounts"
    assert any(frame.startswith("ledger/views/accounts.py:") for frame in told["frames"])
    [line] = requests(stream)
    assert told["request"] == line["request"] and (line["status"], line["outcome"]) == (500, "failed")
    assert WORD not in stream.getvalue() and "/work" not in stream.getvalue()


def written(record: logging.LogRecord) -> str:
    return JsonLines().format(record)


@given(st.text(), st.text())
def test_no_text_breaks_a_log_line_or_is_quoted_in_it(text, name):
    """A log record of another package must become one line of JSON that leaves out the text of the message.

    Line ends, NUL, escape sequences and direction marks in other values must be escaped.
    """
    record = logging.LogRecord("django.security.csrf", logging.WARNING, "csrf.py", 7, f"said {text}", (), None, "check")
    line = written(record)
    assert line.isascii() and line.isprintable()
    assert json.loads(line).keys() == {"at", "level", "logger", "event", "where"}
    ours = logging.LogRecord("loge.request", logging.INFO, "x.py", 7, "request", (), None, "tell")
    ours.route = name
    line = written(ours)
    assert line.isascii() and line.isprintable() and json.loads(line)["route"] == name


def test_start_up_errors_are_quoted():
    from django.core.exceptions import ImproperlyConfigured

    try:
        raise ImproperlyConfigured("Loge refuse de démarrer.")
    except ImproperlyConfigured as error:
        told = (type(error), error, error.__traceback__)
    record = logging.LogRecord("gunicorn.error", logging.ERROR, "x.py", 7, "in worker", (), told, "boot")
    assert json.loads(written(record))["reason"] == "Loge refuse de démarrer."


def test_every_log_handler_uses_our_formatter(settings):
    """Every configured log handler must have the project's formatter.

    Django's own handlers must be removed, because they send e-mails and write the requested addresses.
    """
    handlers = settings.LOGGING["handlers"]
    assert {handler["formatter"] for handler in handlers.values()} == {"lines"}
    configured = [logging.getLogger(name) for name in ("", "loge", "django", "django.request", "django.server")]
    ours = {type(h.formatter) for log in configured for h in log.handlers if type(h) is logging.StreamHandler}
    assert ours == {JsonLines}
    from housing import serving

    assert {handler["formatter"] for handler in serving.logconfig_dict["handlers"].values()} == {"lines"}
    assert serving.accesslog is None
