"""A system check: every URL has a door, or is listed below with the reason why it needs none."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.urls import URLPattern, URLResolver, get_resolver

# View name -> why it needs no door. A name without a URL is an error too.
OPEN: dict[str, str] = {
    "account_login": "the way in: nobody is signed in yet, and it shows nobody",
    "account_logout": "the way out: it shows nothing",
    "account_inactive": "says that a sign-in was closed, to whoever tried it",
    "account_reset_password": "asks for an address and answers the same whether it is known or not",
    "account_reset_password_done": "the answer to the request above",
    "account_reset_password_from_key": "opens with the mailed key alone; shows only password fields",
    "account_reset_password_from_key_done": "the end of a reset",
    "account_change_password": "one's own password: allauth asks the current one",
    "account_reauthenticate": "one proves again who one is, with the password: only who has nothing else yet",
    "mfa_index": "one's own ways in; the page to which who lacks a second one is led",
    "mfa_authenticate": "the second step of signing in: allauth asks that the first was taken",
    "mfa_reauthenticate": "one proves again who one is, with a code",
    "mfa_reauthenticate_webauthn": "one proves again who one is, with a key",
    "mfa_login_webauthn": "the way in with a key: it shows nobody",
    "directory_enter": "the way in by the landlord's directory: it shows nobody; 404 where there is none",
    "directory_back": "the directory's answer: nothing is believed that is not signed, fresh and for this browser",
    "directory_link": "ties one's own name in the directory to oneself: it asks a fresh proof",
    "directory_unlink": "takes that tie away: it asks a fresh proof",
    "mfa_add_webauthn": "adds a key of one's own: allauth asks a fresh proof",
    "mfa_remove_webauthn": "takes a key of one's own away: allauth asks a fresh proof",
    "mfa_activate_totp": "adds codes of one's own: allauth asks a fresh proof",
    "mfa_deactivate_totp": "takes codes of one's own away: allauth asks a fresh proof",
    "mfa_view_recovery_codes": "one's own codes for the drawer, shown once: allauth asks a fresh proof",
    "mfa_generate_recovery_codes": "makes them anew: allauth asks a fresh proof",
    "usersessions_list": "one's own open sessions: shown, and ended",
    "lock": "locks one's own session: it shows nothing",
    "locked": "opens it again for the same person: it shows that person's name alone",
    "unlock": "the same, with a key",
    "draft": "what a person was typing when their session was locked or ended: encrypted for them, stored nowhere",
    "health_live": "says that the process runs; it asks nothing of any database",
    "health_ready": "says whether a page would be answered and safe; nobody in it",
    "health_deep": "what the machines need before long, for listed watchers alone; nobody in it",
    "metrics": "counts and times by route, for listed watchers alone; no person, no place",
    "set_language": "keeps the language of the pages in a cookie, and goes back to the page: it shows nothing",
    "accessibility": "the accessibility statement: the law wants it open to everybody, and nobody is in it",
    "subject_figures": "how people's rights are answered, in counts: owed to everybody, and nobody is in it",
    "keys": "lists the keys of the pages, and keeps in a cookie whether they act: it shows nobody",
    "caretaker_page": "passes through the door of the page it names, as the caretaker whom an inspector is shown",
    "caretaker_home": "the first of those pages: the same door",
    "csp": "browsers say there what the policy stopped: it counts, keeps nothing and answers nothing",
}

# Additional views of a demonstration.
ON_STAGE: dict[str, str] = {"demo_enter": "lets one be somebody of the invented landlord; 404 anywhere else"}
# Outside doors, allauth changes data before the event is written, so the audit log is tested before every POST. Except
# for views that record nothing; and also for the directory's answer, a GET that links an account.
UNTOLD = frozenset({"csp", "keys", "set_language"})
TOLD_BY_GET = frozenset({"directory_back"})
# URLs that a locked session still serves: unlocking, leaving, and public ones.
OPEN_WHILE_LOCKED = frozenset(
    {"lock", "locked", "unlock", "account_logout", "set_language", "csp", "health_live", "health_ready"}
)


def routes(patterns: Any = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """(path, pattern) of every URL of the site."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, path)
        else:
            yield path, pattern


@register("doors")
def every_url_has_a_door(**_: Any) -> list[CheckMessage]:
    uses_by_name = dict.fromkeys(OPEN | (ON_STAGE if settings.DEMO else {}), 0)
    problems: list[CheckMessage] = []
    for path, pattern in routes():
        if pattern.name in uses_by_name:
            uses_by_name[pattern.name] += 1
        elif not hasattr(pattern.callback, "door"):
            problems.append(Error(f"/{path} has neither a door nor a reason.", id="access.E001"))
    stale = [name for name, uses in uses_by_name.items() if not uses]
    problems += [Error(f"OPEN lists {name}, which is no URL of the site.", id="access.E002") for name in stale]
    return problems
