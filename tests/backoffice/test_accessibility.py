"""The accessibility statement is everybody's to read, and says nothing that no test holds."""

import re
from pathlib import Path

import axe_playwright_python
import pytest
from django.urls import reverse

from backoffice.accessibility import AXE, TRIED, UNTRIED
from tests.architecture.source import ROOT


@pytest.mark.parametrize("name", ["nobody", "awa", "ines"])
def test_it_is_open_to_everybody_and_in_the_foot_of_every_page(house, sign_in, name):
    client = sign_in(name)
    page = client.get("/accessibilite/").content.decode()
    assert "Déclaration d’accessibilité" in page and AXE in page and "Défenseur des droits" in page
    assert all(str(one.claim) in page for one in TRIED) and all(str(words) in page for words in UNTRIED)
    elsewhere = client.get("/", follow=True).content.decode()
    assert f'href="{reverse("accessibility")}"' in elsewhere and "non conforme" in elsewhere


def test_whom_to_write_to_is_the_landlords_to_say(house, sign_in, settings):
    assert "l’administration des accès de votre organisme" in sign_in("nobody").get("/accessibilite/").content.decode()
    settings.ACCESSIBILITY_CONTACT = "acces@trois-rives.example"
    assert "mailto:acces@trois-rives.example" in sign_in("nobody").get("/accessibilite/").content.decode()


def test_each_sentence_has_a_test_that_exists():
    for one in TRIED:
        for held in one.by:
            file, _, function = held.partition("::")
            assert re.search(rf"^\s*def {function}\(", (ROOT / file).read_text(encoding="utf-8"), re.M), held


def test_the_version_of_axe_is_the_one_that_runs():
    script = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
    assert f"axe v{AXE}\n" in script[:100]
