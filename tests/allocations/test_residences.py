"""A candidate may be refused because of a fragile residence only if the allocation agreement names the building.

The applicant then has a right to be examined first for a suited vacancy elsewhere.
"""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from access.compartments import Compartment
from access.permissions import Permission
from allocations.actions.scores import compute_scores
from allocations.actions.shortlist import withdraw_candidate
from allocations.actions.vacancies import withdraw_vacancy
from allocations.models import Candidacy, FragileResidence, OwedExamination, Vacancy
from allocations.rules import motives
from allocations.rules.results import MissingFacts
from allocations.rules.rows import Row, Rows
from buildings.models import Unit
from tests.allocations.builders import acting_as, give_terms, make_case, make_contingent, make_fragile, make_ground
from tests.allocations.commission import Commission
from tests.allocations.refusals import refused
from tests.builders import OWNER, events, make_unit, paris_day, run
from tests.database.test_policies import as_role
from tests.tenants.test_clocks import A_MOMENT, freeze_clock, midnight

pytestmark = pytest.mark.usefixtures("unkept")

REFUSAL = {"kind": "d", "motive": "fragile_residence"}


def refuse_first(commission: Commission) -> Candidacy:
    """Let the commission refuse the first candidate because Glycines B is a fragile residence, and close its session.

    A refusal may have this motive only in buildings that an intermunicipal agreement (CIA) names as fragile.
    """
    make_fragile(commission.landlord.building("Glycines B"))
    first, *others = commission.present()
    commission.open()
    commission.decide(others[0], "b", rank=1)
    commission.decide(first, **REFUSAL)
    commission.decide(others[1], "d", motive="other_ranked_before")
    commission.close()
    return first


def next_vacancy(commission: Commission, building: str = "Glycines A", **more: Any) -> Vacancy:
    """Declare a vacancy of another two-room dwelling. The next steps of `commission` are about this vacancy."""
    unit = make_unit(commission.landlord.building(building), "88", 3)
    Unit.objects.using(OWNER).filter(pk=unit.pk).update(type="T2")
    give_terms(unit)
    commission.unit = Unit.objects.using(OWNER).get(pk=unit.pk)
    return commission.orient(**more)


def owed(commission: Commission, name: str = "aline") -> list[tuple[Any, int | None]]:
    person = commission.person(name)
    return as_role(Compartment.POOL, person.pk, "SELECT vacancy, rank FROM allocations_owed_examinations()")


def met() -> list[tuple[Any]]:
    return run("SELECT met_by_id FROM allocations_owedexamination ORDER BY owed_since")


# --- The list ---


def test_manager_names_a_building_and_ends_the_row(landlord, sign_in):
    rosa = sign_in("rosa")
    values = {"building": "Glycines B", "source_number": "2025-12", "source_date": "01/12/2025"}
    page = rosa.post(reverse("fragile_residences"), {**values, "first_day": f"{paris_day():%d/%m/%Y}"})
    assert page.status_code == 302
    [row] = FragileResidence.objects.using(OWNER).all()
    assert (row.building_id, row.last_day) == (landlord.building("Glycines B").pk, None)
    [event] = events(kind="fragile_residence_named")
    assert (event["place"], event["facts"]) == (row.building_id, {"first_day": paris_day().isoformat()})
    end = reverse("fragile_residence_end", args=[row.pk])
    early = rosa.post(end, {"last_day": f"{paris_day(-1):%d/%m/%Y}"})
    assert "aujourd’hui ou plus tard" in early.content.decode()
    assert rosa.post(end, {"last_day": f"{paris_day(9):%d/%m/%Y}"}).status_code == 302
    assert rosa.get(end).status_code == 404
    [event] = events(kind="fragile_residence_ended")
    assert event["facts"] == {"until": paris_day(9).isoformat()}


@pytest.mark.parametrize("act", ["DELETE FROM allocations_fragileresidence", "UPDATE allocations_fragileresidence SET"
                                 " source_number = '2024-1'", "UPDATE allocations_fragileresidence SET last_day ="
                                 " loge_today() - 1"])  # fmt: skip
def test_row_is_ended_from_today_on_and_not_changed(landlord, act):
    make_fragile(landlord.building("Glycines B"))
    with refused("fragile_residence_stays_as_named"):
        run(act)


