"""Every page must have less than 60 kB in every role, because some users have slow connections.

Static files do not count, because browsers cache them.
"""

import pytest

from access.roles import roles_with
from tests.visits import WHO, visits

HEAVIEST = 60_000  # The maximum size of a page is 60 kB.


@pytest.mark.parametrize("role", WHO)
def test_no_page_of_a_role_is_heavy(sample_objects, sign_in, role):
    sign_in("noel")  # Signing in writes an audit event, so that the audit pages have an event to show.
    client = sign_in(WHO[role])
    # The page `control_exhibit` may be heavy: inspectors read its long document at a desk with a fast connection.
    theirs = [visit for visit in visits() if role in roles_with(visit.door.permission) and not visit.door.api]
    theirs = [visit for visit in theirs if visit.name != "control_exhibit"]
    answers = {visit.name: client.get(visit.url(sample_objects), follow=True) for visit in theirs}
    # Responses that the browser saves as a file may be heavy, because no page waits for them.
    successful = {page: answer for page, answer in answers.items() if answer.status_code == 200}
    pages = {
        page: len(answer.content)
        for page, answer in successful.items()
        if answer["Content-Type"].startswith("text/html")
    }
    assert len(pages) >= 2 and {page: size for page, size in pages.items() if size >= HEAVIEST} == {}
