"""Template tags: formatting of amounts, numbers, floors and dates, and SVG drawings. These tests need no database."""

import datetime as dt
import re
from dataclasses import replace

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from backoffice.menu_entries import MENU
from buildings.models import Unit
from housing.templatetags import drawings, loge
from housing.templatetags.ledger import ledger_months, ledger_rows
from ledger.register import Line, Month

SPRITE = settings.BASE_DIR / "static/loge/sprite.svg"
NOVEMBER_24 = dt.date(2026, 11, 24)


@pytest.fixture(autouse=True)
def in_french():
    with translation.override("fr"):
        yield


@pytest.mark.parametrize(
    ("cents", "written"),
    [
        (0, "0,00"),
        (5, "0,05"),
        (61048, "610,48"),
        (105180, "1\u202f051,80"),
        (123456789, "1\u202f234\u202f567,89"),
        (-3812, "\u221238,12"),
        (-5, "\u22120,05"),
        (None, ""),
    ],
)
def test_euros(cents, written):
    assert loge.euros(cents) == written


def test_euro_sign_follows_a_no_break_space():
    assert loge.euros(61048, "€") == "610,48\u202f€"


@pytest.mark.parametrize(
    ("cents", "figure", "word"), [(61048, "610,48", "dû"), (-3812, "38,12", "av."), (0, "0,00", "")]
)
def test_due_always_has_an_element_for_its_word(cents, figure, word):
    assert loge.due(cents) == f'{figure}<span class="sens">{word}</span>'


@pytest.mark.parametrize(
    "typed", ["0639981234", "06 39 98 12 34", "+33639981234", "0033 6 39 98 12 34", "+33 (0)6.39.98.12.34"]
)
def test_french_telephone_numbers_are_normalised(typed):
    assert loge.phone(typed) == "06\u00a039\u00a098\u00a012\u00a034"
    assert loge.tel(typed) == "+33639981234"


def test_foreign_telephone_numbers_keep_their_format():
    assert loge.phone("+32 2 555 12 12") == "+32\u00a02\u00a0555\u00a012\u00a012"
    assert loge.tel("+32 2 555 12 12") == "+3225551212"
    assert loge.phone(None) == loge.tel(None) == ""


@pytest.mark.parametrize(
    ("floor", "long", "short"),
    [
        (0, "rez-de-chaussée", "RDC"),
        (1, "1<sup>er</sup> étage", "1<sup>er</sup>"),
        (11, "11<sup>e</sup> étage", "11<sup>e</sup>"),
        (-1, "1<sup>er</sup> sous-sol", "ss 1"),
        (None, "étage inconnu", "?"),
    ],
)
def test_floor_name(floor, long, short):
    assert loge.floor_name(floor) == long
    assert loge.floor_name(floor, "short") == short


@pytest.mark.parametrize(
    ("style", "written"),
    [
        ("", "mardi 24 novembre"),
        ("full", "mardi 24 novembre 2026"),
        ("date", "24 novembre 2026"),
        ("short", "24\u00a0nov."),
        ("day-month", "24 novembre"),
        ("month", "novembre 2026"),
        ("month-short", "nov."),
        ("weekday", "mardi"),
        ("ledger", "24.11"),
        ("figures", "24.11.2026"),
    ],
)
def test_day(style, written):
    assert loge.day(NOVEMBER_24, style) == written


def test_the_first_of_a_month_is_an_ordinal():
    assert loge.since(dt.date(2019, 3, 1)) == "depuis le 1<sup>er</sup> mars 2019"


@pytest.mark.parametrize(
    ("first", "last", "written"),
    [
        (dt.date(2026, 11, 27), dt.date(2026, 12, 4), "27\u00a0nov. → 4 décembre 2026"),
        (dt.date(2025, 10, 23), dt.date(2026, 12, 4), "23 octobre 2025 → 4 décembre 2026"),
        (dt.date(2026, 12, 30), dt.date(2027, 1, 1), "30 décembre 2026 → 1<sup>er</sup> janvier 2027"),
    ],
)
def test_a_period_over_two_years_shows_both(first, last, written):
    assert loge.through(first, last).replace('<span class="nowrap">', "").replace("</span>", "") == written