@pytest.mark.parametrize(("first", "last"), [(0, None), (1, None), (-5, 0), (-5, -1), (-5, 3)])
@pytest.mark.parametrize("building", ["Glycines A", "Glycines B"])
def test_database_and_calculator_agree_on_each_day(commission, building, first, last):
    """On each day, the database and the calculator in Python must agree whether candidates may be refused because
    Glycines B is registered as a fragile residence."""
    row = make_fragile(commission.landlord.building(building), first, last)
    candidacies = commission.present()
    key = ("fragile_residence", str(row.building_id))
    rows = Rows([Row(key, (1,), f"CIA {row.source_number}", row.first_day, row.last_day or date.max)])
    try:
        wanted = str(commission.row(Vacancy, commission.vacancy.pk).building_id)
        holds = motives.fragile_residence(wanted, True, paris_day(), rows).holds
    except MissingFacts:
        holds = False
    [(figures,)] = run("SELECT allocations_motive_figures(%s, 'fragile_residence')", candidacies[0].pk)
    assert (figures == []) == holds == (building == "Glycines B" and first <= 0 and (last is None or last >= 0))


def test_motive_ends_at_midnight_after_the_last_day(commission):
    make_fragile(commission.landlord.building("Glycines B"), last=0)
    candidacy = commission.present()[0]
    ask = "SELECT allocations_motive_figures(%s, 'fragile_residence')"
    assert run(ask, candidacy.pk) == [([],)]
    for step, figures in ((-A_MOMENT, []), (timedelta(0), None)):
        freeze_clock(midnight(paris_day(1)) + step)
        assert run(ask, candidacy.pk) == [(figures,)]


def test_closed_application_cannot_be_promised_the_next_dwelling(commission):
    make_fragile(commission.landlord.building("Glycines B"))
    first = commission.present()[0]
    run(
        "UPDATE allocations_application SET state = 'closed', closed_on = loge_today(), closing_motive = 'renounced'"
        " WHERE id = %s",
        first.application_id,
    )
    assert run("SELECT allocations_motive_figures(%s, 'fragile_residence')", first.pk) == [(None,)]


# --- The obligation ---


def test_refusal_owes_the_first_suited_vacancy_elsewhere(commission):
    first = refuse_first(commission)
    [obligation] = OwedExamination.objects.using(OWNER).all()
    assert (obligation.application_id, obligation.owed_since) == (first.application_id, paris_day())
    assert owed(commission) == []
    vacancy = next_vacancy(commission)
    assert owed(commission) == [(vacancy.pk, None)] and owed(commission, "basile") == owed(commission, "rosa") == []
    lines = commission.shortlist()
    flagged = [line.rank for line in lines if line.owed]
    assert owed(commission) == [(vacancy.pk, flagged[0])] and len(flagged) == 1
    [designated] = commission.designate([line for line in lines if line.owed])
    assert designated.application_id == first.application_id
    assert met() == [(designated.pk,)] and owed(commission) == []


def test_other_refusals_and_mere_proposals_owe_nothing(commission):
    make_fragile(commission.landlord.building("Glycines B"))
    candidacies = commission.present()
    commission.open()
    commission.decide(candidacies[0], "b", rank=1)
    commission.decide(candidacies[1], "d", motive="other_ranked_before")
    commission.propose(candidacies[2], **REFUSAL)
    assert not OwedExamination.objects.using(OWNER).exists()


def test_no_examination_is_owed_in_a_fragile_residence_or_for_another_size(commission):
    refuse_first(commission)
    vacancy = next_vacancy(commission, "Glycines A")
    make_fragile(commission.landlord.building("Glycines A"))
    assert owed(commission) == []
    [designated, *_more] = commission.designate(commission.shortlist()[:1])
    assert designated.vacancy_id == vacancy.pk and met() == [(None,)]


@pytest.mark.parametrize("change", [
    "UPDATE buildings_unit SET type = 'T3' WHERE door = '88'",
    "UPDATE allocations_poolentry SET within_ceilings = '{}'",
    "UPDATE allocations_poolentry SET equipment = '{lift}'",
    "UPDATE allocations_poolentry SET kept_at_id = (SELECT id FROM access_place WHERE name = 'Agence Bercy')",
])  # fmt: skip
def test_suited_means_what_the_shortlist_means(commission, change):
    refuse_first(commission)
    vacancy = next_vacancy(commission)
    ask = "SELECT allocations_suited(%s, ARRAY (SELECT pseudonym FROM allocations_poolentry))"
    matched = "SELECT DISTINCT pseudonym FROM allocations_matches(%s, 1000)"
    assert sorted(run(ask, vacancy.pk)) == sorted(run(matched, vacancy.pk)) != []
    run(change)
    assert sorted(run(ask, vacancy.pk)) == sorted(run(matched, vacancy.pk)) and owed(commission) == []


