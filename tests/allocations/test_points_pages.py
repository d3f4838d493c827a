"""The pages of priorities, eligibility conditions, sealed grounds, points, grids and income ceilings."""

import pytest

from access.compartments import Compartment
from allocations.actions.scores import compute_scores
from allocations.models import Ceiling, Grid, Ground, GroundCase, Priority
from allocations.rules.rows import shipped
from allocations.wording import RAISED, missing_text, shipped_sources, source_text
from tests.allocations.builders import (
    declare_income,
    make_application,
    make_case,
    make_grid,
    make_ground,
    open_occasion,
)
from tests.builders import OWNER, events, paris_day, run
from tests.database.test_policies import as_role
from tests.form_values import typed


@pytest.fixture
def application(landlord):
    aline = landlord.person("aline")
    application = make_application(landlord.place("Agence Belleville"), "Vidal", by=aline)
    open_occasion(application, aline)
    declare_income(application)
    return application


@pytest.fixture
def case(landlord, application):
    return make_case(application, landlord.person("aline"), landlord.person("sacha"))


def text_of(response) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


# --- The officer ---


def test_officer_records_and_removes_a_priority(sign_in, application):
    aline, url = sign_in("aline"), f"/demandes/{application.pk}/priorites/"
    sent = {"code": "dalo", "attested_on": typed(-9), "ends_on": typed(90)}
    assert aline.post(url, sent).status_code == 302
    priority = Priority.objects.using(OWNER).get()
    assert (priority.code, priority.proof) == ("dalo", "decision")
    assert "commission de médiation" in text_of(aline.get(url))
    assert aline.post(url, {"remove": str(priority.pk)}).status_code == 302
    assert not Priority.objects.using(OWNER).exists()


def test_sealed_ground_is_not_among_the_priorities_that_officers_record(sign_in, application):
    aline, url = sign_in("aline"), f"/demandes/{application.pk}/priorites/"
    assert "couple_violence" not in text_of(aline.get(url))
    sent = {"code": "couple_violence", "attested_on": typed(-9), "ends_on": typed(90)}
    assert aline.post(url, sent).status_code == 200 and not Priority.objects.using(OWNER).exists()


def test_referral_asks_nothing_and_is_made_once(sign_in, application):
    aline, url = sign_in("aline"), f"/demandes/{application.pk}/priorites/"
    assert aline.post(url, {"refer": "1"}).status_code == 302
    assert GroundCase.objects.using(OWNER).get().application_id == application.pk
    assert "Transmise le" in text_of(aline.get(url))
    assert "déjà transmise" in text_of(aline.post(url, {"refer": "1"}))


def test_conditions_name_the_missing_ceiling_and_its_sources(sign_in, application):
    text = text_of(sign_in("aline").get(f"/demandes/{application.pk}/conditions/?zone=regions"))
    year = paris_day().year
    assert f"plafond PLAI {year}, autres régions, catégorie 1" in text
    assert "Déclarées, pas encore vérifiées." in text and "1 personne" in text
    assert "23 403" in text and "annexe I" in text
    assert "ceiling" not in text.partition("<main")[2].replace("ceilings", "")


def test_zone_from_the_address_is_one_of_the_list(sign_in, application):
    aline, url = sign_in("aline"), f"/demandes/{application.pk}/conditions/"
    assert '?zone=paris" aria-current' in text_of(aline.get(f"{url}?zone=moon"))


def test_conditions_show_the_band_and_never_points(sign_in, application, landlord):
    make_grid()
    make_ground(application, landlord.person("sacha"))
    compute_scores(by="test")
    text = text_of(sign_in("aline").get(f"/demandes/{application.pk}/conditions/"))
    band, total = run("SELECT b.verified, s.total FROM allocations_scoreband b JOIN allocations_score s"
                      " ON s.application_id = b.application_id")[0]  # fmt: skip
    assert (band, total) == (2, 43) and "<dd><b>2</b></dd>" in text and "<b>oui</b>" in text
    assert not {"43", "couple"} & set(text.partition("Priorité</h2>")[2].replace("<", " ").split())


def test_conditions_close_with_the_occasion(sign_in, application):
    run("UPDATE allocations_occasion SET ends_at = opened_at")
    assert sign_in("aline").get(f"/demandes/{application.pk}/conditions/").status_code == 404


# --- The letter of points: the attacker is the officer, who reads whatever she prints ---


def points_letter(client, application) -> int:
    return client.get(f"/demandes/{application.pk}/courrier/points/").status_code


