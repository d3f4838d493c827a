"""System check: every view has the `@door` decorator, or is listed here with the reason why it has none."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.urls import URLPattern, URLResolver, get_resolver

# OPEN maps the URL name of each view without the `@door` decorator to the reason why the view needs no access check.
OPEN: dict[str, str] = {
    "account_login": "the sign-in page: nobody is signed in yet, and it shows no personal data",
    "account_logout": "signs out: it shows no data",
    "account_inactive": "tells a person that the sign-in is closed",
    "account_reset_password": "asks for an address, with the same answer for known and unknown ones",
    "account_reset_password_done": "the answer to the request above",
    "account_reset_password_from_key": "opens only with the emailed link; shows only password fields",
    "account_reset_password_from_key_done": "the last page of a password reset",
    "account_change_password": "one's own password: allauth requires the current one",
    "account_reauthenticate": "reauthentication with the password, for people without a second factor",
    "mfa_index": "one's own sign-in methods; people without a second factor are redirected here",
    "mfa_authenticate": "the second step of signing in: allauth requires the first one",
    "mfa_reauthenticate": "reauthentication with a one-time code",
    "mfa_reauthenticate_webauthn": "reauthentication with a security key",
    "mfa_login_webauthn": "signs in with a security key: it shows no personal data",
    "directory_enter": "starts a sign-in through the directory: it shows no personal data; 404 without a directory",
    "directory_back": "the directory's answer: it must be signed, fresh and for this browser",
    "directory_link": "links one's own account in the directory: it requires a fresh proof",
    "directory_unlink": "removes that link: it requires a fresh proof",
    "mfa_add_webauthn": "adds an own security key: allauth requires a fresh proof",
    "mfa_remove_webauthn": "removes an own security key: allauth requires a fresh proof",
    "mfa_activate_totp": "adds own one-time codes: allauth requires a fresh proof",
    "mfa_deactivate_totp": "removes own one-time codes: allauth requires a fresh proof",
    "mfa_view_recovery_codes": "one's own recovery codes, shown once: allauth requires a fresh proof",
    "mfa_generate_recovery_codes": "replaces them: allauth requires a fresh proof",
    "usersessions_list": "lists and ends one's own open sessions",
    "lock": "locks one's own session: it shows no data",
    "locked": "unlocks it for the same person: it shows only that person's name",
    "unlock": "the same, with a security key",
    "draft": "text typed before a session was locked or ended: encrypted for that person, stored nowhere",
    "health_live": "reports that the process runs; it queries no database",
    "health_ready": "reports whether pages can be served safely; no personal data",
    "health_deep": "reports upcoming needs of the servers, to listed monitoring addresses only; no personal data",
    "metrics": "counts and times by route, for listed monitoring addresses only; no person, no place",
    "set_language": "stores the language in a cookie and redirects back: it shows no data",
    "theme": "stores a light or dark display in a cookie and redirects back: it shows no data",
    "accessibility": "the accessibility statement: the law requires it to be public; no personal data",
    "subject_figures": "counts of answered subject requests: owed to the public; no personal data",
    "keys": "lists keyboard shortcuts and stores in a cookie whether they are active: no personal data",
    "caretaker_page": "an inspector's masked view of a caretaker's page: it passes the door of that page",
    "caretaker_home": "the first of those pages, with its own door",
    "security_txt": "where to report a vulnerability (RFC 9116): no personal data",
    "csp": "browsers report violations of the content security policy: it counts them and stores nothing",
}

# ON_STAGE lists views without the `@door` decorator that exist only in a demonstration with invented data.
ON_STAGE: dict[str, str] = {"demo_enter": "signs in as an invented person of the demonstration; 404 anywhere else"}
# Views in UNTOLD write no audit event, so they accept POST even while the audit log cannot be written.
UNTOLD = frozenset({"csp", "keys", "set_language", "theme"})
# Views in TOLD_BY_GET write an audit event on GET, so they answer 503 to GET while the audit log cannot be written.
TOLD_BY_GET = frozenset({"directory_back"})
# While a session is locked, only these URL names work: those to unlock or sign out, and public pages.
OPEN_WHILE_LOCKED = frozenset(
    {"lock", "locked", "unlock", "account_logout", "set_language", "theme", "csp", "health_live", "health_ready"}
)


def routes(patterns: Any = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yields (path, URL pattern) for every URL of the site."""
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
    problems += [Error(f"OPEN lists {name}, but no URL has this name.", id="access.E002") for name in stale]
    return problems
