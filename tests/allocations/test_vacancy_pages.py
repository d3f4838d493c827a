"""The pages of vacancies name no tenant, and a vacancy is reserved only for a stated reason.

Nominators see only vacancies for which they may nominate.
"""

import re
from uuid import UUID

import pytest
from django.urls import reverse

from allocations.models import Contingent, FlowBase, Nominator, Vacancy
from buildings.models import Unit, UnitTerms
from tests.allocations.builders import give_share, give_terms, make_base, make_contingent, make_convention, make_vacancy
from tests.builders import OWNER, assign, events, make_person, make_unit, paris_day, run
from tests.noninterference.harness import plain

TOP = "Office des Trois-Rives"
MISSING = UUID("00000000-0000-4000-8000-00000000abcd")


@pytest.fixture
def aline(sign_in):
    return sign_in("aline")


@pytest.fixture
def rosa(sign_in):
    return sign_in("rosa")


@pytest.fixture
def unit(landlord) -> Unit:
    unit = make_unit(landlord.building("Glycines A"), "99", 9)
    give_terms(unit)
    return unit


def page(name: str, pk: UUID) -> str:
    return reverse(name, kwargs={"pk": pk})


def said(response) -> str:
    return response.content.decode()


def typed(days: int) -> str:
    return f"{paris_day(days):%d/%m/%Y}"


def give_notice(landlord, name: str, days: int) -> Unit:
    """Let the tenant of an account leave in `days` days. Returns the dwelling."""
    lease = landlord.account(name).lease
    run("UPDATE tenants_lease SET notice_on = loge_today(), ends_on = loge_today() + %s WHERE id = %s", days, lease.pk)
    return lease.main_unit


# --- The officer ------------------------------------------------------------------------------------------------------


def test_dwelling_that_will_be_free_is_offered_without_its_tenant(landlord, aline):
    leaving = give_notice(landlord, "Calme-Glycines A", 40)
    give_terms(leaving)
    content = said(aline.get(reverse("vacancies")))
    assert page("vacancy_declare", leaving.pk) in content
    assert "Calme" not in content and "Dette" not in content
    form = said(aline.get(page("vacancy_declare", leaving.pk)))
    assert f'value="{typed(41)}"' in form and "Calme" not in form


def test_missing_terms_are_a_sentence_for_the_officer_and_a_link_for_the_manager(landlord, aline, rosa):
    leaving = give_notice(landlord, "Calme-Glycines A", 40)
    link = page("unit_terms", leaving.pk)
    content = said(aline.get(reverse("vacancies")))
    assert "à saisir par le responsable du peuplement" in content and link not in content
    assert page("vacancy_declare", leaving.pk) not in content and link in said(rosa.get(reverse("vacancies")))
    declare = page("vacancy_declare", leaving.pk)
    assert "Conditions de location manquantes" in said(aline.get(declare))
    assert aline.post(declare, {"available_on": typed(41)}).status_code == 200
    assert not Vacancy.objects.using(OWNER).exists()


def test_officer_declares_a_vacancy_and_its_view_is_recorded(aline, unit):
    url = page("vacancy_declare", unit.pk)
    assert "n’est pas libre avant" in said(aline.post(url, {"available_on": typed(-1)}))
    assert not Vacancy.objects.using(OWNER).exists()
    response = aline.post(url, {"available_on": typed(20)})
    vacancy = Vacancy.objects.using(OWNER).get()
    assert response["Location"] == page("vacancy", vacancy.pk)
    content = said(aline.get(page("vacancy", vacancy.pk)))
    assert '<li aria-current="step">Déclarée</li>' in content and "450,00" in content and "non orientée" in content
    [event] = events(kind="vacancy_shown")
    assert event["facts"] == {"vacancy": str(vacancy.pk)}
    assert aline.get(url)["Location"] == page("vacancy", vacancy.pk)


@pytest.mark.parametrize("who, status", [("aline", 404), ("rosa", 404), ("basile", 404)])
def test_dwelling_that_nobody_leaves_cannot_be_declared(landlord, sign_in, who, status):
    lived_in = landlord.account("Calme-Glycines A").lease.main_unit
    give_terms(lived_in)
    client = sign_in(who)
    assert client.get(page("vacancy_declare", lived_in.pk)).status_code == status
    assert client.post(page("vacancy_declare", lived_in.pk), {"available_on": typed(5)}).status_code == status


