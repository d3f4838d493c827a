"""Context processor that gives every template the landlord's name, the person's menu and the time of display, for
example."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple, cast

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.urls import get_script_prefix, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest
from access.models import Person
from access.permissions import Permission
from access.reach import roles_today
from access.roles import CARETAKER, ROLES, roles_with
from access.signin.directory import is_linked, is_offered
from access.signin.proofs import second_factor_missing
from access.signin.session_limits import LOCKED_AFTER_SECONDS
from backoffice.help.first_steps import is_new
from backoffice.help.texts import HELP_TEXTS
from backoffice.keys import KEYS
from backoffice.menu import accessibility_link, destination, foot_links, menu_of, parted
from backoffice.menu_entries import MENU
from backoffice.preferences import keys_off, theme_of
from backoffice.waiting.counting import by_page, waiting_of
from demo.entrance import open_here, people_to_be

# _LISTS: names of the pages on which the menu shows how many tasks wait.
_LISTS = frozenset(entry.url_name for entry in MENU)
CHOOSING = ("mfa_index", "mfa_add_webauthn", "mfa_activate_totp")
PROVING = ("account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn")


class SearchBox(NamedTuple):
    """The search box on each page of people who manage accounts."""

    url: str
    label: str
    hint: str


def search_of(roles: frozenset[str]) -> SearchBox | None:
    """Return the search box for somebody with these roles, or None if they may not search for accounts.

    Account managers search by name or address, accountants only by account reference."""
    if not roles.isdisjoint(roles_with(Permission.ACCOUNTS_SEARCH)):
        hint = _("Nom, téléphone, référence, adresse ou porte. La recherche est enregistrée, mais pas les mots saisis.")
        return SearchBox(reverse("accounts_search"), _("Chercher un compte"), hint)
    if not roles.isdisjoint(roles_with(Permission.BOOKS_VIEW)):
        hint = _("Au moins quatre caractères, avec ou sans tirets.")
        return SearchBox(reverse("books"), _("Chercher une référence"), hint)
    return None


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor for all templates.

    In a `@door` view, the roles come from `request.access`, because the view's database role may not query them.
    """
    person = getattr(request, "user", None)
    view_name = request.resolver_match.view_name if request.resolver_match else ""
    house: dict[str, Any] = {"house_name": settings.HOUSE_NAME, "home_url": reverse("home"), "theme": theme_of(request)}
    house |= {"help_text": HELP_TEXTS.get(view_name)}
    if person is None or not person.is_authenticated:
        figures = reverse("subject_figures"), _("Droits des personnes, en chiffres")
        # On a demonstration site, the sign-in page lists invented employees. A visitor can sign in as any of them.
        stage = people_to_be() if view_name == "account_login" and open_here() else []
        return {**house, "person": None, "stage": stage, **_directory(), "foot_links": (accessibility_link(), figures)}
    access = getattr(request, "access", None)
    roles = access.roles if access else roles_today(person.pk)
    shown_as = access.shown_as if access else None
    waiting = tuple(_waiting(request, view_name).items())
    menus = menus_of(roles, view_name, waiting, bool(shown_as), get_language(), get_script_prefix())
    # The set-up pages of the second factor show no menu, because no other page opens before the set-up is complete.
    if view_name in CHOOSING and second_factor_missing(request):
        alone = {"person": person, "locked_after": LOCKED_AFTER_SECONDS, "foot_links": (accessibility_link(),)}
        return {**house, **alone, **_directory(person)}
    return {
        **house,
        **(_directory(person) if view_name == "mfa_index" else {}),
        **({"proof_for": destination(request, roles)} if view_name in PROVING else {}),
        "person": person,
        "shown_as": shown_as,
        "is_new": not shown_as and view_name in ["home", *(item.name for item in menus["nav"][:1])] and is_new(person),
        "keys_off": keys_off(request),
        "locked_after": LOCKED_AFTER_SECONDS,
        **menus,
        "has_steps": bool(menus["nav"]) and not shown_as and view_name != "first_steps",
        "version": settings.VERSION,
        "can_stand_in": roles <= {CARETAKER.code},
        "mention": {"verb": _("Affiché"), "at": access.at} if access else None,
    }


@lru_cache(maxsize=500)
def menus_of(
    roles: frozenset[str],
    view_name: str,
    waiting: tuple[tuple[str, int], ...],
    is_shown_as: bool,
    _language: str | None,
    _prefix: str,
) -> Mapping[str, Any]:
    """Return the variables that are the same on many pages: the search box, the menu, the links in the footer and the
    keyboard shortcuts.

    They also depend on the language and on the prefix of URLs, which differs while an inspector views the pages of a
    caretaker.
    """
    search, menu = search_of(roles), menu_of(roles, view_name, dict(waiting))
    return {
        "desk_search": search,
        "role_label": ", ".join(str(role.name) for role in ROLES.values() if role.code in roles),
        "nav": menu,
        "nav_parts": tuple((str(title), entries) for title, entries in parted(menu)),
        "foot_links": () if is_shown_as else foot_links(keyboard=search is not None),
        "shortcuts": tuple((key, str(action)) for key, action in KEYS),
    }


def _waiting(request: HttpRequest, view_name: str) -> Mapping[str, int]:
    """Return how many tasks wait for the person on each page of the menu, by the name of the page.

    Returns {} on pages that are not in the menu, such as those of one account, so that they stay fast.
    """
    access = getattr(request, "access", None)
    # Counting needs the person's database role, which ends with the `@door` transaction. Refusals are rendered later.
    if access is None or access.shown_as or view_name not in _LISTS or not connection.in_atomic_block:
        return {}
    opened = cast(DoorRequest, request)
    return {} if opened.htmx else by_page(waiting_of(opened))


def _directory(person: Person | None = None) -> dict[str, Any]:
    """Return template variables for the button that signs in with the landlord's OpenID provider; {} without a
    provider.

    `directory_linked` is true if the person has linked their account at the provider.
    """
    if not is_offered():
        return {}
    name = settings.OIDC_NAME or _("l’annuaire de l’organisme")
    label = _("Se connecter avec %(directory)s") % {"directory": name}
    return {"directory": label, "directory_linked": bool(person and is_linked(person))}
