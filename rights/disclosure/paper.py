"""Renders an access report as PDF."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from formats.pdf.document import Block, document, head, note, table, text
from rights.disclosure.render import display, lines, look_columns, look_line, period, rights
from rights.disclosure.sections import Part, Receipt


def receipt_pdf(receipt: Receipt, landlord: str, day: date) -> bytes:
    columns = look_columns()
    blocks = [
        text(receipt.person.display_name),
        note(display(day)),
        *(block for part in receipt.parts for block in _part(part)),
        head(_("Consultations de vos données")),
        note(period()),
        table([look_line(look) for look in receipt.looks], [1] * len(columns), columns),
        head(_("Vos autres droits")),
        table(rights(), (3, 7)),
    ]
    return document(_("Données conservées sur vous"), landlord, blocks)


def _part(part: Part) -> Iterable[Block]:
    yield head(part.title)
    if not part.rows:
        yield text(part.note or _("Aucune donnée."))
        return
    yield note(_labelled(_("Pour"), (activity.name for activity in part.processing_activities)))
    yield note(_labelled(_("Destinataires"), (role.name for role in part.recipients)))
    yield note(_labelled(_("Conservation"), (retention_period.sentence for retention_period in part.retention_periods)))
    yield table(lines(part), [1] * len(part.columns), part.columns)
    if part.note:
        yield note(part.note)


def _labelled(name: str, words: Iterable[object]) -> str:
    return f"{name} : {' ; '.join(map(str, words))}"