def test_officer_of_the_next_agency_sees_neither_vacancy_nor_notice(landlord, sign_in, unit):
    vacancy = make_vacancy(unit)
    leaving = give_notice(landlord, "Calme-Glycines A", 40)
    basile = sign_in("basile")
    content = said(basile.get(reverse("vacancies")))
    assert str(vacancy.pk) not in content and str(leaving.pk) not in content
    assert basile.get(page("vacancy", vacancy.pk)).status_code == 404


def test_withdrawn_vacancy_leaves_the_list_and_the_dwelling_can_be_declared_again(aline, unit):
    vacancy = make_vacancy(unit)
    assert aline.post(page("vacancy_withdraw", vacancy.pk)).status_code == 302
    content = said(aline.get(reverse("vacancies")))
    assert str(vacancy.pk) not in content and page("vacancy_declare", unit.pk) in content
    assert "Retirée le" in said(aline.get(page("vacancy", vacancy.pk)))


# --- The manager ------------------------------------------------------------------------------------------------------


def rows_of(content: str) -> dict[str, list[str]]:
    """Parse the page's table of contingents (dwellings reserved for a body such as a city): body -> other cells of its
    row."""
    [body] = re.findall(r'<table class="table fold flow">.*?<tbody>(.*?)</tbody>', content, re.S)
    cells = [re.findall(r"<td.*?>(.*?)</td>", row, re.S) for row in body.split("<tr>")[1:]]
    plain_cells = [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row] for row in cells]
    return {row[0]: row[1:] for row in plain_cells}


def test_board_counts_whole_dwellings_and_who_is_ahead_or_behind(landlord, rosa, unit):
    base = make_base(lettings=70, transfers=3)
    top, building = landlord.place(TOP), landlord.building("Glycines A")
    city, state = make_contingent(top), make_contingent(top, "Préfecture", "state_priority")
    for contingent, share in ((city, 250), (state, 300)):
        give_share(contingent, base, share)
    make_vacancy(unit, city)
    for door in ("95", "96", "97", "98"):
        other = make_unit(building, door, 9)
        give_terms(other)
        make_vacancy(other, city)
    table = rows_of(said(rosa.get(reverse("orientation"))))
    # Of 67 dwellings, the city is due 25 % (16.75), and the prefecture 30 % (20.1).
    # Of the five dwellings reserved so far, the city is due 1.25, and the prefecture 1.5.
    assert table["Ville de Paris commune aucune convention"] == ["25 %", "16", "5", "en avance de 3 logements"]
    assert table["Préfecture État, publics prioritaires aucune convention"] == [
        "30 %",
        "20",
        "0",
        "en retard de 1 logement",
    ]


def test_board_says_which_convention_is_not_in_force(landlord, rosa):
    top = landlord.place(TOP)
    ended, coming, current = (make_contingent(top, name, "public_body") for name in ("Un", "Deux", "Trois"))
    for contingent, first, last in ((ended, -300, -1), (coming, 1, 300), (current, -300, 0)):
        make_convention(contingent, first, last)
    make_contingent(top, "Organisme", "landlord")
    rows = rows_of(said(rosa.get(reverse("orientation"))))
    names = " ".join(rows)
    assert "Un établissement public convention terminée depuis le" in names
    assert "Deux établissement public convention en vigueur à partir du" in names
    assert {"Trois établissement public", "Organisme organisme, logements non réservés"} <= rows.keys()


def test_orientation_stays_on_the_board_for_seven_days(landlord, rosa, unit):
    vacancy = make_vacancy(unit, make_contingent(landlord.place(TOP)))
    for days, shown in ((6, True), (7, False)):
        run("UPDATE allocations_vacancy SET oriented_on = loge_today() - %s", days)
        assert (page("vacancy_orient", vacancy.pk) in said(rosa.get(reverse("orientation")))) is shown, days