def test_officer_prints_points_of_an_application_without_ground(sign_in, application):
    make_grid()
    compute_scores(by="test")
    text = text_of(sign_in("aline").get(f"/demandes/{application.pk}/courrier/points/"))
    assert "Par mois entier depuis le dépôt" in text and "For each full month since filing" in text
    assert "Total, données vérifiées" in text and "L311-3-1" in text
    assert [event["facts"] for event in events(kind="applicant_letter_printed")] == [{"letter": "points"}]


@pytest.mark.parametrize("answer", ["", "proof_asked", "refused", "recognised"])
def test_officer_prints_no_points_once_the_application_was_referred(sign_in, landlord, application, answer):
    """After an officer has referred an application to the examiner of sensitive priorities, the officer must get no
    letter of points, whatever the examiner answers.

    The missing letter then discloses only the referral, which the officer knows, and not the answer.
    """
    make_grid()
    sacha = landlord.person("sacha")
    make_case(application, landlord.person("aline"), sacha if answer else None, answer)
    if answer == "recognised":
        make_ground(application, sacha)
    compute_scores(by="test")
    assert points_letter(sign_in("aline"), application) == 404
    assert "courrier/points" not in text_of(sign_in("aline").get(f"/demandes/{application.pk}/"))


def test_database_gives_no_points_with_a_ground_even_without_a_referral(landlord, application):
    make_grid()
    make_ground(application, landlord.person("sacha"))
    compute_scores(by="test")
    call = "SELECT total FROM allocations_points_to_tell(%s)"
    assert as_role(Compartment.APPLICANTS, landlord.person("aline").pk, call, str(application.pk)) == []
    run("DELETE FROM allocations_ground")
    compute_scores(by="test")
    assert as_role(Compartment.APPLICANTS, landlord.person("aline").pk, call, str(application.pk)) == [(3,)]
    assert as_role(Compartment.APPLICANTS, landlord.person("basile").pk, call, str(application.pk)) == []


def test_position_is_a_percentage_of_bands_among_twenty_for_as_many_rooms(landlord, application):
    make_grid()
    place, aline = landlord.place("Agence Belleville"), landlord.person("aline")
    call = "SELECT higher, same FROM allocations_band_position(%s)"
    for _number in range(18):
        make_application(place)
    make_application(place, filed_on=paris_day(-1500))
    make_application(place, rooms_from=2, rooms_to=3)
    compute_scores(by="test")
    assert as_role(Compartment.APPLICANTS, aline.pk, call, str(application.pk)) == [(5, 95)]
    run("DELETE FROM allocations_scoreband WHERE declared > 0")
    assert as_role(Compartment.APPLICANTS, aline.pk, call, str(application.pk)) == []
    assert as_role(Compartment.APPLICANTS, landlord.person("basile").pk, call, str(application.pk)) == []


# --- The examiner ---


def test_queue_shows_dates_only(sign_in, landlord, application):
    make_case(application, landlord.person("aline"))
    text = text_of(sign_in("sacha").get("/motifs/"))
    assert "Transmis le" in text and "Vidal" not in text and application.number not in text


def test_case_taken_from_the_queue_opens(sign_in, landlord, application):
    case, sacha = make_case(application, landlord.person("aline")), sign_in("sacha")
    assert sacha.get(f"/motifs/{case.pk}/").status_code == 404
    assert sacha.post(f"/motifs/{case.pk}/prendre/").status_code == 302
    text = text_of(sacha.get(f"/motifs/{case.pk}/"))
    assert "Anne Vidal" in text and "12 rue des Lilas" in text and application.number in text
    assert "Ce dossier n’est plus dans la file" in text_of(sacha.post(f"/motifs/{case.pk}/prendre/", follow=True))


def test_recognised_ground_has_a_letter_that_does_not_name_it(sign_in, case):
    sacha, url = sign_in("sacha"), f"/motifs/{case.pk}/"
    sent = {"code": "couple_violence", "attested_on": typed(-9), "ends_on": typed(90)}
    assert sacha.post(url, sent).status_code == 302
    assert Ground.objects.using(OWNER).get().code == "couple_violence"
    letter = text_of(sacha.get(f"{url}courrier/answer/")).partition("<main")[2]
    assert "Le motif que vous avez présenté est reconnu." in letter and "The ground that you presented" in letter
    for word in ("violence", "couple", "mariage", "juge", "couple_violence", "prostitution"):
        assert word not in letter.lower()


