"""Panels: parts of a page that other apps add, so that the app of the page need not import them.

Each app declares its panels in `PANELS` of its `panels.py`. A panel names a place on the page. There the page includes
the panel's template, if the person who opens the page has the panel's permission.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps

from access.guard.context import AccessContext
from access.permissions import Permission


@dataclass(frozen=True)
class Panel:
    """`templates` maps a place on the page to a template, in which `panel` is what `load` returns.

    `load` takes the access context and the object of the page. Without `permission`, everyone who may open
    the page sees the panel. Panels are sorted by `order`.
    """

    page: str
    order: int
    load: Callable[[AccessContext, Any], Mapping[str, Any]]
    templates: Mapping[str, str]
    permission: Permission | None = None


@dataclass(frozen=True)
class LoadedPanel:
    template: str
    context: Mapping[str, Any]


@cache
def declared_panels() -> tuple[Panel, ...]:
    modules = [f"{config.name}.panels" for config in apps.get_app_configs() if find_spec(f"{config.name}.panels")]
    panels = [panel for module in modules for panel in import_module(module).PANELS]
    return tuple(sorted(panels, key=lambda panel: panel.order))


def load_panels(page: str, access: AccessContext, subject: Any = None) -> dict[str, list[LoadedPanel]]:
    """The panels of a page that this person may see.

    The keys of the dict are the places on the page where templates include panels.
    """
    places: dict[str, list[LoadedPanel]] = defaultdict(list)
    for panel in declared_panels():
        if panel.page != page or not _may_see(panel, access, subject):
            continue
        context = panel.load(access, subject)
        for place, template in panel.templates.items():
            places[place].append(LoadedPanel(template, context))
    return dict(places)


def _may_see(panel: Panel, access: AccessContext, subject: Any) -> bool:
    """Whether the person has the panel's permission at the building of `subject`, the object that the page shows.

    If the page shows no object with a building, a permission at any place is enough.
    """
    if panel.permission is None:
        return True
    building = getattr(subject, "building_id", None)
    return access.may(panel.permission, building) if building else access.holds(panel.permission)
