"""Letters to applicants, in French and English.

A letter states only what is stored, and can be printed only if the facts for it exist.
"""

import pytest

from allocations.letters import LETTERS
from allocations.models import ClosingWarning, SupportingDocument
from allocations.vocabulary import SUPPORTING_DOCUMENTS
from tests.allocations.builders import make_application, open_occasion
from tests.builders import OWNER, events, paris_day, run

ALL = ("certificate", "documents", "reminder", "warning", "closing")


@pytest.fixture
def aline(sign_in):
    return sign_in("aline")


@pytest.fixture
def application(landlord):
    application = make_application(landlord.place("Agence Belleville"), "Vidal", by=landlord.person("aline"))
    open_occasion(application, landlord.person("aline"))
    return application


def url(application, letter: str) -> str:
    return f"/demandes/{application.pk}/courrier/{letter}/"


def page(client, application, letter: str) -> str:
    answer = client.get(url(application, letter))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ").split())


def ask(application, person, kind: str = "tax_notice_n2", **fields) -> None:
    values = {"asked_on": paris_day(), "asked_by": person, "due_on": paris_day(30)} | fields
    SupportingDocument.objects.using(OWNER).create(application=application, kind=kind, **values)


def warn(application, person, motive: str = "no_answer", **fields) -> ClosingWarning:
    values = {"motive": motive, "sent_on": paris_day(), "sent_by": person} | fields
    return ClosingWarning.objects.using(OWNER).create(application=application, **values)


def close(motive: str = "renounced") -> None:
    run("UPDATE allocations_application SET state = 'closed', closed_on = loge_today(), closing_motive = %s", motive)


def existing(client, application) -> set[str]:
    answers = {letter: client.get(url(application, letter)).status_code for letter in ALL}
    assert set(answers.values()) <= {200, 404}
    return {letter for letter, status in answers.items() if status == 200}


def test_letters_exist_only_with_their_facts(landlord, aline, application):
    person = landlord.person("aline")
    assert set(LETTERS) == {*ALL, "points"} and aline.get(url(application, "points")).status_code == 404
    assert existing(aline, application) == {"certificate"}
    run("UPDATE allocations_application SET number = NULL")
    assert existing(aline, application) == set()
    ask(application, person)
    assert existing(aline, application) == {"documents"}
    warn(application, person)
    run("UPDATE allocations_application SET renew_by = loge_today() + 45")
    assert existing(aline, application) == {"documents", "warning", "reminder"}
    run("UPDATE allocations_closingwarning SET withdrawn_on = loge_today()")
    run("UPDATE allocations_supportingdocument SET seen_on = loge_today(), seen_by_id = asked_by_id")
    assert existing(aline, application) == {"reminder"}


def test_closed_application_gets_the_letter_about_its_closing_only(landlord, aline, application):
    ask(application, landlord.person("aline"))
    warn(application, landlord.person("aline"))
    run("UPDATE allocations_application SET renew_by = loge_today() + 45")
    close()
    assert existing(aline, application) == {"closing"}


@pytest.mark.parametrize(
    "term, sent",
    [
        ("loge_today() - 1", False),
        ("loge_today()", True),
        ("(loge_today() + interval '2 months')::date", True),
        ("(loge_today() + interval '2 months')::date + 1", False),
    ],
)
def test_reminder_is_printed_in_the_last_two_months_of_the_term(aline, application, term, sent):
    run(f"UPDATE allocations_application SET renew_by = {term}")
    assert ("reminder" in existing(aline, application)) is sent


def test_letter_goes_to_the_principal_applicant_in_two_languages_and_is_recorded(aline, application):
    text = page(aline, application, "certificate")
    assert "Anne Vidal" in text and "12 rue des Lilas<br>75020 Paris" in text
    assert text.index('lang="fr" aria-labelledby="lettre-fr"') < text.index('lang="en" aria-labelledby="lettre-en"')
    assert text.count(application.number) == 2
    assert "ne promettent un logement" in text and "promise" in text
    [event] = events(kind="applicant_letter_printed")
    assert (event["about"], event["facts"], event["role"]) == (
        application.pk,
        {"letter": "certificate"},
        "allocation_officer",
    )


def test_letter_asks_for_the_listed_documents_and_nothing_else(landlord, aline, application):
    person = landlord.person("aline")
    ask(application, person, "tax_notice_n2")
    ask(application, person, "household", due_on=paris_day(12))
    ask(application, person, "identity", seen_on=paris_day(), seen_by=person)
    text = page(aline, application, "documents")
    rows = SUPPORTING_DOCUMENTS.terms
    for kind in ("tax_notice_n2", "household"):
        assert rows[kind].fr[1:] in text and rows[kind].row["proves_en"][1:] in text
    requested = {kind for kind, term in rows.items() if f"<dt>{term.en[0].upper()}{term.en[1:]}</dt>" in text}
    assert requested == {"tax_notice_n2", "household"}
    assert text.index(rows["household"].fr[1:]) < text.index(rows["tax_notice_n2"].fr[1:])
    assert "Aucune autre pièce ne vous est demandée" in text


def test_warning_states_its_motive_its_month_and_how_to_answer(landlord, aline, application):
    warn(application, landlord.person("aline"), "no_answer", sent_on=paris_day(-3))
    text = page(aline, application, "warning")
    for words in ("Absence de réponse à un courrier", "Lettre recommandée", "est remise", "répondez à notre courrier"):
        assert words in text
    run("UPDATE allocations_closingwarning SET motive = 'inadmissible'")
    text = page(aline, application, "warning")
    assert "Irrecevabilité prononcée par la commission" in text and "pourquoi vous contestez" in text


def test_closing_states_the_remedies_and_that_the_data_are_erased(aline, application):
    close("merged")
    text = page(aline, application, "closing")
    for words in (
        "Fusion avec une autre demande du foyer",
        "Recours gracieux",
        "art. R421-1",
        "règle générale du droit administratif",
        "dans la nuit qui suit",
        "two months",
    ):
        assert words in text, words


@pytest.mark.parametrize("letter", ALL)
def test_no_letter_says_why_somebody_applies(landlord, aline, application, letter):
    """The applicant's housing, needed equipment and disability card must not change the letter."""
    person = landlord.person("aline")
    if letter == "documents":
        ask(application, person)
    if letter == "warning":
        warn(application, person)
    run("UPDATE allocations_application SET renew_by = loge_today() + 45")

    def printed() -> str:
        if letter == "closing":
            close()
        return page(aline, application, letter).partition("<main")[2].partition("</main>")[0]

    run("UPDATE allocations_applicant SET cmi = true")
    run("UPDATE allocations_application SET housing = 'none', equipment = '{lift,shower}'")
    first = printed()
    run("ALTER TABLE allocations_application DISABLE TRIGGER USER")
    run("UPDATE allocations_applicant SET cmi = false")
    run("UPDATE allocations_application SET housing = 'owner', equipment = '{}'")
    assert first == printed() and len(first) > 1500


def test_letter_is_refused_without_an_occasion(landlord, sign_in, application):
    other = make_application(landlord.place("Agence Belleville"), "Voisin")
    assert sign_in("aline").get(url(other, "certificate")).status_code == 404
    assert sign_in("basile").get(url(application, "certificate")).status_code == 404
    for name in ("elise", "rosa", "ines"):
        assert sign_in(name).get(url(application, "certificate")).status_code == 403
