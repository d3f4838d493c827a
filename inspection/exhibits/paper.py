"""Renders an exhibit as PDF: its tables, then the signed statement with its signature."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from formats.pdf.document import Block, document, head, note, proof, table, text
from inspection.exhibits.files import file_head
from inspection.exhibits.shape import Exhibit, Row, Table, displayed
from privacy.encryption.signing import canonical, public_key, sign

SMALL = 7  # SMALL: font size of an exhibit's tables in the PDF, in points
MOST = 1000  # MOST: maximum number of rows of a table in the PDF; CSV and JSON files have all rows
ACROSS = 120  # ACROSS: number of characters that fit across a page in the font of tables
LONGEST_WORD = 16
CUT = 112  # CUT: lines of the printed signature block are wrapped after this many characters


def pdf_bytes(exhibit: Exhibit) -> bytes:
    lines = [f"{name} : {words}" for name, words in file_head(exhibit)]
    blocks = [note(line) if len(line) > 60 else text(line) for line in lines]
    for exhibited in exhibit.tables:
        blocks += table_blocks(exhibited)
    statement = exhibit.statement
    key_id, signature = sign(statement)
    signed = [canonical(statement).decode(), f"Ed25519 {key_id}"]
    signed += [f"public {public_key(key_id)}", f"signature {signature}"]
    how = _(
        "La signature porte sur la première ligne, sans retours à la ligne ; sha256 est l’empreinte du contenu du JSON."
    )
    cut = [line[at : at + CUT] for line in signed for at in range(0, len(line), CUT)]
    blocks += [head(_("Pour vérifier")), proof(cut), note(how)]
    return document(f"{exhibit.number} · {exhibit.title}", exhibit.landlord, blocks)


def table_blocks(exhibited: Table) -> Iterable[Block]:
    """Render a table of the exhibit with its title and note.

    A table is cut after MOST rows. A note then says that the CSV and JSON files contain all rows.
    """
    yield head(f"{exhibited.title} ({len(exhibited.rows)})")
    if exhibited.note:
        yield note(exhibited.note)
    if not exhibited.rows:
        yield text(_("Aucune ligne."))
        return
    yield table(
        [[displayed(cell) for cell in row] for row in exhibited.rows[:MOST]],
        column_widths(exhibited),
        exhibited.columns,
        SMALL,
    )
    if len(exhibited.rows) > MOST:
        yield note(_("Les %(n)s premières lignes. Le CSV et le JSON contiennent toutes les lignes.") % {"n": MOST})


def column_widths(exhibited: Table) -> Sequence[float]:
    """Return the widths of the columns. Each fits its longest word; longer texts get more of the remaining width."""
    rows: list[Row] = [exhibited.columns, *exhibited.rows[:50]]
    columns = [[displayed(row[at]) for row in rows] for at in range(len(exhibited.columns))]
    least = [min(max(len(word) for cell in cells for word in cell.split(" ")), LONGEST_WORD) + 2 for cells in columns]
    wanted = [min(max(map(len, cells)), 60) for cells in columns]
    spare = max(ACROSS - sum(least), 0)
    return [word + spare * width / sum(wanted) for word, width in zip(least, wanted, strict=True)]
