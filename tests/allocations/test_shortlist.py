"""Shortlists: who is listed, in which order, and who may read or draw a shortlist.

Anybody who has the ranking key can compute the order of the candidates again.
"""

import hashlib
import hmac
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import DatabaseError, connections

from access.compartments import Compartment
from access.permissions import Permission
from allocations.actions.occasions import open_designated
from allocations.actions.scores import compute_scores
from allocations.actions.shortlist import draw_shortlist, withdraw_candidate
from allocations.actions.vacancies import declare_vacancy, orient_vacancy
from allocations.models import Application, Candidacy, Grid, Shortlist, Vacancy
from allocations.rules import ranks
from buildings.models import Unit
from tests.allocations.builders import acting_as, declare_income, make_application, make_contingent
from tests.allocations.commission import Commission, make_commission
from tests.allocations.refusals import refused
from tests.builders import OWNER, events, paris_day, run
from tests.database.test_policies import as_role
from tests.database.test_thieves import THIEVES, tried

pytestmark = pytest.mark.usefixtures("unkept")

STORED = "SELECT rank, pseudonym, tie_break FROM allocations_shortlistline ORDER BY rank"
KEPT_AT = "UPDATE allocations_application SET kept_at_id ="
POOL = ("allocations_poolentry", "allocations_poollink", "allocations_rankingkey")


def add_equals(commission: Commission, count: int, **fields) -> list[Application]:
    """Create applications with equal points and filing dates, and compute the pool of applications for matching."""
    place = commission.landlord.place("Agence Belleville")
    values: dict[str, Any] = {"filed_on": paris_day(-1500), "rooms_from": 2, "rooms_to": 2} | fields
    made = [make_application(place, f"Pareil{number}", **values) for number in range(count)]
    for application in made:
        declare_income(application, 15_000_00)
    compute_scores(by="test")
    return made


def candidates() -> list[Application]:
    """Return the ids of the shortlisted applications, in the order of the shortlist."""
    rows = run(
        "SELECT k.application_id FROM allocations_shortlistline l JOIN allocations_poollink k USING (pseudonym)"
        " ORDER BY l.rank"
    )
    return [pk for (pk,) in rows]


def test_order_is_that_of_the_rules_with_the_stored_key(commission):
    add_equals(commission, 20)
    commission.orient()
    commission.shortlist()
    [(key,)] = run("SELECT key FROM allocations_rankingkey")
    pool = run("SELECT pseudonym, ranking_points, filed_on FROM allocations_poolentry")
    expected = ranks.rank_candidates(
        [ranks.Candidate(str(pseudonym), points, filed_on) for pseudonym, points, filed_on in pool],
        str(commission.vacancy.unit_id),
        bytes(key),
    )
    assert len(expected) == 24
    assert [(rank, str(pseudonym), tie) for rank, pseudonym, tie in run(STORED)] == [
        (row.rank, row.candidate.number, row.tie_break) for row in expected
    ]


def test_vacancy_declared_again_has_the_order_of_the_withdrawn_one(commission):
    """A vacancy that is declared again keeps its ranking key.

    Otherwise an officer could withdraw and declare it repeatedly, until a key puts the candidates in a suitable order.
    """
    add_equals(commission, 20)
    ties = "SELECT pseudonym, tie_break FROM allocations_shortlistline WHERE vacancy_id = %s ORDER BY rank"
    commission.orient()
    commission.shortlist()
    before = run(ties, commission.vacancy.pk)
    for _time in range(2):
        run("UPDATE allocations_vacancy SET state = 'withdrawn', ended_on = loge_today() WHERE ended_on IS NULL")
        commission.orient()
        commission.shortlist()
        assert len(before) == 24 and run(ties, commission.vacancy.pk) == before
    assert len(run("SELECT DISTINCT key FROM allocations_rankingkey")) == 1
    assert len({event["facts"]["key_digest"] for event in events(kind="vacancy_oriented")}) == 1


def test_dwelling_gets_a_new_key_once_it_was_let(commission):
    commission.orient()
    run("UPDATE allocations_vacancy SET state = 'withdrawn', ended_on = loge_today()")
    commission.orient()
    commission.force("allocations_vacancy", "UPDATE allocations_vacancy SET state = 'let', ended_on = loge_today()"
                     " WHERE id = %s", commission.vacancy.pk)  # fmt: skip
    commission.orient()
    assert len(run("SELECT DISTINCT key FROM allocations_rankingkey")) == 2


