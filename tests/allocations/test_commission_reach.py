"""Who may call the SQL functions of the shortlist, the commission and the offers, and what each role must not learn."""

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError

from access.compartments import Compartment
from access.database.provision import LOGINS
from access.permissions import Permission
from allocations.actions.decisions import count_votes
from allocations.models import Candidacy, Decision, Session, Sheet
from tests.allocations.builders import acting_as, make_contingent
from tests.allocations.commission import Commission
from tests.builders import OWNER, assign, events, make_person, run
from tests.database.test_policies import as_role
from tests.database.test_thieves import tried

pytestmark = pytest.mark.usefixtures("unkept")
C = Compartment

# Maps each SQL function to the roles and logins that may call it. A new grant must be added here, too.
CALLERS: dict[str, set[str]] = {
    "allocations_add_candidacy(uuid, uuid, integer, uuid)": set(),
    "allocations_chairs(uuid)": {"committee"},
    "allocations_chairs_candidacy(uuid)": {"committee"},
    "allocations_carry_over(uuid, text)": {"committee"},
    "allocations_count_matches()": {"jobs"},
    "allocations_counted_income(uuid)": set(),
    "allocations_current_ranks(uuid)": set(),
    "allocations_designate(uuid)": {"pool"},
    "allocations_draw_key(uuid)": {"steering"},
    "allocations_draw_shortlist(uuid)": {"pool"},
    "allocations_enough_votes(uuid)": set(),
    "allocations_expire_offers()": {"jobs"},
    "allocations_free_item(uuid)": set(),
    "allocations_freed_by_signing(uuid)": {"committee"},
    "allocations_free_vacancy(uuid)": set(),
    "allocations_future_tenants(uuid)": {"account"},
    "allocations_keys_of(uuid)": {"committee"},
    "allocations_has_lapsed(allocations_decision)": set(),
    "allocations_has_priority(uuid)": set(),
    "allocations_lacks_candidates(uuid)": set(),
    "allocations_lease_signed(uuid, uuid)": {"account"},
    "allocations_matches(uuid, integer)": set(),
    "allocations_motive_figures(uuid, text)": set(),
    "allocations_motives_that_hold(uuid)": {"committee", "applicants"},
    "allocations_names_after_vote(uuid)": {"committee"},
    "allocations_nominate(uuid, text, text, uuid)": {"contingent"},
    "allocations_open_designated(uuid)": {"applicants"},
    "allocations_own_nominees(uuid)": {"contingent"},
    "allocations_own_sessions()": {"committee"},
    "allocations_own_states()": {"contingent"},
    "allocations_preside_item(uuid)": {"committee"},
    "allocations_presides_item(uuid)": set(),
    "allocations_put_on_agenda(uuid, uuid, text)": {"pool"},
    "allocations_read_sheet(uuid, uuid)": set(),
    "allocations_recuse(uuid, uuid, text)": {"committee"},
    "allocations_recused()": {"committee"},
    "allocations_require_room(uuid)": set(),
    "allocations_sessions_of(uuid)": {"committee"},
    "allocations_take_chair(uuid)": {"committee"},
    "allocations_unallocated(uuid)": set(),
    "allocations_undecided(uuid)": {"committee"},
    "allocations_take_off_agenda(uuid)": {"pool", "steering"},
    "allocations_cancel_session(uuid)": {"steering"},
    "allocations_is_allocated(uuid)": set(),
    "allocations_tally(uuid)": {"committee"},
    "allocations_votes(uuid)": set(),
}
# Each pair is a compartment (database role) and a query of a column that this role may not read.
CLOSED_COLUMNS = (
    (C.COMMITTEE, "SELECT application_id FROM allocations_candidacy"),
    (C.COMMITTEE, "SELECT state FROM allocations_candidacy"),
    (C.COMMITTEE, "SELECT state FROM allocations_vacancy"),
    (C.COMMITTEE, "SELECT ended_on FROM allocations_vacancy"),
    (C.POOL, "SELECT application_id FROM allocations_candidacy"),
    (C.CONTINGENT, "SELECT application_id FROM allocations_candidacy"),
    (C.CONTINGENT, "SELECT state FROM allocations_candidacy"),
    (C.CONTINGENT, "SELECT state FROM allocations_vacancy"),
    (C.CONTINGENT, "SELECT id FROM allocations_vacancy WHERE ended_on IS NOT NULL"),
    (C.POOL, "SELECT persons FROM allocations_sheet"),
    (C.POOL, "SELECT last_name FROM allocations_applicant"),
    (C.COMMITTEE, "SELECT last_name FROM allocations_applicant"),
    (C.COMMITTEE, "SELECT number FROM allocations_application"),
    (C.POOL, "SELECT number FROM allocations_application"),
    (C.STEERING, "SELECT id FROM allocations_candidacy"),
    (C.STEERING, "SELECT candidacy_id FROM allocations_sheet"),
    (C.STEERING, "SELECT id FROM allocations_decision"),
    (C.STEERING, "SELECT id FROM allocations_vote"),
    (C.APPLICANTS, "SELECT choice FROM allocations_vote"),
    (C.POOL, "SELECT choice FROM allocations_vote"),
    (C.CONTINGENT, "SELECT choice FROM allocations_vote"),
    (C.CONTINGENT, "SELECT id FROM allocations_session"),
    (C.CONTINGENT, "SELECT candidacy_id FROM allocations_sheet"),
    (C.CONTINGENT, "SELECT id FROM allocations_decision"),
    (C.COMMITTEE, "SELECT code FROM allocations_ground"),
    (C.POOL, "SELECT code FROM allocations_ground"),
    (C.COMMITTEE, "SELECT code FROM allocations_priority"),
    (C.COMMITTEE, "SELECT rfr_cents FROM allocations_income"),
    (C.ACCOUNT, "SELECT priority FROM allocations_handover"),
    (C.ACCOUNT, "SELECT quartile FROM allocations_handover"),
)


