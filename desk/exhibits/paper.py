"""An exhibit on paper: its tables, and at the foot the statement with the signature that it carries."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Preformatted, Spacer

from desk.exhibits.files import told
from desk.exhibits.shape import Exhibit, Row, Table
from privacy.signing import canonical, public_key, sign
from tenants.disclosure.telling import shown
from tenants.paper import CELL, HEAD, NOTE, TEXT, TITLE, WIDTH, document, line, table

SMALL = ParagraphStyle("small", parent=CELL, fontSize=7, leading=8.6, splitLongWords=True)
PROOF = ParagraphStyle("proof", parent=NOTE, fontName="Courier", fontSize=6.5, leading=8.5)
LEAST = 20  # points: a cell's margins, and a letter
MOST = 1000  # rows of a table on paper; the files have them all


def pdf_bytes(exhibit: Exhibit) -> bytes:
    title = f"{exhibit.number} · {exhibit.title}"
    story = [line(exhibit.landlord, NOTE), line(title, TITLE)]
    story += [line(f"{name} : {said}", NOTE if len(said) > 40 else TEXT) for name, said in told(exhibit)]
    for one in exhibit.tables:
        story += _table(one)
    return document(title, exhibit.landlord, [*story, *_proof(exhibit)])


def _table(one: Table) -> list[Flowable]:
    found: list[Flowable] = [line(f"{one.title} ({len(one.rows)})", HEAD)]
    if one.note:
        found.append(line(one.note, NOTE))
    if not one.rows:
        return [*found, line(_("Aucune ligne."), TEXT)]
    rows = [[line(shown(cell), SMALL) for cell in row] for row in one.rows[:MOST]]
    heads = [line(column, SMALL) for column in one.columns]
    found.append(table([heads, *rows], _widths(one), head=True))
    if len(one.rows) > MOST:
        found.append(line(_("Les %(n)s premières lignes ; le CSV et le JSON les ont toutes.") % {"n": MOST}, NOTE))
    return found


def _widths(one: Table) -> Sequence[float]:
    """As wide as what stands in a column asks for, within reason, and never narrower than a sign."""
    told_rows: list[Row] = [one.columns, *one.rows[:50]]
    wanted = [min(max(len(shown(row[at])) for row in told_rows), 60) + 4 for at in range(len(one.columns))]
    spare = WIDTH - LEAST * len(wanted)
    return [LEAST + spare * one / sum(wanted) for one in wanted]


def _proof(exhibit: Exhibit) -> list[Flowable]:
    said = exhibit.statement
    key_id, signature = sign(said)
    lines = [canonical(said).decode(), f"Ed25519 {key_id}", f"public {public_key(key_id)}", f"signature {signature}"]
    how = _("La signature porte sur la première ligne, sans retours ; sha256 est l’empreinte du contenu du JSON.")
    return [
        line(_("Pour vérifier"), HEAD),
        Preformatted("\n".join(_pieces(one) for one in lines), PROOF),
        Spacer(0, 1 * mm),
        line(how, NOTE),
    ]


def _pieces(text: str) -> str:
    """Cut where the paper ends; put together again without the cuts, it is what was signed."""
    return "\n".join(text[at : at + 112] for at in range(0, len(text), 112))
