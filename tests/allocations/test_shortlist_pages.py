"""Pages on which an officer draws a shortlist, designates candidates and puts a dwelling on an agenda.

They show no name and no application number.
"""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.urls import reverse
from django.utils import timezone

from access.permissions import Permission
from allocations.actions.sessions import convene_session
from allocations.models import AgendaItem, Candidacy, Shortlist, Vacancy
from tests.allocations.builders import acting_as, make_contingent
from tests.allocations.commission import Commission
from tests.builders import OWNER, events, run
from tests.noninterference.harness import plain

MISSING = UUID("00000000-0000-4000-8000-00000000abcd")


@pytest.fixture
def vacancy(commission) -> Vacancy:
    return commission.orient()


@pytest.fixture
def aline(commission, sign_in):
    return sign_in("aline")


def page(name: str, pk: object) -> str:
    return reverse(name, args=[pk])


def text_of(response) -> str:
    return response.content.decode().replace("\u202f", " ").replace("\xa0", " ")


def reserve(commission: Commission) -> Vacancy:
    """Reserve the vacancy for a reserving body, which then nominates the candidates."""
    contingent = make_contingent(commission.landlord.place("Office des Trois-Rives"))
    contingent._state.db = "default"
    return commission.orient(contingent)


def rows_of(content: str) -> list[list[str]]:
    """Return the cells of each shortlist line on the page, without markup."""
    [body] = re.findall(r'<table class="table fold shortlist">.*?<tbody>(.*?)</tbody>', content, re.S)
    rows = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.S) for row in body.split("<tr")[1:]]
    return [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row] for row in rows]


def identities(commission: Commission) -> list[str]:
    """Return everything that would identify the applicants: names, numbers, ids and pseudonyms."""
    words = [f"Candidat{place}" for place in range(len(commission.applications))]
    words += [str(value) for row in commission.applications for value in (row.number, row.pk)]
    return words + [str(pseudonym) for (pseudonym,) in run("SELECT pseudonym FROM allocations_poollink")]


# --- The shortlist ----------------------------------------------------------------------------------------------------


def test_lines_show_rank_band_household_month_and_priority_without_identity(commission, vacancy, aline):
    lines = commission.shortlist()
    run("UPDATE allocations_shortlistline SET filed_on = '2024-03-17', equipment = '{lift}', priority = true"
        " WHERE rank = 1")  # fmt: skip
    content = text_of(aline.get(page("shortlist", vacancy.pk)))
    first = rows_of(content)[0]
    assert first[0].endswith("1") and first[3:7] == ["1", "mars 2024", "oui", "ascenseur ou rez-de-chaussée"]
    assert [str(lines[0].verified), str(lines[0].declared)] == first[1:3]
    assert "17 mars" not in content and "2024-03-17" not in content
    assert "4 demandes conviennent" in content and "grille version 1" in content
    assert [word for word in identities(commission) if word in content] == []
    [event] = events(kind="shortlist_shown")
    assert event["facts"] == {"vacancy": str(vacancy.pk), "eligible": 4}


def test_page_says_200_or_more_and_why_each_rule_excludes(commission, vacancy, aline):
    commission.shortlist()
    run("UPDATE allocations_shortlist SET eligible = 200")
    content = text_of(aline.get(page("shortlist", vacancy.pk)))
    assert "200 demandes ou plus conviennent" in content and "Seuls les 4 premiers rangs" in content
    for rule in ("Lieu", "Nombre de pièces", "Plafond", "Équipements", "Ordre", "Tirage"):
        assert f"<dt>{rule}</dt>" in content
    assert "PLUS" in content and "Logement T2" in content and "à la clé" not in content


def test_shortlist_can_be_drawn_twice_until_a_candidate_is_designated(commission, vacancy, aline):
    draw = page("shortlist_draw", vacancy.pk)
    for _ in range(2):
        assert aline.post(draw)["Location"] == page("shortlist", vacancy.pk)
    assert len(events(kind="shortlist_run")) == 2
    lines = Shortlist.objects.using(OWNER).get().vacancy.lines.using(OWNER).order_by("rank")
    assert [line.rank for line in lines] == [1, 2, 3, 4]
    aline.post(page("candidate_designate", lines[0].pk))
    aline.post(draw)
    assert "n’en est pas à cette étape" in text_of(aline.get(page("shortlist", vacancy.pk)))
    assert len(events(kind="shortlist_run")) == 2


def test_missing_grid_is_said_on_the_page(commission, vacancy, aline):
    run("UPDATE allocations_grid SET ended_on = loge_today() WHERE version = 1")
    content = text_of(aline.post(page("shortlist_draw", vacancy.pk), follow=True))
    assert "Aucune grille de cotation" in content and "Pas encore établie" in content


