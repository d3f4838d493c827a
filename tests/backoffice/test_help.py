"""The help of each page, and the page of first steps."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from access.models import Person
from access.roles import ROLES
from backoffice.help.first_steps import FIRST_STEPS, NEW_DAYS
from backoffice.help.texts import HELP_TEXTS
from tests.builders import OWNER
from tests.visits import WHO

URL = "/aide/"
LINK = f'href="{URL}"'


def html(client, url: str) -> str:
    return client.get(url, follow=True).content.decode()


def help_of(page: str) -> str:
    """Return the help text that a page shows, or "" if it shows none."""
    help_text = re.search(r'<details class="help[^>]*>.*?<p>(.*?)</p>.*?</details>', page, re.S)
    return help_text.group(1) if help_text else ""


def plain(text: object) -> str:
    """Return a text with plain spaces in place of no-break spaces."""
    return re.sub(r"\s", " ", str(text))


def test_page_shows_its_help_in_the_language_of_the_reader(landlord, sign_in):
    awa = sign_in("awa")
    building = f"/immeubles/{landlord.building('Glycines A').pk}/"
    assert plain(help_of(html(awa, building))) == plain(HELP_TEXTS["building"])
    awa.cookies["language"] = "en"
    assert help_of(html(awa, building)).startswith("This page shows the doors of the building")


def test_sign_in_page_shows_its_help_without_a_link(landlord):
    page = html(Client(), "/entrer/")
    assert plain(help_of(page)) == plain(HELP_TEXTS["account_login"]) and LINK not in page


def test_refused_page_does_not_say_what_it_is_for(landlord, sign_in):
    """A person who may not open a page, or not this object, must not read the help of the page."""
    awa, elise = sign_in("awa"), sign_in("elise")
    other = landlord.account("Dette-Quai 9").reference
    for client, url, status in ((awa, "/comptes/", 403), (elise, f"/comptes/{other}/", 404), (awa, "/rien/", 404)):
        answer = client.get(url)
        assert answer.status_code == status and help_of(answer.content.decode()) == "", url


@pytest.mark.parametrize("role", WHO)
def test_each_role_opens_its_first_tasks(sample_objects, sign_in, role):
    client = sign_in(WHO[role])
    page = html(client, URL)
    main = page.partition("<main")[2].partition("</main>")[0]
    links = re.findall(r'<a class="stretch" href="([^"]+)"', main)
    assert len(links) >= 5 and f'id="role-{role}"' in main
    assert all(client.get(link).status_code in (200, 302) for link in links)
    assert {client.get(link, follow=True).status_code for link in links} == {200}


def test_page_shows_only_the_roles_of_the_reader(landlord, sign_in):
    roles = re.findall(r'id="role-(\w+)"', html(sign_in("awa"), URL))
    assert roles == ["caretaker"]
    assert FIRST_STEPS.keys() == ROLES.keys()
    assert "Aucun rôle aujourd’hui" in html(sign_in("noel"), URL)


def test_person_with_two_roles_reads_the_first_steps_of_both(landlord, sign_in):
    assert re.findall(r' id="role-(\w+)"', html(sign_in("denis"), URL)) == ["caretaker", "officer"]


def test_shortcuts_are_listed_for_those_who_have_them(landlord, sign_in):
    assert "<kbd>J</kbd>" in html(sign_in("elise"), URL)
    assert "<kbd>" not in html(sign_in("awa"), URL)


@pytest.mark.parametrize(("days", "invited"), [(NEW_DAYS - 1, True), (NEW_DAYS + 1, False)])
def test_first_page_of_a_newcomer_links_to_the_first_steps(landlord, sign_in, days, invited):
    joined_at = timezone.now() - timedelta(days=days)
    Person.objects.using(OWNER).filter(pk=landlord.person("awa").pk).update(joined_at=joined_at)
    awa = sign_in("awa")
    assert ("Vous découvrez Loge" in html(awa, "/immeubles/")) is invited
    other = html(awa, "/regles/")
    assert "Vous découvrez Loge" not in other and LINK in other