def test_designation_that_is_withdrawn_leaves_the_obligation_open(commission):
    """The obligation to examine an applicant first stays open if the applicant's designation is withdrawn.

    Otherwise an officer could end it by designating the applicant and withdrawing the designation.
    """
    refuse_first(commission)
    vacancy = next_vacancy(commission)
    [designated] = commission.designate([line for line in commission.shortlist() if line.owed])
    aline = commission.person("aline")
    with acting_as(aline, Permission.CANDIDATE_DESIGNATE) as access:
        row = access.rows(Candidacy).select_related("vacancy").get(pk=designated.pk)
        withdraw_candidate(by=aline, candidacy=row, context=access.context)
    # The landlord must still examine this applicant first, but not for a dwelling with an earlier candidacy.
    assert met() == [(None,)] and owed(commission) == []
    run("UPDATE allocations_vacancy SET state = 'withdrawn', ended_on = loge_today() WHERE id = %s", vacancy.pk)
    assert run("SELECT count(*) FROM allocations_owedexamination WHERE met_on IS NULL") == [(1,)]


def test_dwelling_goes_on_no_agenda_before_the_marked_line_is_designated(commission):
    refuse_first(commission)
    next_vacancy(commission)
    lines = commission.shortlist()
    for candidacy in commission.designate([line for line in lines if not line.owed][:3]):
        commission.prepare(candidacy)
    with refused("owed_examined_first"):
        commission.convene()
    [designated] = commission.designate([line for line in lines if line.owed])
    commission.prepare(designated)
    commission.convene()


def test_vacancy_that_is_withdrawn_leaves_the_obligation_open(commission):
    refuse_first(commission)
    vacancy = next_vacancy(commission)
    commission.designate([line for line in commission.shortlist() if line.owed])
    assert met() != [(None,)]
    aline = commission.person("aline")
    with acting_as(aline, Permission.VACANCY_DECLARE) as access:
        row = access.rows(Vacancy).get(pk=vacancy.pk)
        withdraw_vacancy(by=aline, vacancy=row, context=access.context)
    assert met() == [(None,)]
    assert run("SELECT met_on FROM allocations_owedexamination") == [(None,)]


def test_whoever_must_be_examined_first_is_presented_with_a_sheet(commission):
    """A dwelling may be put on an agenda only if the applicant who must be examined first has a candidate's sheet.

    Being chosen as a candidate is not enough, because the commission examines only candidates who have a sheet.
    """
    refuse_first(commission)
    next_vacancy(commission)
    lines = commission.shortlist()
    [designated] = commission.designate([line for line in lines if line.owed])
    for candidacy in commission.designate([line for line in lines if not line.owed][:3]):
        commission.prepare(candidacy)
    with refused("owed_examined_with_a_sheet"):
        commission.convene()
    commission.prepare(designated)
    commission.convene()
    assert commission.row(Candidacy, designated.pk).state == "presented"


def test_older_shortlist_is_drawn_again_before_somebody_is_designated(commission):
    refuse_first(commission)
    next_vacancy(commission)
    run("UPDATE allocations_owedexamination SET met_on = loge_today()")
    lines = commission.shortlist()
    run("DELETE FROM allocations_shortlistline WHERE pseudonym IN (SELECT pseudonym FROM allocations_poollink k"
        " JOIN allocations_owedexamination o ON o.application_id = k.application_id)")  # fmt: skip
    run("UPDATE allocations_owedexamination SET met_on = NULL")
    left = {row for (row,) in run("SELECT id FROM allocations_shortlistline")}
    with refused("owed_examined_first"):
        commission.designate([line for line in lines if line.pk in left][:1])
    commission.designate(commission.shortlist()[:1])


def test_designation_by_a_reserving_body_meets_the_obligation(commission, landlord):
    first = refuse_first(commission)
    top = landlord.place("Office des Trois-Rives")
    next_vacancy(commission, contingent=make_contingent(top, "Ville de Paris", "commune", landlord.person("nadia")))
    # The reserving body chooses the candidates, so the officer need not examine the applicant first.
    assert owed(commission) == []
    candidacy = commission.nominate(first.application)
    assert met() == [(candidacy.pk,)]


def test_rank_of_a_marked_line_does_not_change(commission):
    refuse_first(commission)
    next_vacancy(commission)
    ranks = {line.tie_break: line.rank for line in commission.shortlist()}
    run("UPDATE allocations_owedexamination SET met_on = loge_today()")
    again = commission.shortlist()
    assert {line.tie_break: line.rank for line in again} == ranks and not any(line.owed for line in again)


