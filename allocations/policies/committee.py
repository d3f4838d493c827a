"""Row-level security policies of shortlists, the allocation commission and offers. No employee can read the pool of
applications; only SQL functions can."""

from access.compartments import Compartment as C
from access.policies import JOBS, Grant, TablePolicy, within
from allocations.policies.applications import STEERS
from tenants.policies.rules import TODAY

_SERVER = Grant(JOBS, "SELECT, INSERT, DELETE")
_OWN_SESSION = "{} = ANY (ARRAY (SELECT allocations_own_sessions()))"
# Row policies also apply inside these subqueries, so a subquery returns only rows that the person may read.
_OF_SEEN_VACANCY = "vacancy_id IN (SELECT v.id FROM allocations_vacancy v)"
_OF_SEEN_ITEM = "item_id IN (SELECT i.id FROM allocations_agendaitem i)"
_OF_SEEN_AGENDA = "id IN (SELECT i.session_id FROM allocations_agendaitem i)"
_OF_SEEN_CANDIDACY = "candidacy_id IN (SELECT c.id FROM allocations_candidacy c)"
_NOT_RECUSED = "candidacy_id <> ALL (ARRAY (SELECT allocations_recused()))"
_CHAIRS = "allocations_chairs_candidacy(candidacy_id)"
_FOR_SIGNING = "candidacy_id, unit_id, building_id, handed_on, signed_on, lease"
# Once the session is open, seats and attendance can no longer change.
_CONVENED = "EXISTS (SELECT FROM allocations_session n WHERE n.id = session_id AND n.state = 'convened')"
_OWN_SEAT = "seat_id IN (SELECT s.id FROM allocations_seat s WHERE s.person_id = loge_person())"
# The commission may not read `state` and related columns, which would tell the outcome to a recused member.
_OF_CONVENED_DWELLING = (
    "id, unit_id, building_id, available_on, declared_on, declared_by_id, contingent_id, outside_flow, oriented_on,"
    " oriented_by_id, orientation_reason"
)
# These columns omit `application_id`, because only people to whom an application is open may know which one it is.
_WITHOUT_STATE = "id, vacancy_id, item_id, number, rank, contingent_id, designated_on, designated_by_id"
_WITHOUT_APPLICATION = f"{_WITHOUT_STATE}, state"
_OF_APPLICATION = "application_id = ANY (ARRAY (SELECT loge_occasions('applicants')))"
_STATE_OF_SESSION = "state, quorum, opened_at, closed_at, signed_at, signed_by_id, minutes_digest"


def in_place(privileges: str = "SELECT", columns: str = "") -> Grant:
    return Grant(C.POOL, privileges, using=_OF_SEEN_VACANCY, columns=columns)


