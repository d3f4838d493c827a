"""Tag for the months of a ledger. An account page has dozens of rows, and a template would take several times as long
to render them."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from formats.language import in_french
from housing.templatetags.cached import include_cached
from housing.templatetags.loge import due, due_in, euros, euros_in, written_date

register = template.Library()


@register.simple_tag
def ledger_months(months: Sequence[Any]) -> SafeString:
    """Return each month (ledger/register.py) as a heading with its sums, which opens a table of its lines."""
    language, french = get_language(), in_french()
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
                name := written_date(month.first_day, "month-title", language),
                *(charged, euros_in(month.charged, "", french), paid, euros_in(month.paid, "", french)),
                *(balance, due_in(month.balance, language)),
                *(name, titles, ledger_rows(month.entries) if month.entries else row_without_entry(month)),
            )
            for month in months
        ),
    )


def ledger_rows(lines: Sequence[Any]) -> SafeString:
    """Return the table rows of ledger lines. Either all lines have a URL or none."""
    language = get_language()
    rows = (
        (
            line.url,
            written_date(line.day, "ledger", language),
            label_cell(line.label, line.ref, line.struck),
            sum_cells(line.charged, line.paid, line.struck, language),
            balance_cell(line.balance, language),
        )
        for line in lines
    )
    return format_html_join(
        "",
        '<tr role="row"><td role="cell"><a href="{}">{}</a></td>{}{}{}</tr>\n'
        if lines and lines[0].url
        else '<tr role="row"><td role="cell">{}{}</td>{}{}{}</tr>\n',
        rows,
    )


# The cells of a ledger recur, because the same rent is charged each month. To look one up takes a tenth of the time.
@lru_cache(maxsize=1_000)
def label_cell(label: str, ref: str, struck: bool) -> SafeString:
    """Return the cell with the label of an entry and a detail, such as its reason. A reversed entry is crossed out."""
    return format_html(
        '<td role="cell">{}{}</td>',
        format_html("<s>{}</s>", label) if struck else label,
        format_html(' <span class="ref">{}</span>', ref) if ref else "",
    )


@lru_cache(maxsize=4_096)
def sum_cells(charged: int | None, paid: int | None, struck: bool, _language: str | None) -> SafeString:
    """Return the two cells with the sum charged and the sum paid, in cents. One of them is None, its cell empty."""
    sums = [euros(cents) for cents in (charged, paid)]
    if struck:
        sums = [format_html("<s>{}</s>", written) if written else written for written in sums]
    return format_html_join("", '<td role="cell" class="num">{}</td>', ((written,) for written in sums))


@lru_cache(maxsize=4_096)
def balance_cell(cents: int, _language: str | None) -> SafeString:
    """Return the cell with the balance after a line. On telephones, the style sheet writes the word before it."""
    return format_html('<td role="cell" class="num" data-said="{}">{}</td>', gettext("solde"), due(cents))


@register.simple_tag
def balances_of_months(ends: Sequence[tuple[date, int]]) -> SafeString:
    """Return a table row for each month and the balance at its end, in cents."""
    language = get_language()
    return format_html_join(
        "\n    ",
        '<tr role="row"><td role="cell">{}</td><td role="cell" class="num">{}</td></tr>',
        ((written_date(month, "month-title", language), due_in(cents, language)) for month, cents in ends),
    )


def row_without_entry(month: Any) -> SafeString:
    return format_html(
        '<tr role="row"><td role="cell"></td><td role="cell" class="soft">{}</td><td role="cell"></td>'
        '<td role="cell"></td>{}</tr>',
        gettext("Rien ce mois-ci."),
        balance_cell(month.balance, get_language()),
    )


@lru_cache(maxsize=1_000)
def escaped(text: str) -> SafeString:
    """Escape a text that recurs on pages, such as the label of an entry."""
    return format_html("{}", text)
