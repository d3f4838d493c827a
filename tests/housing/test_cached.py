"""Parts of pages that are rendered once and cached: what their texts depend on, and what must not be cached."""

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.template import Context, Template
from django.urls import get_script_prefix, set_script_prefix
from django.utils import translation
from django.utils.html import escape

from housing.templatetags import cached
from ledger.forms.entries import PaymentAtHandForm

NOVEMBER_24 = dt.date(2026, 11, 24)
FORM = "{% load cached %}{% include_cached_form 'parts/who.html' name=name role_label='' locked_after=900 %}"


@contextmanager
def viewed(language: str, prefix: str) -> Iterator[None]:
    """Context manager for a page in this language whose URLs have this prefix."""
    before = get_script_prefix()
    set_script_prefix(prefix)
    try:
        with translation.override(language):
            yield
    finally:
        set_script_prefix(before)


def included(language: str, prefix: str, key: str = "P") -> str:
    """Include the list of shortcuts, whose template contains a URL."""
    with viewed(language, prefix):
        return cached.include_cached("parts/shortcuts_dialog.html", shortcuts=((key, "words"),))


def test_included_text_is_cached_for_each_language_prefix_and_variable():
    """The prefix of URLs differs while an inspector views the pages of a caretaker."""
    uses = [("fr", "/"), ("fr", "/controle/gardien/"), ("en", "/"), ("fr", "/", "Z")]
    texts = [included(*use) for use in uses]
    assert len(set(texts)) == len(uses)
    assert all(included(*use) is text for use, text in zip(uses, texts, strict=True))
    for (language, prefix, *_key), text in zip(uses, texts, strict=True):
        assert f'href="{prefix}touches/"' in text and ("Fermer" in text) == (language == "fr")


def who(token: str, name: str = "Élise") -> str:
    return Template(FORM).render(Context({"csrf_token": token, "name": name}))


def test_each_request_gets_its_own_token():
    """A token in a cached text would be that of another request, and the form of the page would be refused."""
    plain = Template("{% include 'parts/who.html' %}")
    for token in ("first", "second"):
        variables = {"csrf_token": token, "name": "Élise", "role_label": "", "locked_after": 900}
        assert who(token) == plain.render(Context(variables))
        assert re.findall('name="csrfmiddlewaretoken" value="(.*?)"', who(token)) == [token, token]


@pytest.mark.parametrize("prefix", ["/", "/controle/gardien/"])
@pytest.mark.parametrize(("language", "lock"), [("fr", "Verrouiller"), ("en", "Lock")])
def test_cached_forms_have_the_language_and_the_prefix_of_the_page(language, lock, prefix):
    with viewed(language, prefix):
        page = who("token")
    assert f'data-locked="{prefix}entrer/verrou/"' in page and lock in page


@pytest.mark.parametrize("text", ["<b>", "{{ csrf_token }}", "{}", "%s"])
def test_what_stands_around_a_token_is_escaped(text):
    page = who(text, name=text)
    assert page.count(f'value="{escape(text)}"') == 2 and f"<span>{escape(text)}</span>" in page
    assert cached.TOKEN not in page


def payment(**initial: str) -> PaymentAtHandForm:
    return PaymentAtHandForm(None, NOVEMBER_24, initial=initial)


def field_text(form: PaymentAtHandForm, name: str) -> str:
    return Template("{% include 'parts/field.html' %}").render(Context({"field": form[name]}))


@pytest.mark.parametrize("name", ["label", "effective_on"])
def test_a_fixed_field_is_rendered_once(name):
    first = cached.fixed_field(payment()[name])
    assert first == field_text(payment(), name)
    assert cached.fixed_field(payment()[name]) is first
    with translation.override("en"):
        assert cached.fixed_field(payment()[name]) == field_text(payment(), name) != first
    another_day = PaymentAtHandForm(None, dt.date(2026, 11, 25))
    assert (cached.fixed_field(another_day[name]) == first) == (name == "label")


def test_typed_text_is_not_cached():
    sent = PaymentAtHandForm({"effective_on": "le jour de sa sortie"}, NOVEMBER_24)
    for form in (payment(effective_on="le jour de sa sortie"), sent):
        before = cached._texts.cache_info()
        assert "le jour de sa sortie" in cached.fixed_field(form["effective_on"])
        assert cached._texts.cache_info() == before
    assert cached.fixed_field(sent["effective_on"]) == field_text(sent, "effective_on")
    assert "error" in field_text(sent, "effective_on")
