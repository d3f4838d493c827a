"""Panels: an app can add a part, with its own template and permission, to a page of another app."""

from types import SimpleNamespace

import pytest
from django.template.loader import get_template

from access.pages import panels
from access.pages.panels import LoadedPanel, Panel, declared_panels, load_panels
from access.permissions import Permission


def loaded(look, subject):
    return {"subject": subject}


@pytest.fixture
def two_panels(monkeypatch):
    declared = (
        Panel("card", 10, loaded, {"top": "a.html", "side": "b.html"}, Permission.CARD_FACTS),
        Panel("card", 20, loaded, {"top": "c.html"}),
        Panel("account", 10, loaded, {"top": "d.html"}),
    )
    monkeypatch.setattr(panels, "declared_panels", lambda: declared)


def looking(*permissions):
    return SimpleNamespace(holds=lambda permission: permission in permissions)


def test_panels_of_the_page_are_loaded_in_order(two_panels):
    context = {"subject": 1}
    assert load_panels("card", looking(Permission.CARD_FACTS), 1) == {
        "top": [LoadedPanel("a.html", context), LoadedPanel("c.html", context)],
        "side": [LoadedPanel("b.html", context)],
    }


def test_panel_without_its_permission_is_not_loaded(two_panels):
    assert load_panels("card", looking(), 1) == {"top": [LoadedPanel("c.html", {"subject": 1})]}


def test_permission_of_a_panel_counts_at_the_building_of_the_subject(two_panels):
    """A panel is shown only to people who have its permission at the page's building, not just at another one."""
    here, elsewhere = SimpleNamespace(building_id="here"), SimpleNamespace(building_id="elsewhere")
    access = SimpleNamespace(holds=lambda _permission: True, may=lambda _permission, building: building == "here")
    assert len(load_panels("card", access, here)["top"]) == 2
    assert load_panels("card", access, elsewhere) == {"top": [LoadedPanel("c.html", {"subject": elsewhere})]}


def test_templates_of_declared_panels_exist():
    names = [name for panel in declared_panels() for name in panel.templates.values()]
    assert len(names) >= 6
    for name in names:
        get_template(name)
