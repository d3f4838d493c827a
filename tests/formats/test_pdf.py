"""PDFs for printing must show every letter of every name, have accessibility tags, and never interpret text as
markup."""

import io
import subprocess

import pytest
from django.utils import translation
from pypdf import PdfReader

from formats.pdf.document import document, head, note, proof, table, text
from formats.pdf.draw import clean, draw
from tests.builders import make_demand, run

NAMES = [
    "Ayşe Yıldız",
    "Łukasz Wąsik",
    "Nguyễn Thị Hồng Đặng",
    "Ōe Kenzaburō",
    "Ďuriš Ľubomír",
    "Ioannis Παπαδόπουλος",
    "Ольга Петрова",
    "Åse Ægir Ødegård",
    "Œuvré Ÿvonne ẞ",
    "Ṭāriq ʿAlī",
    "Affligé Efficace",
    "d’Hérouville-O'Brien",
    "שלום",
]
MARKUP = [
    "#strong[x] *gras* _it_ $x$ @ref <lab> \\ `c` // c",
    '#read("/etc/passwd")',
    '#panic("x") #import "@preview/x:1.0.0": *',
    '"] #sys.inputs [',
    "-- --- ... ~ “x” 'y' https://exemple.example",
]


def open_pdf(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def text_of_pdf(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in open_pdf(pdf).pages).split())


def blocks_of(sign: str) -> list:
    """Return blocks of a document. Together they print the text `sign` nine times."""
    tables = [table([[sign, sign]], (1, 1), (sign, sign)), table([[sign, "1"], [sign, "1"]], (1, 1))]
    return [head(sign), text(sign), note(sign), *tables]


@pytest.mark.parametrize("name", NAMES)
def test_every_letter_of_a_name_is_printed(name):
    printed = text_of_pdf(document(name, name, blocks_of(name)))
    # The tested name is printed nine times by blocks_of(), once as the title, and once as the landlord's name.
    assert printed.count(name) == 9 + 2, printed


def test_decomposed_letter_is_printed_composed():
    assert "Nguyễn" in text_of_pdf(document("t", "l", [text("Nguye\u0302\u0303n")]))


@pytest.mark.parametrize("sign", MARKUP)
def test_printed_text_is_not_interpreted_as_markup(sign):
    printed = text_of_pdf(document(sign, sign, [*blocks_of(sign), proof([sign])]))
    assert printed.count(sign) == 9 + 3, printed


def test_letters_without_a_glyph_are_printed_as_code_points():
    printed = text_of_pdf(document("t", "l", [text("Mme 王小 Dupont 😀")]))
    assert "Mme [U+738B][U+5C0F] Dupont [U+1F600]" in printed


def test_text_with_many_missing_glyphs_is_printed():
    printed = text_of_pdf(
        document("t", "l", [text("Łucja " + " ".join(chr(0x4E00 + 7 * number) for number in range(60)))])
    )
    assert "Łucja [U+4E00] [U+4E07]" in printed and printed.count("[U+") == 60


def test_signed_lines_are_not_normalised():
    decomposed = "e\u0301"
    assert clean({"kind": "proof", "lines": [decomposed]}, set())["lines"] == [decomposed]
    assert clean({"kind": "text", "text": decomposed}, set())["text"] == "é"


def test_bidirectional_and_control_characters_are_removed():
    assert clean("a\u202eb\u2066c\x00d\tf", set()) == "abc d f"
    assert text_of_pdf(document("t", "l", [text("Marie\u202e eiraM \x07")])).startswith("l t Marie eiraM")


def tags_of(node, tags: set[str]) -> set[str]:
    node = node.get_object()
    if isinstance(node, list):
        for child in node:
            tags_of(child, tags)
    elif hasattr(node, "get"):
        tags.add(str(node.get("/S")))
        if (kids := node.get("/K")) is not None and not isinstance(kids, int):
            tags_of(kids, tags)
    return tags


@pytest.mark.parametrize(
    ("language", "title"), [("fr", "Données conservées sur vous"), ("en", "Data stored about you")]
)
def test_document_is_tagged_with_language_and_title(language, title):
    with translation.override(language):
        paper = open_pdf(document(title, "Office des Trois-Rives", blocks_of("Marie")))
    root = paper.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value and root["/Lang"] == language
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value and paper.metadata.title == title
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
    tags = tags_of(root["/StructTreeRoot"], set())
    assert {"/Document", "/H1", "/P", "/Table", "/TR", "/TH", "/TD"} <= tags, tags
    assert all(page["/Tabs"] == "/S" for page in paper.pages)


def test_every_font_is_embedded_with_a_unicode_map():
    paper = open_pdf(document("Ş ı Ł", "l", [text("Ş ı Ł ą ễ"), proof(["abc"])]))
    fonts = [font.get_object() for page in paper.pages for font in page["/Resources"]["/Font"].values()]
    assert len(fonts) >= 2
    for font in fonts:
        [below] = font["/DescendantFonts"]
        described = below.get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & described.keys() and "/ToUnicode" in font


def test_same_text_gives_the_same_bytes():
    blocks = blocks_of("Łukasz Wąsik")
    assert document("t", "l", blocks) == document("t", "l", blocks)


def test_long_word_wraps_in_its_column():
    fingerprint = "0123456789abcdef" * 4
    pdf = document("t", "l", [table([[fingerprint, "à côté"]], (1, 5))])
    assert fingerprint in text_of_pdf(pdf).replace("\u200b", "").replace(" ", "")


def test_failed_typesetting_raises_without_quoting_the_text(monkeypatch):
    monkeypatch.setattr("formats.pdf.draw.TRIES", 1)
    with pytest.raises(ValueError, match="1 letters") as refused:
        draw({"title": "王", "landlord": "l", "lang": "fr", "blocks": [text("王")]})
    assert "王" not in str(refused.value)
    monkeypatch.setattr("formats.pdf.document.TIMEOUT", 0.001)
    with pytest.raises(subprocess.TimeoutExpired) as late:
        document("t", "l", [text("Marie Dette")])
    assert "Marie" not in str(late.value)


def test_access_report_prints_every_letter_of_the_tenants_name(landlord, sign_in):
    tenant = landlord.tenant("Dette-Glycines A")
    run("UPDATE tenants_tenant SET last_name = 'Yıldız Nguyễn', first_name = 'Şule Łucja' WHERE id = %s", tenant.pk)
    request = make_demand(landlord.person("ines"), tenant, in_hand=True)
    pdf = sign_in("ines").get(f"/droits/{request.pk}/releve.pdf").content
    assert "Şule Łucja Yıldız Nguyễn" in text_of_pdf(pdf)