def test_marked_line_is_stored_whatever_its_rank(commission):
    first = refuse_first(commission)
    run(
        "INSERT INTO allocations_poolentry (id, pseudonym, rooms, kept_at_id, ranking_points, verified, declared,"
        " filed_on, persons, priority, equipment, within_ceilings) SELECT gen_random_uuid(), gen_random_uuid(),"
        " e.rooms, e.kept_at_id, e.ranking_points + 1, 0, 0, e.filed_on, 1, false, e.equipment, e.within_ceilings"
        " FROM allocations_poolentry e JOIN allocations_poollink k USING (pseudonym), generate_series(1, 230)"
        " WHERE k.application_id = %s",
        first.application_id,
    )
    vacancy = next_vacancy(commission)
    lines = commission.shortlist()
    [flagged] = [line for line in lines if line.owed]
    assert flagged.rank > 230 and [line.rank for line in lines] == [*range(1, 51), flagged.rank]
    assert run("SELECT eligible FROM allocations_shortlist WHERE vacancy_id = %s", vacancy.pk) == [(200,)]


def test_marked_line_does_not_count_as_passing_over_better_ranks(commission):
    refuse_first(commission)
    vacancy = next_vacancy(commission)
    lines = commission.shortlist()
    run("UPDATE allocations_shortlistline SET rank = 9 WHERE owed")
    commission.designate([next(line for line in lines if line.owed)])
    run("ALTER TABLE allocations_vacancy DISABLE TRIGGER USER")
    run("UPDATE allocations_vacancy SET state = 'withdrawn', ended_on = loge_today() WHERE id = %s", vacancy.pk)
    run("UPDATE allocations_candidacy SET rank = 9 WHERE vacancy_id = %s", vacancy.pk)
    ask = "SELECT count(*) FROM allocations_fairness_facts(%s) WHERE rate = 'passed_over'"
    assert run(ask, paris_day().year) == [(0,)]
    run("UPDATE allocations_shortlistline SET owed = false")
    assert run(ask, paris_day().year) != [(0,)]


def test_obligation_is_erased_with_the_application(commission):
    first = refuse_first(commission)
    first.application.delete(using=OWNER)
    assert not OwedExamination.objects.using(OWNER).exists()


# --- What is told ---


def test_officer_sees_the_obligation_and_neither_name_nor_residence(commission, sign_in):
    first = refuse_first(commission)
    vacancy = next_vacancy(commission)
    aline = sign_in("aline")
    for page in ("vacancies", "vacancy", "shortlist"):
        url = reverse(page, args=[] if page == "vacancies" else [vacancy.pk])
        body = aline.get(url).content.decode()
        assert "à examiner en premier" in body, page
        assert first.application.number not in body and "Candidat0" not in body, page
    commission.shortlist()
    body = aline.get(reverse("shortlist", args=[vacancy.pk])).content.decode()
    assert body.count("<b>à examiner en premier</b>") == 1 and "Glycines B" not in body
    rosa = sign_in("rosa").get(reverse("vacancies")).content.decode()
    assert "à examiner en premier" not in rosa


def test_mark_does_not_depend_on_a_sealed_ground(commission, sign_in):
    """If a sealed ground (sensitive priority) is recognised, the same applicant must remain "to be examined first",
    because this mark depends only on an earlier refusal in a fragile residence."""
    first = refuse_first(commission)
    vacancy = next_vacancy(commission)
    flagged = [line.owed for line in commission.shortlist()]
    sacha = commission.person("sacha")
    make_ground(make_case(first.application, commission.person("aline"), sacha).application, sacha)
    compute_scores(by="compute_scores")
    lines = commission.shortlist()
    assert sum(line.owed for line in lines) == sum(flagged) == 1 and owed(commission)[0][0] == vacancy.pk


def test_lines_of_the_pool_are_not_readable_through_the_obligation(commission):
    refuse_first(commission)
    for compartment in (Compartment.POOL, Compartment.VACANCIES, Compartment.STEERING, Compartment.COMMITTEE):
        with pytest.raises(Exception, match="permission denied"):
            as_role(compartment, commission.person("aline").pk, "SELECT * FROM allocations_owedexamination")


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "examine votre demande en premier"), ("en", "examines your application first")]
)
def test_letter_tells_the_right_and_the_agreement(commission, sign_in, language, words):
    first = refuse_first(commission)
    aline = sign_in("aline")
    aline.post(reverse("candidacy_open", args=[first.pk]))
    with translation.override(language):
        body = aline.get(reverse("candidacy_letter", args=[first.pk, "decision"])).content.decode()
    assert words in " ".join(body.split()) and "2025-12" in body


def test_report_of_the_applicant_lists_the_obligation(commission, sign_in):
    first = refuse_first(commission)
    aline = sign_in("aline")
    aline.post(reverse("candidacy_open", args=[first.pk]))
    body = aline.get(reverse("applicant_report", args=[first.application_id])).content.decode()
    assert "Examen en premier" in body
