"""What is printed: the letters of every name, tags that a screen reader follows, and nothing read as markup."""

import io
import subprocess

import pytest
from django.utils import translation
from pypdf import PdfReader

from tenants.paper import document, head, note, proof, table, text
from tenants.printing.draw import clean, draw
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


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def words(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in read(pdf).pages).split())


def everywhere(sign: str) -> list:
    """Nine times."""
    tables = [table([[sign, sign]], (1, 1), (sign, sign)), table([[sign, "1"], [sign, "1"]], (1, 1))]
    return [head(sign), text(sign), note(sign), *tables]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_printed_letter_by_letter(name):
    said = words(document(name, name, everywhere(name)))
    assert said.count(name) == 9 + 2, said  # with the title and the landlord


def test_a_decomposed_letter_is_the_same_letter():
    assert "Nguyễn" in words(document("t", "l", [text("Nguye\u0302\u0303n")]))


@pytest.mark.parametrize("sign", MARKUP)
def test_nothing_that_is_printed_is_read_as_markup(sign):
    said = words(document(sign, sign, [*everywhere(sign), proof([sign])]))
    assert said.count(sign) == 9 + 3, said


def test_letters_no_font_has_are_printed_by_their_numbers():
    said = words(document("t", "l", [text("Mme 王小 Dupont 😀")]))
    assert "Mme [U+738B][U+5C0F] Dupont [U+1F600]" in said


def test_a_text_of_many_scripts_is_printed_all_the_same():
    said = words(document("t", "l", [text("Łucja " + " ".join(chr(0x4E00 + 7 * one) for one in range(60)))]))
    assert "Łucja [U+4E00] [U+4E07]" in said and said.count("[U+") == 60


def test_what_was_signed_is_printed_as_it_was_signed():
    decomposed = "e\u0301"
    assert clean({"kind": "proof", "lines": [decomposed]}, set())["lines"] == [decomposed]
    assert clean({"kind": "text", "text": decomposed}, set())["text"] == "é"


def test_signs_that_turn_or_hide_text_are_not_printed():
    assert clean("a\u202eb\u2066c\x00d\tf", set()) == "abc d f"
    assert words(document("t", "l", [text("Marie\u202e eiraM \x07")])).startswith("l t Marie eiraM")


def structure(node, found: set[str]) -> set[str]:
    node = node.get_object()
    if isinstance(node, list):
        for one in node:
            structure(one, found)
    elif hasattr(node, "get"):
        found.add(str(node.get("/S")))
        if (kids := node.get("/K")) is not None and not isinstance(kids, int):
            structure(kids, found)
    return found


@pytest.mark.parametrize(("language", "title"), [("fr", "Ce qui est tenu sur vous"), ("en", "What is held about you")])
def test_a_document_is_tagged_and_says_its_language_and_title(language, title):
    with translation.override(language):
        paper = read(document(title, "Office des Trois-Rives", everywhere("Marie")))
    root = paper.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value and root["/Lang"] == language
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value and paper.metadata.title == title
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
    tags = structure(root["/StructTreeRoot"], set())
    assert {"/Document", "/H1", "/P", "/Table", "/TR", "/TH", "/TD"} <= tags, tags
    assert all(page["/Tabs"] == "/S" for page in paper.pages)


def test_every_font_is_embedded_and_maps_its_glyphs_to_letters():
    paper = read(document("Ş ı Ł", "l", [text("Ş ı Ł ą ễ"), proof(["abc"])]))
    fonts = [font.get_object() for page in paper.pages for font in page["/Resources"]["/Font"].values()]
    assert len(fonts) >= 2
    for font in fonts:
        [below] = font["/DescendantFonts"]
        described = below.get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & described.keys() and "/ToUnicode" in font


def test_the_same_words_give_the_same_bytes():
    blocks = everywhere("Łukasz Wąsik")
    assert document("t", "l", blocks) == document("t", "l", blocks)


def test_a_long_word_stays_in_its_column():
    fingerprint = "0123456789abcdef" * 4
    pdf = document("t", "l", [table([[fingerprint, "à côté"]], (1, 5))])
    assert fingerprint in words(pdf).replace("\u200b", "").replace(" ", "")


def test_a_job_that_cannot_be_set_is_an_error_and_quotes_nobody(monkeypatch):
    monkeypatch.setattr("tenants.printing.draw.TRIES", 1)
    with pytest.raises(ValueError, match="1 letters") as refused:
        draw({"title": "王", "landlord": "l", "lang": "fr", "blocks": [text("王")]})
    assert "王" not in str(refused.value)
    monkeypatch.setattr("tenants.paper.TIMEOUT", 0.001)
    with pytest.raises(subprocess.TimeoutExpired) as late:
        document("t", "l", [text("Marie Dette")])
    assert "Marie" not in str(late.value)


def test_the_receipt_of_a_tenant_holds_the_letters_of_her_name(house, sign_in):
    tenant = house.tenant("Dette-Glycines A")
    run("UPDATE tenants_tenant SET last_name = 'Yıldız Nguyễn', first_name = 'Şule Łucja' WHERE id = %s", tenant.pk)
    asked = make_demand(house.person("ines"), tenant, in_hand=True)
    pdf = sign_in("ines").get(f"/droits/{asked.pk}/releve.pdf").content
    assert "Şule Łucja Yıldız Nguyễn" in words(pdf)