def test_a_moment_is_shown_on_its_day_in_paris():
    late = dt.datetime(2026, 11, 24, 23, 30, tzinfo=dt.UTC)
    assert loge.day(late) == "mercredi 25 novembre"


@pytest.mark.parametrize(
    ("last_day", "written"),
    [(25, "encore 1 jour"), (29, "encore 5 jours"), (24, "aujourd’hui"), (23, "terminé")],
)
def test_days_left_includes_the_last_day(last_day, written):
    assert loge.days_left(dt.date(2026, 11, last_day), NOVEMBER_24) == written


def test_filters_return_an_empty_string_for_none():
    assert loge.day(None) == loge.since(None) == loge.until(None) == loge.due(None) == loge.figure(None) == ""


# --- In English ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "building", "written"),
    [
        (
            Unit(staircase="B", floor=3, door="12"),
            "Bâtiment A",
            "Bâtiment A, esc.\u00a0B, 3<sup>e</sup>, porte\u00a012",
        ),
        (Unit(staircase="", floor=0, door=""), "", "RDC"),
        (Unit(staircase="", floor=None, door="<i>"), "A & B", "A &amp; B, porte\u00a0&lt;i&gt;"),
        (None, "Bâtiment A", "Bâtiment A"),
    ],
)
def test_a_dwelling_is_described_by_its_known_parts(unit, building, written):
    assert loge.where(unit, building) == written


def test_ledger_rows_escape_texts_and_cross_out_reversed_lines():
    line = Line(None, NOVEMBER_24, 61048, None, 61048, struck=False, label="Loyer <b>", ref="a & b", url='/é"')
    row = ledger_rows([line])
    assert '<td role="cell"><a href="/é&quot;">24.11</a></td>' in row
    assert '<td role="cell">Loyer &lt;b&gt; <span class="ref">a &amp; b</span></td>' in row
    assert '<td role="cell" class="num">610,48</td><td role="cell" class="num"></td>' in row
    assert 'data-said="solde">610,48<span class="sens">dû</span></td></tr>' in row
    reversed_row = ledger_rows([replace(line, struck=True, ref="", url="")])
    assert '<td role="cell">24.11</td><td role="cell"><s>Loyer &lt;b&gt;</s></td>' in reversed_row
    assert '<td role="cell" class="num"><s>610,48</s></td><td role="cell" class="num"></td>' in reversed_row
    assert ledger_rows([line, line]) == row * 2


def test_ledger_months_have_a_heading_and_their_rows():
    line = Line(None, NOVEMBER_24, 61048, None, 61048, struck=False, label="Loyer <b>")
    november = Month(dt.date(2026, 11, 1), 61048, 0, 61048, [line], open=True)
    october = Month(dt.date(2026, 10, 1), 0, 0, 0)
    newest, oldest = str(ledger_months([november, october])).split("\n<details", 1)
    assert newest.startswith('<details class="month" open><summary><b>Novembre 2026</b>')
    assert '<span class="vh">facturé </span>610,48</span>' in newest and "Loyer &lt;b&gt;" in newest
    assert '<caption class="vh">Novembre 2026</caption>' in newest and "<colgroup>" in newest
    assert oldest.startswith(' class="month"><summary><b>Octobre 2026</b>') and "Rien ce mois-ci." in oldest
    assert ledger_months([]) == ""


@pytest.fixture
def in_english(in_french):
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("cents", "unit", "written"),
    [
        (105180, "", "1,051.80"),
        (105180, "€", "€1,051.80"),
        (-3812, "€", "\u2212€38.12"),
        (5, "", "0.05"),
        (None, "€", ""),
    ],
)
def test_euros_in_english(in_english, cents, unit, written):
    assert loge.euros(cents, unit) == written


