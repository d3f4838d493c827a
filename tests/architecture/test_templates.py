"""Comments of templates end on their line. Django would display a comment that spans two lines."""

from tests.architecture.source import ROOT


def unclosed(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.count("{#") != line.count("#}")]


def test_every_comment_of_a_template_ends_on_its_line():
    pages = sorted((ROOT / "templates").rglob("*.html"))
    assert len(pages) > 100
    assert [page.name for page in pages if unclosed(page.read_text(encoding="utf-8"))] == []


def test_a_comment_of_two_lines_is_found():
    assert unclosed("{# Variables: rows,\n   day. #}") and not unclosed("{# Variables: rows, day. #}")
