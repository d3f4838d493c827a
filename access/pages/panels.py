"""Panels: parts of a page that other apps add, so that the app of the page need not import them.

Each app declares panels in the list `PANELS` of its `panels.py`, with the name of a slot of the page. The page includes
the template of a panel in this slot, if the person who opens the page has the panel's permission.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType
from typing import Any

from django.apps import apps

from access.guard.context import AccessContext
from access.permissions import Permission


@dataclass(frozen=True)
class Panel:
    """Part of a page that an app adds.

    `load`: called with the access context and the object of the page; the templates get its result as `panel`.
    `templates`: name of a slot of the page -> template that fills the slot. `permission`: required to see the panel, if
    given. `order`: panels are sorted by it.

    `beside`: call of an SQL function that returns one row, which says what `load` must read. The page runs the
    functions of all panels in one statement, and gives each `load` its row as a third argument, a dictionary.
    """

    page: str
    order: int
    load: Callable[..., Mapping[str, Any]]
    templates: Mapping[str, str]
    permission: Permission | None = None
    beside: str = ""


@dataclass(frozen=True)
class LoadedPanel:
    template: str
    context: Mapping[str, Any]


@cache
def declared_panels() -> tuple[Panel, ...]:
    modules = [f"{config.name}.panels" for config in apps.get_app_configs() if find_spec(f"{config.name}.panels")]
    panels = [panel for module in modules for panel in import_module(module).PANELS]
    return tuple(sorted(panels, key=lambda panel: panel.order))


def functions_beside(page: str) -> list[str]:
    return [panel.beside for panel in declared_panels() if panel.page == page and panel.beside]


def load_panels(
    page: str, access: AccessContext, subject: Any = None, beside: Mapping[str, Any] = MappingProxyType({})
) -> dict[str, list[LoadedPanel]]:
    """Return the panels of a page that this person may see. The keys are names of slots, the values the panels in a
    slot. `beside` maps each function of `functions_beside(page)` to its row."""
    places: dict[str, list[LoadedPanel]] = defaultdict(list)
    for panel in declared_panels():
        if panel.page != page or not _may_see(panel, access, subject):
            continue
        context = panel.load(access, subject, *([beside[panel.beside]] if panel.beside else []))
        for place, template in panel.templates.items():
            places[place].append(LoadedPanel(template, context))
    return dict(places)


def _may_see(panel: Panel, access: AccessContext, subject: Any) -> bool:
    """Return whether the person has the panel's permission at the building of `subject`, the object of the page.

    If the page has no object with a building, it is enough to have the permission at any place.
    """
    if panel.permission is None:
        return True
    building = getattr(subject, "building_id", None)
    return access.may(panel.permission, building) if building else access.holds(panel.permission)