def test_figures_and_balances_in_english(in_english):
    assert loge.figure(-21840) == "\u221221,840"
    assert loge.due(61048) == '610.48<span class="sens">due</span>'
    assert loge.due(-3812) == '38.12<span class="sens">cr.</span>'


@pytest.mark.parametrize(
    ("number", "letters"), [(1, "st"), (2, "nd"), (3, "rd"), (4, "th"), (11, "th"), (12, "th"), (13, "th"), (21, "st")]
)
def test_ordinals_in_english(in_english, number, letters):
    assert loge.ordinal(number) == f"{number}{letters}"
    assert loge.ordinal(number + 100) == f"{number + 100}{letters}"


@pytest.mark.parametrize(
    ("floor", "long", "short"),
    [
        (0, "ground floor", "GF"),
        (1, "1st floor", "1st"),
        (22, "22nd floor", "22nd"),
        (-1, "1st basement", "B 1"),
        (None, "floor unknown", "?"),
    ],
)
def test_floor_name_in_english(in_english, floor, long, short):
    assert loge.floor_name(floor) == long
    assert loge.floor_name(floor, "short") == short


@pytest.mark.parametrize(
    ("style", "written"),
    [
        ("", "Tuesday 24 November"),
        ("full", "Tuesday 24 November 2026"),
        ("date", "24 November 2026"),
        ("day-month", "24 November"),
        ("short", "24\u00a0Nov"),
        ("month", "November 2026"),
        ("month-short", "Nov"),
        ("weekday", "Tuesday"),
        ("ledger", "24/11"),
        ("figures", "24/11/2026"),
    ],
)
def test_day_in_english(in_english, style, written):
    assert loge.day(NOVEMBER_24, style) == written


def test_the_first_of_a_month_is_a_plain_number_in_english(in_english):
    assert loge.since(dt.date(2019, 3, 1)) == "since 1 March 2019"
    assert loge.until(dt.date(2027, 12, 31)) == "until 31 December 2027"


@pytest.mark.parametrize(
    ("last_day", "written"), [(25, "1 day left"), (29, "5 days left"), (24, "today"), (23, "ended")]
)
def test_days_left_in_english(in_english, last_day, written):
    assert loge.days_left(dt.date(2026, 11, last_day), NOVEMBER_24) == written


def test_the_scale_of_a_balance_is_written_in_english(in_english):
    assert drawings.balance_chart([(dt.date(2026, 11, 1), 1500_00)], NOVEMBER_24).scale == ["2,000", "1,000", "0"]


# --- Drawings --------------------------------------------------------------------------------------------------------


def test_elevation_draws_every_window_once():
    drawn = drawings.elevation(6, 4, vacant=[(0, 0), (5, 3)])
    assert (drawn.full.count("M"), drawn.hollow.count("M")) == (22, 2)


def test_the_ground_floor_is_drawn_lowest():
    ground, top = (drawings.elevation(2, 2, lit=(floor, 0)).full for floor in (0, 1))
    assert ground.startswith("M6 30") and top.startswith("M6 19")


def test_a_building_of_unknown_size_is_drawn_small_and_a_huge_one_is_cut():
    assert drawings.elevation(None, None).full.count("M") == 9
    assert drawings.elevation(200, 200).full.count("M") == drawings.MOST_FLOORS * drawings.MOST_COLUMNS


def test_balance_curve_is_level_until_the_day_of_a_change():
    chart = drawings.balance_chart([(dt.date(2026, 11, 1), 500_00)], NOVEMBER_24, opening=0)
    assert chart.step == "M0 40H110V0H117.4"
    assert [month.month for month in chart.months] == [12, *range(1, 12)]
    assert chart.scale == ["500", "250", "0"]


def test_balance_curve_begins_at_the_earlier_balance():
    chart = drawings.balance_chart([(dt.date(2025, 1, 1), 100_00)], NOVEMBER_24)
    assert chart.step == "M0 0H117.4"


