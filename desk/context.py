"""What the frame of every page needs: the house, the menu of the person's roles, the mention in the margin."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _

from access.directory import is_linked, is_offered
from access.models import Person
from access.permissions import Permission
from access.proofs import second_factor_missing
from access.reach import roles_today
from access.roles import ROLES, roles_with
from access.session_limits import LOCKED_AFTER_SECONDS
from desk.demo.entrance import open_here, people_to_be
from desk.menu import menu_of, parted
from desk.views.keys import keys_off

CHOOSING = ("mfa_index", "mfa_add_webauthn", "mfa_activate_totp")
ONES_OWN = (
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
PROVING = ("account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn")


def search_of(roles: frozenset[str]) -> dict[str, str] | None:
    """The one search box at every page of whoever keeps accounts, or their books."""
    if not roles.isdisjoint(roles_with(Permission.ACCOUNTS_SEARCH)):
        hint = _("Nom, référence ou adresse. La recherche est comptée, ses mots ne sont pas gardés.")
        return {"url": reverse("accounts_search"), "label": _("Chercher un compte"), "hint": hint}
    if not roles.isdisjoint(roles_with(Permission.BOOKS_VIEW)):
        hint = _("Quatre signes au moins, avec ou sans tirets.")
        return {"url": reverse("books"), "label": _("Chercher une référence"), "hint": hint}
    return None


def frame(request: HttpRequest) -> dict[str, Any]:
    """Inside a door the roles were read before the database role was put on; outside they are read here."""
    person = getattr(request, "user", None)
    house = {"house_name": settings.HOUSE_NAME, "home_url": reverse("home")}
    if person is None or not person.is_authenticated:
        return house | _outside(request)
    look = getattr(request, "look", None)
    roles = look.roles if look else roles_today(person.pk)
    shown_as = look.shown_as if look else None
    here = request.resolver_match.view_name if request.resolver_match else ""
    search, menu = search_of(roles), menu_of(roles, here)
    if here in CHOOSING and second_factor_missing(request):  # until one is chosen, every other page leads back here
        return {**house, **_alone(person), **_directory(person)}
    return {
        **house,
        **(_directory(person) if here == "mfa_index" else {}),
        **({"proof_for": _led_to(request, roles)} if here in PROVING else {}),
        "person": person,
        "shown_as": shown_as,
        "desk_search": search,
        "keys_off": keys_off(request),
        "locked_after": LOCKED_AFTER_SECONDS,
        "role_label": ", ".join(str(role.name) for role in ROLES.values() if role.code in roles),
        "nav": menu,
        "nav_parts": parted(menu),
        "foot_links": [] if shown_as else _foot(keyboard=search is not None),
        "mention": {"verb": _("Affiché"), "at": look.at} if look else None,
    }


def _alone(person: Person) -> dict[str, Any]:
    return {"person": person, "locked_after": LOCKED_AFTER_SECONDS, "foot_links": [_accessibility()]}


def _led_to(request: HttpRequest, roles: frozenset[str]) -> dict[str, Any] | None:
    """The entry that the page asked for stands under, by the name of its view: the address itself is not repeated."""
    asked = {**request.GET.dict(), **request.POST.dict()}.get("next", "")
    try:
        there = resolve(urlsplit(asked).path).view_name
    except (Resolver404, ValueError):  # no address of ours, or none at all
        return None
    if there in ONES_OWN:
        return {"url": reverse("mfa_index"), "label": _("Ma connexion")}
    return next(({"url": one.url, "label": one.label} for one in menu_of(roles, there) if one.current), None)


def _foot(*, keyboard: bool) -> list[tuple[str, Any]]:
    """What is one's own, and everybody's, below every page."""
    return [
        (reverse("mine"), _("Mes accès")),
        (reverse("own_looks"), _("Ma trace")),
        (reverse("rules"), _("Qui peut voir quoi")),
        (reverse("mfa_index"), _("Ma connexion")),
        _accessibility(),
        *([(reverse("keys"), _("Raccourcis clavier"))] if keyboard else []),
    ]


def _outside(request: HttpRequest) -> dict[str, Any]:
    """Of nobody yet: the way in, and what is everybody's to read."""
    return {"person": None, "stage": _stage(request), **_directory(), "foot_links": [_accessibility(), _figures()]}


def _accessibility() -> tuple[str, str]:
    """In the foot of every page, under the words that the law asks for."""
    return reverse("accessibility"), _("Accessibilité\u00a0: non conforme")


def _figures() -> tuple[str, str]:
    """In the foot of the way in: whoever has no account may know how people's rights are answered."""
    return reverse("subject_figures"), _("Droits des personnes, en chiffres")


def _directory(person: Person | None = None) -> dict[str, Any]:
    """The landlord's directory, on the two pages that speak of it: the entrance, and one's own ways in."""
    if not is_offered():
        return {}
    name = settings.OIDC_NAME or _("l’annuaire de la maison")
    label = _("Entrer par %(directory)s") % {"directory": name}
    return {"directory": label, "directory_linked": bool(person and is_linked(person))}


def _stage(request: HttpRequest) -> list[tuple[Person, str]]:
    """Whom one can be, on the entrance of a demonstration."""
    here = request.resolver_match.view_name if request.resolver_match else ""
    return people_to_be() if here == "account_login" and open_here() else []
