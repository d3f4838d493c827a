"""Template tags for parts of pages that are rendered once and cached in the memory of the process.

A cached text depends only on its key. For a template, the key is the variables named in the tag, the language and the
prefix of URLs. For a field, it is the class of the form, the name and value of the field, and the language. So the text
cannot contain what another person saw.
"""

import secrets
from collections.abc import Hashable
from functools import lru_cache
from typing import Any, cast

from django import template
from django.forms import BoundField
from django.template.loader import get_template
from django.urls import get_script_prefix
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

register = template.Library()

# Placeholder for the CSRF token in cached texts. It is random, so that nobody can type it.
TOKEN = secrets.token_urlsafe()


@register.simple_tag
def include_cached(template_name: str, **variables: Any) -> SafeString:
    """Include a template that shows nothing but these variables, and cache its text in the memory of the process.

    For parts of the frame that are the same on many pages, such as the menu of a role. The variables must be hashable.
    The included template gets no other variables and no request. Its text otherwise depends only on the language and
    on the prefix of URLs, which differs while an inspector views the pages of a caretaker.
    """
    return _rendered(template_name, get_language(), get_script_prefix(), tuple(variables.items()))


@register.simple_tag(takes_context=True)
def include_cached_form(context: Any, template_name: str, **variables: Any) -> SafeString:
    """Include a template that contains forms. Like `include_cached`, but with the CSRF token of this request.

    The cached text has a placeholder instead of the token, because the token differs between requests.
    """
    text, *others = _parts(template_name, get_language(), get_script_prefix(), tuple(variables.items()))
    token = conditional_escape(context.get("csrf_token", ""))
    for part in others:
        text += token + part
    return text


@lru_cache(maxsize=1_000)
def _parts(*key: Any) -> list[SafeString]:
    """Return the text of a template, split at the places where a token belongs."""
    template_name, _language, _prefix, variables = key
    text = _rendered(template_name, _language, _prefix, (*variables, ("csrf_token", TOKEN)))
    return [mark_safe(rendered) for rendered in text.split(TOKEN)]  # noqa: S308 - text that a template has escaped


@lru_cache(maxsize=1_000)
def _rendered(
    template_name: str, _language: str | None, _prefix: str, variables: tuple[tuple[str, Any], ...]
) -> SafeString:
    return format_html("{}", get_template(template_name).render(dict(variables)))


@register.simple_tag
def fixed_field(field: BoundField) -> SafeString:
    """Render a field like parts/field.html. Unless it contains typed text, cache its text in the memory of the process.

    Only for fields whose label, choices, hint and attributes are the same in all forms of their class.
    """
    is_typed = field.form.is_bound or isinstance(field.form.initial.get(field.name), str)
    texts = [] if is_typed else _texts(cast(Hashable, type(field.form)), field.name, field.value(), get_language())
    if not texts:
        texts.append(format_html("{}", get_template("parts/field.html").render({"field": field})))
    return texts[0]


@lru_cache(maxsize=1_000)
def _texts(*_field: Any) -> list[SafeString]:
    """Return the list with the cached text of a field. It is empty until the field is rendered."""
    return []
