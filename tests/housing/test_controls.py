"""Controls of forms that Loge renders itself (housing/templatetags/controls.py) must equal those of Django."""

from html.parser import HTMLParser

import pytest
from django import forms

from housing.templatetags.controls import as_input

CHOICES = [("x", '"<X>"'), ("y&", "Y"), (3, "Z")]


class Controls(forms.Form):
    required = forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect(attrs={"data-key": '"'}), initial="y&")
    several = forms.MultipleChoiceField(
        choices=CHOICES, widget=forms.CheckboxSelectMultiple, initial=[3], required=False
    )
    disabled = forms.NullBooleanField(widget=forms.RadioSelect(choices=[(None, "?"), (True, "o")]), disabled=True)


def parsed(html: str) -> list[tuple[str, list[tuple[str, str | None]]]]:
    tags = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: tags.append((tag, sorted(attributes)))  # type: ignore[method-assign]
    parser.feed(html)
    return tags


@pytest.mark.parametrize("data", [None, {"required": "x", "several": ["x", "3"]}])
@pytest.mark.parametrize("name", Controls.base_fields)
def test_control_has_the_attributes_that_django_gives_it(name, data):
    choices = list(Controls(data)[name])
    assert len(choices) > 1
    for choice in choices:
        assert parsed(as_input(choice.data)) == parsed(choice.tag())
