"""The register of Article 30, made of what the models say they hold, the locks that decide who reads it, and the roles.

Nothing of it is written a second time: a field without a purpose, or a table without a lock, changes this page.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from access.checks import routes
from access.compartments import PLACED, Compartment
from access.limits import LIMITED
from access.locks import Lock
from access.recipients import column_of, compartments_reading, locks_by_table, read_by_everyone, roles_reading, table_of
from access.roles import ROLES, Role
from privacy.classes import DataClass
from privacy.fields import EncryptedField
from privacy.held import Entry, entries
from privacy.lives import Life
from privacy.screened import ScreenedText
from privacy.treatments import TREATMENTS, Treatment

CLASS_NAMES: dict[DataClass, Promise | str] = {
    DataClass.PLAIN: gettext_lazy("anodine"),
    DataClass.PERSONAL: gettext_lazy("personnelle"),
    DataClass.BANK: gettext_lazy("bancaire"),
    DataClass.INFERABLE: gettext_lazy("qui laisse deviner"),
    DataClass.FREE_TEXT: gettext_lazy("texte libre"),
    DataClass.SECRET: gettext_lazy("secret"),
}


@dataclass(frozen=True)
class Line:
    """A field, as the dictionary of data says it."""

    entry: Entry
    lock: Lock | None
    roles: Sequence[Role]
    everyone: bool

    @property
    def column(self) -> str:
        return f"{table_of(self.entry.model)}.{column_of(self.entry.field) or self.entry.field.name}"

    @property
    def class_name(self) -> Promise | str:
        return CLASS_NAMES[self.entry.data_class]

    @property
    def compartments(self) -> frozenset[Compartment]:
        return compartments_reading(self.lock, column_of(self.entry.field))

    @property
    def recipients(self) -> str:
        """Roles; or each their own part; or the server alone."""
        names = [str(role.name) for role in self.roles]
        if len(names) == len(ROLES):
            return _("tous les rôles")
        own = [_("chacun pour sa part")] if self.everyone else []
        return ", ".join([*names, *own]) or _("aucun rôle : le serveur seul")


@dataclass(frozen=True)
class Activity:
    """One treatment with the fields that serve it. What is plain is counted, and listed in the file alone."""

    treatment: Treatment
    lines: Sequence[Line]

    @cached_property
    def said(self) -> list[Line]:
        return [line for line in self.lines if line.entry.says_something]

    @property
    def plain(self) -> int:
        return len(self.lines) - len(self.said)

    @cached_property
    def lives(self) -> list[Life]:
        return list(dict.fromkeys(line.entry.life for line in self.said))

    @property
    def classes(self) -> list[tuple[Promise | str, int]]:
        counts = ((name, sum(line.entry.data_class is one for line in self.said)) for one, name in CLASS_NAMES.items())
        return [(name, number) for name, number in counts if number]

    @cached_property
    def roles(self) -> list[Role]:
        held = {role.code for line in self.said for role in line.roles}
        return [role for role in ROLES.values() if role.code in held]

    @property
    def tables(self) -> list[str]:
        return sorted({table_of(line.entry.model) for line in self.said})

    @property
    def compartments(self) -> frozenset[Compartment]:
        return frozenset().union(*(line.compartments for line in self.said))

    @property
    def measures(self) -> list[str]:
        return list(_measures(self))


def dictionary() -> list[Line]:
    """Every field of every model, in the order of its table."""
    locks = locks_by_table()
    found = sorted(entries(apps.get_models()), key=lambda entry: (table_of(entry.model), entry.field.name))
    return [
        Line(one, locks.get(table_of(one.model)), roles_reading(one, locks), read_by_everyone(one, locks))
        for one in found
    ]


def activities() -> list[Activity]:
    """Those that speak of somebody, in the order in which they are named."""
    lines = dictionary()
    found = (Activity(one, [line for line in lines if line.entry.treatment is one]) for one in TREATMENTS.values())
    return [activity for activity in found if activity.said]


# --- What protects them, counted in the locks -------------------------------------------------------------------------


def _measures(activity: Activity) -> Iterable[str]:
    columns = [line.entry.field for line in activity.said]
    tables = {line.lock.table: line.lock for line in activity.said if line.lock}
    policies = sum(isinstance(grant.to, Compartment) for lock in tables.values() for grant in lock.grants)
    yield ngettext(
        "%(n)s règle de la base sur ses tables, une par compartiment et par verbe",
        "%(n)s règles de la base sur ses tables, une par compartiment et par verbe",
        policies,
    ) % {"n": policies}
    if activity.compartments & PLACED:
        yield _("lignes des seuls immeubles confiés ce jour, par la base et par la page")
    if sealed := sum(isinstance(column, EncryptedField) for column in columns):
        yield ngettext("%(n)s champ chiffré", "%(n)s champs chiffrés", sealed) % {"n": sealed}
    if any(isinstance(column, ScreenedText) for column in columns):
        yield _("phrases relues par le crible avant d’être gardées")
    if untouched := [name for name, lock in tables.items() if not _changed_by_a_page(lock)]:
        yield ngettext(
            "%(n)s table où aucune page ne modifie ni n’efface",
            "%(n)s tables où aucune page ne modifie ni n’efface",
            len(untouched),
        ) % {"n": len(untouched)}
    if fresh := _asked_for_a_fresh_proof(activity.compartments):
        yield ngettext(
            "%(n)s porte qui redemande le second facteur", "%(n)s portes qui redemandent le second facteur", fresh
        ) % {"n": fresh}
    if activity.compartments & LIMITED:
        yield _("nombre de comptes ouverts en une heure borné")
    yield _("chaque consultation inscrite à la trace avant d’être montrée")


def _changed_by_a_page(lock: Lock) -> bool:
    return any(not isinstance(g.to, str) or g.to == "web" for g in lock.grants if {"UPDATE", "DELETE"} & {*g.verbs})


def _asked_for_a_fresh_proof(compartments: frozenset[Compartment]) -> int:
    found = (getattr(pattern.callback, "door", None) for _path, pattern in routes())
    return sum(door.fresh and door.permission.compartment in compartments for door in found if door)


def file_rows() -> list[dict[str, Any]]:
    """The dictionary as a file says it, one field a line."""
    return [
        {
            _("Activité"): str(line.entry.treatment.name),
            _("Finalité"): str(line.entry.treatment.purpose),
            _("Base légale"): str(line.entry.treatment.basis),
            _("Personnes"): str(line.entry.treatment.people),
            _("Donnée"): line.column,
            _("Classe"): str(line.class_name),
            _("Destinataires"): line.recipients,
            _("Durée"): str(line.entry.life.sentence),
            _("Fin"): f"{line.entry.life.ending_text} {line.entry.life.by}".strip(),
            _("Transferts hors de l’Union"): _("aucun"),
        }
        for line in dictionary()
    ]
