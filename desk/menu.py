"""The menu: one line an entry, offered to whoever holds the permission. It opens nothing; the doors do."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from access.permissions import FOR_EVERYONE, Permission
from access.roles import roles_with


@dataclass(frozen=True)
class Entry:
    """`under` are the beginnings of the view names that belong to it, so that a page knows where it stands."""

    permission: Permission
    url_name: str
    label: Promise | str
    icon: str
    under: tuple[str, ...]

    def offered_to(self, roles: frozenset[str]) -> bool:
        return self.permission in FOR_EVERYONE or not roles.isdisjoint(roles_with(self.permission))


MENU: tuple[Entry, ...] = (
    Entry(Permission.ACCOUNTS_LIST, "accounts", _("Comptes"), "account", ("accounts", "account")),
    Entry(
        Permission.RESIDENTS_LIST,
        "buildings",
        _("Aujourd’hui"),
        "today",
        ("buildings", "building", "vacant", "card", "reminder", "reminder_give"),
    ),
    Entry(Permission.RESIDENTS_SEARCH, "residents_search", _("Chercher"), "search", ("residents_search",)),
    Entry(
        Permission.TRACE_READ,
        "trace",
        _("La trace"),
        "trace",
        ("trace", "trace_lines", "trace_account", "trace_event", "trace_person"),
    ),
)