POLICIES = (
    *(TablePolicy(f"allocations_{table}", (_SERVER,)) for table in ("poollink", "poolentry", "rankingkey")),
    TablePolicy(
        "allocations_vacancy",
        (
            Grant(C.POOL, using=within("building_id", C.POOL)),
            Grant(
                C.COMMITTEE,
                using="id IN (SELECT i.vacancy_id FROM allocations_agendaitem i)",
                columns=_OF_CONVENED_DWELLING,
            ),
            Grant(C.APPLICANTS, using="id IN (SELECT c.vacancy_id FROM allocations_candidacy c)"),
        ),
    ),
    *(
        TablePolicy(f"buildings_{table}", (Grant(C.COMMITTEE), Grant(C.APPLICANTS)))
        for table in ("unit", "unitterms", "building", "address")
    ),
    TablePolicy("buildings_unitterms", (Grant(C.POOL, using=within("building_id", C.POOL)),)),
    TablePolicy("allocations_contingent", (Grant(C.POOL), Grant(C.COMMITTEE), Grant(C.APPLICANTS))),
    *(TablePolicy(f"allocations_{table}", (Grant(C.POOL),)) for table in ("grid", "ceiling")),
    TablePolicy("allocations_legalfigure", (Grant(C.POOL), Grant(C.COMMITTEE))),
    TablePolicy("allocations_shortlist", (in_place(), Grant(JOBS, "SELECT, DELETE"))),
    TablePolicy(
        "allocations_shortlistline",
        (
            in_place(
                columns="id, vacancy_id, rank, verified, declared, filed_on, persons, priority, equipment, tie_break,"
                " owed"
            ),
            Grant(JOBS, "SELECT, DELETE"),
        ),
    ),
    TablePolicy(
        "allocations_candidacy",
        (
            in_place(columns=_WITHOUT_APPLICATION),
            Grant(
                C.POOL,
                "UPDATE",
                using=f"{_OF_SEEN_VACANCY} AND state = 'designated'",
                check="state = 'withdrawn'",
                columns="state",
            ),
            # Members may not read a candidacy's `state`, because it would disclose the decision to recused members.
            # Nominators may not read `state`: allocations_own_nominees() hides outcomes until the minutes are signed.
            Grant(C.COMMITTEE, using=_OF_SEEN_ITEM, columns=_WITHOUT_STATE),
            Grant(
                C.CONTINGENT,
                using="contingent_id = ANY (ARRAY (SELECT allocations_own_contingents()))",
                columns=_WITHOUT_STATE,
            ),
            Grant(C.APPLICANTS, using=_OF_APPLICATION),
            _SERVER,
            # When an application is deleted, its candidacies remain without identity.
            Grant(JOBS, "UPDATE", columns="application_id"),
        ),
    ),
    TablePolicy(
        "allocations_sheet",
        (
            Grant(C.POOL, using=_OF_SEEN_CANDIDACY, columns="candidacy_id, prepared_on, prepared_by_id"),
            Grant(C.COMMITTEE, using=f"{_OF_SEEN_CANDIDACY} AND {_NOT_RECUSED}"),
            Grant(C.APPLICANTS, using=_OF_SEEN_CANDIDACY),
            Grant(C.APPLICANTS, "INSERT", using=f"{_OF_SEEN_CANDIDACY} AND prepared_by_id = loge_person()"),
            # A sheet may be replaced until its candidacy is presented to the commission.
            Grant(
                C.APPLICANTS,
                "DELETE",
                using="candidacy_id IN (SELECT c.id FROM allocations_candidacy c WHERE c.state = 'designated')",
            ),
            _SERVER,
        ),
    ),
    TablePolicy(
        "allocations_session",
        (
            Grant(C.STEERING),
            Grant(C.POOL),
            Grant(C.COMMITTEE, using=_OWN_SESSION.format("id")),
            # Officers may read the day of a session, because the letter about a decision states this day.
            Grant(C.APPLICANTS, using=_OF_SEEN_AGENDA, columns="id, held_at, state"),
            Grant(
                C.STEERING,
                "INSERT",
                check=f"{STEERS} AND convened_by_id = loge_person() AND convened_on = {TODAY} AND state = 'convened'",
            ),
            Grant(
                C.COMMITTEE,
                "UPDATE",
                using="allocations_chairs(id)",
                # Only the SQL function allocations_cancel_session() may set the state to cancelled.
                check="coalesce(signed_by_id, loge_person()) = loge_person() AND state <> 'cancelled'",
                columns=_STATE_OF_SESSION,
            ),
            Grant(JOBS, "SELECT, INSERT"),
        ),
    ),
    TablePolicy(
        "allocations_seat",
        (
            Grant(C.STEERING),
            Grant(C.COMMITTEE, using=_OWN_SESSION.format("session_id")),
            Grant(C.STEERING, "INSERT", using=f"{STEERS} AND {_CONVENED} AND NOT present"),
            # A seat is marked as released instead of deleted, so that its recusals are retained if the person returns.
            Grant(
                C.STEERING,
                "UPDATE",
                using=f"{STEERS} AND {_CONVENED} AND NOT present",
                columns="voice, chairs, casting, released",
            ),
            Grant(
                C.COMMITTEE,
                "UPDATE",
                using=f"{_CONVENED} AND allocations_chairs(session_id)",
                columns="present",
            ),
            _SERVER,
        ),
    ),
    TablePolicy(
        "allocations_agendaitem",
        (
            Grant(C.STEERING),
            in_place(),
            Grant(C.COMMITTEE, using=_OWN_SESSION.format("session_id")),
            Grant(C.APPLICANTS, using="vacancy_id IN (SELECT c.vacancy_id FROM allocations_candidacy c)"),
            Grant(JOBS, "SELECT, INSERT"),
        ),
    ),
    TablePolicy(
        "allocations_recusal",
        (Grant(C.COMMITTEE, using=_OF_SEEN_CANDIDACY), _SERVER),
    ),
    TablePolicy(
        "allocations_decision",
        (
            # Until the session closes, no recused member may read decisions, except the chair, who counts votes.
            Grant(C.COMMITTEE, using=f"{_OF_SEEN_CANDIDACY} AND ({_NOT_RECUSED} OR {_CHAIRS})"),
            Grant(
                C.COMMITTEE,
                "INSERT",
                using=f"{_CHAIRS} AND proposed_by_id = loge_person()",
            ),
            Grant(
                C.COMMITTEE,
                "UPDATE",
                using=_CHAIRS,
                columns="outcome, votes_for, votes_against, by_casting, figures",
            ),
            Grant(C.APPLICANTS, using=_OF_SEEN_CANDIDACY),
            _SERVER,
        ),
    ),
    TablePolicy(
        "allocations_vote",
        (
            Grant(C.COMMITTEE, using=_OWN_SEAT),
            Grant(C.COMMITTEE, "INSERT", using=_OWN_SEAT),
            _SERVER,
        ),
    ),
    TablePolicy(
        "allocations_claimreading",
        # Only allocations_ask_claim() inserts a request, and only allocations_agree_to_claim() changes one.
        (Grant(C.INSPECTION, using="asked_by_id = loge_person() AND (SELECT tenants_inspects())"),),
    ),
    TablePolicy(
        "allocations_offer",
        (
            Grant(C.APPLICANTS, using=_OF_SEEN_CANDIDACY),
            Grant(
                C.APPLICANTS,
                "INSERT",
                using=f"{_OF_SEEN_CANDIDACY} AND sent_by_id = loge_person() AND sent_on = {TODAY} AND answer = ''",
            ),
            Grant(
                C.APPLICANTS,
                "UPDATE",
                using=_OF_SEEN_CANDIDACY,
                columns="delivery, notified_on, answer_by, answer, answered_on, renounced_on",
            ),
            _SERVER,
        ),
    ),
    TablePolicy(
        "allocations_handover",
        (
            Grant(C.POOL, using=_OF_SEEN_CANDIDACY, columns=_FOR_SIGNING),
            Grant(C.APPLICANTS, using=_OF_SEEN_CANDIDACY),
            Grant(
                C.APPLICANTS,
                "INSERT",
                using=f"{_OF_SEEN_CANDIDACY} AND handed_by_id = loge_person() AND signed_on IS NULL",
            ),
            # An SQL function discloses to the person who signs the lease whether the household asked to be hidden.
            Grant(C.ACCOUNT, using=f"{within('building_id', C.ACCOUNT)} AND signed_on IS NULL", columns=_FOR_SIGNING),
            _SERVER,
        ),
    ),
)