@pytest.fixture
def stranger(landlord):
    """Provide a person who has the role of chair, but belongs to no session."""
    person = make_person("Serge Autre", landlord.place("Agence Belleville"))
    assign(person, "committee_chair", landlord.place("Office des Trois-Rives"))
    return person


def decide_all(commission: Commission, candidacies: list[Candidacy]) -> None:
    commission.open()
    for rank, candidacy in enumerate(candidacies, 1):
        commission.decide(candidacy, "b", rank=rank)
    commission.close()


@pytest.mark.parametrize(("function", "callers"), CALLERS.items())
def test_function_is_called_by_its_compartments_alone(landlord, function, callers):
    may = set()
    for name in [*(compartment.value for compartment in C), *sorted(LOGINS.keys() - {"owner"})]:
        role = f"{settings.INSTANCE}_{name}"
        # The query looks only at the role's own privileges, not at those of roles that a login may switch to.
        sql = (
            "SELECT EXISTS (SELECT FROM pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a"
            " WHERE p.oid = %s::regprocedure AND a.privilege_type = 'EXECUTE'"
            " AND (a.grantee = 0 OR a.grantee = %s::regrole))"
        )
        may |= {name} if run(sql, function, role) == [(True,)] else set()
    assert may == callers


def test_every_function_of_the_commission_is_in_the_table(landlord):
    names = {function.partition("(")[0] for function in CALLERS}
    files = (
        settings.BASE_DIR / "allocations" / "sql" / f"{name}.sql"
        for name in ("shortlist", "motives", "committee", "ranks", "sittings", "offers")
    )
    defined = {
        line.split("FUNCTION ")[1].partition("(")[0]
        for file in files
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.startswith("CREATE OR REPLACE FUNCTION")
    }
    triggers = {name for (name,) in run("SELECT proname::text FROM pg_proc WHERE prorettype = 'trigger'::regtype")}
    harmless = {"allocations_hmac_key", "allocations_rooms", "allocations_figure", "allocations_refuse"}
    assert defined - triggers - harmless == names


@pytest.mark.parametrize(("compartment", "sql"), CLOSED_COLUMNS)
@pytest.mark.parametrize("name", ["camille", "aline"])
def test_column_is_closed_to_the_compartment(landlord, compartment, sql, name):
    with pytest.raises(DatabaseError, match="permission denied"):
        as_role(compartment, landlord.person(name).pk, sql)


