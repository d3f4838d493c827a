"""For test_constraints.py: rows of the app allocations, and functions that violate each database rule on them."""

from allocations.models import (
    Applicant,
    Application,
    Ceiling,
    ClosingWarning,
    Grid,
    GridLine,
    GridRubric,
    GridTrial,
    GridTrialCount,
    Ground,
    GroundCase,
    Income,
    Nominator,
    OwedExamination,
    Priority,
    RegistryRow,
    RegistryRun,
    Score,
    SupportingDocument,
)
from tests.allocations.builders import (
    enter_figures,
    give_share,
    give_terms,
    make_application,
    make_base,
    make_candidacy,
    make_claim,
    make_contingent,
    make_convention,
    make_fragile,
    make_member,
    make_vacancy,
    open_occasion,
)
from tests.builders import OWNER, make_unit, paris_day, run
from tests.tenants.breaking import NEW, Break, both, change, copy, move
from tests.world import World

SOURCE = {"source_kind": "order", "source_number": "2025-12"}
DRAFT = "adopted_on IS NULL"
OF_DRAFT = f"grid_id IN (SELECT id FROM allocations_grid WHERE {DRAFT})"
OF_STATE = "contingent_id IN (SELECT id FROM allocations_contingent WHERE kind = 'state_priority')"
ADOPT = change("allocations_grid", "adopted_on = loge_today()", DRAFT)
CLOSED = "state = 'closed', closed_on = loge_today(), closing_motive = '{}'"


def fill_allocations(landlord: World) -> None:
    """Store a row in every table of the app allocations that has a named database rule."""
    fill_application(landlord)
    fill_grid(landlord)
    fill_flow(landlord)


def fill_application(landlord: World) -> None:
    aline, day, year = landlord.person("aline"), paris_day(), paris_day().year
    enter_figures()
    application = make_application(landlord.place("Agence Belleville"), by=aline)
    make_member(application)
    open_occasion(application, aline)
    born = {"last_name": "Demande", "first_name": "Jean", "birth_date": paris_day(-12_000)}
    Applicant(application=application, tie="spouse", **born).save(using=OWNER)
    assessed = {"proof": "tax_notice", "assessed_on": day, "assessed_by": aline}
    income = {"signing_year": year, "basis": "n2", "year": year - 2, "rfr_cents": 3_000_000}
    Income(application=application, **income, **assessed).save(using=OWNER)
    asked_on = {"asked_on": day, "asked_by": aline, "due_on": paris_day(30)}
    SupportingDocument(application=application, kind="identity", **asked_on).save(using=OWNER)
    ClosingWarning(application=application, motive="no_answer", sent_on=day, sent_by=aline).save(using=OWNER)
    dates = {"attested_on": day, "ends_on": paris_day(90)}
    Priority(application=application, code="dalo", proof="decision", recorded_on=day, recorded_by=aline, **dates).save(
        using=OWNER
    )
    GroundCase(application=application, referred_on=day, referred_by=aline).save(using=OWNER)
    Ground(
        application=application, code="trafficking", proof="court_decision", decided_on=day, decided_by=aline, **dates
    ).save(using=OWNER)


def fill_grid(landlord: World) -> None:
    """Store a points grid in force, a draft grid, an income ceiling, trials of the draft, and a score.

    Both grids have two sealed lines, which give points for sensitive reasons.
    """
    day, source = paris_day(), {**SOURCE, "source_date": paris_day(-90)}
    for version in (1, 2):
        grid = Grid(version=version, band_width=40, drafted_on=day, drafted_by=landlord.person("rosa"), **source)
        grid.save(using=OWNER)
        rubric = GridRubric(grid=grid, code="priority", mode="once")
        rubric.save(using=OWNER)
        for feature, points in (("trafficking", 10), ("couple_violence", 40)):
            line = GridLine(grid=grid, rubric=rubric, code=feature, kind="flag", feature=feature, points=points)
            line.sealed = True
            line.save(using=OWNER)
        if version == 1:
            Grid.objects.using(OWNER).filter(pk=grid.pk).update(adopted_on=day)
    key = {"year": day.year, "zone": "paris", "financing": "PLAI", "category": "1"}
    Ceiling(euros=14_811, entered_on=day, **key, **source).save(using=OWNER)
    [(application,)] = run("SELECT id FROM allocations_application")
    lines = {"lines": ["trafficking"], "points": [10], "total": 10}
    for days in range(8):
        trial = GridTrial(draft=grid.pk, version=2, asked_on=paris_day(-days))
        trial.save(using=OWNER)
    GridTrialCount(trial=trial, population="all").save(using=OWNER)
    provisional = {f"provisional_{name}": value for name, value in lines.items()}
    Score(application_id=application, grid=grid, computed_on=day, months=3, **lines, **provisional).save(using=OWNER)


