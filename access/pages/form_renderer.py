"""Renders the input elements of forms in Python. Django renders each of them through up to four nested templates, which
took an eighth of the time of an account page."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join

_FOLDER = "django/forms/widgets"
# _INPUTS and _OPTIONS are Django's templates for one <input> element. Those in _OPTIONS can also add a label.
_INPUT_NAMES = ("input", "text", "hidden", "number", "date", "email", "password", "checkbox", "file")
_INPUTS = frozenset(f"{_FOLDER}/{name}.html" for name in _INPUT_NAMES)
_OPTIONS = frozenset(f"{_FOLDER}/{name}.html" for name in ("input_option", "radio_option", "checkbox_option"))


class FormRenderer(DjangoTemplates):
    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        widget = context.get("widget", {})
        if template_name in _INPUTS or (template_name in _OPTIONS and not widget["wrap_label"]):
            return input_element(widget)
        return super().render(template_name, context, request)


def input_element(widget: Mapping[str, Any]) -> str:
    """Return the same HTML as Django's template `input.html`, for the same description of a widget."""
    # The value is not cached like the attributes, because it may have been typed by a person.
    value = "" if widget["value"] is None else format_html(' value="{}"', widget["value"])
    return format_html(
        "<input{}{}{}{}>",
        _attribute("type", widget["type"]),
        _attribute("name", widget["name"]),
        value,
        attributes(widget["attrs"]),
    )


def attributes(values: Mapping[str, Any]) -> str:
    """Return HTML attributes, each after a space. True gives an attribute without a value, and False gives none."""
    written = (_attribute(name, value) for name, value in values.items() if value is not False)
    return format_html_join("", "{}", ((attribute,) for attribute in written))


# `typed`, because 1 and True are equal and written differently.
@lru_cache(maxsize=2_000, typed=True)
def _attribute(name: str, value: Any) -> str:
    return format_html(" {}", name) if value is True else format_html(' {}="{}"', name, value)