def test_member_of_no_session_sees_nothing_of_it(commission, candidacies, stranger):
    decide_all(commission, candidacies)
    for table in ("session", "seat", "agendaitem", "vacancy", "candidacy", "sheet", "decision", "vote", "recusal"):
        column = "candidacy_id" if table == "sheet" else "id"
        assert as_role(C.COMMITTEE, stranger.pk, f"SELECT {column} FROM allocations_{table}") == [], table
    session, candidacy = commission.session.pk, candidacies[0].pk
    decision = run("SELECT id FROM allocations_decision LIMIT 1")[0][0]
    for sql, pk in (
        ("SELECT * FROM allocations_names_after_vote(%s)", session),
        ("SELECT * FROM allocations_keys_of(%s)", session),
        ("SELECT * FROM allocations_undecided(%s)", session),
        ("SELECT * FROM allocations_freed_by_signing(%s)", session),
        ("SELECT * FROM allocations_tally(%s)", decision),
        ("SELECT * FROM allocations_motives_that_hold(%s)", candidacy),
    ):
        assert as_role(C.COMMITTEE, stranger.pk, sql, pk) == [], sql
    assert as_role(C.COMMITTEE, stranger.pk, "SELECT allocations_chairs(%s)", session) == [(False,)]


def test_chair_of_no_session_changes_nothing_of_it(commission, candidacies, stranger):
    commission.open()
    decision = commission.propose(candidacies[0], "b", rank=1)
    for sql in (
        "UPDATE allocations_session SET state = 'closed', closed_at = loge_now()",
        "UPDATE allocations_decision SET outcome = 'rejected', votes_for = 0, votes_against = 0",
        "UPDATE allocations_seat SET present = false",
    ):
        as_role(C.COMMITTEE, stranger.pk, sql)
    assert run("SELECT state FROM allocations_session") == [("open",)]
    assert run("SELECT outcome FROM allocations_decision") == [("proposed",)]
    assert run("SELECT count(*) FROM allocations_seat WHERE present") == [(3,)]
    with acting_as(stranger, Permission.COMMITTEE_CHAIR) as access:
        assert not access.rows(Session).exists() and not access.rows(Candidacy).exists()
        assert not access.rows(Decision).filter(pk=decision).exists() and not access.rows(Sheet).exists()


def test_row_policies_hide_a_sheet_from_a_recused_member_until_the_session_closes(commission, candidacies):
    marion, sheets = commission.person("marion"), "SELECT candidacy_id FROM allocations_sheet"
    every, first = sorted((candidacy.pk,) for candidacy in candidacies), (candidacies[0].pk,)
    seat = run("SELECT id FROM allocations_seat WHERE person_id = %s", marion.pk)[0][0]
    assert sorted(as_role(C.COMMITTEE, marion.pk, sheets)) == every
    run(
        "INSERT INTO allocations_recusal (id, seat_id, candidacy_id, declared_at)"
        " VALUES (gen_random_uuid(), %s, %s, loge_now())",
        seat,
        first[0],
    )
    others = [row for row in every if row != first]
    assert sorted(as_role(C.COMMITTEE, marion.pk, sheets)) == others
    assert sorted(as_role(C.COMMITTEE, commission.person("camille").pk, sheets)) == every
    decide_all(commission, candidacies)
    assert sorted(as_role(C.COMMITTEE, marion.pk, sheets)) == every


def test_recused_member_reads_no_decision_until_the_session_closes(commission, candidacies):
    """Before the session is closed, a recused member must not read the decision.

    A recused chair may read it, because the chair counts the votes.
    """
    first, *others = candidacies
    sql = "SELECT candidacy_id, outcome, votes_for FROM allocations_decision"
    run(
        "INSERT INTO allocations_recusal (id, seat_id, candidacy_id, declared_at)"
        " SELECT gen_random_uuid(), s.id, %s, loge_now() FROM allocations_seat s WHERE NOT s.casting",
        first.pk,
    )
    commission.open()
    decision = commission.propose(first, "b", rank=1)
    commission.vote(decision, "marion")
    commission.count(decision)
    rows = {name: as_role(C.COMMITTEE, commission.person(name).pk, sql) for name in ("mehdi", "camille", "marion")}
    assert rows == {"mehdi": [], "camille": [(first.pk, "adopted", 1)], "marion": [(first.pk, "adopted", 1)]}
    for candidacy in others:
        commission.decide(candidacy, "d", motive="other_ranked_before")
    assert len(as_role(C.COMMITTEE, commission.person("mehdi").pk, sql)) == 2
    commission.close()
    assert len(as_role(C.COMMITTEE, commission.person("mehdi").pk, sql)) == 3