def test_a_credit_is_drawn_below_zero():
    chart = drawings.balance_chart([(dt.date(2026, 11, 1), -100_00)], NOVEMBER_24, opening=100_00)
    assert chart.step == "M0 0H110V40H117.4" and chart.zero == "M0 20h120"


def test_a_masked_week_has_no_height_to_read():
    monday = dt.date(2026, 11, 9)
    weeks = [{"monday": monday, "count": None}, {"monday": monday + dt.timedelta(7), "count": 20, "partial": True}]
    masked, shown = drawings.week_bars(weeks)
    assert (masked.count, masked.height) == (None, "0") and (shown.height, shown.partial) == ("94", True)
    html = render_to_string("parts/weeks.html", {"weeks": weeks})
    assert html.count("<rect") == 1 and "&lt;&nbsp;5" in html


def test_standalone_error_pages_contain_no_names():
    anybody = {"person": {"name": "Awa Diakité"}, "nav": [("/x", "Immeubles", "house", True)], "messages": ["vu"]}
    for page in ("400", "500", "503", "unavailable"):
        html = render_to_string(f"errors/{page}.html", anybody)
        assert "shell cut" in html and "Awa" not in html and "Immeubles" not in html and "<ul" not in html


@pytest.mark.parametrize("page", ["403", "404"])
def test_a_refusal_page_shows_when_it_was_recorded(page):
    at = dt.datetime(2026, 11, 24, 9, 44, tzinfo=dt.UTC)
    html = render_to_string(f"errors/{page}.html", {"refused": True, "mention": {"verb": "Affiché", "at": at}})
    assert "Refusé à\u00a0<time" in html and ">10:44</time>, enregistré" in html and "Affiché" not in html


def test_no_template_has_inline_scripts_or_styles():
    for page in (settings.BASE_DIR / "templates").rglob("*.html"):
        html = page.read_text(encoding="utf-8")
        # Scripts in static files are allowed, so their `<script>` tags are removed before inline scripts are searched.
        html = re.sub(r'<script src="{% static "[^"]+" %}"( defer)?></script>', "", html)
        assert not re.search(r"<script|<style|\sstyle=|\son[a-z]{3,}=|javascript:", html), page.name


# --- Small parts -----------------------------------------------------------------------------------------------------


def test_icons_are_hidden_from_screen_readers_and_keys_escaped():
    drawing = '<use href="/static/loge/sprite.svg#i-back"/>'
    assert loge.icon("back") == f'<svg class="icon" aria-hidden="true">{drawing}</svg>'
    assert loge.key("<b>") == '<kbd aria-hidden="true">&lt;b&gt;</kbd>'


def test_every_icon_used_is_in_the_sprite():
    pages = [page.read_text(encoding="utf-8") for page in (settings.BASE_DIR / "templates").rglob("*.html")]
    named = {one for page in pages for one in re.findall(r'{% icon "([a-z-]+)" %}', page)} | {one.icon for one in MENU}
    drawn = set(re.findall(r'<symbol id="i-([a-z-]+)"', SPRITE.read_text(encoding="utf-8")))
    assert len(named) > 15 and named <= drawn


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Élise Bernard", "d’Élise Bernard"),
        ("awa diakité", "d’awa diakité"),
        ("Œdipe", "d’Œdipe"),
        ("Hélène Petit", "d’Hélène Petit"),
        ("Hugo", "d’Hugo"),
        ("Yves", "d’Yves"),
        ("Paul Meyer", "de Paul Meyer"),
        ("Yasmine", "de Yasmine"),
        ("Hassan", "de Hassan"),
        ("", "de "),
    ],
)
def test_a_name_after_de_is_elided_before_a_vowel_or_a_silent_h(name, written):
    assert loge.after_de(name) == written
    with translation.override("en"):
        assert loge.after_de(name) == name
