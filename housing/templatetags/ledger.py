"""Tag for the months of a ledger. An account page has dozens of rows, and a template would take several times as long
to render them."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext

from formats.language import in_french
from housing.templatetags.loge import day, due, due_in, euros, euros_in, include_cached, written_date

register = template.Library()


@register.simple_tag
def ledger_months(months: Sequence[Any]) -> SafeString:
    """Return each month (ledger/register.py) as a heading with its sums, which opens a table of its lines."""
    charged, paid, balance = escaped(gettext("facturé")), escaped(gettext("versé")), escaped(gettext("solde"))
    titles = include_cached("parts/ledger_titles.html")
    return format_html_join(
        "\n",
        '<details class="month"{}><summary><b>{}</b><span class="num"><span class="vh">{} </span>{}</span>'
        '<span class="num"><span class="vh">{} </span>{}</span>'
        '<b class="num"><span class="vh">{} </span>{}</b></summary>'
        '<table role="table"><caption class="vh">{}</caption>{}<tbody role="rowgroup">{}</tbody></table></details>',
        (
            (
                escaped(" open" if month.open else ""),
                name := escaped(capfirst(day(month.first_day, "month"))),
                *(charged, euros(month.charged), paid, euros(month.paid), balance, due(month.balance)),
                *(name, titles, ledger_rows(month.entries) if month.entries else row_without_entry(month)),
            )
            for month in months
        ),
    )


def ledger_rows(lines: Sequence[Any]) -> SafeString:
    """Return the table rows of ledger lines."""
    balance, language, french = escaped(gettext("solde")), get_language(), in_french()

    def day_of(line: Any) -> SafeString:
        written = written_date(line.day, "ledger", language)
        return format_html('<a href="{}">{}</a>', line.url, written) if line.url else written

    def sum_of(line: Any, cents: int | None) -> SafeString:
        return escaped("") if cents is None else _struck(line, euros_in(cents, "", french))

    return format_html_join(
        "",
        '<tr role="row"><td role="cell">{}</td><td role="cell">{}{}</td><td role="cell" class="num">{}</td>'
        '<td role="cell" class="num">{}</td><td role="cell" class="num" data-said="{}">{}</td></tr>\n',
        (
            (
                day_of(line),
                _struck(line, escaped(line.label)),
                format_html(' <span class="ref">{}</span>', escaped(line.ref)) if line.ref else escaped(""),
                *(sum_of(line, line.charged), sum_of(line, line.paid)),
                *(balance, due_in(line.balance, language)),
            )
            for line in lines
        ),
    )


def row_without_entry(month: Any) -> SafeString:
    return format_html(
        '<tr role="row"><td role="cell"></td><td role="cell" class="soft">{}</td><td role="cell"></td>'
        '<td role="cell"></td><td role="cell" class="num" data-said="{}">{}</td></tr>',
        gettext("Rien ce mois-ci."),
        gettext("solde"),
        due(month.balance),
    )


@lru_cache(maxsize=1_000)
def escaped(text: str) -> SafeString:
    """Escape a text that recurs on pages, such as the label of an entry."""
    return format_html("{}", text)


def _struck(line: Any, text: SafeString) -> SafeString:
    """Return the text, crossed out if the ledger line is reversed."""
    return format_html("<s>{}</s>", text) if line.struck else text
