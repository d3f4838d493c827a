"""The site's WSGI application with an added response header, which lists the templates rendered for the response.

With it, tests/e2e/test_walk.py checks that every template was rendered."""

import threading
from collections.abc import Callable, Iterable
from typing import Any

from django.template import Template

from housing.wsgi import application as house
from tests.e2e import TOLD_BY

# Names of the templates rendered for the current request. Each thread answers one request at a time.
_rendered = threading.local()
_render = Template._render  # type: ignore[attr-defined]


def render(self: Template, context: Any) -> Any:
    if self.name and hasattr(_rendered, "names"):
        _rendered.names.add(self.name)
    return _render(self, context)


Template._render = render  # type: ignore[attr-defined]  # extended and included templates call it too


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    _rendered.names = set()

    def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
        return start_response(status, [*headers, (TOLD_BY, " ".join(sorted(_rendered.names)))], *more)

    return house(environ, start)
