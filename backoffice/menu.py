"""The navigation menu of one person, and the links at the foot of pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backoffice.menu_entries import MENU
from backoffice.waiting.lines import MOST


@dataclass(frozen=True, eq=False)
class MenuItem:
    """A menu entry as shown on a page. On a telephone, entries with `near` form a bar at the bottom of the screen.

    The other entries are in a menu that opens from the bar. `waits` is how many tasks wait on the entry's page.
    Entries are compared by identity (`eq=False`), because caches of rendered menus compare them at each request.
    """

    name: str
    url: str
    label: Promise | str
    icon: str
    current: bool
    near: bool
    waits: int = 0

    @property
    def is_cut(self) -> bool:
        return self.waits >= MOST


# OWN_SIGN_IN lists the views of one's own sign-in methods, to which only the page "Ma connexion" links, not the menu.
OWN_SIGN_IN = (
    "mfa_add_webauthn",
    "mfa_remove_webauthn",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "account_change_password",
    "directory_link",
    "directory_unlink",
)

# NEAR is the number of menu entries that a telephone shows in the bar at the bottom of the screen.
# SHORT: maximum number of entries of a menu without headings. A longer menu is divided into PARTS (heading, entries).
NEAR, SHORT = 4, 8
PARTS: tuple[tuple[Promise | str, tuple[str, ...]], ...] = (
    (
        _("Gestion"),
        (
            "work",
            "accounts",
            "receipts",
            "hand_overs",
            "books",
            "books_receipts",
            "applications",
            "orientation",
            "vacancies",
            "contingents",
            "sessions",
            "own_sessions",
            "own_contingent",
            "ground_cases",
            "quotas",
            "claims_to_agree",
            "grids",
            "fragile_residences",
            "ceilings",
            "legal_figures",
            "intake",
            "vocabulary",
        ),
    ),
    (_("Terrain"), ("buildings", "front_desk", "residents_search", "evacuations", "emergency", "patrimony")),
    (_("Conformité"), ("trace", "register", "fairness_review", "claims", "texts", "control")),
    (
        _("À traiter"),
        (
            "tasks",
            "look_questions",
            "look_answers",
            "subject_requests",
            "deferrals",
            "contests",
            "contests_agree",
            "emergencies",
            "emergencies_watched",
            "inheritance",
            "inspections_agree",
        ),
    ),
    (_("Équipes"), ("board", "people", "stand_ins", "rights_confirm", "walls", "requests", "coverage", "places")),
)


def menu_of(
    roles: frozenset[str], view_name: str, waiting: Mapping[str, int] = MappingProxyType({})
) -> tuple[MenuItem, ...]:
    """The menu for somebody with these roles; the entry of the view `view_name` is marked as current. `waiting` maps
    names of pages to the number of tasks that wait there. The entry "tasks" shows the sum."""
    offered = [entry for entry in MENU if entry.offered_to(roles)]
    return tuple(
        MenuItem(
            name=entry.url_name,
            url=reverse(entry.url_name),
            label=entry.label_for(roles),
            icon=entry.icon_for(roles),
            current=view_name in entry.under,
            near=position < NEAR,
            waits=sum(waiting.values())
            if entry.url_name == "tasks"
            else sum(waiting.get(page, 0) for page in entry.under),
        )
        for position, entry in enumerate(offered)
    )


def destination(request: HttpRequest, roles: frozenset[str]) -> dict[str, Any] | None:
    """Return URL and label of the page for which the person reauthenticates, or None if there is no such page.

    The label is that of the menu entry for the URL in the parameter `next`. The value of `next` itself must not be
    displayed, because an attacker can send a link with any text in this parameter.
    """
    address = {**request.GET.dict(), **request.POST.dict()}.get("next", "")
    try:
        view_name = resolve(urlsplit(address).path).view_name
    except (Resolver404, ValueError):  # The parameter `next` is missing, or is not a URL of Loge.
        return None
    if view_name in OWN_SIGN_IN:
        return {"url": reverse("mfa_index"), "label": gettext("Ma connexion")}
    items = menu_of(roles, view_name)
    return next(({"url": item.url, "label": item.label} for item in items if item.current), None)


def foot_links(*, keyboard: bool) -> tuple[tuple[str, str], ...]:
    """Return (URL, label) of the links in the footer. `keyboard` adds the page of keyboard shortcuts."""
    return (
        (reverse("first_steps"), gettext("Premiers pas")),
        (reverse("mine"), gettext("Mes accès")),
        (reverse("own_looks"), gettext("Ma trace")),
        (reverse("rules"), gettext("Qui peut voir quoi")),
        (reverse("mfa_index"), gettext("Ma connexion")),
        accessibility_link(),
        *([(reverse("keys"), gettext("Raccourcis clavier"))] if keyboard else []),
    )


def accessibility_link() -> tuple[str, str]:
    """Return URL and label of the footer's link to the accessibility statement. The label's wording is set by law."""
    return reverse("accessibility"), gettext("Accessibilité\u00a0: non conforme")


def parted(menu: Sequence[MenuItem]) -> tuple[tuple[Promise | str, tuple[MenuItem, ...]], ...]:
    """Divide a long menu into parts, as (title, entries). Returns an empty tuple if the menu is short."""
    if len(menu) <= SHORT:
        return ()
    by_name = {item.name: item for item in menu}
    parts = ((part, tuple(by_name[name] for name in names if name in by_name)) for part, names in PARTS)
    return tuple((part, entries) for part, entries in parts if entries)
