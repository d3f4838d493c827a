"""The allocation officer's pages list due tasks without names, and keep what was typed when a form has errors.

An opened application is closed to the officer once its task is done or the officer leaves it.
"""

import re

import pytest
from django.urls import reverse

from access.pages.read_back import TOKEN
from allocations.models import Application, HouseholdMember, Income, SupportingDocument
from formats.months import months_after
from housing.templatetags.loge import day as written_day
from tests.allocations.builders import (
    ask_long_ago,
    enter_figures,
    make_application,
    make_member,
    open_occasion,
)
from tests.builders import OWNER, assign, events, paris_day, run

TAKEN = {
    "filed_on": "15/01/2026",
    "number": "075 1126 004321 abcde",
    "first-last_name": "Vidal",
    "first-birth_date": "12/03/1987",
    "second-last_name": "Vidal",
    "second-birth_date": "13/04/1988",
    "second-tie": "spouse",
    "member2-tie": "child",
    "member2-birth_date": "01/09/2018",
    "member2-custody": "visit",
    "rooms_from": "2",
    "rooms_to": "3",
    "equipment": ["lift"],
}


@pytest.fixture
def application(landlord):
    return make_application(landlord.place("Agence Belleville"), "Vidal", by=landlord.person("aline"))


@pytest.fixture
def aline(landlord, sign_in):
    enter_figures()
    return sign_in("aline")


def page(name: str, application: Application) -> str:
    return reverse(name, kwargs={"pk": application.pk})


def text_of(response) -> str:
    return response.content.decode()


def test_page_of_the_day_shows_tasks_and_own_occasions_without_number_or_name(landlord, aline, application):
    open_occasion(application, landlord.person("aline"))
    other = make_application(landlord.place("Agence Belleville"), "Autre", by=landlord.person("aline"))
    open_occasion(other, landlord.person("basile"))
    content = text_of(aline.get(reverse("applications")))
    assert content.count("Remettre l’attestation d’enregistrement</p>") == 2
    assert content.count("Demande ouverte à") == 1 and page("application", application) in content
    assert not [word for word in ("Vidal", "Autre", application.number, other.number) if word in content]
    [event] = events(kind="applications_due_shown")
    assert event["count"] == 2


def test_officer_lands_on_what_is_due_and_the_manager_on_the_orientation(sign_in):
    assert sign_in("aline").get("/")["Location"] == reverse("applications")
    assert sign_in("rosa").get("/")["Location"] == reverse("orientation")


def test_missing_legal_figure_is_named_and_nothing_typed_is_lost(sign_in):
    content = text_of(sign_in("aline").post(reverse("application_take"), TAKEN))
    assert "durée de validité d’une demande" in content
    typed = re.findall(r'name="([^"]+)" value="([^"]+)"', content)
    assert {("number", TAKEN["number"]), ("second-last_name", "Vidal"), ("member2-birth_date", "01/09/2018")} <= {
        *typed
    }
    assert len(re.findall(r'<option value="visit" selected|<details class="sheet" open', content)) == 2
    assert not Application.objects.using(OWNER).exists()


def test_registered_application_has_its_people_and_opens_at_once(aline):
    response = aline.post(reverse("application_take"), TAKEN)
    [taken] = Application.objects.using(OWNER)
    assert response["Location"] == page("application", taken) and taken.number == "0751126004321ABCDE"
    assert sorted(taken.applicants.using(OWNER).values_list("tie", flat=True)) == ["principal", "spouse"]
    assert [(row.tie, row.custody) for row in HouseholdMember.objects.using(OWNER)] == [("child", "visit")]
    assert "Deuxième demandeur" not in text_of(aline.get(response["Location"]))


def test_registered_application_belongs_to_one_of_the_officers_places(landlord, aline):
    assign(landlord.person("aline"), "allocation_officer", landlord.place("Agence Bercy"))
    content = text_of(aline.post(reverse("application_take"), TAKEN))
    assert "Suivie par</a>" in content and "Agence Bercy" in content
    elsewhere = {**TAKEN, "kept_at": str(landlord.place("Direction Est").pk)}
    assert aline.post(reverse("application_take"), elsewhere).status_code == 200
    assert aline.post(reverse("application_take"), {**TAKEN, "kept_at": str(landlord.place("Agence Bercy").pk)})
    assert Application.objects.using(OWNER).get().kept_at_id == landlord.place("Agence Bercy").pk