@pytest.mark.parametrize("order", ["pseudonym", "pseudonym DESC", "ranking_points, filed_on DESC", "md5(id::text)"])
def test_rank_does_not_depend_on_the_order_of_the_rows(commission, order):
    add_equals(commission, 20)
    commission.orient()
    commission.shortlist()
    before = run(STORED)
    for table in ("allocations_poolentry", "allocations_poollink"):
        run(f"CREATE TEMPORARY TABLE copied AS TABLE {table}")
        run(f"DELETE FROM {table}")
        run(
            f"INSERT INTO {table} SELECT * FROM copied ORDER BY {order if 'entry' in table else 'md5(pseudonym::text)'}"
        )
        run("DROP TABLE copied")
    commission.shortlist()
    assert len(before) == 24 and run(STORED) == before


def test_equal_candidates_are_not_in_the_order_of_their_pseudonyms(commission):
    """The order by HMAC differs from that by pseudonym. The two orders would be equal by chance once in 20! draws."""
    add_equals(commission, 20)
    commission.orient()
    commission.shortlist()
    equals = [pseudonym for rank, pseudonym, _tie in run(STORED) if rank <= 20]
    assert equals != sorted(equals) and equals != sorted(equals, reverse=True)


@pytest.mark.parametrize("length", [0, 1, 20, 32, 63, 64])
def test_hmac_in_the_database_is_that_of_rfc_2104(bare, length):
    key = bytes(range(1, length + 1))
    [(inner, outer)] = run("SELECT allocations_hmac_key(%s, 54), allocations_hmac_key(%s, 92)", key, key)
    digest = hashlib.sha256(bytes(outer) + hashlib.sha256(bytes(inner) + b"Hi There").digest()).hexdigest()
    assert digest == hmac.new(key, b"Hi There", "sha256").hexdigest()


