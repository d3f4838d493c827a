"""Pages must be compressed, unless they may repeat text from a request, and must be small enough for telephones."""

import gzip
import re
from pathlib import Path

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse

from tests.world import World

GZIP = {"Accept-Encoding": "gzip"}
FIRST_VISIT, LATER_VISIT = 60_000, 15_000


def page_of(landlord: World, name: str) -> str:
    if name == "elise":
        return f"/comptes/{landlord.account('Dette-Glycines A').reference}/"
    return reverse("building", kwargs={"pk": landlord.building("Glycines A").pk})


def words(html: str) -> str:
    """Return the text of a page without its tags, whose attributes contain new tokens in each response."""
    return re.sub(r"<[^>]*>|\d", "", html)


@pytest.mark.parametrize("name", ["elise", "awa"])
def test_page_is_compressed_for_a_browser_that_accepts_it(landlord, sign_in, name):
    client, url = sign_in(name), page_of(landlord, name)
    compressed, uncompressed = client.get(url, headers=GZIP), client.get(url)
    assert compressed["Content-Encoding"] == "gzip" and "Accept-Encoding" in compressed["Vary"]
    assert "Content-Encoding" not in uncompressed
    html = gzip.decompress(compressed.content).decode()
    assert len(html) > 5_000 and "</html>" in html
    assert words(html) == words(uncompressed.content.decode())


def test_answers_that_may_contain_the_request_are_not_compressed(landlord, sign_in):
    elise, account = sign_in("elise"), page_of(landlord, "elise")
    answers = [
        elise.get(f"{account}?mot=Dette", headers=GZIP),
        elise.post("/comptes/recherche/", {"q": "Dette"}, headers=GZIP),
        elise.get("/comptes/inconnu/", headers=GZIP),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 404]
    for answer in answers:
        assert "</html>" in answer.content.decode() and "Content-Encoding" not in answer


def test_account_whose_link_back_repeats_a_query_is_not_compressed(landlord, sign_in):
    """An account page must not be compressed if its link back to the list of accounts repeats a query.

    An attacker could choose the query, and learn from the compressed size what else is on the page (BREACH).
    """
    elise, account = sign_in("elise"), page_of(landlord, "elise")
    elise.get("/comptes/?mot=Dette")
    answer = elise.get(account, headers=GZIP)
    assert "Content-Encoding" not in answer and 'href="/comptes/?mot=Dette"' in answer.content.decode()
    elise.get("/comptes/")
    answer = elise.get(account, headers=GZIP)
    assert answer["Content-Encoding"] == "gzip"
    assert 'href="/comptes/" data-key="l"' in gzip.decompress(answer.content).decode()


@pytest.mark.parametrize("name", ["elise", "awa"])
def test_page_loads_few_bytes(landlord, sign_in, name):
    """The first visit must load at most 60 kB, with all static files, and a later visit at most 15 kB.

    On later visits, the browser has the static files: it keeps them for a year, as their names contain a hash.
    """
    page = sign_in(name).get(page_of(landlord, name), headers=GZIP)
    html = gzip.decompress(page.content).decode()
    files = set(re.findall(r'(?:src|href)="/static/([^"#]+)', html))
    assert {"loge/loge.css", "loge/sprite.svg", "django_htmx/htmx-2.min.js"} <= files
    sizes = {file: len(brotli.compress(Path(str(finders.find(file))).read_bytes())) for file in files}
    assert len(page.content) <= LATER_VISIT
    assert len(page.content) + sum(sizes.values()) <= FIRST_VISIT, sizes
