"""Fields for names accept any word as a name, but a sentence in such a field is screened like any other sentence."""

import pytest

from demo.populate import names
from screening.naming import screen_name

NAMES = (
    "Paolo Negro",
    "Jean Prison",
    "Rose Chrétien",
    "Islam Karimov",
    "Marie Folle",
    "María del Carmen Fernández de la Vega",
    "Tran Van Minh",
    "tran van minh",
    "awa ouattara",
    "DOS SANTOS / KONE",
    "Ouattara, Awa",
    "M. et Mme Malade",
    "N’Diaye (Fatou)",
    "UDAF 75",
    "Étude Durand & associés",
    "Les Petits Frères des Pauvres",
    "Association tutélaire de Paris",
    "Union départementale des associations familiales de Paris",
    "Secours catholique",
    "",
)
SENTENCES = (
    "sa sœur, car elle est alcoolique",
    "SA SOEUR CAR ELLE EST ALCOOLIQUE",
    "Anne Martin schizophrène",
    "anne martin séropositive",
    "mère de la détenue",
    "Anne (alcoolique)",
    "le fils en prison",
    "Fou dangereux",
    "UDAF, curatelle renforcée",
    "Anne battue par son mari",
    "Service psychiatrique de Sainte-Anne",
    "Union Paul car il est alcoolique",
    "Association Anne qui est en curatelle",
    "Service Anne sous tutelle depuis son divorce",
)


@pytest.mark.parametrize("name", NAMES)
def test_names_that_are_ordinary_words_are_allowed(name):
    assert screen_name(name) == []


@pytest.mark.parametrize("sentence", SENTENCES)
def test_sentences_in_the_place_of_a_name_are_screened(sentence):
    assert screen_name(sentence)


def test_no_invented_name_is_refused():
    last = [word.replace("_", " ") for word in names.LAST.split()]
    first = [*names.WOMEN.split(), *names.MEN.split()]
    asked = [written for one in last for other in first for written in (f"{other} {one}", f"{one.upper()}, {other}")]
    assert len(asked) > 3_000 and [one for one in asked if screen_name(one)] == []
