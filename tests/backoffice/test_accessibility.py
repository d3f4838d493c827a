"""The accessibility statement must be public, and each claim in the statement must name tests that exist."""

import re
from pathlib import Path

import axe_playwright_python
import pytest
from django.urls import reverse

from backoffice.accessibility import AXE, TRIED, UNTRIED
from tests.architecture.source import ROOT


@pytest.mark.parametrize("name", ["nobody", "awa", "ines"])
def test_statement_is_public_and_linked_from_every_page(landlord, sign_in, name):
    client = sign_in(name)
    page = client.get("/accessibilite/").content.decode()
    assert "Déclaration d’accessibilité" in page and AXE in page and "Défenseur des droits" in page
    assert all(str(item.claim) in page for item in TRIED) and all(str(words) in page for words in UNTRIED)
    elsewhere = client.get("/", follow=True).content.decode()
    assert f'href="{reverse("accessibility")}"' in elsewhere and "non conforme" in elsewhere


def test_contact_address_comes_from_the_settings(landlord, sign_in, settings):
    assert "l’administration des accès de votre organisme" in sign_in("nobody").get("/accessibilite/").content.decode()
    settings.ACCESSIBILITY_CONTACT = "acces@trois-rives.example"
    assert "mailto:acces@trois-rives.example" in sign_in("nobody").get("/accessibilite/").content.decode()


def test_each_claim_names_existing_tests():
    for item in TRIED:
        for proof in item.by:
            file, _, function = proof.partition("::")
            assert re.search(rf"^\s*def {function}\(", (ROOT / file).read_text(encoding="utf-8"), re.M), proof


def test_axe_version_is_the_installed_one():
    script = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
    assert f"axe v{AXE}\n" in script[:100]
