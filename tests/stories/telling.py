"""The web process, which says beside each answer what templates it was made of. Only the walk asks for it."""

import threading
from collections.abc import Callable, Iterable
from typing import Any

from django.template import Template

from housing.wsgi import application as house
from tests.stories import TOLD_BY

_made = threading.local()  # one thread answers one request at a time
_render = Template._render  # type: ignore[attr-defined]


def render(self: Template, context: Any) -> Any:
    if self.name and hasattr(_made, "of"):
        _made.of.add(self.name)
    return _render(self, context)


Template._render = render  # type: ignore[attr-defined]  # what pages extend and include goes this way too


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    _made.of = set()

    def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
        return start_response(status, [*headers, (TOLD_BY, " ".join(sorted(_made.of)))], *more)

    return house(environ, start)
