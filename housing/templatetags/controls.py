"""Tags for controls of forms, of which a page has many."""

from typing import Any

from django import template
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def as_input(choice: dict[str, Any]) -> SafeString:
    """Return the `<input>` of a radio button or check box. `choice` is the data of a BoundWidget.

    Django renders three templates for each, which takes ten times as long. The label is not included.
    """
    attributes = {"type": choice["type"], "name": choice["name"], "value": str(choice["value"]), **choice["attrs"]}
    return format_html("<input{}>", flatatt(attributes))