def test_published_vectors_of_hmac(bare):
    """The SQL function that prepares an HMAC key must give the published results.

    RFC 2104 (appendix) publishes a result for MD5, RFC 4231 (test case 1) a result for SHA-256. One function serves
    both, because both hashes have blocks of 64 bytes.
    """
    sql = "allocations_hmac_key(decode(repeat('0b', {n}), 'hex'), {byte})"
    md5 = "md5({outer} || decode(md5({inner} || 'Hi There'::bytea), 'hex'))"
    sha = "encode(sha256({outer} || sha256({inner} || 'Hi There'::bytea)), 'hex')"
    for text, n, digest in (
        (md5, 16, "9294727a3638bb1c13f48ef8158bfc9d"),
        (sha, 20, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    ):
        call = text.format(outer=sql.format(n=n, byte=92), inner=sql.format(n=n, byte=54))
        assert run(f"SELECT {call}") == [(digest,)]


def test_key_is_drawn_once_and_its_digest_is_recorded_before_the_shortlist(commission):
    commission.orient()
    [(key,)] = run("SELECT key FROM allocations_rankingkey")
    rosa = commission.person("rosa")
    with acting_as(rosa, Permission.VACANCY_ORIENT) as access:
        vacancy = Vacancy._default_manager.get(pk=commission.vacancy.pk)
        orient_vacancy(by=rosa, vacancy=vacancy, outside_flow="rehousing", context=access.context)
    commission.shortlist()
    assert run("SELECT key FROM allocations_rankingkey") == [(key,)] and len(bytes(key)) == 32
    digests = [event["facts"]["key_digest"] for event in events(kind="vacancy_oriented")]
    assert digests == [hashlib.sha256(bytes(key)).hexdigest()] * 2
    order = "SELECT kind FROM audit_event WHERE kind IN ('vacancy_oriented', 'shortlist_run') ORDER BY at"
    assert run(order) == [("vacancy_oriented",), ("vacancy_oriented",), ("shortlist_run",)]


def test_key_is_not_drawn_for_a_vacancy_that_goes_on(commission):
    commission.orient()
    run("DELETE FROM allocations_rankingkey")
    run("UPDATE allocations_vacancy SET state = 'shortlisted'")
    sql = "SELECT allocations_draw_key(%s)"
    assert as_role(Compartment.STEERING, commission.person("rosa").pk, sql, commission.vacancy.pk) == [(None,)]


@pytest.mark.parametrize(
    ("change", "suits"),
    [
        ("", True),
        # 26,920 euros are exactly the PLUS ceiling for one person in Paris, so the application still suits.
        ("UPDATE allocations_income SET rfr_cents = 2692000", True),
        ("UPDATE allocations_income SET rfr_cents = 2692001", False),
        ("UPDATE allocations_application SET rooms_from = 1, rooms_to = 1", False),
        ("UPDATE allocations_application SET rooms_from = 3, rooms_to = 4", False),
        ("UPDATE allocations_application SET rooms_from = 1, rooms_to = 5", True),
        ("UPDATE allocations_application SET equipment = '{shower}'", False),
        (f"{KEPT_AT} (SELECT id FROM access_place WHERE name = 'Agence Bercy')", False),
        (f"{KEPT_AT} (SELECT id FROM access_place WHERE level = 'organisation')", True),
    ],
)  # fmt: skip
def test_shortlist_filters_by_ceiling_rooms_place_and_equipment(commission, change, suits):
    if change:
        run(change)
    compute_scores(by="test")
    commission.orient()
    assert len(commission.shortlist()) == (4 if suits else 0)
    assert commission.row(Shortlist, commission.vacancy.pk).eligible == (4 if suits else 0)


def test_adapted_dwelling_goes_first_to_those_who_need_its_equipment(commission):
    """Applicants who need more equipment than the dwelling has are not in its shortlist."""
    run("UPDATE buildings_unitterms SET equipment = '{lift,shower}'")
    [needs] = add_equals(commission, 1, equipment=["shower"], filed_on=paris_day(-5))
    add_equals(commission, 1, equipment=["shower", "wide_doors"])
    commission.orient()
    lines = commission.shortlist()
    assert [line.equipment for line in lines] == [["shower"], [], [], [], []]
    assert candidates()[0] == needs.pk


def test_lift_alone_does_not_make_a_dwelling_adapted(commission):
    run("UPDATE buildings_unitterms SET equipment = '{lift}'")
    add_equals(commission, 1, equipment=["lift"], filed_on=paris_day(-5))
    commission.orient()
    assert [line.equipment for line in commission.shortlist()] == [[], [], [], [], ["lift"]]


def test_shortlist_has_fifty_lines_and_counts_to_two_hundred(commission):
    add_equals(commission, 230)
    commission.orient()
    lines = commission.shortlist()
    assert [line.rank for line in lines] == [*range(1, 51)]
    assert commission.row(Shortlist, commission.vacancy.pk).eligible == 200
    [event] = events(kind="shortlist_run")
    assert event["facts"] == {"vacancy": str(commission.vacancy.pk), "grid": 1, "eligible": 200}
    # All 230 applications are equal, so an HMAC of each decides the order. The first 50 of all 230 must be chosen.
    [(key,)] = run("SELECT key FROM allocations_rankingkey")
    all_ties = sorted(
        ranks.tie_break(bytes(key), str(commission.vacancy.unit_id), str(pseudonym))
        for (pseudonym,) in run("SELECT pseudonym FROM allocations_poolentry WHERE filed_on = %s", paris_day(-1500))
    )
    assert [line.tie_break for line in lines] == all_ties[:50]


def test_closed_application_leaves_pool_and_shortlist_at_once(commission):
    commission.orient()
    lines = commission.shortlist()
    first = candidates()[0]
    run(
        "UPDATE allocations_application SET state = 'closed', closed_on = loge_today(), closing_motive = 'renounced'"
        " WHERE id = %s",
        first,
    )
    assert (
        run("SELECT count(*) FROM allocations_poolentry") == run("SELECT count(*) FROM allocations_poollink") == [(3,)]
    )
    with pytest.raises(ValidationError, match="n’est plus active"):
        commission.designate(lines[:1])
    assert len(commission.shortlist()) == 3


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("DELETE FROM allocations_grid", "grille de cotation"),
        ("UPDATE buildings_unitterms SET financing = 'PLAI'", "plafonds PLAI"),
        ("UPDATE buildings_unit SET type = ''", "type de ce logement manque"),
        ("UPDATE buildings_unit SET type = 'X2'", "type de ce logement manque"),
    ],
)
def test_what_is_missing_for_a_shortlist_is_named(commission, change, words):
    commission.orient()
    if "grid" in change:
        for table in ("grid", "gridline", "gridrubric"):
            run(f"ALTER TABLE allocations_{table} DISABLE TRIGGER USER")
        run("TRUNCATE allocations_grid CASCADE")
        assert Grid.objects.using(OWNER).count() == 0
    else:
        run(change)
    with pytest.raises(ValidationError, match=words):
        commission.shortlist()
    assert run("SELECT count(*) FROM allocations_shortlistline") == [(0,)] and events(kind="shortlist_run") == []


