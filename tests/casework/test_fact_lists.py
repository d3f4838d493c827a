"""Facts to choose from: those that a person uses most come first. Facts and notes of an account are in one list."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from access.guard.purpose import COOKIE, signed
from audit.purposes import Purpose
from casework.models import AccountFact, AccountNote
from casework.queries import FAVOURITES, THEMES_OF_PURPOSE
from casework.vocabulary.facts import THEMES
from tests.builders import OWNER, note, paris_day, run, stand_wall
from tests.casework.test_facts import AT_A, CORRECTION, card_url, text_of
from tests.casework.test_notes import LAWFUL, note_form
from tests.form_values import typed

ELSEWHERE = "Calme-Glycines B"


def day() -> str:
    return paris_day().isoformat()


# Code of a fact about an account, such as a promised payment -> field values with which the tests record the fact.
FIELDS: dict[str, Callable[[], dict[str, Any]]] = {
    "payment_promised": lambda: {"amount": 5_000, "date": day()},
    "payment_difficulty": lambda: {"offer": "instalments", "date": day()},
    "difficult_exchange": lambda: {"channel": "phone", "date": day()},
    "reminder_hold": lambda: {"until": day()},
    "insurance_received": lambda: {"until": day()},
    "notice_received": lambda: {"date": day(), "until": day()},
}


def writes(account, by, *codes: str, **days) -> None:
    for code in codes:
        note(account, code, by=by, **FIELDS[code](), **days)


def favourites_on(page: str) -> list[str]:
    """Return the codes of the favourites on the page of an account's facts, in their order."""
    section = page.partition('aria-labelledby="favoris"')[2].partition("</section>")[0]
    return re.findall(r'href="[^"]+/(\w+)/"', section)


@pytest.fixture
def facts_page(landlord, sign_in):
    """Provide a function that returns the page on which Élise chooses a fact about an account."""
    elise = sign_in("elise")
    reference = landlord.account(ELSEWHERE).reference

    def open_page(purpose: Purpose | None = None) -> str:
        if purpose:
            elise.cookies[COOKIE] = signed(landlord.person("elise"), reference, purpose)
        return text_of(elise.get(f"/comptes/{reference}/faits/"))

    return open_page


# --- Favourites ------------------------------------------------------------------------------------------------------


def test_favourites_are_a_persons_own_latest_facts(landlord, facts_page):
    elise, account = landlord.person("elise"), landlord.account(AT_A)
    assert favourites_on(facts_page()) == []
    writes(account, elise, "reminder_hold", "payment_promised", "payment_promised")
    writes(account, landlord.person("noel"), *["difficult_exchange"] * 3)
    writes(account, None, *["insurance_received"] * 3)
    writes(account, elise, *["notice_received"] * 3, written=-9, ends=-1)
    page = facts_page()
    assert favourites_on(page) == ["payment_promised", "reminder_hold"]
    # A fact listed as a favourite must also stay in the list of its theme, because these lists must never change.
    assert page.count("/faits/payment_promised/") == 2
    run("UPDATE casework_accountfact SET withdrawn_on = loge_today() WHERE code_id = 'payment_promised'")
    assert favourites_on(facts_page()) == ["reminder_hold"]


def test_at_most_five_favourites_are_listed(landlord, facts_page):
    writes(landlord.account(AT_A), landlord.person("elise"), *FIELDS, "insurance_received")
    listed = favourites_on(facts_page())
    assert len(FIELDS) > FAVOURITES == len(listed) and listed[0] == "insurance_received"


def test_favourites_go_with_the_purpose_of_the_visit(landlord, facts_page):
    writes(landlord.account(AT_A), landlord.person("elise"), *["notice_received"] * 2, "payment_promised")
    assert favourites_on(facts_page(Purpose.ARREARS)) == ["payment_promised"]
    assert favourites_on(facts_page(Purpose.MOVING)) == ["notice_received"]
    all_themes = facts_page(Purpose.TENANT_ASKED)
    assert (
        favourites_on(all_themes) == ["notice_received", "payment_promised"] and "rubriques du motif" not in all_themes
    )
    assert {theme for themes in THEMES_OF_PURPOSE.values() for theme in themes} <= THEMES.terms.keys()


@pytest.mark.parametrize("hiding", ["wall", "reach"])
def test_facts_of_an_account_out_of_reach_are_no_favourites(landlord, facts_page, hiding):
    """The order of favourites must not depend on what the person may no longer see."""
    elise, hidden = landlord.person("elise"), landlord.account("Dette-Glycines A")
    writes(landlord.account(ELSEWHERE), elise, "reminder_hold")
    before = favourites_on(facts_page())
    writes(hidden, elise, *["payment_promised"] * 2)
    assert favourites_on(facts_page()) == ["payment_promised", "reminder_hold"]
    if hiding == "wall":
        stand_wall(hidden.lease, elise)
    else:
        there = landlord.place("Glycines B").pk
        run("UPDATE access_assignment SET place_id = %s WHERE person_id = %s", there, elise.pk)
    assert favourites_on(facts_page()) == before == ["reminder_hold"]


