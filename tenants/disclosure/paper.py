"""The receipt on paper."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from tenants.disclosure.parts import Part, Receipt
from tenants.disclosure.telling import lines, look_columns, look_line, period, rights, shown
from tenants.paper import HEAD, NOTE, TITLE, WIDTH, cell, document, line, table


def receipt_pdf(receipt: Receipt, landlord: str, day: date) -> bytes:
    title = _("Ce qui est tenu sur vous")
    head = [line(landlord, NOTE), line(title, TITLE), line(receipt.person.display_name), line(shown(day), NOTE)]
    held = [flowable for one in receipt.parts for flowable in _part(one)]
    return document(title, landlord, [*head, *held, *_looks(receipt), *_rights()])


def _part(part: Part) -> Iterable[Flowable]:
    yield line(part.title, HEAD)
    if not part.rows:
        yield line(part.note or _("Rien n’est tenu."))
        return
    yield line(_said(_("Pour"), (one.name for one in part.treatments)), NOTE)
    yield line(_said(_("Reçu par"), (one.name for one in part.recipients)), NOTE)
    yield line(_said(_("Gardé"), (one.sentence for one in part.lives)), NOTE)
    yield Spacer(0, 1 * mm)
    yield _grid([[str(one) for one in part.columns], *lines(part)])
    if part.note:
        yield line(part.note, NOTE)


def _said(name: str, words: Iterable[object]) -> str:
    return f"{name} : {' ; '.join(map(str, words))}"


def _grid(rows: list[list[str]]) -> Flowable:
    widths = [WIDTH / len(rows[0])] * len(rows[0])
    return table([[cell(one) for one in row] for row in rows], widths, head=True)


def _looks(receipt: Receipt) -> Iterable[Flowable]:
    yield line(_("Qui a regardé, et quand"), HEAD)
    yield line(period(receipt), NOTE)
    yield _grid([look_columns(), *map(look_line, receipt.looks)])


def _rights() -> Iterable[Flowable]:
    yield line(_("Vos autres droits"), HEAD)
    yield table([[cell(name), cell(said)] for name, said in rights()], [WIDTH * 0.3, WIDTH * 0.7])
