"""On a slow link: what each role's pages weigh, styles, scripts and pictures aside, which a browser keeps."""

import pytest

from tests.known import Known
from tests.visits import visits

HEAVIEST = 60_000  # bytes


@pytest.mark.parametrize("name", ["awa", "georges", "paola", "elise", "jules", "ines"])
def test_no_page_of_a_role_is_heavy(house, sign_in, name):
    sign_in("noel")  # leaves the line of the trace that the trace's doors are asked for
    known, client = Known(house), sign_in(name)
    answers = {visit.name: client.get(visit.url(known), follow=True) for visit in visits() if visit.who == name}
    # A file that is taken away is no page to wait for.
    pages = {page: len(one.content) for page, one in answers.items() if one["Content-Type"].startswith("text/html")}
    assert len(pages) > 2 and {page: size for page, size in pages.items() if size >= HEAVIEST} == {}