def fill_flow(landlord: World) -> None:
    top, rosa = landlord.place("Office des Trois-Rives"), landlord.person("rosa")
    unit = make_unit(landlord.building("Glycines A"), "99", 9)
    give_terms(unit)
    [application] = Application.objects.using(OWNER).all()
    candidacy = make_candidacy(make_vacancy(unit), application, landlord.person("aline"), 1)
    make_claim(candidacy, landlord.person("ines"))
    make_fragile(landlord.building("Glycines B"))
    OwedExamination(application=application, owed_since=paris_day()).save(using=OWNER)
    registry = {"kind": "closing", "number": application.number, "outcome": "renounced", "day": paris_day()}
    RegistryRow(**registry).save(using=OWNER)
    RegistryRun(number=1, made_on=paris_day(), rows=1, digest="0" * 64).save(using=OWNER)
    base = make_base()
    for kind, holder, share in (("commune", "Ville", 400), ("region", "Région", 300), ("state_priority", "État", 250)):
        contingent = make_contingent(top, holder, kind)
        give_share(contingent, base, share)
    make_convention(contingent, -10, 300)
    days = {"first_day": paris_day(), "last_day": paris_day(300)}
    Nominator(contingent=contingent, person=landlord.person("nadia"), named_by=rosa, **days).save(using=OWNER)


def without_vacancy_trigger(act: Break) -> Break:
    """Return a function that disables the trigger on vacancies before it calls `act`.

    Otherwise the trigger would refuse the change, and the database would not check the constraint.
    """
    return both(
        lambda _landlord: run("ALTER TABLE allocations_vacancy DISABLE TRIGGER allocations_vacancy_states"), act
    )


_APPLICATION, _VACANCY, _LINE = "allocations_application", "allocations_vacancy", "allocations_gridline"
_TRIAL = "allocations_gridtrial"
_CLAIM = "allocations_claimreading"
_RESIDENCE, _OWED = "allocations_fragileresidence", "allocations_owedexamination"
_ROW, _SENT = "allocations_registryrow", "run_id = 1, sent_on = loge_today()"
_AGREED = "agreed_at = loge_now(), ends_at = loge_now() + interval"
_COPIED_TRIAL = copy(_TRIAL, id=NEW, asked_on="loge_today() - 100")
_WITHOUT_TERMS = "(SELECT u.id FROM buildings_unit u LEFT JOIN buildings_unitterms m ON m.unit_id = u.id"
_WITHOUT_TERMS += " WHERE m.unit_id IS NULL AND u.building_id = t.building_id LIMIT 1)"

