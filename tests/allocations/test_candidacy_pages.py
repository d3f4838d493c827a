"""Pages on which an officer opens a candidate's application, prepares the sheet and sees the possible decisions."""

from uuid import UUID

import pytest
from django.urls import reverse

from access.compartments import Compartment
from allocations.models import Candidacy, Occasion, Sheet
from tests.allocations.builders import ask_long_ago, enter_figure
from tests.builders import OWNER, events, paris_day, run
from tests.database.test_policies import as_role

MISSING = UUID("00000000-0000-4000-8000-00000000abcd")


@pytest.fixture
def candidacy(commission) -> Candidacy:
    commission.orient()
    return commission.designate(commission.shortlist()[:1])[0]


@pytest.fixture
def aline(commission, sign_in):
    return sign_in("aline")


@pytest.fixture
def opened(aline, candidacy):
    """The test client of Aline (allocation officer), who has opened the application of the candidate."""
    assert aline.post(page("candidacy_open", candidacy.pk)).status_code == 302
    return aline


def page(name: str, pk: object) -> str:
    return reverse(name, args=[pk])


def text_of(response) -> str:
    return response.content.decode().replace("\u202f", " ").replace("\xa0", " ")


# --- Opening ----------------------------------------------------------------------------------------------------------


def test_designated_candidacy_opens_its_application_until_midnight(commission, candidacy, aline):
    assert aline.get(page("candidacy", candidacy.pk)).status_code == 404
    answer = aline.post(page("candidacy_open", candidacy.pk))
    assert answer["Location"] == page("candidacy", candidacy.pk)
    occasion = Occasion.objects.using(OWNER).get()
    assert (occasion.reason, occasion.application_id) == ("designated", commission.applications[0].pk)
    content = text_of(aline.get(page("candidacy", candidacy.pk)))
    assert page("application", candidacy.application_id) in content
    assert "Candidat0" in text_of(aline.get(page("application", candidacy.application_id)))
    [event] = events(kind="candidacies_shown")
    assert event["facts"] == {"vacancy": str(candidacy.vacancy_id)} and event["about"] == candidacy.pk


def test_reading_the_address_opens_nothing(candidacy, aline):
    assert aline.get(page("candidacy_open", candidacy.pk))["Location"] == reverse("vacancies")
    assert not Occasion.objects.using(OWNER).exists()


def test_withdrawn_candidacy_does_not_open(candidacy, aline):
    run("UPDATE allocations_candidacy SET state = 'withdrawn'")
    answer = aline.post(page("candidacy_open", candidacy.pk), follow=True)
    assert "n’est plus en cours" in text_of(answer) and "Candidat0" not in text_of(answer)
    assert not Occasion.objects.using(OWNER).exists()
    assert aline.get(page("candidacy", candidacy.pk)).status_code == 404


def test_officer_of_the_next_agency_opens_nothing(candidacy, sign_in):
    basile = sign_in("basile")
    answers = [basile.post(page("candidacy_open", pk), follow=True) for pk in (candidacy.pk, MISSING)]
    assert all("n’est plus en cours" in text_of(answer) for answer in answers)
    assert not Occasion.objects.using(OWNER).exists()
    for name in ("candidacy", "sheet_prepare"):
        assert [basile.get(page(name, pk)).status_code for pk in (candidacy.pk, MISSING)] == [404, 404]


@pytest.mark.parametrize("who", ["awa", "elise", "camille"])
def test_other_roles_are_refused(candidacy, sign_in, who):
    client = sign_in(who)
    assert client.post(page("candidacy_open", candidacy.pk)).status_code == 403
    assert {client.get(page(name, candidacy.pk)).status_code for name in ("candidacy", "sheet_prepare")} == {403}


def test_candidacy_closes_with_the_occasion(candidacy, opened):
    assert opened.get(page("candidacy", candidacy.pk)).status_code == 200
    run("UPDATE allocations_occasion SET opened_at = now() - interval '2 hours', ends_at = now() - interval '1 minute'")
    assert opened.get(page("candidacy", candidacy.pk)).status_code == 404
    assert opened.post(page("sheet_prepare", candidacy.pk), {}).status_code == 404
    assert not Sheet.objects.using(OWNER).exists()


# --- The sheet --------------------------------------------------------------------------------------------------------


def test_sheet_is_shown_before_and_after_and_has_no_name(candidacy, opened):
    url = page("sheet_prepare", candidacy.pk)
    assert "la commission n’a rien à lire" in text_of(opened.get(url))
    posted = {"resources_cents": "1 500", "aid_cents": "100", "owner_suited": "on"}
    assert opened.post(url, posted)["Location"] == page("shortlist", candidacy.vacancy_id)
    sheet = Sheet.objects.using(OWNER).get()
    # The rent of 450 euros, minus 100 euros of housing aid, is 23.3 % of 1,500 euros.
    assert (sheet.resources_cents, sheet.aid_cents, sheet.effort_permille, sheet.owner_suited) == (
        150_000,
        10_000,
        233,
        True,
    )
    content = text_of(opened.get(url))
    for shown in ("23,3 %", "1 150,00", "de 50 % à moins de 60 % du plafond", "oui, vu sur pièce", "1 personne"):
        assert shown in content, shown
    assert "Candidat0" not in content and 'value="1500' in content
    assert opened.post(url, {"resources_cents": "2 000", "aid_cents": "0"}).status_code == 302
    again = Sheet.objects.using(OWNER).get()
    assert (again.effort_permille, again.owner_suited) == (225, False)