@pytest.mark.parametrize("custody, tie", [("", "child"), ("full", "other")])
def test_custody_is_asked_of_children_and_of_nobody_else(aline, custody, tie):
    content = text_of(
        aline.post(reverse("application_take"), {**TAKEN, "member2-custody": custody, "member2-tie": tie})
    )
    assert 'href="#id_member2-custody"' in content and "obligatoire pour un enfant" in content


def test_page_of_the_term_says_until_when_a_renewal_is_valid(landlord, aline, application):
    open_occasion(application, landlord.person("aline"))
    content = text_of(aline.get(page("application_term", application)))
    until = months_after(paris_day(), 12)
    assert f"sera valable jusqu’au {written_day(until, 'date')}" in content
    assert content.count("La date du jour est enregistrée") == 2


def test_application_opens_with_its_reason_and_is_out_of_reach_when_left(landlord, aline, application):
    open_occasion(application, landlord.person("aline"))
    assert "Anne Vidal" in text_of(aline.get(page("application", application)))
    [event] = events(kind="application_opened", outcome="shown")
    assert (event["about"], event["facts"]) == (application.pk, {"occasion": "desk"})
    assert aline.post(page("application_leave", application))["Location"] == reverse("applications")
    assert aline.get(page("application", application)).status_code == 404


def test_officer_opens_again_what_was_registered_today_without_a_number(landlord, aline, sign_in):
    """Until midnight, the officer who registered an application may open it again without typing its number and the
    applicant's name. No other officer may."""
    aline.post(reverse("application_take"), {**TAKEN, "number": ""})
    [taken] = Application.objects.using(OWNER)
    assert "rouvrir jusqu’à minuit" in text_of(aline.get(page("application_leave", taken)))
    content = text_of(aline.post(page("application_leave", taken), follow=True))
    assert "Vous pouvez la rouvrir" in content and "Demande enregistrée à" in content and "Vidal" not in content
    assert aline.get(page("application", taken)).status_code == 404
    again, due = {"task": "taken"}, reverse("application_due", kwargs={"application": taken.pk})
    assign(landlord.person("basile"), "allocation_officer", landlord.place("Agence Belleville"))
    assert "ne se rouvre" in text_of(sign_in("basile").post(due, again, follow=True))
    assert aline.post(due, again)["Location"] == page("application", taken)
    assert aline.get(page("application", taken)).status_code == 200
    assert "Demande enregistrée à" not in text_of(aline.get(reverse("applications")))
    opened = [event for event in events(kind="occasion_opened") if event["about"] == taken.pk]
    assert [event["facts"] for event in opened] == [{"reason": "taken"}] * 2
    assert aline.post(page("application_leave", taken)).status_code == 302
    assert text_of(aline.get(reverse("applications"))).count("Demande enregistrée à") == 1


def test_application_registered_yesterday_opens_again_with_number_and_name_only(landlord, aline):
    place, person = landlord.place("Agence Belleville"), landlord.person("aline")
    older = make_application(place, "Autre", by=person, registered_on=paris_day(-1))
    due = reverse("application_due", kwargs={"application": older.pk})
    assert "ne se rouvre" in text_of(aline.post(due, {"task": "taken"}, follow=True))
    assert aline.get(page("application", older)).status_code == 404
    # Opening an application that was registered yesterday must not add it to the list of applications to reopen.
    open_occasion(older, person)
    assert aline.post(page("application_leave", older)).status_code == 302
    assert "Demande enregistrée à" not in text_of(aline.get(reverse("applications")))


def test_open_applications_are_told_apart_by_household_and_wish(landlord, aline, application):
    place, person = landlord.place("Agence Belleville"), landlord.person("aline")
    wish = make_application(place, "Autre", by=person, rooms_from=2, rooms_to=3)
    make_member(wish), make_member(wish)
    for row in (application, wish):
        open_occasion(row, person)
    content = text_of(aline.get(reverse("applications")))
    assert "Foyer de 1 personne, logement souhaité" in content and "non précisé" in content
    assert "Foyer de 3 personnes, logement souhaité" in content and "de 2 à 3 pièces" in content


def test_task_opens_its_application_until_it_is_done(landlord, aline, application):
    due = reverse("application_due", kwargs={"application": application.pk})
    assert aline.get(due)["Location"] == reverse("applications")
    assert aline.get(page("application", application)).status_code == 404
    assert aline.post(due)["Location"] == page("application", application)
    assert aline.post(page("application_term", application), {"act": "certify"}).status_code == 302
    run("UPDATE allocations_occasion SET ends_at = opened_at")
    assert "n’attend plus" in text_of(aline.post(due, follow=True))


