"""E22: what is held of a household, table by table. Counted at once; in clear for a day, once two people have said so.

Who inspects asks for the copy, the data-protection officer releases it (desk/views/copies.py), and from then on this
exhibit has the lines as well. They are read anew each time and kept nowhere. Everybody of the household stands in it:
whoever inspects may obtain any document (loi 78-17, art. 19), where a person's own receipt tells of that person alone.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from access.look import Look
from audit.record import Subject
from buildings.models import Unit
from desk.exhibits.answers import asked_of, names_of
from desk.exhibits.copied import COPIED, Names, Tell
from desk.exhibits.elsewhere import officers
from desk.exhibits.question import AccountAlone
from desk.exhibits.shape import Cell, Row, Table, plain
from privacy.fields import Ciphertext, EncryptedField
from tenants.copies import lines_copied
from tenants.models import CopyRelease, FactCode


def whole_file(look: Look, question: AccountAlone) -> list[Table]:
    reference = question.cleaned_data["reference"]
    found = asked_of("SELECT account, lease, building FROM tenants_inspected(%s, %s)", reference, look.day)
    if not found:
        question.add_error("reference", _("Aucun compte sous cette référence."))
        return []
    account, lease, look.place = found[0]
    look.about = Subject("account", account)
    rows: list[Row] = [list(row) for row in asked_of("SELECT * FROM tenants_inspected_file(%s)", reference)]
    heads = [_("Table"), _("Lignes tenues"), _("La plus ancienne"), _("La plus récente")]
    counted = Table(_("Ce qui est tenu, table par table"), heads, rows, _("Compté dans chaque table, sans les mots."))
    released = look.rows(CopyRelease).open_now().filter(lease=lease).first()
    if released is None:
        return [counted, _shut(look)]
    look.note(release=released.pk)
    told = [_("Ouverte par"), _("Le"), _("Lue jusqu’à")]
    days: list[Row] = [[released.released_by.name, released.released_at, released.until]]
    return [counted, Table(_("Copie en clair"), told, days, _kept_back()), *_tables(look, lines_copied(reference))]


def _shut(look: Look) -> Table:
    said = _("Se demande d’ici, et se lit vingt-quatre heures une fois que la déléguée, présente, l’a ouverte.")
    return Table(_("Copie en clair"), [_("Comment"), _("Qui l’ouvre")], [[said, officers(look)]])


def _kept_back() -> str:
    return _(
        "Toutes les personnes du foyer y sont. L’IBAN est masqué : rien ne se prélève d’une copie. Les mots sous "
        "scellés se lisent avec la déléguée et une seconde personne. Les consultations du dossier sont E9."
    )


def _tables(look: Look, lines: dict[str, list[dict[str, Any]]]) -> Iterable[Table]:
    rows = {one.source: [_row(one.model, line) for line in lines.get(one.source, [])] for one in COPIED}
    for person in rows["tenants_tenant"]:
        look.saw(person.subject())
    names = _names(look, lines, rows)
    for one in COPIED:
        cells = [[_cell(row, tell, names) for _head, tell in one.columns] for row in rows[one.source]]
        cells.sort(key=lambda row: [str(plain(cell)) for cell in row])
        yield Table(str(one.title), [str(head) for head, _tell in one.columns], cells)


def _row(model: type[Model], line: dict[str, Any]) -> Any:
    """One line as its model reads it, as far as it came: what is sealed and stays so did not."""
    fields = [(one, str(one.column)) for one in model._meta.concrete_fields]
    return model(**{one.attname: _value(one, line[column]) for one, column in fields if column in line})


def _value(field: Any, value: Any) -> Any:
    if isinstance(field, EncryptedField):
        return None if value is None else Ciphertext(bytes.fromhex(value.removeprefix("\\x")))
    return field.to_python(value)


def _names(look: Look, lines: dict[str, list[dict[str, Any]]], rows: dict[str, list[Any]]) -> Names:
    people = {one.pk: one.display_name for one in rows["tenants_tenant"]}
    said = people | {one.pk: people.get(one.tenant_id, "") for one in rows["tenants_residence"]}
    said |= {one.pk: one.name for one in rows["tenants_representative"]}
    said |= {one.pk: one.door for one in (_row(Unit, line) for line in lines.get("buildings_unit", []))}
    keys = {value for some in rows.values() for one in some for value in vars(one).values() if isinstance(value, UUID)}
    codes = [_row(FactCode, line) for line in lines.get("tenants_factcode", [])]
    return Names(names_of(look, keys - said.keys()) | said, {one.pk: one for one in codes})


def _cell(one: Any, tell: str | Tell, names: Names) -> Cell:
    value = getattr(one, tell) if isinstance(tell, str) else tell(one, names)
    value = value() if callable(value) else value
    if isinstance(value, UUID):
        return names.said.get(value, "")
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    return str(value) if isinstance(value, Promise) else value