def test_recused_member_learns_no_outcome_from_what_depends_on_it(commission, candidacies):
    """A recused member may not read the states of candidacy and dwelling, nor the motives of the other candidates,
    because these disclose the outcome."""
    first, other, _ = candidacies
    mehdi, session = commission.person("mehdi").pk, commission.session.pk
    as_role(C.COMMITTEE, mehdi, "SELECT allocations_recuse(%s, NULL, %s)", session, commission.applications[0].number)
    commission.open()
    decision = commission.propose(first, "b", rank=1)
    for name in ("camille", "marion"):
        commission.vote(decision, name)
    commission.count(decision)
    for table in ("allocations_candidacy", "allocations_vacancy"):
        with pytest.raises(DatabaseError, match="permission denied"):
            as_role(C.COMMITTEE, mehdi, f"SELECT state FROM {table}")
    motives = "SELECT motive FROM allocations_motives_that_hold(%s) WHERE motive = 'other_ranked_before'"
    assert as_role(C.COMMITTEE, mehdi, motives, other.pk) == []
    assert as_role(C.COMMITTEE, commission.person("camille").pk, motives, other.pk) == [("other_ranked_before",)]
    undecided = as_role(C.COMMITTEE, mehdi, "SELECT * FROM allocations_undecided(%s)", session)
    assert {pk for (pk,) in undecided} == {candidacy.pk for candidacy in candidacies[1:]}


def test_member_who_does_not_chair_neither_tallies_nor_decides(commission, candidacies):
    commission.open()
    decision = commission.propose(candidacies[0], "b", rank=1)
    for name in ("camille", "mehdi"):
        commission.vote(decision, name)
    mehdi = commission.person("mehdi")
    assert as_role(C.COMMITTEE, mehdi.pk, "SELECT * FROM allocations_tally(%s)", decision) == []
    with acting_as(mehdi, Permission.COMMITTEE_SIT) as access:
        row = access.rows(Decision).get(pk=decision)
        with pytest.raises(ValidationError, match="Seule la personne qui préside"):
            count_votes(by=mehdi, decision=row)
    as_role(
        C.COMMITTEE, mehdi.pk, "UPDATE allocations_decision SET outcome = 'adopted', votes_for = 2, votes_against = 0"
    )
    assert run("SELECT outcome FROM allocations_decision") == [("proposed",)]
    with pytest.raises(DatabaseError, match="row-level security"):
        as_role(
            C.COMMITTEE,
            mehdi.pk,
            "INSERT INTO allocations_decision (id, candidacy_id, kind, rank, motive, figures, missing_document,"
            " proposed_at, proposed_by_id, outcome, by_casting) VALUES"
            " (gen_random_uuid(), %s, 'b', 2, '', '{}', '', loge_now(), %s, 'proposed', false)",
            candidacies[1].pk,
            mehdi.pk,
        )
    assert as_role(C.COMMITTEE, mehdi.pk, "SELECT count(*) FROM allocations_vote") == [(1,)], "his own"