@pytest.mark.parametrize("answer, words", [("refused", "n’est pas reconnu"), ("proof_asked", "Une preuve est nécess")])
def test_answer_without_a_ground_has_its_letter(sign_in, case, answer, words):
    sacha, url = sign_in("sacha"), f"/motifs/{case.pk}/"
    assert sacha.get(f"{url}courrier/answer/").status_code == 404
    assert sacha.post(url, {"answer": answer}).status_code == 302
    letter = text_of(sacha.get(f"{url}courrier/answer/"))
    assert words in letter and ("Tribunal administratif" in letter) == (answer == "refused")


def test_recognised_case_cannot_be_answered_otherwise(sign_in, case):
    sacha, url = sign_in("sacha"), f"/motifs/{case.pk}/"
    sacha.post(url, {"code": "couple_violence", "attested_on": typed(-9), "ends_on": typed(90)})
    assert sacha.post(url, {"answer": "refused"}).status_code == 200
    assert run("SELECT answer FROM allocations_groundcase") == [("recognised",)]


def test_examiner_brings_the_end_of_a_ground_forward_but_not_back(sign_in, landlord, case):
    ground = make_ground(case.application, landlord.person("sacha"))
    sacha, url = sign_in("sacha"), f"/motifs/{case.pk}/"
    for days, status in ((301, 200), (0, 200), (30, 302)):
        assert sacha.post(url, {"shorten": str(ground.pk), "ends_on": typed(days)}).status_code == status
    assert run("SELECT ends_on FROM allocations_ground") == [(paris_day(30),)]
    assert len(events(kind="ground_shortened")) == 1


def test_examiner_reads_points_line_by_line_and_prints_them(sign_in, landlord, case):
    make_grid()
    make_ground(case.application, landlord.person("sacha"), "trafficking")
    compute_scores(by="test")
    sacha, url = sign_in("sacha"), f"/motifs/{case.pk}/"
    for page in (url, f"{url}courrier/points/"):
        text = text_of(sacha.get(page))
        assert "Traite ou proxénétisme" in text and '<td class="num"><b>33</b></td>' in text


# --- The manager ---


def test_manager_reads_the_grid_in_words_and_rounded_numbers_of_grounds(sign_in, landlord):
    make_grid()
    sacha, place = landlord.person("sacha"), landlord.place("Agence Belleville")
    for _number in range(8):
        make_ground(make_application(place), sacha)
    for _number in range(4):
        make_ground(make_application(place), sacha, "trafficking")
    text = text_of(sign_in("rosa").get("/attribution/grille/"))
    assert "Enfants du foyer : au moins 2" in text and "(motif réservé)" in text
    assert "5 au moins" in text and "8 au moins" not in text
    assert text.count("moins de cinq, ou aucun") == 4


def draft(client) -> Grid:
    sent = {"source_kind": "agreement", "source_number": "2026-1", "source_date": typed(-3), "band_width": "10"}
    assert client.post("/attribution/grille/projet/", sent).status_code == 302
    grid: Grid = Grid.objects.using(OWNER).get(adopted_on=None)
    return grid


def test_manager_drafts_a_grid_line_by_line(sign_in, landlord):
    rosa, url = sign_in("rosa"), "/attribution/grille/projet/"
    grid = draft(rosa)
    rosa.post(url, {"act": "rubric", "code": "household", "mode": "sum"})
    line = {"act": "line", "rubric": "household", "points": "7"}
    for rule in (
        {"feature": "children", "at_least": "2"},
        {"feature": "children", "at_least": "2", "points": "9"},
        {"feature": "housing", "values": ["hotel", "none"]},
        {"feature": "months", "most_points": "40"},
        {"feature": "couple_violence"},
    ):
        assert rosa.post(url, line | rule).status_code == 302
    stored = "SELECT code, kind, points, sealed FROM allocations_gridline WHERE grid_id = %s ORDER BY code"
    assert run(stored, grid.pk) == [
        ("children_2_x", "number", 9, False),
        ("couple_violence", "flag", 7, True),
        ("housing_hotel", "code", 7, False),
        ("months", "months", 7, False),
    ]
    text = text_of(rosa.get(url))
    assert "hôtel ou meublé de courte durée, sans logement" in text and "40 points au plus" in text
    assert rosa.post(url, {"act": "discard"}).status_code == 302 and not Grid.objects.using(OWNER).exists()


