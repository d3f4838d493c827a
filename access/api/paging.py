"""Paginated API lists, without totals or page numbers. A response contains an opaque cursor for the next page.

The cursor contains the sort values of the last row. It is encrypted (AES-SIV), and valid only for the same person, URL
and query. Each page again contains only rows that the person may see now, because an assignment may have ended since
the previous page.
"""

import base64
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, ClassVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from access.api.problems import Problem
from access.api.serializer_fields import Code, Number, Strict, Word
from access.guard.context import DoorRequest

A_PAGE, MOST = 50, 100


@dataclass
class Page:
    items: Sequence[Any]
    next: str | None


class ListQuery(Strict):
    """Query parameters of a paginated list.

    `orders` maps the name of a sort order to its columns. The cursor stores the values of these columns in the last row
    of a page. So none of these columns may be empty, the last one must be unique, and the response must contain them
    all.
    """

    orders: ClassVar[dict[str, tuple[str, ...]]] = {}

    limit = Number(min_value=1, max_value=MOST, default=A_PAGE)
    cursor = Word(max_length=1000, required=False)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        names = [sign + name for name in self.orders for sign in ("", "-")]
        return {**super().get_fields(), "order": Code(choices=names, default=names[0])}


def cut(request: DoorRequest, rows: Any, query: dict[str, Any]) -> Page:
    spec = request.resolver_match.func.door  # type: ignore[union-attr]
    columns: tuple[str, ...] = spec.api.query.orders[query["order"].removeprefix("-")]
    descending = query["order"].startswith("-")
    cursor = Cursor(request, query)
    if query.get("cursor"):
        rows = rows.filter(after(columns, cursor.decrypt(query["cursor"], len(columns)), descending))
    rows = rows.order_by(*(f"-{column}" if descending else column for column in columns))
    limit = query["limit"]
    items = list(rows[:limit])
    # exists() finds out whether there is a next page. Fetching a row of that page would record the row as shown.
    if len(items) < limit or not rows[limit : limit + 1].exists():
        return Page(items, None)
    values = [reduce(getattr, column.split("__"), items[-1]) for column in columns]
    return Page(items, cursor.encrypt(values))


def after(columns: tuple[str, ...], values: list[Any], descending: bool) -> Q:
    """Return a filter for the rows that follow `values` in the order of `columns`.

    The filter is written so that the database can use an index.
    """
    beyond = "lt" if descending else "gt"
    rest = Q(**{f"{columns[-1]}__{beyond}": values[-1]})
    for column, value in reversed(list(zip(columns[:-1], values[:-1], strict=True))):
        rest = Q(**{f"{column}__{beyond}e": value}) & (Q(**{f"{column}__{beyond}": value}) | rest)
    return rest


class Cursor:
    """Encrypts and decrypts the cursor of a page, which contains the sort values of the page's last row.

    A cursor is valid for one person, URL and query only.
    """

    def __init__(self, request: DoorRequest, query: dict[str, Any]) -> None:
        question = {name: str(value) for name, value in query.items() if name not in ("cursor", "limit")}
        person, path = str(request.user.pk).encode(), request.path.encode()
        self._bound_to = [person, path, json.dumps(question, sort_keys=True).encode()]
        self._cipher = AESSIV(hmac.digest(settings.SECRET_KEY.encode(), b"api cursor", "sha512"))

    def encrypt(self, values: list[Any]) -> str:
        """Return the cursor: the sort values of a row as encrypted JSON.

        JSON turns dates, times and ids into text. Queryset filters accept text, so `decrypt` need not convert it back.
        """
        content = json.dumps(values, default=str).encode()
        return base64.urlsafe_b64encode(self._cipher.encrypt(content, self._bound_to)).decode().rstrip("=")

    def decrypt(self, text: str, columns: int) -> list[Any]:
        """Return the sort values in a cursor. Raises Problem if the cursor is invalid or has not exactly `columns`
        values."""
        try:
            sealed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            values: list[Any] = json.loads(self._cipher.decrypt(sealed, self._bound_to))
        except (ValueError, InvalidTag):
            values = []
        if len(values) != columns:
            detail = str(_("Cette clé de pagination n’est pas valable pour cette liste."))
            raise Problem("invalid_query", [{"parameter": "cursor", "detail": detail}])
        return values
