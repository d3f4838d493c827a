"""Paper, as *Le registre* looks: one ink, one signal in the margin, figures in columns."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from django.utils.translation import get_language
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Table, TableStyle

INK, SOFT, LINE, SIGNAL = (HexColor(one) for one in ("#131c3a", "#4a5474", "#cbd4e8", "#c0230f"))
TITLE = ParagraphStyle("title", fontName="Times-Roman", fontSize=24, leading=28, textColor=INK, spaceAfter=4 * mm)
HEAD = ParagraphStyle("head", fontName="Helvetica-Bold", fontSize=10.5, leading=15, textColor=INK, spaceBefore=6 * mm)
TEXT = ParagraphStyle("text", fontName="Helvetica", fontSize=10, leading=14, textColor=INK)
CELL = ParagraphStyle("cell", parent=TEXT, fontSize=9, leading=12)
NOTE = ParagraphStyle("note", parent=TEXT, fontSize=8, leading=11, textColor=SOFT)
MARGIN = 22 * mm
WIDTH = A4[0] - 2 * MARGIN - 6 * mm


def document(title: str, landlord: str, story: Sequence[Flowable]) -> bytes:
    """The same words give the same bytes, whenever it is made."""
    held = BytesIO()
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
    paper.build([*story], onFirstPage=_rule, onLaterPages=_rule)
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


def line(words: object, style: ParagraphStyle = TEXT) -> Paragraph:
    return Paragraph(escape(said(str(words))), style)


def table(rows: list[list[Any]], widths: Sequence[float], head: bool = False) -> Table:
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


def cell(words: object) -> Paragraph:
    return line(words, CELL)


def said(text: str) -> str:
    """Narrow spaces are not in the fonts that every reader has."""
    return text.replace("\u202f", "\u00a0")
