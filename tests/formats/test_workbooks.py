"""Uploaded workbooks are converted to CSV in a separate process with little memory."""

from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError

from formats.workbooks.reading import as_csv
from tests.formats.workbook_files import changed, ods, xlsx

HEAD = ["courriel", "jour"]


def lines(content: bytes) -> list[str]:
    return as_csv(content).decode().splitlines()


def test_cells_become_the_text_that_imports_accept():
    row = ['a;"b"', 12, 12.5, True, date(2026, 11, 24), datetime(2026, 11, 24, 8, 30), "deux\nlignes", None, "é"]
    [line] = lines(xlsx([row]))
    assert line == '"a;""b""";"12";"12.5";"oui";"2026-11-24";"2026-11-24T08:30:00";"deux lignes";;"é"'


def test_line_numbers_are_those_of_the_workbook():
    converted = lines(xlsx([[None, None], HEAD, [None, None], ["a", "b"]]))
    assert (
        len(converted) == 4
        and converted[1] == '"courriel";"jour"'
        and converted[3] == '"a";"b"'
        and not converted[0].strip(";")
    )


def test_opendocument_is_read_too():
    assert lines(ods([HEAD, ["awa@x.example", "24/11/2026"]])) == ['"courriel";"jour"', '"awa@x.example";"24/11/2026"']


def test_other_files_are_returned_unchanged():
    for content in (b"", b"courriel;jour\r\n", "é;1".encode("cp1252"), b"<xml/>"):
        assert as_csv(content) is content


def test_an_empty_second_sheet_is_ignored_and_a_filled_one_refused():
    assert lines(xlsx([HEAD], [])) == ['"courriel";"jour"']
    with pytest.raises(ValidationError, match="plusieurs feuilles"):
        as_csv(xlsx([HEAD], [["autre"]]))


def test_a_cell_with_an_error_is_refused_because_its_value_is_unknown():
    error = changed(
        xlsx([HEAD, ["awa@x.example", 5]]),
        "xl/worksheets/sheet1.xml",
        '<c r="B2"><v>5</v>',
        '<c r="B2" t="e"><v>#N/A</v>',
    )
    with pytest.raises(ValidationError, match="erreur de calcul"):
        as_csv(error)
    assert lines(xlsx([HEAD, ['<c t="e">', "#N/A"]]))[1] == '"<c t=""e"">";"#N/A"'


UNREADABLE = {
    "no archive": lambda: b"PK\x03\x04rest",
    "old Excel": lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 600,
    "cut": lambda: xlsx([HEAD])[:-200],
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_unreadable_workbooks_are_refused_with_the_formats_to_use(kind):
    with pytest.raises(ValidationError, match="xlsx, ods ou CSV"):
        as_csv(UNREADABLE[kind]())


def far_cell() -> bytes:
    return changed(xlsx([["a", "b"]]), "xl/worksheets/sheet1.xml", 'r="B1"', 'r="XFD1048576"')


def row_repeated_a_million_times() -> bytes:
    return ods([["x" * 60] * 900], repeated=1_000_000)


@pytest.mark.parametrize("make", [far_cell, row_repeated_a_million_times])
def test_a_small_file_with_billions_of_cells_is_refused(make):
    content = make()
    assert len(content) < 10_000
    with pytest.raises(ValidationError, match=r"trop grand|ne peut pas être lu"):
        as_csv(content)