ALLOCATION_RULES: dict[str, Break] = {
    "application_number_once": copy(_APPLICATION, id=NEW),
    "application_number_shape": change(_APPLICATION, "number = '1'"),
    "application_renewed_after_it_was_filed": change(_APPLICATION, "renew_by = filed_on"),
    "application_rooms_in_order": change(_APPLICATION, "rooms_from = 3, rooms_to = 2"),
    "application_equipment_listed": change(_APPLICATION, "equipment = '{pool}'"),
    "application_housing_listed": change(_APPLICATION, "housing = 'castle'"),
    "application_closed_for_a_motive": change(_APPLICATION, "closed_on = loge_today()"),
    "application_closed_stays": both(
        change(_APPLICATION, CLOSED.format("renounced")), change(_APPLICATION, "renew_by = renew_by + 1")
    ),
    "closing_after_a_warning": change(_APPLICATION, CLOSED.format("no_answer")),
    "closing_after_the_term": change(_APPLICATION, CLOSED.format("not_renewed")),
    "one_principal": change("allocations_applicant", "tie = 'principal'"),
    "applicant_tie_listed": change("allocations_applicant", "tie = 'friend'"),
    "applicant_phone_is_a_number": change("allocations_applicant", "phone = '12'"),
    "applicant_postcode_is_five_digits": change("allocations_applicant", "postcode = '7502'"),
    "custody_for_children": change("allocations_householdmember", "custody = ''"),
    "income_once_a_basis": copy("allocations_income", id=NEW),
    "income_year_matches_basis": change("allocations_income", "year = year - 1"),
    "income_not_negative": change("allocations_income", "rfr_cents = -1"),
    "income_assessed_with_its_proof": change("allocations_income", "proof = 'sworn'"),
    "income_drop_ten_percent": copy("allocations_income", id=NEW, basis="'n1'", year="t.year + 1"),
    "document_once_a_kind": copy("allocations_supportingdocument", id=NEW),
    "document_is_listed": change("allocations_supportingdocument", "kind = 'visit_report'"),
    "document_asked_with_a_delay": change("allocations_supportingdocument", "due_on = asked_on"),
    "document_seen_while_valid": change("allocations_supportingdocument", "valid_until = loge_today()"),
    "warning_one_at_a_time": copy("allocations_closingwarning", id=NEW),
    "warning_motive_listed": change("allocations_closingwarning", "motive = 'renounced'"),
    "warning_delivered_with_its_proof": change("allocations_closingwarning", "delivered_on = sent_on"),
    "occasion_ends_after_it_opens": change("allocations_occasion", "ends_at = opened_at - interval '1 second'"),
    "occasion_reason_listed": change("allocations_occasion", "reason = 'curiosity'"),
    "priority_once": copy("allocations_priority", id=NEW),
    "priority_needs_its_proof": change("allocations_priority", "proof = 'court_decision'"),
    "priority_ends": change("allocations_priority", "ends_on = recorded_on - 1"),
    "ground_case_one_open": copy("allocations_groundcase", id=NEW),
    "ground_case_answered_by_its_examiner": change(
        "allocations_groundcase", "answer = 'refused', answered_on = loge_today()"
    ),
    "ground_case_answer_is_dated": change("allocations_groundcase", "answered_on = loge_today()"),
    "ground_once": copy("allocations_ground", id=NEW),
    "ground_needs_its_proof": copy("allocations_ground", id=NEW, proof="'decision'"),
    "ground_ends": copy("allocations_ground", id=NEW, ends_on="t.decided_on"),
    "ground_stays_as_decided": change("allocations_ground", "ends_on = ends_on + 1"),
    "grid_version_once": copy("allocations_grid", DRAFT, id=NEW),
    "grid_one_in_force": ADOPT,
    "grid_bands_hide_grounds": both(change("allocations_grid", "band_width = 1", DRAFT), ADOPT),
    "grid_has_lines": both(lambda _landlord: run(f"DELETE FROM {_LINE} WHERE {OF_DRAFT}"), ADOPT),
    "grid_band_has_a_width": change("allocations_grid", "band_width = 0", DRAFT),
    "grid_has_its_source": change("allocations_grid", "source_number = 'on dit'", DRAFT),
    "grid_adopted_by_another": change("allocations_grid", "adopted_by_id = drafted_by_id", DRAFT),
    "grid_frozen_once_adopted": change(_LINE, "points = 50", f"NOT {OF_DRAFT}"),
    "rubric_once_a_grid": copy("allocations_gridrubric", OF_DRAFT, id=NEW),
    "grid_line_once": copy(_LINE, OF_DRAFT, id=NEW),
    "grid_line_has_a_code": change(_LINE, "code = 'DALO !'", OF_DRAFT),
    "grid_line_rule_fits_its_data": change(_LINE, "kind = 'number'", OF_DRAFT),
    "grid_line_sealed_as_its_ground": change(_LINE, "sealed = false", OF_DRAFT),
    "grid_trial_once_a_day": both(_COPIED_TRIAL, _COPIED_TRIAL),
    "grid_trials_limited": copy(_TRIAL, id=NEW, asked_on="loge_today() + 1"),
    "grid_trial_computed_in_full": change(_TRIAL, "computed_on = loge_today()"),
    "grid_trial_stays": change(_TRIAL, "version = 3"),
    "grid_trial_count_once": copy("allocations_gridtrialcount", id=NEW),
    "grid_trial_count_hides_few": copy(
        "allocations_gridtrialcount", id=NEW, population="'family'", moved_up="4", unchanged="5", moved_down="5"
    ),
    "claim_agreed_by_another": change(_CLAIM, f"agreed_by_id = asked_by_id, {_AGREED} '1 hour'"),
    "claim_read_for_a_day": change(
        _CLAIM, f"agreed_by_id = (SELECT id FROM access_person WHERE name = 'Awa Diakité'), {_AGREED} '25 hours'"
    ),
    "claim_source_listed": copy(_CLAIM, id=NEW, source="'rumour'"),
    "claim_one_open_request": copy(_CLAIM, id=NEW),
    "claim_stays_as_asked": change(_CLAIM, "source = 'court'"),
    "closing_after_the_commission": both(
        change(
            "allocations_closingwarning",
            "motive = 'inadmissible', sent_on = loge_today() - 90, delivery = 'received',"
            " delivered_on = loge_today() - 60",
        ),
        change(_APPLICATION, CLOSED.format("inadmissible")),
    ),
    "fragile_residence_named_once": copy(_RESIDENCE, id=NEW),
    "fragile_residence_has_its_source": copy(_RESIDENCE, id=NEW, last_day="loge_today()", source_number="'on dit'"),
    "fragile_residence_ends_after_it_starts": copy(_RESIDENCE, id=NEW, last_day="t.first_day - 1"),
    "fragile_residence_stays_as_named": change(_RESIDENCE, "last_day = loge_today() - 1"),
    "owed_once_at_a_time": copy(_OWED, id=NEW),
    "owed_met_on_a_day": change(_OWED, "met_by_id = (SELECT id FROM allocations_candidacy LIMIT 1)"),
    "registry_row_number_shape": copy(_ROW, id=NEW, number="'1'"),
    "registry_row_coded": copy(_ROW, id=NEW, outcome="'inadmissible'"),
    "registry_row_sent_in_a_run": change(_ROW, "run_id = 1"),
    "registry_row_leaves_once": both(change(_ROW, _SENT), change(_ROW, "run_id = NULL, sent_on = NULL")),
    "registry_run_stays": change("allocations_registryrun", "rows = 2"),
    "ceiling_once": copy("allocations_ceiling", id=NEW),
    "ceiling_has_source": change("allocations_ceiling", "source_number = 'on dit'"),
    "score_is_sum_of_lines": change("allocations_score", "total = total + 1"),
    "legal_figure_once_a_day": copy("allocations_legalfigure", id=NEW),
    "legal_figure_listed": change("allocations_legalfigure", "code = 'luck'"),
    "legal_figure_has_its_source": change("allocations_legalfigure", "source_number = 'on dit'"),
    "legal_figure_ends_after_it_starts": change("allocations_legalfigure", "last_day = first_day - 1"),
    "contingent_once": copy("allocations_contingent", id=NEW),
    "contingent_has_its_holder": change("allocations_contingent", "holder = ''"),
    "convention_ends_after_it_starts": change("allocations_convention", "last_day = first_day"),
    "flow_base_excludes": change("allocations_flowbase", "transfers = lettings + 1"),
    "flow_share_once_a_year": copy("allocations_flowyear", id=NEW),
    "flow_share_within_the_whole": change("allocations_flowyear", "share_permille = 1001"),
    "flow_shares_within_whole": change("allocations_flowyear", "share_permille = 600", f"NOT {OF_STATE}"),
    "state_thirty_percent": change("allocations_flowyear", "share_permille = 301", OF_STATE),
    "nominator_once": copy("allocations_nominator", id=NEW),
    "nominator_for_three_years": change("allocations_nominator", "last_day = first_day + 2000"),
    "nominator_named_by_another": change("allocations_nominator", "named_by_id = person_id"),
    "vacancy_one_open_a_unit": copy(_VACANCY, id=NEW),
    "vacancy_state_known": without_vacancy_trigger(
        change(_VACANCY, "state = 'x', outside_flow = 'sale', oriented_on = loge_today()")
    ),
    "vacancy_states_follow": change(_VACANCY, "state = 'let', ended_on = loge_today()"),
    "vacancy_oriented_or_outside_the_flow": change(_VACANCY, "state = 'oriented'"),
    "vacancy_orientation_has_a_reason": change(_VACANCY, "orientation_reason = 'behind'"),
    "vacancy_ends_on_a_day": change(_VACANCY, "ended_on = loge_today()"),
    "vacancy_has_terms": copy(_VACANCY, id=NEW, unit_id=_WITHOUT_TERMS),
    "vacancy_stands_in_its_unit": move(_VACANCY),
    "terms_financing_and_zone_listed": change("buildings_unitterms", "financing = 'X'"),
    "terms_rent_is_positive": change("buildings_unitterms", "rent_cents = 0"),
    "terms_equipment_listed": change("buildings_unitterms", "equipment = '{pool}'"),
    "terms_stand_in_their_unit": move("buildings_unitterms"),
}