def test_reserved_dwelling_has_no_shortlist(commission, aline):
    vacancy = reserve(commission)
    content = text_of(aline.get(page("shortlist", vacancy.pk)))
    assert "Ville de Paris désigne les candidats" in content and "Établir la présélection" not in content
    assert "désigne les candidats" in text_of(aline.post(page("shortlist_draw", vacancy.pk), follow=True))
    assert not Shortlist.objects.using(OWNER).exists()
    assert len(events(kind="candidacies_shown")) == 2


# --- Designation ------------------------------------------------------------------------------------------------------


def test_designated_line_is_marked_and_cannot_be_designated_again(commission, vacancy, aline):
    lines = commission.shortlist()
    url = page("candidate_designate", lines[1].pk)
    assert aline.post(url)["Location"] == page("shortlist", vacancy.pk) + "#rang-2"
    assert Candidacy.objects.using(OWNER).get().application_id == commission.applications[1].pk
    content = text_of(aline.get(page("shortlist", vacancy.pk)))
    rows = rows_of(content)
    assert [row[-1].startswith("Désigner") for row in rows] == [True, False, True, True]
    assert rows[1][-1] == "Fiche n° 1"
    assert "Fiche n° 1" in content and "rang 2 de la présélection" in content and "fiche à préparer" in content
    assert [word for word in identities(commission) if word in content] == []
    aline.post(url)
    assert "déjà candidate" in text_of(aline.get(page("shortlist", vacancy.pk)))
    assert Candidacy.objects.using(OWNER).count() == 1


def test_reading_a_designation_changes_nothing(commission, vacancy, aline):
    lines = commission.shortlist()
    assert aline.get(page("candidate_designate", lines[0].pk)).status_code == 302
    assert not Candidacy.objects.using(OWNER).exists()


def test_withdrawn_candidacy_keeps_its_mark_and_is_withdrawn_once(commission, vacancy, aline):
    [candidacy] = commission.designate(commission.shortlist()[:1])
    url = page("candidacy_withdraw", candidacy.pk)
    content = text_of(aline.get(url))
    assert [word for word in identities(commission) if word in content] == []
    assert aline.post(url)["Location"] == page("shortlist", vacancy.pk)
    assert commission.row(Candidacy, candidacy.pk).state == "withdrawn"
    rows = rows_of(text_of(aline.get(page("shortlist", vacancy.pk))))
    assert rows[0][-1] == "Fiche n° 1 , retirée avant la commission"
    assert "a déjà été présentée ou retirée" in text_of(aline.post(url))
    assert len(events(kind="candidate_withdrawn")) == 1


def test_ranks_of_an_earlier_shortlist_mark_no_line(commission, vacancy, aline):
    commission.designate(commission.shortlist()[:1])
    run("UPDATE allocations_candidacy SET state = 'refused', designated_on = loge_today() - 20")
    run("UPDATE allocations_vacancy SET state = 'oriented'")
    commission.shortlist()
    rows = rows_of(text_of(aline.get(page("shortlist", vacancy.pk))))
    assert all(row[-1].startswith("Désigner") for row in rows)


# --- The session ------------------------------------------------------------------------------------------------------


def convened(commission: Commission) -> str:
    """As the manager Rosa, convene a session without any vacancy. Returns the id of the session."""
    rosa = commission.person("rosa")
    with acting_as(rosa, Permission.SESSION_CONVENE) as access:
        held_at = timezone.now() + timedelta(days=3)
        return str(convene_session(by=rosa, held_at=held_at, context=access.context).pk)


def prepare(commission: Commission, count: int, prepared: int) -> list[Candidacy]:
    candidacies = commission.designate(commission.shortlist()[:count])
    for candidacy in candidacies[:prepared]:
        commission.prepare(candidacy)
    return candidacies


def test_three_prepared_sheets_go_to_the_chosen_session(commission, vacancy, aline):
    session = convened(commission)
    candidacies = prepare(commission, 4, 3)
    url = page("vacancy_convene", vacancy.pk)
    content = text_of(aline.get(url))
    assert session in content and "non préparée : elle ne sera pas présentée" in content
    assert "Pourquoi moins de trois candidats" not in content
    assert [word for word in identities(commission) if word in content] == []
    assert aline.post(url, {}).status_code == 200
    assert aline.post(url, {"session": str(MISSING)}).status_code == 200
    assert aline.post(url, {"session": session})["Location"] == page("shortlist", vacancy.pk)
    item = AgendaItem.objects.using(OWNER).get()
    assert (str(item.session_id), item.few_reason) == (session, "")
    states = [commission.row(Candidacy, row.pk).state for row in candidacies]
    assert states == ["presented"] * 3 + ["designated"]
    assert "n’en est pas à cette étape" in text_of(aline.post(url, {"session": session}))


