"""Exhibit E22: what is stored about a household.

At first an inspector sees only how many rows each table has. After the data protection officer has released the copy
(inspection/views/copies.py), the inspector sees the rows for 24 hours, as they are in the database at that moment. The
copy is about everybody in the household, because an inspector may obtain any document (loi 78-17, art. 19).
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from access.guard.context import AccessContext
from audit.record import Subject
from buildings.models import Unit
from casework.models import FactCode
from inspection.exhibits.answers import names_of, query_rows
from inspection.exhibits.copied import COPIED, Names, Tell
from inspection.exhibits.elsewhere import officers
from inspection.exhibits.question import AccountAlone
from inspection.exhibits.shape import Cell, Row, Table, plain
from inspection.file_releases import lines_copied
from inspection.models import CopyRelease
from privacy.encryption.fields import Ciphertext, EncryptedField


def whole_file(access: AccessContext, question: AccountAlone) -> list[Table]:
    reference = question.cleaned_data["reference"]
    accounts = query_rows(
        "SELECT account, lease, building FROM inspection_exhibit_account(%s, %s)", reference, access.day
    )
    if not accounts:
        question.add_error("reference", _("Aucun compte n’a cette référence."))
        return []
    account, lease, access.place = accounts[0]
    access.about = Subject("account", account)
    rows: list[Row] = [list(row) for row in query_rows("SELECT * FROM inspection_exhibit_file(%s)", reference)]
    heads = [_("Table"), _("Lignes conservées"), _("La plus ancienne"), _("La plus récente")]
    counted = Table(
        _("Données conservées, table par table"), heads, rows, _("Nombre de lignes de chaque table, sans leur contenu.")
    )
    released = access.rows(CopyRelease).open_now().filter(lease=lease).first()
    if released is None:
        how = _(
            "Demandez la copie ici. Le délégué à la protection des données l’ouvre en votre présence ; vous "
            "pouvez la lire pendant vingt-quatre heures."
        )
        closed = Table(_("Copie en clair"), [_("Comment"), _("Ouverte par")], [[how, officers(access)]])
        return [counted, closed]
    access.note(release=released.pk)
    heads = [_("Ouverte par"), _("Le"), _("Lisible jusqu’au")]
    days: list[Row] = [[released.released_by.name, released.released_at, released.until]]
    note = _(
        "La copie comprend toutes les personnes du foyer. L’IBAN est masqué. Les phrases sous scellés se "
        "lisent avec le délégué à la protection des données et une seconde personne. Les consultations du "
        "dossier figurent dans la pièce E9."
    )
    return [counted, Table(_("Copie en clair"), heads, days, note), *copied_tables(access, lines_copied(reference))]


def copied_tables(access: AccessContext, lines: dict[str, list[dict[str, Any]]]) -> Iterable[Table]:
    """Yield the tables of a household's copy. `lines` maps the names of database tables to their rows.

    The tenants shown are added to the audit event of the request.
    """
    rows = {copied.source: [_row(copied.model, line) for line in lines.get(copied.source, [])] for copied in COPIED}
    for person in rows["tenants_tenant"]:
        access.saw(person.subject())
    people = {tenant.pk: tenant.display_name for tenant in rows["tenants_tenant"]}
    texts = people | {stay.pk: people.get(stay.tenant_id, "") for stay in rows["tenants_residence"]}
    texts |= {representative.pk: representative.name for representative in rows["tenants_representative"]}
    texts |= {unit.pk: unit.door_name for unit in (_row(Unit, line) for line in lines.get("buildings_unit", []))}
    values = (value for instances in rows.values() for instance in instances for value in vars(instance).values())
    keys = {value for value in values if isinstance(value, UUID)}
    codes = [_row(FactCode, line) for line in lines.get("casework_factcode", [])]
    names = Names(names_of(access, keys - texts.keys()) | texts, {code.pk: code for code in codes})
    for copied in COPIED:
        cells = [[cell_of(row, tell, names) for _head, tell in copied.columns] for row in rows[copied.source]]
        cells.sort(key=lambda row: [str(plain(cell)) for cell in row])
        yield Table(str(copied.title), [str(head) for head, _tell in copied.columns], cells)


def _row(model: type[Model], line: dict[str, Any]) -> Any:
    """Make an unsaved model instance from a row of the copy of a household's file.

    The row lacks the columns with restricted text, so these fields of the instance are not set.
    """
    values = {}
    for field in model._meta.concrete_fields:
        if (column := str(field.column)) in line:
            value = line[column]
            if not isinstance(field, EncryptedField):
                value = field.to_python(value)
            elif value is not None:
                value = Ciphertext(bytes.fromhex(value.removeprefix("\\x")))
            values[field.attname] = value
    return model(**values)


def cell_of(row: Any, tell: str | Tell, names: Names) -> Cell:
    """Return the value of a table cell. `tell` is the name of an attribute of the row, or a function of the row.

    An id is replaced by the name of the person, or the staircase and door of the dwelling, that has this id.
    """
    value = getattr(row, tell) if isinstance(tell, str) else tell(row, names)
    value = value() if callable(value) else value
    if isinstance(value, UUID):
        return names.by_id.get(value, "")
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    return str(value) if isinstance(value, Promise) else value
