"""The certificate on paper."""

from textwrap import wrap
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, Spacer

from access.language import in_french
from tenants.certificates import Told
from tenants.paper import HEAD, NOTE, TEXT, TITLE, cell, document, line, table

PROOF = ParagraphStyle("proof", parent=NOTE, fontName="Courier", fontSize=7.5, leading=10)


def certificate_pdf(said: Told, landlord: str) -> bytes:
    title = _("Certificat de destruction")
    return document(title, landlord, [*_head(said, title, landlord), *_counts(said), *_proof(said)])


def _head(said: Told, title: str, landlord: str) -> list[Flowable]:
    told = _("Reprise lue le %(read)s. Plus aucune ligne n’attend. Établi le %(day)s par %(who)s.")
    days = {"read": date_format(said.read_on, "j F Y"), "day": date_format(said.issued_on, "j F Y")}
    why = _("Ce qui a été effacé n’existe plus dans la base, même chiffré. Ce certificat n’en dit que le nombre.")
    return [
        line(landlord, NOTE),
        line(title, TITLE),
        line(told % {**days, "who": said.issued_by}, TEXT),
        Spacer(0, 2 * mm),
        line(why, TEXT),
    ]


def _counts(said: Told) -> list[Flowable]:
    sums: list[list[Any]] = [[cell(name.capitalize()), _figure(number)] for name, number in said.sums]
    heads = [_("Agence"), _("Catégorie"), _("Devenir"), _("Lignes")]
    rows = [[*map(cell, (one.agency, one.category, one.outcome)), _figure(one.lines)] for one in said.rows]
    shown: list[Flowable] = [line(_("Les lignes reprises"), HEAD), table(sums, [120 * mm, 34 * mm])]
    if rows:
        widths = [44 * mm, 38 * mm, 54 * mm, 18 * mm]
        shown.append(line(_("Celles qui étaient sous scellés"), HEAD))
        shown.append(table([heads, *rows], widths, head=True))
    return shown


def _figure(number: int) -> str:
    return f"{number:,}".replace(",", "\u00a0" if in_french() else ",")


def _proof(said: Told) -> list[Flowable]:
    lines = [part for one in said.proof for part in wrap(one, 64)]
    how = _("La signature porte sur les comptes, écrits comme le dit docs/inheritance.md ; sha256 : le fichier repris.")
    return [
        line(_("Pour vérifier"), HEAD),
        *(Paragraph(one, PROOF) for one in lines),
        Spacer(0, 1 * mm),
        line(how, NOTE),
    ]