def test_each_sheet_leads_to_the_next_one_and_the_last_to_the_dwelling(commission, candidacy, opened):
    others = commission.designate(list(commission.vacancy.lines.using(OWNER).order_by("rank")[1:3]))
    commission.prepare(others[0])
    run("DELETE FROM allocations_occasion WHERE application_id <> %s", candidacy.application_id)
    assert "Préparer, puis ouvrir la fiche n° 3" in text_of(opened.get(page("sheet_prepare", candidacy.pk)))
    following = opened.post(page("sheet_prepare", candidacy.pk), {})["Location"]
    assert following == page("sheet_prepare", others[1].pk)
    [event] = events(kind="occasion_opened", about=others[1].application_id)
    assert event["facts"] == {"reason": "designated"}
    text = text_of(opened.get(following))
    assert "Voici la fiche n° 3" in text and "puis ouvrir" not in text
    last = opened.post(following, {})["Location"]
    assert last == page("shortlist", candidacy.vacancy_id)
    assert "Toutes les fiches de ce logement" in text_of(opened.get(last))


def test_next_sheet_is_none_outside_the_dwellings_place(landlord, commission, candidacy):
    commission.designate(list(commission.vacancy.lines.using(OWNER).order_by("rank")[1:2]))
    ask = "SELECT number FROM allocations_next_sheet(%s)"
    assert as_role(Compartment.APPLICANTS, landlord.person("aline").pk, ask, candidacy.pk) == [(2,)]
    assert as_role(Compartment.APPLICANTS, landlord.person("basile").pk, ask, candidacy.pk) == []


@pytest.mark.parametrize(
    "posted, error",
    [
        ({"resources_cents": "0", "aid_cents": "0"}, "laissez ce champ vide"),
        ({"resources_cents": "1 500"}, "Estimez l’aide"),
        ({"aid_cents": "100"}, "Indiquez aussi les ressources"),
        ({"resources_cents": "beaucoup", "aid_cents": "0"}, "en chiffres"),
    ],
)
def test_half_given_costs_are_refused(candidacy, opened, posted, error):
    assert error in text_of(opened.post(page("sheet_prepare", candidacy.pk), posted))
    assert not Sheet.objects.using(OWNER).exists()


def test_sheet_without_resources_has_no_effort_rate(candidacy, opened):
    url = page("sheet_prepare", candidacy.pk)
    assert opened.post(url, {}).status_code == 302
    assert Sheet.objects.using(OWNER).get().effort_permille is None
    assert "non calculé" in text_of(opened.get(url))


def test_presented_sheet_changes_no_more(candidacy, opened):
    url = page("sheet_prepare", candidacy.pk)
    opened.post(url, {"resources_cents": "1 500", "aid_cents": "100"})
    run("UPDATE allocations_candidacy SET state = 'presented'")
    assert 'name="resources_cents"' not in text_of(opened.get(url))
    content = text_of(opened.post(url, {"resources_cents": "9 000", "aid_cents": "0"}))
    assert "déjà inscrite à une séance" in content
    assert Sheet.objects.using(OWNER).get().resources_cents == 150_000
    assert url not in text_of(opened.get(page("candidacy", candidacy.pk)))


# --- The candidacy ----------------------------------------------------------------------------------------------------


def test_motives_that_hold_are_named_with_their_figures(landlord, commission, candidacy, opened):
    url = page("candidacy", candidacy.pk)
    assert "ne pourrait fonder aucun refus" in text_of(opened.get(url))
    ask_long_ago(commission.applications[0], landlord.person("aline"))
    enter_figure("effort_rate_limit_permille", 330)
    enter_figure("residual_income_limit_cents_per_household", 90_000)
    opened.post(page("sheet_prepare", candidacy.pk), {"resources_cents": "1 000", "aid_cents": "0"})
    content = text_of(opened.get(url))
    assert "Justificatif demandé et non fourni" in content and "1 pièce" in content
    assert "taux 45,0 %, limite 33,0 % ; reste à vivre 550,00" in content
    assert "Logement trop petit" not in content


def test_documents_to_come_and_sheet_are_on_the_candidacy(landlord, commission, candidacy, opened):
    ask_long_ago(commission.applications[0], landlord.person("aline"))
    opened.post(page("sheet_prepare", candidacy.pk), {})
    sheet = Sheet.objects.using(OWNER).get()
    assert sheet.documents_to_come
    content = text_of(opened.get(page("candidacy", candidacy.pk)))
    assert "Pièces à venir" in content and "Préparer de nouveau" in content
    assert page("application_documents", candidacy.application_id) in content


def test_decision_of_the_commission_replaces_the_motives(commission, candidacy, opened):
    others = commission.designate(list(commission.vacancy.lines.using(OWNER).order_by("rank")[1:3]))
    for each in (candidacy, *others):
        commission.prepare(each)
    commission.convene()
    commission.open()
    commission.decide(candidacy, "c", rank=1, missing_document="identity", document_by=paris_day(20))
    content = text_of(opened.get(page("candidacy", candidacy.pk)))
    assert "Attribution sous condition suspensive" in content and "Pièce à fournir" in content
    assert "Motifs de refus établis" not in content and page("sheet_prepare", candidacy.pk) not in content