def test_manager_orients_for_a_reason_then_outside_the_flow(landlord, rosa, unit):
    vacancy, city = make_vacancy(unit), make_contingent(landlord.place(TOP))
    url = page("vacancy_orient", vacancy.pk)
    assert page("vacancy_orient", vacancy.pk) in said(rosa.get(reverse("orientation")))
    assert rosa.post(url, {"contingent": str(city.pk)}).status_code == 200
    assert rosa.post(url, {"outside": "1"}).status_code == 200
    assert Vacancy.objects.using(OWNER).get().state == "declared"
    assert rosa.post(url, {"contingent": str(city.pk), "reason": "behind"})["Location"] == reverse("orientation")
    stored = Vacancy.objects.using(OWNER)
    assert (stored.get().contingent, stored.get().orientation_reason) == (city, "behind")
    assert rosa.post(url, {"outside": "1", "outside_flow": "transfer"}).status_code == 302
    assert (stored.get().contingent, stored.get().outside_flow, stored.get().orientation_reason) == (
        None,
        "transfer",
        "",
    )


def test_ended_contingent_is_offered_no_vacancy(landlord, rosa, unit):
    vacancy, city = make_vacancy(unit), make_contingent(landlord.place(TOP))
    assert rosa.post(page("contingent_end", city.pk)).status_code == 302
    url = page("vacancy_orient", vacancy.pk)
    assert str(city.pk) not in said(rosa.get(url))
    assert rosa.post(url, {"contingent": str(city.pk), "reason": "behind"}).status_code == 200
    assert Vacancy.objects.using(OWNER).get().state == "declared"


def test_manager_enters_the_year_a_contingent_and_its_share(landlord, rosa):
    url, year = reverse("contingents"), paris_day().year
    base = {"base-year": str(year), "base-lettings": "100", "base-transfers": "20", "base-rehousing": "0"}
    base |= {"base-sales": "0", "base-identified": "90"}
    assert "dépassent le nombre" in said(rosa.post(url, base))
    assert rosa.post(url, base | {"base-identified": "0"}).status_code == 302
    assert FlowBase.objects.using(OWNER).get().base == 80
    top = str(landlord.place(TOP).pk)
    new = {"new-holder": "Préfecture", "new-kind": "state_priority", "new-place": top}
    assert rosa.post(url, new).status_code == 302
    state = Contingent.objects.using(OWNER).get()
    share = {"share-sent": "1", "share-year": str(year), "share-share_permille": "30,1"}
    assert "L’État a au plus 30" in said(rosa.post(page("contingent", state.pk), share))
    assert not state.shares.using(OWNER).exists()
    assert rosa.post(page("contingent", state.pk), share | {"share-share_permille": "25"}).status_code == 302
    assert state.shares.using(OWNER).get().share_permille == 250
    assert "une décimale au plus" in said(
        rosa.post(page("contingent", state.pk), share | {"share-share_permille": "2,55"})
    )


def test_share_of_the_states_agents_is_limited_in_words(landlord, rosa):
    make_base()
    agents = make_contingent(landlord.place(TOP), "Préfecture, agents", "state_agents")
    share = {"share-sent": "1", "share-year": str(paris_day().year), "share-share_permille": "5,1"}
    assert "dont 5" in said(rosa.post(page("contingent", agents.pk), share))


def test_only_somebody_with_the_role_can_be_named(landlord, rosa):
    city, nadia, noel = make_contingent(landlord.place(TOP)), landlord.person("nadia"), landlord.person("noel")
    content = said(rosa.get(page("contingent", city.pk)))
    assert str(nadia.pk) in content and str(noel.pk) not in content
    days = {"nominator-first_day": typed(0), "nominator-last_day": typed(300), "nominator-sent": "1"}
    assert rosa.post(page("contingent", city.pk), days | {"nominator-person": str(noel.pk)}).status_code == 200
    assert not Nominator.objects.using(OWNER).exists()
    assert rosa.post(page("contingent", city.pk), days | {"nominator-person": str(nadia.pk)}).status_code == 302
    assert Nominator.objects.using(OWNER).get().person_id == nadia.pk