def test_officer_of_another_agency_neither_sees_nor_draws_nor_designates(commission):
    commission.orient()
    [line, *_rest] = commission.shortlist()
    basile = commission.person("basile")
    with acting_as(basile, Permission.SHORTLIST_RUN) as access, pytest.raises(ObjectDoesNotExist):
        access.rows(Vacancy).get(pk=commission.vacancy.pk)
    calls = {
        "SELECT allocations_draw_shortlist(%s)": commission.vacancy.pk,
        "SELECT allocations_designate(%s)": line.pk,
    }
    for sql, pk in calls.items():
        assert as_role(Compartment.POOL, basile.pk, sql, pk) == [(None,)], sql
    for table in ("shortlist", "shortlistline", "vacancy", "agendaitem"):
        column = "rank" if table == "shortlistline" else "1"
        assert as_role(Compartment.POOL, basile.pk, f"SELECT {column} FROM allocations_{table}") == [], table
    [candidacy] = commission.designate([line])
    sql = "SELECT allocations_open_designated(%s)"
    assert as_role(Compartment.APPLICANTS, basile.pk, sql, candidacy.pk) == [(None,)]


def test_vacancy_of_a_reserving_body_is_not_drawn(commission):
    contingent = make_contingent(commission.landlord.place("Office des Trois-Rives"))
    commission.orient(contingent=contingent)
    with pytest.raises(ValidationError, match="réservataire désigne"):
        commission.shortlist()


def test_lines_drawn_before_a_reserving_body_got_the_vacancy_designate_nobody(commission):
    commission.orient()
    lines = commission.shortlist()
    contingent, rosa = make_contingent(commission.landlord.place("Office des Trois-Rives")), commission.person("rosa")
    contingent._state.db = "default"
    with acting_as(rosa, Permission.VACANCY_ORIENT) as access:
        vacancy = Vacancy._default_manager.get(pk=commission.vacancy.pk)
        orient_vacancy(by=rosa, vacancy=vacancy, contingent=contingent, reason="behind", context=access.context)
    with pytest.raises(ValidationError, match="n’en est plus à cette étape"):
        commission.designate(lines[:1])


def test_second_shortlist_leaves_out_who_was_already_a_candidate(commission):
    commission.orient()
    commission.designate(commission.shortlist()[:3])
    run("UPDATE allocations_candidacy SET state = 'refused'")
    run("UPDATE allocations_vacancy SET state = 'oriented'")
    assert len(commission.shortlist()) == 1
    assert candidates() == [commission.applications[3].pk]
    assert commission.row(Shortlist, commission.vacancy.pk).eligible == 1


def test_withdrawn_candidate_opens_no_application(commission):
    commission.orient()
    [candidacy] = commission.designate(commission.shortlist()[:1])
    aline = commission.person("aline")
    with acting_as(aline, Permission.CANDIDATE_DESIGNATE) as access:
        row = access.rows(Candidacy).select_related("vacancy").get(pk=candidacy.pk)
        withdraw_candidate(by=aline, candidacy=row, context=access.context)
    with acting_as(aline, Permission.SHEET_PREPARE) as access, pytest.raises(ValidationError, match="plus en cours"):
        open_designated(by=aline, candidacy_id=candidacy.pk, context=access.context)


@pytest.mark.parametrize("state", ["let", "withdrawn"])
def test_candidacy_of_an_ended_vacancy_opens_no_application(commission, state):
    commission.orient()
    [candidacy] = commission.designate(commission.shortlist()[:1])
    run("ALTER TABLE allocations_vacancy DISABLE TRIGGER USER")
    run("UPDATE allocations_vacancy SET state = %s, ended_on = loge_today()", state)
    sql = "SELECT allocations_open_designated(%s)"
    assert as_role(Compartment.APPLICANTS, commission.person("aline").pk, sql, candidacy.pk) == [(None,)]


