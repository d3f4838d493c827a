"""Record of processing activities (GDPR article 30).

It is computed from the models' declarations, the table policies and the roles, so it always includes new fields and
changed policies.
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
from access.database.recipients import (
    column_of,
    compartments_reading,
    policies_by_table,
    read_by_everyone,
    roles_reading,
    table_of,
)
from access.guard.limits import LIMITED
from access.policies import OFFICES, WEB, TablePolicy
from access.roles import ROLES, Role
from privacy.classes import DataClass
from privacy.encryption.fields import EncryptedField
from privacy.processing_activities import PROCESSING_ACTIVITIES, ProcessingActivity
from privacy.retention import Entry, entries
from privacy.retention_periods import RetentionPeriod
from privacy.screened import ScreenedText

CLASS_NAMES: dict[DataClass, Promise | str] = {
    DataClass.PLAIN: gettext_lazy("ordinaire"),
    DataClass.PERSONAL: gettext_lazy("personnelle"),
    DataClass.BANK: gettext_lazy("bancaire"),
    DataClass.INFERABLE: gettext_lazy("indirectement sensible"),
    DataClass.FREE_TEXT: gettext_lazy("texte libre"),
    DataClass.SECRET: gettext_lazy("secret"),
}


@dataclass(frozen=True)
class Line:
    """One field in the data dictionary, with the roles that can read it."""

    entry: Entry
    policy: TablePolicy | None
    roles: Sequence[Role]
    everyone: bool

    @property
    def column(self) -> str:
        return f"{table_of(self.entry.model)}.{column_of(self.entry.field) or self.entry.field.name}"

    @property
    def class_name(self) -> Promise | str:
        return CLASS_NAMES[self.entry.data_class]

    @cached_property
    def compartments(self) -> frozenset[Compartment]:
        return compartments_reading(self.policy, column_of(self.entry.field))

    @property
    def recipients(self) -> str:
        """The names of the roles that can read the field, as the page shows them.

        A phrase replaces the names if all roles can read the field, or only the server. Another phrase is added if
        everybody can read their own data.
        """
        names = [str(role.name) for role in self.roles]
        if len(names) == len(ROLES):
            return _("tous les rôles")
        own = [_("chaque rôle pour ses propres données")] if self.everyone else []
        return ", ".join([*names, *own]) or _("aucun rôle : seulement le serveur")


@dataclass(frozen=True)
class Activity:
    """A processing activity with its model fields. The page of the register lists only the fields with personal data
    and states the number of the others. The exported file lists all fields."""

    processing_activity: ProcessingActivity
    lines: Sequence[Line]

    @cached_property
    def listed(self) -> list[Line]:
        return [line for line in self.lines if line.entry.says_something]

    @property
    def plain(self) -> int:
        return len(self.lines) - len(self.listed)

    @cached_property
    def retention_periods(self) -> list[RetentionPeriod]:
        return list(dict.fromkeys(line.entry.retention_period for line in self.listed))

    @property
    def classes(self) -> list[tuple[Promise | str, int]]:
        classes = [line.entry.data_class for line in self.listed]
        counts = ((name, classes.count(data_class)) for data_class, name in CLASS_NAMES.items())
        return [(name, number) for name, number in counts if number]

    @cached_property
    def roles(self) -> list[Role]:
        codes = {role.code for line in self.listed for role in line.roles}
        return [role for role in ROLES.values() if role.code in codes]

    @property
    def tables(self) -> list[str]:
        return sorted({table_of(line.entry.model) for line in self.listed})

    @cached_property
    def compartments(self) -> frozenset[Compartment]:
        return frozenset().union(*(line.compartments for line in self.listed))

    @cached_property
    def measures(self) -> list[str]:
        return list(security_measures(self))


def dictionary() -> list[Line]:
    """Return every field of every model, ordered by table and name."""
    table_policies = policies_by_table()
    fields = sorted(entries(apps.get_models()), key=lambda entry: (table_of(entry.model), entry.field.name))
    return [
        Line(
            entry,
            table_policies.get(table_of(entry.model)),
            roles_reading(entry, table_policies),
            read_by_everyone(entry, table_policies),
        )
        for entry in fields
    ]


def activities(lines: Sequence[Line]) -> list[Activity]:
    """Return the processing activities that use personal data, in the order in which they are declared."""
    candidates = (
        Activity(treatment, [line for line in lines if line.entry.processing_activity is treatment])
        for treatment in PROCESSING_ACTIVITIES.values()
    )
    return [activity for activity in candidates if activity.listed]


# --- Security measures, counted from the table policies ---------------------------------------------------------------


def security_measures(activity: Activity) -> Iterable[str]:
    """Yield a sentence for each kind of measure that protects the fields of this processing activity."""
    columns = [line.entry.field for line in activity.listed]
    tables = {line.policy.table: line.policy for line in activity.listed if line.policy}
    policies = sum(isinstance(grant.to, Compartment) for policy in tables.values() for grant in policy.grants)
    yield ngettext(
        "%(n)s règle de la base sur ses tables, une par compartiment et par verbe",
        "%(n)s règles de la base sur ses tables, une par compartiment et par verbe",
        policies,
    ) % {"n": policies}
    if activity.compartments & PLACED:
        yield _("seulement les lignes des immeubles confiés ce jour-là, contrôle fait par la base et par la page")
    if sealed := sum(isinstance(column, EncryptedField) for column in columns):
        yield ngettext("%(n)s champ chiffré", "%(n)s champs chiffrés", sealed) % {"n": sealed}
    if any(isinstance(column, ScreenedText) for column in columns):
        yield _("phrases vérifiées avant leur enregistrement")
    if untouched := [name for name, policy in tables.items() if not _may_be_changed_by_pages(policy)]:
        yield ngettext(
            "%(n)s table qu’aucune page ne peut modifier ni effacer",
            "%(n)s tables qu’aucune page ne peut modifier ni effacer",
            len(untouched),
        ) % {"n": len(untouched)}
    doors = (getattr(pattern.callback, "door", None) for _path, pattern in routes())
    if fresh := sum(
        door.reauthenticate and door.permission.compartment in activity.compartments for door in doors if door
    ):
        yield ngettext(
            "%(n)s page qui redemande le second facteur", "%(n)s pages qui redemandent le second facteur", fresh
        ) % {"n": fresh}
    if activity.compartments & LIMITED:
        yield _("nombre de comptes ouverts par heure limité")
    yield _("chaque consultation enregistrée dans la trace avant l’affichage")


def _may_be_changed_by_pages(policy: TablePolicy) -> bool:
    by_pages = (grant for grant in policy.grants if isinstance(grant.to, Compartment) or grant.to in (WEB, OFFICES))
    return any({"UPDATE", "DELETE"} & {*grant.verbs} for grant in by_pages)


def file_rows() -> list[dict[str, Any]]:
    """Return the rows of the exported data dictionary, one per field."""
    return [
        {
            _("Activité"): str(line.entry.processing_activity.name),
            _("Finalité"): str(line.entry.processing_activity.purpose),
            _("Base légale"): str(line.entry.processing_activity.basis),
            _("Personnes"): str(line.entry.processing_activity.people),
            _("Donnée"): line.column,
            _("Classe"): str(line.class_name),
            _("Destinataires"): line.recipients,
            _("Conservation"): str(line.entry.retention_period.sentence),
            _("Fin"): f"{line.entry.retention_period.ending_text} {line.entry.retention_period.by}".strip(),
            _("Transferts hors de l’Union"): _("aucun"),
        }
        for line in dictionary()
    ]