FUNCTIONS: tuple[tuple[str, tuple[C | str, ...]], ...] = (
    ("allocations_draw_key(uuid)", (C.STEERING,)),
    ("allocations_count_matches()", (JOBS,)),
    ("allocations_draw_shortlist(uuid)", (C.POOL,)),
    ("allocations_designate(uuid)", (C.POOL,)),
    ("allocations_open_designated(uuid)", (C.APPLICANTS,)),
    ("allocations_next_sheet(uuid)", (C.APPLICANTS,)),
    ("allocations_nominate(uuid, text, text, uuid)", (C.CONTINGENT,)),
    ("allocations_own_nominees(uuid)", (C.CONTINGENT,)),
    ("allocations_own_states()", (C.CONTINGENT,)),
    ("allocations_put_on_agenda(uuid, uuid, text)", (C.POOL,)),
    ("allocations_take_off_agenda(uuid)", (C.POOL, C.STEERING)),
    ("allocations_cancel_session(uuid)", (C.STEERING,)),
    ("allocations_carry_over(uuid, text)", (C.COMMITTEE,)),
    ("allocations_preside_item(uuid)", (C.COMMITTEE,)),
    ("allocations_take_chair(uuid)", (C.COMMITTEE,)),
    ("allocations_sessions_of(uuid)", (C.COMMITTEE,)),
    ("allocations_own_sessions()", (C.COMMITTEE,)),
    ("allocations_recused()", (C.COMMITTEE,)),
    ("allocations_undecided(uuid)", (C.COMMITTEE,)),
    ("allocations_freed_by_signing(uuid)", (C.COMMITTEE,)),
    ("allocations_chairs(uuid)", (C.COMMITTEE,)),
    ("allocations_chairs_candidacy(uuid)", (C.COMMITTEE,)),
    ("allocations_motives_that_hold(uuid)", (C.COMMITTEE, C.APPLICANTS)),
    ("allocations_tally(uuid)", (C.COMMITTEE,)),
    ("allocations_recuse(uuid, uuid, text)", (C.COMMITTEE,)),
    ("allocations_names_after_vote(uuid)", (C.COMMITTEE,)),
    ("allocations_keys_of(uuid)", (C.COMMITTEE,)),
    ("allocations_expire_offers()", (JOBS,)),
    ("allocations_expire_claims()", (JOBS,)),
    ("allocations_lapse_claims()", (JOBS,)),
    ("allocations_ask_claim(uuid, text)", (C.INSPECTION,)),
    ("allocations_claims_to_agree()", (C.STEERING,)),
    ("allocations_agree_to_claim(uuid)", (C.STEERING,)),
    ("allocations_claim_sheet(uuid)", (C.INSPECTION,)),
    ("allocations_claim_decisions(uuid)", (C.INSPECTION,)),
    ("allocations_claim_votes(uuid)", (C.INSPECTION,)),
    ("allocations_claim_figures(uuid)", (C.INSPECTION,)),
    ("allocations_future_tenants(uuid)", (C.ACCOUNT,)),
    ("allocations_leases_to_sign()", (C.ACCOUNT,)),
    ("allocations_carry_birth_dates(uuid, uuid)", (C.ACCOUNT,)),
    ("allocations_lease_signed(uuid, uuid)", (C.ACCOUNT,)),
    # Legal figures are public, and nominators need the figure for their nomination delay.
    ("allocations_figure(text)", (C.CONTINGENT,)),
)
