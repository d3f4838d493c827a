"""Every number in an HTML table of class "fold" has its own label, in the attribute `data-told`. On telephones these
tables hide their header row, so the number would otherwise have no label."""

import re
from pathlib import Path

TEMPLATES = Path(__file__).parents[2] / "templates"
FOLDED = re.compile(r'<table[^>]*class="[^"]*\bfold\b.*?</table>', re.S)
NUMBER = re.compile(r'<td role="cell" class="num[^"]*"[^\n]*?>')


def test_every_number_of_a_folded_table_has_its_label():
    tables = [(path.name, table) for path in TEMPLATES.rglob("*.html") for table in FOLDED.findall(path.read_text())]
    numbers = [(name, cell) for name, table in tables for cell in NUMBER.findall(table)]
    assert len(numbers) >= 3
    assert [(name, cell) for name, cell in numbers if "data-told=" not in cell] == []