def test_members_read_names_after_the_vote_and_not_before_or_after_the_minutes(commission, candidacies):
    mehdi, sql = commission.person("mehdi").pk, "SELECT last_name FROM allocations_names_after_vote(%s) ORDER BY 1"
    session, marion = commission.session.pk, commission.person("marion").pk
    number = commission.applications[0].number
    as_role(C.COMMITTEE, marion, "SELECT allocations_recuse(%s, NULL, %s)", session, number)
    assert as_role(C.COMMITTEE, mehdi, sql, session) == []
    commission.open()
    commission.decide(candidacies[0], "b", rank=1)
    assert as_role(C.COMMITTEE, mehdi, sql, session) == []
    assert as_role(C.COMMITTEE, mehdi, "SELECT * FROM allocations_keys_of(%s)", session) == []
    for rank, candidacy in enumerate(candidacies[1:], 2):
        commission.decide(candidacy, "b", rank=rank)
    commission.close()
    assert as_role(C.COMMITTEE, mehdi, sql, session) == [("Candidat0",), ("Candidat1",), ("Candidat2",)]
    assert as_role(C.COMMITTEE, marion, sql, session) == [("Candidat1",), ("Candidat2",)]
    signed = "UPDATE allocations_session SET state = 'signed', signed_at = loge_now(), minutes_digest = 'x'"
    run(f"{signed}, signed_by_id = %s", mehdi)
    assert as_role(C.COMMITTEE, mehdi, sql, session) == []
    assert as_role(C.COMMITTEE, mehdi, "SELECT candidacy_id FROM allocations_sheet") == []


def test_nominator_sees_only_own_vacancies_and_nominees(commission):
    place, nadia = commission.landlord.place("Office des Trois-Rives"), commission.person("nadia")
    other = make_person("Ursule Autre", place)
    assign(other, "nominator", place)
    mine = make_contingent(place, "Ville de Paris", "commune", nadia)
    make_contingent(place, "Action Logement", "employers", other)
    commission.orient(contingent=mine)
    run(
        "INSERT INTO allocations_candidacy (id, vacancy_id, application_id, number, contingent_id, designated_on,"
        " designated_by_id, state) VALUES (gen_random_uuid(), %s, %s, 1, %s, loge_today(), %s, 'designated'),"
        " (gen_random_uuid(), %s, %s, 2, NULL, loge_today(), %s, 'designated')",
        *(commission.vacancy.pk, commission.applications[0].pk, mine.pk, nadia.pk),
        *(commission.vacancy.pk, commission.applications[1].pk, nadia.pk),
    )
    sql = "SELECT last_name FROM allocations_own_nominees(%s)"
    assert as_role(C.CONTINGENT, nadia.pk, sql, commission.vacancy.pk) == [("Candidat0",)]
    assert as_role(C.CONTINGENT, other.pk, sql, commission.vacancy.pk) == []
    assert as_role(C.CONTINGENT, nadia.pk, "SELECT number FROM allocations_candidacy") == [(1,)]
    assert as_role(C.CONTINGENT, other.pk, "SELECT number FROM allocations_candidacy") == []
    assert as_role(C.CONTINGENT, nadia.pk, "SELECT id FROM allocations_vacancy") == [(commission.vacancy.pk,)]
    assert as_role(C.CONTINGENT, other.pk, "SELECT id FROM allocations_vacancy") == []


@pytest.mark.parametrize("login", ["web_card", "trace", "cache", "prune", "web_contingent"])
def test_stolen_login_of_another_process_reads_nothing_of_the_commission(commission, candidacies, login):
    for table in (
        "candidacy",
        "sheet",
        "decision",
        "vote",
        "recusal",
        "seat",
        "session",
        "shortlistline",
        "offer",
        "handover",
    ):
        column = "candidacy_id" if table in ("sheet", "handover") else "id"
        assert tried(login, f"SELECT {column} FROM allocations_{table}") is None, table
        assert tried(login, f"DELETE FROM allocations_{table}") is None, table


def test_events_name_neither_the_application_nor_a_choice(commission, candidacies):
    """Before the vote, audit events name the candidacy instead of the application. Events of votes omit the choice."""
    decide_all(commission, candidacies)
    applications = {str(application.pk) for application in commission.applications}
    kinds = ("candidate_designated", "sheet_prepared", "vacancy_convened", "vote_cast", "decision_proposed",
             "decision_taken", "shortlist_run", "session_opened")  # fmt: skip
    for kind in kinds:
        rows = run("SELECT to_jsonb(e)::text FROM audit_event e WHERE kind = %s AND outcome = 'changed'", kind)
        assert rows, kind
        assert [text for (text,) in rows for application in applications if application in text] == [], kind
    assert [event["facts"] for event in events(kind="vote_cast")] == [{"session": str(commission.session.pk)}] * 6
    assert Candidacy.objects.using(OWNER).count() == 3
