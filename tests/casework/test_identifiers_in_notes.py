"""An IBAN, a telephone number or another person's name is refused in a note, and the page says why."""

import pytest

from casework.models import AccountNote, ContestedSentence
from privacy.screened import Refused
from tenants.models import DiscreetMark
from tests.builders import OWNER, events, paris_day
from tests.casework.test_notes import AT_A, CANARY, note_form, page, write

REASONS = {
    f"Rappeler {CANARY} au 06 39 98 12 34.": ("phone", "06 39 98 12 34", "C’est un numéro de téléphone."),
    f"RIB {CANARY} FR76 3000 6000 0112 3456 7890 189.": (
        "iban",
        "FR76 3000 6000 0112 3456 7890 189",
        "C’est un IBAN.",
    ),
    f"Mme Durand paiera, {CANARY}.": ("name", "Mme Durand", "C’est le nom d’une autre personne."),
}
NEIGHBOUR = "Dette-Glycines A"


@pytest.mark.parametrize(("text", "expected"), REASONS.items(), ids=[category for category, *_rest in REASONS.values()])
def test_page_shows_the_words_and_why_and_keeps_the_sentence(landlord, sign_in, text, expected):
    category, words, why = expected
    client = sign_in("elise")
    html = client.post(page(landlord), note_form(text)).content.decode()
    assert f"<q>{words}</q>" in html and why in html and f"{text}</textarea>" in html
    assert not AccountNote.objects.using(OWNER).exists()
    [event] = events(kind="sentence_refused")
    assert event["facts"] == {"categories": category} and words not in str(events())
    span = html.split('name="remove" value="')[1].split('"')[0]
    assert words not in client.post(page(landlord), note_form(text, remove=span)).content.decode()
    typing = client.post(page(landlord, "relire/"), {"text": text}, headers={"HX-Request": "true"}).content.decode()
    assert f"<q>{words}</q>" in typing and why in typing


@pytest.mark.parametrize("text", REASONS)
def test_no_way_to_write_a_note_stores_an_identifier(landlord, text):
    with pytest.raises(Refused):
        write(landlord, text)
    assert not AccountNote.objects.using(OWNER).exists()


def test_refusal_of_a_name_can_be_contested(landlord, sign_in):
    text = f"Mme Durand paiera, {CANARY}."
    form = note_form(text, contest="1")
    form.pop("save")
    assert sign_in("elise").post(page(landlord), form).status_code == 302
    contest = ContestedSentence.objects.using(OWNER).get()
    assert contest.categories == "name"
    html = sign_in("paul").get(f"/contestations/{contest.pk}/").content.decode()
    assert "<mark>" in html and "C’est le nom d’une autre personne." in html


def test_tenants_own_name_is_accepted(landlord, sign_in):
    assert sign_in("elise").post(page(landlord), note_form(f"Mme Anne {AT_A} rappelle.")).status_code == 302


def test_name_of_a_neighbour_is_refused_without_a_title(landlord, sign_in):
    html = sign_in("elise").post(page(landlord), note_form(f"Vu avec {NEIGHBOUR} le 5.")).content.decode()
    assert f"<q>{NEIGHBOUR}</q>" in html
    elsewhere = note_form("Vu avec Dette-Quai 9 le 5.")
    assert sign_in("elise").post(page(landlord), elsewhere).status_code == 302


@pytest.mark.parametrize("sentence", ["Vu avec {} le 5.", "Vu avec Mme {} le 5.", "vu avec mme {} le 5."])
def test_hidden_neighbour_is_answered_like_an_unknown_name(landlord, sign_in, sentence):
    lease = landlord.account(NEIGHBOUR).lease
    days = {"first_day": paris_day(-1), "last_day": paris_day(60)}
    DiscreetMark(lease=lease, building_id=lease.building_id, **days).save(using=OWNER)
    client = sign_in("elise")
    answers = []
    for name in (NEIGHBOUR, "Nadie-Glycines A"):
        answer = client.post(page(landlord, "relire/"), {"text": sentence.format(name)}, headers={"HX-Request": "true"})
        answers.append(answer.content.decode().replace(name.partition("-")[0], "NAME"))
    assert answers[0] == answers[1]
    assert ("<mark>" in answers[0]) == ("mme" in sentence.lower())