def test_manager_enters_terms_and_the_officer_can_then_declare(landlord, rosa, aline):
    leaving = give_notice(landlord, "Calme-Glycines A", 40)
    terms = {"financing": "PLAI", "zone": "paris", "rent_cents": "412,50", "charges_cents": "0", "qpv_on": typed(-9)}
    assert rosa.post(page("unit_terms", leaving.pk), terms | {"rent_cents": "0"}).status_code == 200
    assert rosa.post(page("unit_terms", leaving.pk), terms).status_code == 302
    assert UnitTerms.objects.using(OWNER).get().rent_cents == 41_250
    assert aline.post(page("vacancy_declare", leaving.pk), {"available_on": typed(41)}).status_code == 302


def test_form_of_terms_sent_back_unchanged_changes_nothing(rosa, unit):
    run("UPDATE buildings_unitterms SET rent_cents = 41250, charges_cents = 0, equipment = '{lift}', qpv = true")
    url = page("unit_terms", unit.pk)
    form = rosa.get(url).context["form"]
    posted = {field.html_name: field.value() for field in form if field.value() not in (None, False)}
    assert posted["rent_cents"] in said(rosa.get(url)) and posted["charges_cents"] == "0"
    assert rosa.post(url, posted).status_code == 302
    terms = UnitTerms.objects.using(OWNER).get()
    assert (terms.rent_cents, terms.charges_cents, terms.equipment, terms.qpv) == (41_250, 0, ["lift"], True)


# --- The nominator ----------------------------------------------------------------------------------------------------


@pytest.fixture
def two_contingents(landlord, unit) -> tuple[Vacancy, Vacancy]:
    """Two vacancies: Nadia (nominator) may nominate for the first, and somebody else for the second."""
    other = make_unit(landlord.building("Glycines A"), "98", 9)
    give_terms(other)
    somebody = make_person("Ada Région", landlord.place(TOP))
    assign(somebody, "nominator", landlord.place(TOP))
    top = landlord.place(TOP)
    city, region = (
        make_contingent(top, "Ville de Paris", "commune", landlord.person("nadia")),
        make_contingent(top, "Région", "region", somebody),
    )
    return make_vacancy(unit, city), make_vacancy(other, region)


def test_nominator_lands_on_their_own_vacancies_and_finds_only_what_waits_beside_them(sign_in, two_contingents):
    own, other = two_contingents
    nadia = sign_in("nadia")
    assert nadia.get("/")["Location"] == reverse("own_contingent")
    content = said(nadia.get(reverse("own_contingent")))
    assert page("own_vacancy", own.pk) in content and "orientée" in content
    assert str(other.pk) not in content and "Région" not in content and "porte 98" not in content
    [nav] = re.findall(r"<nav.*?</nav>", content, re.S)
    assert set(re.findall(r'<a [^>]*href="(/[^"]*)"', nav)) == {reverse("own_contingent"), reverse("tasks")}
    assert "450,00" in said(nadia.get(page("own_vacancy", own.pk)))


def test_vacancy_of_another_contingent_answers_like_one_that_never_was(sign_in, monkeypatch, two_contingents):
    _own, other = two_contingents
    nadia, started = sign_in("nadia"), []
    monkeypatch.setattr("access.guard.door.wait_for_slot", started.append)
    answers = [plain(nadia.get(page("own_vacancy", pk))) for pk in (other.pk, MISSING)]
    assert [answer.status for answer in answers] == [404, 404] and len(started) == 2
    bodies = [
        answer.body.replace(str(pk).encode(), b"ID") for answer, pk in zip(answers, (other.pk, MISSING), strict=True)
    ]
    assert bodies[0] == bodies[1] and answers[0].headers == answers[1].headers


def test_nominator_whose_days_are_over_sees_an_empty_page(sign_in, two_contingents):
    own, _other = two_contingents
    run("UPDATE allocations_nominator SET first_day = first_day - 9, last_day = loge_today() - 1")
    nadia = sign_in("nadia")
    assert "désigné pour aucun réservataire" in said(nadia.get(reverse("own_contingent")))
    assert nadia.get(page("own_vacancy", own.pk)).status_code == 404
