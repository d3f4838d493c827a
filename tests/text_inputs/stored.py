"""Searches for a word wherever it could be stored: database, sessions, cache, logs, response headers and links."""

import io
import json
import logging
import re
from collections.abc import Iterator

from django.apps import apps
from django.http import HttpResponse

from access.models import Session
from housing.logs import JsonLines
from oversight.text_columns import TEXTS
from tests.builders import OWNER, run
from tests.text_inputs.received import CANARY

# Columns whose text is not screened, such as names of places. These columns may store the marker word.
# READ_AS_SENT: the text columns listed in `oversight/text_columns.py`, without screened columns and encrypted columns.
SCREENED = ("vérifié avant l’enregistrement", "un nom\u202f; une phrase est vérifiée avant l’enregistrement")
READ_AS_SENT = {name for name, (_title, kept_by) in TEXTS.items() if str(kept_by) not in (*SCREENED, "sous scellés")}
# Columns that may store the marker word, because they contain a normalised copy of an unscreened column for searching.
FOLDED = {"buildings.Address.search_key", "buildings.BuildingKey.key"}
WAITING = "account_reauthentication_state"
# Columns with the names of browsers (user agents), unscreened text by which people recognise their sessions.
BROWSERS = {"usersessions_usersession.user_agent"}


def columns(word: str = CANARY) -> set[str]:
    """Return the table.column of every cell that contains the marker word, whatever the column's type."""
    tables = run(
        "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    assert len(tables) > 40
    asked = " UNION ".join(
        f"SELECT DISTINCT '{table}.' || c.key FROM {table} t, jsonb_each_text(to_jsonb(t)) c WHERE c.value ILIKE %s"
        for (table,) in tables
    )
    return {name for (name,) in run(asked, *(f"%{word}%" for _table in tables))}


def may_hold() -> set[str]:
    """Return the table.column of each column that may contain unscreened text."""
    return BROWSERS | {_column(name) for name in READ_AS_SENT | FOLDED}


def _column(name: str) -> str:
    app, model, field = name.split(".")
    of = apps.get_model(app, model)
    return f"{of._meta.db_table}.{of._meta.get_field(field).column}"


def opened() -> str:
    """Return the text of all sessions, decoded, and of all values in the shared cache."""
    sessions = [str(_own(one.get_decoded())) for one in Session.objects.using(OWNER).all()]
    cached = [value for (value,) in run("SELECT value FROM shared_cache")]
    return "\n".join([*sessions, *cached])


def _own(session: dict) -> dict:
    """Return the session's data without the posted request that allauth stores while it asks for the password again.

    Only requests about the person's own sign-in methods may be stored. Fails if the stored request is another one.
    """
    waiting = session.get(WAITING, {}).get("request", "")
    assert not waiting or json.loads(waiting)["path"].startswith("/entrer/moyens/")
    return {name: value for name, value in session.items() if name != WAITING}


def addresses(answer: HttpResponse, *, asked_in_one: bool) -> Iterator[str]:
    """Yield the response's cookies, headers and links, because a browser may store them.

    `asked_in_one`: the requested URL contained the word searched for. Redirects and links may then repeat the word, so
    they are left out.
    """
    yield from (f"{morsel.key}={morsel.value}" for morsel in answer.cookies.values())
    yield from (f"{name}: {value}" for name, value in answer.headers.items() if not asked_in_one or name != "Location")
    if not asked_in_one and "html" in answer.get("Content-Type", ""):
        yield from re.findall(r'(?:href|action|src|hx-\w+)="([^"]*)"', answer.content.decode())


class Log:
    """Collects what loggers write, at level DEBUG and in the production format, to search it for the marker word."""

    NAMES = ("", "loge", "django", "django.request", "django.security", "django.db.backends", "allauth")

    def __init__(self, monkeypatch) -> None:
        self.written = io.StringIO()
        handler = logging.StreamHandler(self.written)
        handler.setFormatter(JsonLines())
        # The logger `django.template` stays at INFO: at DEBUG, it would write about each missing template variable.
        monkeypatch.setattr(logging.getLogger("django.template"), "level", logging.INFO)
        for name in self.NAMES:
            logger = logging.getLogger(name)
            monkeypatch.setattr(logger, "level", logging.DEBUG)
            monkeypatch.setattr(logger, "handlers", [*logger.handlers, handler])
