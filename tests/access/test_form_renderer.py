"""Our form renderer gives the same HTML as Django's templates, also for values that need escaping."""

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates

from access.pages.form_renderer import FormRenderer

HOSTILE = """"><script>'&"""
WIDGETS = (
    forms.TextInput(),
    forms.HiddenInput(),
    forms.NumberInput(),
    forms.DateInput(format="%Y-%m-%d"),
    forms.EmailInput(),
    forms.PasswordInput(),
    forms.CheckboxInput(),
    forms.FileInput(),
    forms.Textarea(),
    forms.Select(choices=[("a", "A"), (HOSTILE, HOSTILE)]),
    forms.RadioSelect(choices=[("a", "A"), (HOSTILE, HOSTILE), (True, "oui"), (None, "rien")]),
    forms.CheckboxSelectMultiple(choices=[("a", "A"), (1, HOSTILE)]),
)
ATTRIBUTES = {"id": "id_x", "required": True, "disabled": False, "title": HOSTILE, "maxlength": 12, "data-none": None}


@pytest.mark.parametrize("widget", WIDGETS, ids=lambda widget: type(widget).__name__)
@pytest.mark.parametrize("value", ["", "texte", HOSTILE, 12, True, None])
def test_the_html_is_that_of_django_s_templates(widget, value):
    ours, django_s = (
        widget.render(f"champ{HOSTILE}", value, ATTRIBUTES, renderer=renderer)
        for renderer in (FormRenderer(), DjangoTemplates())
    )
    assert ours == django_s
    assert HOSTILE not in ours


def test_each_option_of_a_choice_is_the_same_element():
    choice = forms.RadioSelect(choices=[("a", "A"), (HOSTILE, HOSTILE), (True, "oui")])
    for option in choice.subwidgets("choix", "a", ATTRIBUTES):
        ours, django_s = (
            choice._render(option["template_name"], {"widget": option}, renderer)
            for renderer in (FormRenderer(), DjangoTemplates())
        )
        assert ours == django_s
