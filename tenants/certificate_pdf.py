"""The certificate on paper, as *Le registre* looks: one ink, one signal in the margin, figures in columns."""

from io import BytesIO
from textwrap import wrap
from typing import Any
from xml.sax.saxutils import escape

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from access.language import in_french
from tenants.certificates import Told

INK, SOFT, LINE, SIGNAL = (HexColor(one) for one in ("#131c3a", "#4a5474", "#cbd4e8", "#c0230f"))
TITLE = ParagraphStyle("title", fontName="Times-Roman", fontSize=24, leading=28, textColor=INK, spaceAfter=4 * mm)
HEAD = ParagraphStyle("head", fontName="Helvetica-Bold", fontSize=10.5, leading=15, textColor=INK, spaceBefore=6 * mm)
TEXT = ParagraphStyle("text", fontName="Helvetica", fontSize=10, leading=14, textColor=INK)
CELL = ParagraphStyle("cell", parent=TEXT, fontSize=9, leading=12)
NOTE = ParagraphStyle("note", parent=TEXT, fontSize=8, leading=11, textColor=SOFT)
PROOF = ParagraphStyle("proof", parent=NOTE, fontName="Courier", fontSize=7.5, leading=10)
MARGIN = 22 * mm


def certificate_pdf(said: Told, landlord: str) -> bytes:
    held = BytesIO()
    title = _("Certificat de destruction")
    paper = SimpleDocTemplate(
        held,
        pagesize=A4,
        leftMargin=MARGIN + 6 * mm,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=title,
        author=landlord,
        lang=get_language(),
        invariant=1,
    )
    paper.build([*_head(said, title, landlord), *_counts(said), *_proof(said)], onFirstPage=_rule, onLaterPages=_rule)
    return held.getvalue()


def _rule(canvas: Canvas, paper: SimpleDocTemplate) -> None:
    """The rule in the margin, and the number of the page."""
    width, height = A4
    canvas.setStrokeColor(SIGNAL)
    canvas.setLineWidth(1.5)
    canvas.line(MARGIN, 0, MARGIN, height)
    canvas.setFont("Helvetica", 8)
    canvas.setFillColor(SOFT)
    canvas.drawRightString(width - MARGIN, 12 * mm, str(paper.page))


def _head(said: Told, title: str, landlord: str) -> list[Flowable]:
    told = _("Reprise lue le %(read)s. Plus aucune ligne n’attend. Établi le %(day)s par %(who)s.")
    days = {"read": date_format(said.read_on, "j F Y"), "day": date_format(said.issued_on, "j F Y")}
    why = _("Ce qui a été effacé n’existe plus dans la base, même chiffré. Ce certificat n’en dit que le nombre.")
    return [
        Paragraph(escape(landlord), NOTE),
        Paragraph(escape(title), TITLE),
        Paragraph(escape(_said(told % {**days, "who": said.issued_by})), TEXT),
        Spacer(0, 2 * mm),
        Paragraph(escape(_said(why)), TEXT),
    ]


def _counts(said: Told) -> list[Flowable]:
    sums: list[list[Any]] = [[_cell(name.capitalize()), _figure(number)] for name, number in said.sums]
    heads = [_("Agence"), _("Catégorie"), _("Devenir"), _("Lignes")]
    rows = [[*map(_cell, (one.agency, one.category, one.outcome)), _figure(one.lines)] for one in said.rows]
    shown: list[Flowable] = [Paragraph(escape(_("Les lignes reprises")), HEAD), _table(sums, [120 * mm, 34 * mm])]
    if rows:
        widths = [44 * mm, 38 * mm, 54 * mm, 18 * mm]
        shown.append(Paragraph(escape(_("Celles qui étaient sous scellés")), HEAD))
        shown.append(_table([heads, *rows], widths, head=True))
    return shown


def _table(rows: list[list[Any]], widths: list[float], head: bool = False) -> Table:
    look: list[Any] = [
        ("FONT", (0, 0), (-1, -1), "Helvetica", 9),
        ("TEXTCOLOR", (0, 0), (-1, -1), INK),
        ("LINEBELOW", (0, 0), (-1, -1), 0.5, LINE),
        ("ALIGN", (-1, 0), (-1, -1), "RIGHT"),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
        ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
    ]
    if head:
        look += [("TEXTCOLOR", (0, 0), (-1, 0), SOFT), ("LINEBELOW", (0, 0), (-1, 0), 1, INK)]
    return Table(rows, widths, repeatRows=int(head), style=TableStyle(look), hAlign="LEFT")


def _cell(said: object) -> Paragraph:
    return Paragraph(escape(_said(str(said))), CELL)


def _figure(number: int) -> str:
    return f"{number:,}".replace(",", "\u00a0" if in_french() else ",")


def _proof(said: Told) -> list[Flowable]:
    lines = [part for one in said.proof for part in wrap(one, 64)]
    how = _("La signature porte sur les comptes, écrits comme le dit docs/inheritance.md ; sha256 : le fichier repris.")
    return [
        Paragraph(escape(_("Pour vérifier")), HEAD),
        *(Paragraph(line, PROOF) for line in lines),
        Spacer(0, 1 * mm),
        Paragraph(escape(_said(how)), NOTE),
    ]


def _said(text: str) -> str:
    """Narrow spaces are not in the fonts that every reader has."""
    return text.replace("\u202f", "\u00a0")
