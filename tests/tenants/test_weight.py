"""On a slow link: what each role's pages weigh, styles, scripts and pictures aside, which a browser keeps."""

import pytest

from access.roles import roles_with
from tests.visits import WHO, visits

HEAVIEST = 60_000  # bytes


@pytest.mark.parametrize("role", WHO)
def test_no_page_of_a_role_is_heavy(known, sign_in, role):
    sign_in("noel")  # leaves the line of the trace that the trace's doors are asked for
    client = sign_in(WHO[role])
    # An exhibit is a document, read whole at a desk.
    theirs = [visit for visit in visits() if role in roles_with(visit.door.permission) and not visit.door.api]
    theirs = [visit for visit in theirs if visit.name != "control_exhibit"]
    answers = {visit.name: client.get(visit.url(known), follow=True) for visit in theirs}
    # A file that is taken away is no page to wait for.
    shown = {page: one for page, one in answers.items() if one.status_code == 200}
    pages = {page: len(one.content) for page, one in shown.items() if one["Content-Type"].startswith("text/html")}
    assert len(pages) > 2 and {page: size for page, size in pages.items() if size >= HEAVIEST} == {}