@pytest.mark.parametrize("name", ["aline", "rosa", "camille", "nadia", "sacha", "elise"])
def test_pool_is_unreadable_in_every_compartment(commission, name):
    commission.orient()
    commission.shortlist()
    person = commission.person(name).pk
    for compartment in Compartment:
        for sql in (
            *(f"SELECT count(*) FROM {table}" for table in POOL),
            "SELECT pseudonym FROM allocations_shortlistline",
            f"SELECT pseudonym FROM allocations_matches('{commission.vacancy.pk}', 5)",
        ):
            with pytest.raises(DatabaseError, match="permission denied"):
                as_role(compartment, person, sql)


@pytest.mark.parametrize("login", [name for name in THIEVES if name not in ("jobs", "backup")])
def test_pool_is_unreadable_for_a_stolen_login(commission, login):
    for table in POOL:
        assert tried(login, f"SELECT count(*) FROM {table}") is None
        assert tried(login, f"DELETE FROM {table}") is None


def test_stolen_officer_moves_a_vacancy_to_no_step_of_the_commission(commission):
    """By SQL, an officer can only withdraw a vacancy. Other steps must go through functions that check them."""
    commission.orient()
    aline, rosa = commission.person("aline").pk, commission.person("rosa").pk
    for state in ("declared", "oriented", "shortlisted"):
        with pytest.raises(DatabaseError, match="row-level security"):
            as_role(Compartment.VACANCIES, aline, "UPDATE allocations_vacancy SET state = %s", state)
    for state in ("declared", "shortlisted"):
        with pytest.raises(DatabaseError, match="row-level security"):
            as_role(Compartment.STEERING, rosa, "UPDATE allocations_vacancy SET state = %s", state)
    commission.designate(commission.shortlist()[:1])
    as_role(Compartment.STEERING, rosa, "UPDATE allocations_vacancy SET state = 'oriented', contingent_id = NULL")
    assert run("SELECT state FROM allocations_vacancy") == [("shortlisted",)]


def test_vacancy_with_another_dwelling_has_another_key(commission):
    commission.orient()
    aline = commission.person("aline")
    other = Unit.objects.using(OWNER).filter(building=commission.unit.building).exclude(pk=commission.unit.pk)[0]
    columns = "building_id, financing, zone, qpv, qpv_on, rent_cents, charges_cents, equipment, first_letting"
    run(
        f"INSERT INTO buildings_unitterms (unit_id, {columns}) SELECT %s, {columns} FROM buildings_unitterms",
        other.pk,
    )
    with acting_as(aline, Permission.VACANCY_DECLARE) as access:
        unit = access.rows(Unit).get(pk=other.pk)
        declared = declare_vacancy(by=aline, unit=unit, available_on=paris_day(30), context=access.context)
    with acting_as(commission.person("rosa"), Permission.VACANCY_ORIENT) as access:
        vacancy = Vacancy._default_manager.get(pk=declared.pk)
        orient_vacancy(by=access.person, vacancy=vacancy, outside_flow="transfer", context=access.context)
    assert run("SELECT count(DISTINCT key) FROM allocations_rankingkey") == [(2,)]


def test_shortlist_is_drawn_by_the_action_only_at_its_step(commission):
    commission.orient()
    commission.designate(commission.shortlist()[:1])
    aline = commission.person("aline")
    with acting_as(aline, Permission.SHORTLIST_RUN) as access, pytest.raises(ValidationError, match="à cette étape"):
        vacancy = access.rows(Vacancy).get(pk=commission.vacancy.pk)
        draw_shortlist(by=aline, vacancy=vacancy, context=access.context)
    assert connections["default"].in_atomic_block is False


def test_a_vacancy_has_ten_candidates_at_most(landlord):
    """A vacancy has at most ten candidates. Otherwise an officer could open applications until one suits."""
    commission = make_commission(landlord, applicants=11)
    commission.orient()
    lines = commission.shortlist()
    commission.designate(lines[:10])
    with refused("ten_candidates_a_vacancy"):
        commission.designate(lines[10:])