def test_too_few_sheets_without_a_lawful_reason_cannot_be_convened(commission, vacancy, aline):
    session = convened(commission)
    prepare(commission, 3, 2)
    url = page("vacancy_convene", vacancy.pk)
    content = text_of(aline.get(url))
    assert "La loi demande trois candidats" in content and 'name="session"' not in content
    for reason in ("too_few", "very_social", ""):
        assert aline.post(url, {"session": session, "few_reason": reason}).status_code == 200
    assert not AgendaItem.objects.using(OWNER).exists()


@pytest.mark.parametrize(
    "change, reason",
    [
        ("UPDATE buildings_unitterms SET financing = 'PLAI'", "very_social"),
        ("UPDATE allocations_shortlist SET eligible = 2", "too_few"),
    ],
)
def test_too_few_sheets_go_with_the_reason_that_may_hold(commission, vacancy, aline, change, reason):
    session = convened(commission)
    prepare(commission, 1, 1)
    run(change)
    url = page("vacancy_convene", vacancy.pk)
    content = text_of(aline.get(url))
    assert re.findall(r'name="few_reason" value="(\w+)"', content) == [reason]
    assert aline.post(url, {"session": session}).status_code == 200
    assert aline.post(url, {"session": session, "few_reason": "dalo"}).status_code == 200
    assert not AgendaItem.objects.using(OWNER).exists()
    assert aline.post(url, {"session": session, "few_reason": reason}).status_code == 302
    assert AgendaItem.objects.using(OWNER).get().few_reason == reason


def test_dwelling_without_a_prepared_sheet_cannot_be_convened(commission, vacancy, aline):
    session = convened(commission)
    prepare(commission, 1, 0)
    run("UPDATE buildings_unitterms SET financing = 'PLAI'")
    url = page("vacancy_convene", vacancy.pk)
    assert "Aucune fiche n’est préparée" in text_of(aline.get(url))
    assert aline.post(url, {"session": session, "few_reason": "very_social"}).status_code == 200
    assert commission.row(Vacancy, vacancy.pk).state == "shortlisted"


# --- Who may, and how to get there ------------------------------------------------------------------------------------

PAGES = ("shortlist", "shortlist_draw", "vacancy_convene")


def test_officer_of_the_next_agency_gets_the_404_of_a_vacancy_that_never_was(commission, vacancy, sign_in):
    lines = commission.shortlist()
    [candidacy] = commission.designate(lines[:1])
    basile = sign_in("basile")
    known = {**dict.fromkeys(PAGES, vacancy.pk), "candidate_designate": lines[1].pk, "candidacy_withdraw": candidacy.pk}
    for name, pk in known.items():
        for ask in (basile.get, basile.post):
            if name == "shortlist" and ask == basile.post:
                continue
            answers = [plain(ask(page(name, key))) for key in (pk, MISSING)]
            assert [answer.status for answer in answers] == [404, 404], name
            bodies = [
                answer.body.replace(str(key).encode(), b"ID")
                for answer, key in zip(answers, (pk, MISSING), strict=True)
            ]
            assert bodies[0] == bodies[1], name
    assert Candidacy.objects.using(OWNER).count() == 1 and len(events(kind="shortlist_run")) == 1


@pytest.mark.parametrize("who", ["awa", "elise", "rosa", "camille", "nadia"])
def test_other_roles_are_refused(commission, vacancy, sign_in, who):
    lines = commission.shortlist()
    client = sign_in(who)
    assert {client.get(page(name, vacancy.pk)).status_code for name in PAGES} == {403}
    assert client.post(page("candidate_designate", lines[0].pk)).status_code == 403
    assert not Candidacy.objects.using(OWNER).exists()


def test_vacancies_to_fill_are_listed_with_how_many_suit(commission, vacancy, aline, sign_in):
    content = text_of(aline.get(reverse("vacancies")))
    assert "compté la nuit prochaine" in content and page("shortlist", vacancy.pk) in content
    run("UPDATE allocations_vacancy SET eligible = 1")
    assert "1 demande convient" in text_of(aline.get(reverse("vacancies")))
    assert page("shortlist", vacancy.pk) in text_of(aline.get(page("vacancy", vacancy.pk)))
    assert reverse("vacancies") in text_of(aline.get(reverse("applications")))
    rosa = sign_in("rosa")
    assert page("shortlist", vacancy.pk) not in text_of(rosa.get(reverse("vacancies")))
    assert page("shortlist", vacancy.pk) not in text_of(rosa.get(page("vacancy", vacancy.pk)))


def test_reserved_vacancy_is_not_among_those_to_fill(commission, aline):
    vacancy = reserve(commission)
    assert page("shortlist", vacancy.pk) not in text_of(aline.get(reverse("vacancies")))
    assert page("shortlist", vacancy.pk) in text_of(aline.get(page("vacancy", vacancy.pk)))
