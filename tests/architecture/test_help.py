"""Every page has a short help text. On the pages of caretakers, who may not see accounts, no help text mentions
accounts."""

import re

import pytest
from django.utils import translation

from access.checks import routes
from access.permissions import FOR_EVERYONE
from access.roles import CARETAKER, ROLES
from backoffice.help.first_steps import FIRST_STEPS
from backoffice.help.texts import HELP_TEXTS, MODULES
from tests.e2e.walk import NO_PAGE

SENTENCES, CHARACTERS = 3, 320
# Name of the API endpoint that answers with a web page for people.
API_PAGE = "reference"
# Page -> reason why it has no help text.
WITHOUT_HELP = {
    "account_inactive": "says only that the sign-in is closed, and whom to ask",
    "account_reset_password_done": "says only that an email may have been sent",
    "account_reset_password_from_key_done": "says only that the password was changed",
    "caretaker_page": "another page, with the help text of that page",
    "caretaker_home": "redirects to another page",
}
# Words that would tell a caretaker that Loge has accounts.
OF_ACCOUNTS = re.compile(
    r"\b(comptes?|soldes?|loyers?|dettes?|impayés?|montants?|paiements?|écritures?|encaissements?)\b"
)


def page_names() -> set[str]:
    """Return the names of all URLs that a person can open by GET, except files, fragments and API endpoints."""
    doors = {str(pattern.name): getattr(pattern.callback, "door", None) for _path, pattern in routes()}
    programs = {name for name, door in doors.items() if door and door.api} - {API_PAGE}
    files = {name for name in doors if name.endswith(("_export", "_file"))}
    return doors.keys() - programs - files


def test_every_page_has_a_help_text_or_a_reason():
    missing = page_names() - HELP_TEXTS.keys() - NO_PAGE.keys() - WITHOUT_HELP.keys()
    assert missing == set(), "write a text in backoffice/help/texts/ for each of these pages"


def test_every_help_text_and_reason_belongs_to_a_page():
    named = [name for module in MODULES for names in module.TEXTS for name in names]
    assert len(named) > 200 and len(named) == len(set(named)), "a page has two help texts"
    assert set(named) - page_names() == set(), "no page has this name"
    assert WITHOUT_HELP.keys() - page_names() - NO_PAGE.keys() == set()
    assert WITHOUT_HELP.keys() & set(named) == set()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_help_texts_are_short_and_the_same_for_everybody(language):
    with translation.override(language):
        texts = {names: str(text) for module in MODULES for names, text in module.TEXTS.items()}
    assert len(texts) > 100
    for names, text in texts.items():
        assert len(text) <= CHARACTERS, names
        assert 1 <= len(re.findall(r"[.!?](?:\s|$)", text)) <= SENTENCES and text.endswith("."), names
        assert not re.search(r"[{}%!…]", text), f"{names}: a help text contains no variable and no exclamation"


def test_help_texts_of_a_caretakers_pages_name_no_account():
    doors = {str(pattern.name): getattr(pattern.callback, "door", None) for _path, pattern in routes()}
    reached = {
        name for name, door in doors.items() if door is None or door.permission in CARETAKER.permissions | FOR_EVERYONE
    } - {API_PAGE}
    texts = {name: str(HELP_TEXTS[name]) for name in reached & HELP_TEXTS.keys()}
    steps = FIRST_STEPS[CARETAKER.code]
    texts["first steps"] = " ".join(map(str, (steps.work, steps.recorded, *dict(steps.tasks).values())))
    assert len(texts) > 30 and {"building", "card", "tasks", "account_login"} <= texts.keys()
    assert {name: text for name, text in texts.items() if OF_ACCOUNTS.search(text)} == {}


def test_each_role_has_first_steps_on_pages_that_it_may_open():
    assert list(FIRST_STEPS) == list(ROLES)
    doors = {str(pattern.name): getattr(pattern.callback, "door", None) for _path, pattern in routes()}
    for code, steps in FIRST_STEPS.items():
        assert len(steps.tasks) == 5 and len(re.findall(r"\.(?:\s|$)", str(steps.work))) <= 4, code
        permissions = ROLES[code].permissions | FOR_EVERYONE
        closed = [page for page, _label in steps.tasks if doors[page] and doors[page].permission not in permissions]
        assert closed == [], code
