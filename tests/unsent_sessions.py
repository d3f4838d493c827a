"""Checks that each signed-in test client sends its session at least once; otherwise the test proves nothing.

A `Cookie` header passed to Django's test client replaces all cookies of the client, including the session's. A test of
the audit log once requested two hundred pages in that way without being signed in.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.test import Client


@dataclass
class Requests:
    """Records which signed-in test clients sent their session cookie.

    `as_person`: clients that sent it. `as_nobody`: client -> path of its first request without the cookie.
    """

    as_person: set[Client] = field(default_factory=set)
    as_nobody: dict[Client, str] = field(default_factory=dict)

    def never_signed_in(self) -> list[str]:
        """Return the first requested path of each signed-in client that never sent its session cookie."""
        return [path for client, path in self.as_nobody.items() if client not in self.as_person]


@contextmanager
def counting_people() -> Iterator[Requests]:
    requests, plain = Requests(), Client.request

    def request(self: Client, **environ: Any) -> Any:
        try:
            answer = plain(self, **environ)
        except Exception:
            # An exception in a view proves that the client sent its session: views run only after the session check.
            requests.as_person.add(self)
            raise
        if hasattr(self, "let_in_as"):
            _note(requests, self, answer.wsgi_request)
        return answer

    with patch.object(Client, "request", request):
        yield requests


def _note(requests: Requests, client: Client, request: Any) -> None:
    """Record whether a request sent its session cookie. The cookie of an ended session counts too, because some tests
    are about ended sessions."""
    sent = settings.SESSION_COOKIE_NAME in request.COOKIES
    if sent or getattr(request, "user", AnonymousUser()).is_authenticated:
        requests.as_person.add(client)
    else:
        requests.as_nobody.setdefault(client, request.path)
