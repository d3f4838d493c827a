"""Each category caught, its homonyms left alone, the words marked exactly."""

import pytest

from privacy.screening import screen

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
def test_a_disclosure_is_found_with_its_words(category, text, words):
    found = [(finding.category, finding.text) for finding in screen(text)]
    assert (category, words) in found


@pytest.mark.parametrize("text", LAWFUL)
def test_the_trades_own_words_are_left_alone(text):
    assert screen(text) == []


def test_a_finding_explains_itself_in_two_languages():
    [french] = screen("séropositif")
    [english] = screen("séropositif", language="en")
    assert (french.start, french.end) == (0, len("séropositif"))
    assert "RGPD art. 9" in french.why
    assert "GDPR art. 9" in english.why
    assert french.instead != english.instead
    assert "equipment_need" in french.facts
