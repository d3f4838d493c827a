"""Tag for the rows of ledgers, of which an account page has dozens."""

import datetime
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from housing.templatetags.loge import day, due_in, euros

register = template.Library()


@register.simple_tag
def ledger_rows(lines: Sequence[Any]) -> SafeString:
    """Return the table rows of ledger lines (ledger/register.py). A template would take several times as long, and an
    account page has dozens of these rows."""
    balance, language = format_html("{}", gettext("solde")), get_language()
    return format_html_join(
        "",
        '<tr role="row"><td role="cell">{}</td><td role="cell">{}{}</td><td role="cell" class="num">{}</td>'
        '<td role="cell" class="num">{}</td><td role="cell" class="num" data-said="{}">{}</td></tr>\n      ',
        (
            (
                format_html('<a href="{}">{}</a>', line.url, _ledger_day(line.day, language))
                if line.url
                else _ledger_day(line.day, language),
                _struck(line, line.label),
                format_html(' <span class="ref">{}</span>', line.ref) if line.ref else "",
                _struck(line, _sum(line.charged, language)),
                _struck(line, _sum(line.paid, language)),
                balance,
                due_in(line.balance, language),
            )
            for line in lines
        ),
    )


# Escaping takes longer than formatting, so texts that recur on pages are escaped once.
@lru_cache(maxsize=4_096)
def _ledger_day(value: datetime.date, _language: str | None) -> SafeString:
    return format_html("{}", day(value, "ledger"))


@lru_cache(maxsize=4_096)
def _sum(cents: int | None, _language: str | None) -> SafeString:
    return format_html("{}", euros(cents))


def _struck(line: Any, text: str) -> str:
    """Return the text, crossed out if the ledger line is reversed."""
    return format_html("<s>{}</s>", text) if line.struck and text else text
