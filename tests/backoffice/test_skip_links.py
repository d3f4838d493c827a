"""The second link of a page with a list leads to the first line, past the menu, the search and the buttons."""

import re

import pytest

LISTS = ["/comptes/", "/comptes/?solde=du", "/comptes/a-contacter/", "/journee/"]


@pytest.mark.parametrize("url", LISTS)
def test_second_link_leads_to_the_first_line(landlord, sign_in, url):
    html = sign_in("elise").get(url).content.decode()
    first, second, *_others = re.findall(r'<a [^>]*href="([^"]+)"', html)
    assert first == "#contenu" and second.startswith("#") and second != first
    _before, target, after = html.partition(f'id="{second[1:]}"')
    assert target and _before.count(target) == 0
    next_link = re.search(r"<(?:a|button|input|select)\b[^>]*", after)
    assert next_link and "/comptes/" in next_link.group() and "href" in next_link.group()


def test_empty_list_has_no_such_link(landlord, sign_in):
    html = sign_in("elise").get("/comptes/?solde=avoir").content.decode()
    assert html.count('class="skip"') == 1
