"""Where a word might stay: the raw database, sessions and cache once opened, the trace, the log, and every address."""

import io
import json
import logging
import re
from collections.abc import Iterator

from django.apps import apps
from django.http import HttpResponse

from access.models import Session
from housing.logs import JsonLines
from tenants.texts import TEXTS
from tests.builders import OWNER, run
from tests.mouths.heard import CANARY

# Parts of addresses and names of places, which are what they are: `tenants/texts.py` says each, and what keeps it
# short. What is screened, people's names included, or sealed is not among them.
SCREENED = ("relu par le crible", "un nom\u00a0; une phrase est relue par le crible")
READ_AS_SENT = {name for name, (_title, kept_by) in TEXTS.items() if str(kept_by) not in (*SCREENED, "sous scellés")}
# The same, folded by the program for a search.
FOLDED = {"buildings.Address.search_key"}
WAITING = "account_reauthentication_state"
# What others' software keeps of the browser itself, for the list of one's own open sessions.
BROWSERS = {"usersessions_usersession.user_agent"}


def columns(word: str = CANARY) -> set[str]:
    """table.column of every cell in which the word stands, in whatever type."""
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
    """table.column of what may hold a text that nobody has read."""
    return BROWSERS | {_column(name) for name in READ_AS_SENT | FOLDED}


def _column(name: str) -> str:
    app, model, field = name.split(".")
    of = apps.get_model(app, model)
    return f"{of._meta.db_table}.{of._meta.get_field(field).column}"


def opened() -> str:
    """Sessions, which the database holds encoded, and the shared cache, which it holds as JSON."""
    sessions = [str(_own(one.get_decoded())) for one in Session.objects.using(OWNER).all()]
    cached = [value for (value,) in run("SELECT value FROM shared_cache")]
    return "\n".join([*sessions, *cached])


def _own(session: dict) -> dict:
    """But for what allauth holds back while somebody proves again who they are: an act on their own ways in alone, sent
    to a page of its own, in their own session."""
    waiting = session.get(WAITING, {}).get("request", "")
    assert not waiting or json.loads(waiting)["path"].startswith("/entrer/moyens/")
    return {name: value for name, value in session.items() if name != WAITING}


def addresses(answer: HttpResponse, *, asked_in_one: bool) -> Iterator[str]:
    """What the answer tells a browser to keep or to ask for: its headers, its cookies, the links of a page. A word that
    came in an address may go back to it."""
    yield from (f"{morsel.key}={morsel.value}" for morsel in answer.cookies.values())
    yield from (f"{name}: {value}" for name, value in answer.headers.items() if not asked_in_one or name != "Location")
    if not asked_in_one and "html" in answer.get("Content-Type", ""):
        yield from re.findall(r'(?:href|action|src|hx-\w+)="([^"]*)"', answer.content.decode())


class Log:
    """All that the configured handlers write, at the finest level."""

    NAMES = ("", "loge", "django", "django.request", "django.security", "django.db.backends", "allauth")

    def __init__(self, monkeypatch) -> None:
        self.written = io.StringIO()
        handler = logging.StreamHandler(self.written)
        handler.setFormatter(JsonLines())
        monkeypatch.setattr(logging.getLogger("django.template"), "level", logging.INFO)  # tells of each missing word
        for name in self.NAMES:
            logger = logging.getLogger(name)
            monkeypatch.setattr(logger, "level", logging.DEBUG)
            monkeypatch.setattr(logger, "handlers", [*logger.handlers, handler])
