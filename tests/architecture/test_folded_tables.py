"""On a telephone, tables of class "fold" hide their header. So each cell with a number must have its own label, in the
attribute `data-told`."""

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