def test_favourites_come_first_when_a_note_is_written(landlord, sign_in):
    writes(landlord.account(AT_A), landlord.person("elise"), "reminder_hold")
    page = text_of(sign_in("elise").get(f"/comptes/{landlord.account(AT_A).reference}/notes/"))
    groups = re.findall(r'<optgroup label="([^"]+)"', page)
    assert groups[:2] == ["Vos faits les plus utilisés", "Échanges"] and "Paiement" in groups
    assert page.index('value="reminder_hold"') < page.index('value="payment_promised"')


def test_caretaker_has_favourites_on_a_card(landlord, sign_in):
    note(landlord.residence(AT_A), "contact_correction", by=landlord.person("awa"), **CORRECTION, date=day())
    page = text_of(sign_in("awa").get(card_url(landlord, "faits/")))
    assert favourites_on(page) == ["contact_correction"] and "rubriques du motif" not in page
    assert favourites_on(text_of(sign_in("georges").get(card_url(landlord, "faits/")))) == []


# --- One list --------------------------------------------------------------------------------------------------------


def listed_on(page: str) -> Iterator[str]:
    """Yield the text of each line in the list of facts and notes on an account's page."""
    section = page.partition('aria-labelledby="faits"')[2].partition("</section>")[0]
    for line in section.split("<li>")[1:]:
        yield " ".join(re.sub(r"<[^>]+>", " ", line).split())


def test_facts_and_notes_are_in_one_list_with_author_day_and_time(landlord, sign_in):
    account, elise = landlord.account(AT_A), sign_in("elise")
    url = f"/comptes/{account.reference}/"
    note(account, "difficult_exchange", written=-3, channel="phone", date=day())
    elise.post(f"{url}faits/payment_promised/", {"amount": "50", "date": typed(5)})
    elise.post(f"{url}notes/", note_form(LAWFUL))
    lines = list(listed_on(text_of(elise.get(url))))
    assert [line.split(" ", 1)[0] for line in lines] == ["Rappelle", "Règlement", "Échange"]
    written = AccountNote.objects.using(OWNER).get().written_at
    assert f"Élise Bernard, {paris_day().day}" in lines[0].replace("1er", "1")
    assert f"à {timezone.localtime(written):%-H:%M} " in lines[0] and "suite de faits" in lines[0]
    assert "Élise Bernard" in lines[1] and "Élise Bernard" not in lines[2] and " à " not in lines[2]
    assert abs(written - timezone.now()) < timedelta(minutes=5)
    choosing = text_of(elise.get(f"{url}faits/"))
    assert "Faits et notes en vigueur" in choosing and LAWFUL in choosing


def test_facts_of_one_day_are_ordered_by_their_time(landlord, sign_in):
    account, elise = landlord.account(AT_A), landlord.person("elise")
    moments = [datetime.fromisoformat(f"{day()}T{hour}:30:00+01:00") for hour in ("11", "09", "10")]
    for amount, moment in enumerate(moments, 1):
        note(account, "payment_promised", by=elise, at=moment, amount=amount * 100, date=day())
    lines = listed_on(text_of(sign_in("elise").get(f"/comptes/{account.reference}/")))
    assert [re.findall(r": (\d),00", line)[0] for line in lines] == ["1", "3", "2"]


def test_fact_and_note_are_withdrawn_and_replaced_from_the_account(landlord, sign_in):
    account, elise = landlord.account(AT_A), sign_in("elise")
    url = f"/comptes/{account.reference}/"
    elise.post(f"{url}faits/payment_promised/", {"amount": "50", "date": typed(5)})
    elise.post(f"{url}notes/", note_form(LAWFUL))
    page = text_of(elise.get(url))
    for model, there in ((AccountFact, f"{url}faits/"), (AccountNote, f"{url}notes/")):
        record = model.objects.using(OWNER).get()
        assert f'action="{there}"' in page and f"?remplace={record.pk}" in page
        answer = elise.post(there, {"end": str(record.pk)})
        assert (answer.status_code, answer["Location"]) == (302, url)
        assert model.objects.using(OWNER).get().withdrawn_on == paris_day()
    page = text_of(elise.get(url))
    assert list(listed_on(page)) == [] and "Aucun fait ni note." in page


def test_who_may_not_write_facts_gets_no_buttons(landlord, sign_in):
    note(landlord.residence(AT_A), "contact_correction", by=landlord.person("elise"), **CORRECTION, date=day())
    card = text_of(sign_in("awa").get(card_url(landlord)))
    line = next(listed_on(card))
    assert "Élise Bernard" in line and "Retirer" not in line


def test_time_of_a_fact_cannot_be_changed(landlord):
    note(landlord.account(AT_A), "difficult_exchange", channel="phone", date=day())
    with pytest.raises(IntegrityError) as refusal:
        run("UPDATE casework_accountfact SET written_at = now()")
    assert refusal.value.__cause__.diag.constraint_name == "fact_stays_as_written"
