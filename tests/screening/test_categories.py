"""A text that discloses something about a person is detected, with its category and exactly the disclosing words. Words
with a second, harmless meaning are not detected."""

import csv
from pathlib import Path

import pytest

from screening import CATEGORIES, screen
from screening.wording import CODE, read_csv

VOCABULARY = Path(__file__).parents[2] / "casework" / "vocabulary"

DISCLOSED = [
    ("health", "Mme est sous chimiothérapie, passer le matin", "chimiothérapie"),
    ("health", "n'a plus le cancer, peut recevoir le plombier", "cancer"),
    ("health", "son fils est épileptique, prévenir avant de couper le courant", "épileptique"),
    ("addiction", "d'après la voisine il serait alcoolique", "alcoolique"),
    ("origin", "dossier à compléter, titre de séjour expiré", "titre de séjour"),
    ("religion", "Ne pas passer le vendredi, ramadan", "ramadan"),
    ("politics", "C'est un délégué CGT, il connaît ses droits", "délégué CGT"),
    ("sexuality", "le couple du 3e est homosexuel", "homosexuel"),
    ("offence", "Le fils sort de prison en mars", "sort de prison"),
    ("private_life", "elle est victime de violences conjugales, clé changée", "violences conjugales"),
    ("hardship", "ancien SDF, lui montrer le compteur", "SDF"),
    ("judgement", "quel connard celui du 4e, appel coupé", "connard"),
]
LAWFUL = [
    "Mur aveugle pignon nord : tag à effacer, prévoir nacelle.",
    "dépression de la VMC à contrôler au 4e",
    "Porte condamnée au sous-sol, clé chez le gardien",
    "Adresse de correspondance : 14 rue de l'Hôpital, bât B.",
    "Mme Parkinson a réglé 412 € ce jour",
    "traitement des punaises le 14, 2e passage le 28",
    "Plan d'apurement de 60 € par mois accordé, première échéance le 5.",
]


@pytest.mark.parametrize(("category", "text", "words"), DISCLOSED)
def test_a_disclosure_is_detected_with_its_words(category, text, words):
    found = [(finding.category, finding.text) for finding in screen(text)]
    assert (category, words) in found


@pytest.mark.parametrize("text", LAWFUL)
def test_terms_of_the_trade_are_allowed(text):
    assert screen(text) == []


def test_a_finding_is_explained_in_two_languages():
    [french] = screen("séropositif")
    [english] = screen("séropositif", language="en")
    assert (french.start, french.end) == (0, len("séropositif"))
    assert "RGPD art. 9" in french.why
    assert "GDPR art. 9" in english.why
    assert french.instead != english.instead
    assert "equipment_need" in french.facts


PARTICULAR = [
    ("Mme est enceinte, T4 demandé", "grossesse", "household_update"),
    ("Elle touche l'AAH depuis avril", "prestation", "document_received"),
    ("dossier à compléter, titre de séjour expiré", "titre de séjour", "document_asked"),
    ("ne sait ni lire ni écrire", "lire", "communication_need"),
    ("Le fils sort de prison en mars", "détention", "absence_announced"),
    ("sort de cure de désintox", "soins", "absence_announced"),
    ("elle est victime de violences conjugales", "violences", "discreet_mark"),
]


@pytest.mark.parametrize(("text", "why", "fact"), PARTICULAR)
def test_particular_words_have_their_own_reason_and_facts(text, why, fact):
    reasons = [finding for finding in screen(text) if why in finding.why.lower()]
    assert reasons
    assert fact in reasons[0].facts
    [english] = [finding for finding in screen(text, language="en") if finding.start == reasons[0].start]
    assert "GDPR" in english.why


def test_every_fact_that_a_wording_proposes_exists():
    with (VOCABULARY / "facts.csv").open(encoding="utf-8", newline="") as file:
        codes = {row["code"] for row in csv.DictReader(file)}
    rows = [*read_csv("categories.csv"), *read_csv("particulars.csv")]
    assert len(rows) > 30
    for row in rows:
        french, english = (set(CODE.findall(row[f"instead_{language}"])) for language in ("fr", "en"))
        assert french == english, row["category"]
        assert french <= codes, french - codes


def test_a_particular_wording_is_found_by_its_words():
    keys = [key for row in read_csv("particulars.csv") for key in row["words"].split()]
    assert len(keys) > 200
    assert {row["category"] for row in read_csv("particulars.csv")} <= set(CATEGORIES)