def test_task_of_another_agency_opens_nothing(sign_in, application):
    basile = sign_in("basile")
    due = reverse("application_due", kwargs={"application": application.pk})
    assert "n’attend plus" in text_of(basile.post(due, follow=True))
    assert basile.get(page("application", application)).status_code == 404


def test_several_documents_are_asked_for_at_once(landlord, aline, application):
    open_occasion(application, landlord.person("aline"))
    url, documents = page("application_documents", application), SupportingDocument.objects.using(OWNER)
    assert aline.post(url, {"kinds": ["identity", "passport"]}).status_code == 200 and not documents.exists()
    assert aline.post(url, {"kinds": ["identity", "household"]}).status_code == 302 and documents.count() == 2
    assert aline.post(url, {"see": "1", "kind": "identity"}).status_code == 302
    content = text_of(aline.get(url))
    assert 'value="identity"' not in content.split('name="kind"')[0].split("Pièces à demander")[-1]
    assert documents.get(kind="identity").seen_on == paris_day()


def test_document_of_another_application_cannot_be_withdrawn(landlord, aline, application):
    open_occasion(application, landlord.person("aline"))
    other = make_application(landlord.place("Agence Belleville"), "Autre", by=landlord.person("aline"))
    document = ask_long_ago(other, landlord.person("aline"))
    url = page("application_documents", application)
    assert aline.post(url, {"withdraw": str(document.pk)}).status_code == 404
    assert SupportingDocument.objects.using(OWNER).filter(pk=document.pk).exists()


def test_income_of_zero_euros_is_assessed(landlord, aline, application):
    open_occasion(application, landlord.person("aline"))
    terms = {"signing_year": str(paris_day().year), "basis": "n2", "rfr_cents": "0", "proof": "tax_notice"}
    assert aline.post(page("application_income", application), terms).status_code == 302
    assert Income.objects.using(OWNER).get().rfr_cents == 0


def test_member_is_removed_and_the_principal_applicant_stays(landlord, aline, application):
    open_occasion(application, landlord.person("aline"))
    member, url = make_member(application), page("application_household", application)
    principal = application.applicants.using(OWNER).get()
    assert "garde son demandeur principal" in text_of(aline.post(url, {"remove": str(principal.pk)}))
    assert aline.post(url, {"remove": str(member.pk)}).status_code == 302
    assert not HouseholdMember.objects.using(OWNER).exists() and application.applicants.using(OWNER).exists()


@pytest.mark.reads_back
def test_closing_is_read_back_before_it_is_done(landlord, aline, application):
    open_occasion(application, landlord.person("aline"))
    url, stored = page("application_close", application), Application.objects.using(OWNER)
    content = text_of(aline.post(url, {"motive": "renounced"}))
    assert "Anne Vidal" in content and "ne peut pas être annulée" in content
    assert stored.get().state == "registered"
    [token] = re.findall(rf'name="{TOKEN}" value="([^"]+)"', content)
    assert aline.post(url, {"motive": "no_answer", TOKEN: token}).status_code == 200
    assert aline.post(url, {"motive": "renounced", TOKEN: token}).status_code == 302
    assert stored.get().state == "closed"
    content = text_of(aline.get(page("application", application)))
    assert "Demande radiée" in content and "Modifier le foyer" not in content


def test_manager_enters_a_figure_that_ends_the_one_before(sign_in):
    enter_figures()
    rosa = sign_in("rosa")
    figure = {
        "code": "document_delay_days",
        "value": "45",
        "source_kind": "board",
        "source_number": "2026-118",
        "source_date": f"{paris_day(-5):%d/%m/%Y}",
        "first_day": f"{paris_day(10):%d/%m/%Y}",
    }
    assert "par exemple R441-2-7" in text_of(rosa.post(reverse("legal_figures"), {**figure, "source_number": "la loi"}))
    assert rosa.post(reverse("legal_figures"), figure).status_code == 302
    content = text_of(rosa.get(reverse("legal_figures")))
    assert "à venir" in content and "Délibération de l’organisme 2026-118" in content
    assert run("SELECT last_day FROM allocations_legalfigure WHERE value = 30") == [(paris_day(9),)]