@pytest.mark.parametrize(
    "rule, words",
    [
        ({"feature": "children"}, "au moins une limite"),
        ({"feature": "children", "at_least": "3", "at_most": "2"}, "au-dessous de la première"),
        ({"feature": "housing"}, "au moins une valeur"),
    ],
)
def test_criterion_without_its_limits_is_refused(sign_in, landlord, rule, words):
    rosa, url = sign_in("rosa"), "/attribution/grille/projet/"
    draft(rosa)
    rosa.post(url, {"act": "rubric", "code": "household", "mode": "sum"})
    assert words in text_of(rosa.post(url, {"act": "line", "rubric": "household", "points": "7", **rule}))


def test_draft_is_not_adopted_by_who_prepared_it(sign_in, landlord):
    make_grid()
    rosa = sign_in("rosa")
    draft(rosa)
    rosa.post("/attribution/grille/projet/", {"act": "width", "band_width": "20"})
    assert "par une autre personne" in text_of(rosa.post("/attribution/grille/adopter/", {"adopt": "1"}))


def test_narrow_bands_are_refused_in_words(sign_in, landlord):
    make_grid(band_width=9, adopted=False)
    rosa = sign_in("rosa")
    assert "Tranches trop étroites" in text_of(rosa.get("/attribution/grille/projet/"))
    assert "laisseraient deviner" in text_of(rosa.post("/attribution/grille/adopter/", {"adopt": "1"}))


@pytest.mark.reads_back
def test_adoption_is_read_back_and_a_changed_draft_again(sign_in, landlord):
    make_grid(adopted=False)
    rosa, url = sign_in("rosa"), "/attribution/grille/adopter/"
    first = rosa.post(url, {"adopt": "1"})
    token = first.context["token"]
    assert not Grid.objects.using(OWNER).in_force().exists()
    run("UPDATE allocations_gridline SET points = 51 WHERE code = 'dalo'")
    assert rosa.post(url, {"adopt": "1", "relu": token}).status_code == 200
    token = rosa.post(url, {"adopt": "1"}).context["token"]
    assert rosa.post(url, {"adopt": "1", "relu": token}).status_code == 302
    assert Grid.objects.using(OWNER).in_force().exists()


def test_entered_ceiling_stands_beside_those_shipped_and_counts(sign_in, application):
    rosa, year = sign_in("rosa"), paris_day().year
    sent = {"financing": "PLAI", "year": str(year), "zone": "regions", "category": "1", "euros": "12870"}
    source = {"source_kind": "order", "source_number": "2025-1219", "source_date": typed(-30)}
    assert f"Aucun plafond pour {year} : PLAI" in text_of(rosa.get("/attribution/plafonds/"))
    assert rosa.post("/attribution/plafonds/", sent | source).status_code == 302
    text = text_of(rosa.get("/attribution/plafonds/"))
    assert "12 870" in text and "enregistré par le bailleur" in text and "fourni avec Loge" in text
    assert Ceiling.objects.using(OWNER).get().euros == 12_870
    conditions = text_of(sign_in("aline").get(f"/demandes/{application.pk}/conditions/?zone=regions"))
    assert "12 870" in conditions and "2025-1219" in conditions


# --- Words ---


def test_every_shipped_source_of_a_ceiling_has_a_sentence():
    sources = {row.source for key, rows in shipped().items() if key[0] == "ceiling" for row in rows}
    assert sources <= shipped_sources().keys() and all(shipped_sources().values())
    assert source_text(f"{RAISED}arrêté of 19 December 2025, annex I").endswith("arrêté du 19 décembre 2025, annexe I")


@pytest.mark.parametrize(
    "name, words",
    [
        ("ceiling PLAI 2026 paris extra", "plafond PLAI 2026, Paris et communes limitrophes, catégorie par personne"),
        ("parameter twelve_months_deduction_permille 2026-11-30", "30/11/2026"),
        ("income n2 2024", "revenu fiscal de référence de 2024"),
        ("income n2 2024 of person 2", "revenus de 2024 de la personne 2"),
        ("proof of income n2 2024", "pièce qui prouve"),
        ("new assessment 2026", "bail signé en 2026"),
        ("custody of person 3", "garde de la personne 3"),
        ("birth of person 3", "naissance de la personne 3"),
        ("persons of income n1 2025", "personnes que concernent les revenus de 2025"),
        ("dependant of person 3", "rattachement fiscal"),
    ],
)
def test_missing_fact_has_a_sentence(name, words):
    assert words in missing_text(name)
