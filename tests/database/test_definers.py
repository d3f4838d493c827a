"""Calls every SECURITY DEFINER function as the database role that may execute it.

A function must disclose nothing to a person whose assignments have ended or not begun, and nothing about households
that are hidden from the person. If a decision needs a second person, the function must refuse one who is not
independent of the first person.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connections, transaction
from django.utils import timezone

from access.compartments import Compartment as C
from allocations.actions.scores import compute_scores
from allocations.models import Contingent, Ground, GroundCase, Nominator
from buildings.models import Unit
from oversight.word_counts import digest_key, take_words
from tenants.models import DiscreetMark
from tests.allocations.builders import make_application, make_grid, open_occasion
from tests.allocations.past_years import Case as PastCase
from tests.allocations.past_years import PastYear
from tests.allocations.past_years import lease as past_lease
from tests.builders import (
    OWNER,
    ask_about_look,
    ask_for_copy,
    assign,
    change_lease,
    leave_line,
    let,
    make_demand,
    make_inspection,
    make_tenant,
    note,
    open_in_emergency,
    paris_day,
    release_copy,
    run,
    seal_legacy_comment,
    seal_sentence,
    stand_wall,
    write_note,
)
from tests.database.definers import CASES, Case

HOME, FAR, WALLED = "Dette-Glycines A", "Dette-Quai 9", "Calme-Glycines A"


def callable_functions() -> set[str]:
    """List the SECURITY DEFINER functions that a role other than their owner may call."""
    rows = run(
        "SELECT DISTINCT p.proname FROM pg_proc p CROSS JOIN LATERAL aclexplode(p.proacl) a"
        " WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef AND a.grantee <> p.proowner"
    )
    return {name for (name,) in rows}


def test_every_callable_definer_function_has_a_case(landlord):
    [(definers, shut)] = run(
        "SELECT count(*), count(*) FILTER (WHERE proacl IS NULL) FROM pg_proc"
        " WHERE pronamespace = 'public'::regnamespace AND prosecdef"
    )
    # Everybody may call a function without an access control list (ACL), so every SECURITY DEFINER function needs one.
    assert definers > 150 and shut == 0
    assert callable_functions() == CASES.keys()
    for name, case in CASES.items():
        assert isinstance(case, str) or f"{name}(" in case.call, name


def approved_machine(landlord) -> UUID:
    """Create a machine account that one person requested and another approved.

    All other accounts and assignments are dated back by ninety days, so that only the machine account counts as new.
    """
    run("UPDATE access_person SET joined_at = joined_at - interval '90 days'")
    run("ALTER TABLE access_assignment DISABLE TRIGGER USER")
    run("UPDATE access_assignment SET given_at = given_at - interval '90 days'")
    approved(landlord.person("noel").pk, landlord.person("bruno").pk, landlord.person("fatou").pk, "{residents_list}")
    machine: UUID = run("SELECT id FROM access_accessrequest")[0][0]
    return machine


def open_card_and_evacuation(home: Any, clerk: Any, caretaker: Any) -> None:
    run(
        "INSERT INTO tenants_identitycheck (person_id, lease_id, document, until)"
        " VALUES (%s, %s, 'licence', loge_now() + interval '10 minutes')",
        clerk.pk,
        home.lease_id,
    )
    run(
        "INSERT INTO tenants_emergencyaccess (id, person_id, building_id, reason, opened_at, until, review_by, verdict)"
        " VALUES (gen_random_uuid(), %s, %s, 'fire', loge_now(), loge_now() + interval '45 minutes', loge_today() + 3,"
        " '')",
        caretaker.pk,
        home.building_id,
    )


def record_texts(landlord, home: Any) -> None:
    """Store a note, a contested refusal of a sentence and a contested fact about the household of account `home`.

    Also add a word to the daily count of words that the data protection officer has searched."""
    take_words(landlord.person("ines"), ["calme"])
    write_note(home, "Calme, rappelle le 5.", written=-1)
    seal_sentence(home, landlord.person("elise"), asked=-1)
    note(
        landlord.residence(HOME),
        "visit_in_pairs",
        informed=0,
        date=paris_day().isoformat(),
        until=paris_day(20).isoformat(),
    )
    run("UPDATE casework_cardfact SET contested_on = loge_today()")


def open_application(landlord) -> dict[str, Any]:
    """Create an application that Aline (allocation officer) registered today, opened, and may open again."""
    aline, agency = landlord.person("aline"), landlord.place("Agence Belleville")
    application = make_application(agency, "Vidal", by=aline, registered_on=paris_day())
    open_occasion(application, aline)
    leave_line("application_opened", aline, application, role="allocation_officer")
    tried = leave_line("identity_tried", aline, application, outcome="attempted", at=timezone.now())
    row = {"application": application.pk, "number": application.number, "number_tried": tried}
    scored = compute_points(aline, agency)
    return {**row, "aline": aline.pk, "agency": agency.pk, "scored": scored, **refer(landlord, application)}


def compute_points(aline: Any, agency: Any) -> Any:
    """Compute the points of 21 applications, one of which Aline (allocation officer) has opened.

    The opened application was never referred to an examiner.
    """
    make_grid()
    scored = make_application(agency, "Marin", by=aline)
    open_occasion(scored, aline)
    for _number in range(20):
        make_application(agency)
    compute_scores(by="test")
    return scored.pk


def refer(landlord, application: Any) -> dict[str, Any]:
    """Refer an application to an examiner, and give Basile the roles of examiner and nominator.

    The application and four others get a sealed ground (sensitive priority). Basile (allocation officer)
    nominates candidates for a contingent. Last year, a dwelling of this contingent was let.
    """
    basile, agency = landlord.person("basile"), landlord.place("Agence Belleville")
    assign(basile, "ground_examiner", agency)
    assign(basile, "nominator", landlord.place("Office des Trois-Rives"))
    case = GroundCase.objects.using(OWNER).create(
        application=application, referred_on=paris_day(), referred_by_id=landlord.person("aline").pk
    )
    proof = {"proof": "court_decision", "attested_on": paris_day(), "ends_on": paris_day(90)}
    for of in [application, *(make_application(agency) for _number in range(4))]:
        Ground.objects.using(OWNER).create(
            application=of, code="couple_violence", decided_on=paris_day(), decided_by_id=basile.pk, **proof
        )
    top = landlord.place("Office des Trois-Rives")
    contingent = Contingent.objects.using(OWNER).create(kind="commune", holder="Mairie", place=top)
    days = {"first_day": paris_day(-1), "last_day": paris_day(30)}
    by = landlord.person("rosa").pk
    Nominator.objects.using(OWNER).create(contingent=contingent, person_id=basile.pk, named_by_id=by, **days)
    past = PastYear(landlord, paris_day().year - 1)
    past.let([past_lease(past.middle) for _number in range(10)] + [PastCase() for _number in range(10)], contingent)
    return {"ground_case": case.pk, "basile": basile.pk, "last_year": past.year}


@pytest.fixture
def parameters(landlord) -> dict[str, Any]:
    """Create data so that every call in definers.py returns something. Provide the values of the calls' parameters."""
    home, far, closed = landlord.account(HOME), landlord.account(FAR), landlord.account(WALLED)
    people = {name: landlord.person(name) for name in ("awa", "bruno", "elise", "fatou", "georges", "jules", "paul")}
    ines, yann, simone, paola = (landlord.person(name) for name in ("ines", "yann", "simone", "paola"))
    tenant, machine = landlord.tenant(HOME), approved_machine(landlord)
    open_card_and_evacuation(home, paola, yann)
    record_texts(landlord, home)
    stand_wall(closed.lease, people["elise"])
    line, about = seal_legacy_comment(home), [["tenants.Tenant.last_name", str(tenant.pk)]]
    copied = ask_for_copy(simone, home)
    release_copy(ines, simone, home)
    question = ask_about_look(people["awa"], asked_on=paris_day(-1), asked_by=ines, place=landlord.place("Glycines A"))
    return {
        **{name: person.pk for name, person in people.items()},
        **open_application(landlord),
        "A": home.building_id,
        "top": landlord.place("Office des Trois-Rives").pk,
        "account": home.pk,
        "reference": home.reference,
        "lease": home.lease_id,
        "tenant": tenant.pk,
        "called": tenant.name_key,
        "far": far.reference,
        "walled": closed.reference,
        "machine": machine,
        "change": change_lease(home.lease, people["elise"]).pk,
        "named": leave_line("identity_tried", paola, home, outcome="attempted", at=timezone.now()),
        "tried": leave_line("emergency_tried", yann),
        "emergency": open_in_emergency(home.lease, yann).pk,
        "line": line.pk,
        "file": line.file_id,
        "key": digest_key(ines),
        "inspection": make_inspection(ines, about, agreed_by=people["paul"]).pk,
        "asked": copied,
        "question": question.pk,
        "demand": make_demand(ines, tenant, in_hand=True).pk,
        "look": leave_line("account_opened", people["elise"], home),
        "settling": settled_soon(landlord),
    }


def settled_soon(landlord) -> Any:
    """Create an account that can be settled (closed), because its lease has ended and its balance is zero."""
    unit = Unit.objects.using(OWNER).filter(building=landlord.building("Glycines A"), lettings=None)[0]
    return let(unit, make_tenant("Partie", "Léa"), start=-400, end=-20)


def answer(landlord, case: Case, parameters: dict[str, Any]) -> Any:
    """Call the case's SQL function and roll back. Returns the sorted rows, or ["refused"] if a constraint failed."""
    call = re.sub(r"(?<!:):(\w+)", r"%(\1)s", case.call.replace("%", "%%"))
    try:
        with transaction.atomic(), connections["default"].cursor() as cursor:
            cursor.execute(
                "SELECT set_config('role', %s, true), set_config('loge.person', %s, true)",
                [case.compartment.database_role, str(landlord.person(case.who).pk)],
            )
            cursor.execute(call, {**parameters, "settling": parameters["settling"].pk})
            rows = sorted(map(str, cursor.fetchall()))
            transaction.set_rollback(True)
        return rows
    except DatabaseError as error:
        assert getattr(error.__cause__, "pgcode", "") == "23514", (case.call, error)
        return ["refused"]


def answers(landlord, parameters: dict[str, Any]) -> dict[str, Any]:
    return {name: answer(landlord, case, parameters) for name, case in CASES.items() if isinstance(case, Case)}


@contextmanager
def all_assignments(statement: str) -> Iterator[None]:
    """Run a statement that changes all assignments. Restore the assignments at the end of the `with` block."""
    run("CREATE TABLE assignments_before AS TABLE access_assignment")
    run(statement)
    yield
    run(
        "UPDATE access_assignment a SET first_day = b.first_day, last_day = b.last_day, ended_on = b.ended_on,"
        " end_reason = b.end_reason FROM assignments_before b WHERE b.id = a.id"
    )
    run("DROP TABLE assignments_before")


ENDINGS = {
    "lapsed": "UPDATE access_assignment SET last_day = loge_today() - 1,"
    " first_day = first_day - (last_day - (loge_today() - 1))",
    "ended": "UPDATE access_assignment SET ended_on = loge_today(), end_reason = 'error'"
    " WHERE loge_today() BETWEEN first_day AND last_day",
    "to come": "UPDATE access_assignment SET first_day = loge_today() + 1,"
    " last_day = last_day + (loge_today() + 1 - first_day)",
}
EMPTY: tuple[list[str], ...] = ([], ["refused"], ["(False,)"], ["(0,)"])


def test_ended_and_future_assignments_give_no_answer(landlord, parameters):
    """A person whose assignments have all ended or not begun must get the answers of a person without assignments."""
    in_force, over = answers(landlord, parameters), {}
    for name, statement in ENDINGS.items():
        with all_assignments(statement):
            over[name] = answers(landlord, parameters)
    run("DELETE FROM access_assignment")
    nothing = answers(landlord, parameters)
    cases = {name: case for name, case in CASES.items() if isinstance(case, Case)}
    weak = [name for name, case in cases.items() if not case.same and in_force[name] == nothing[name]]
    assert not weak, (weak, "these functions returned nothing while the assignment was in force")
    wrong = [(name, when) for when, rows in over.items() for name in cases if rows[name] != nothing[name]]
    assert wrong == []


@pytest.mark.parametrize("way", ["discreet", "closed"])
def test_hidden_households_are_not_disclosed(landlord, parameters, way):
    leases = [landlord.account(HOME).lease, landlord.account(FAR).lease, parameters["settling"].lease]
    open_ = answers(landlord, parameters)
    for lease in leases:
        if way == "discreet":
            days = {"first_day": paris_day(), "last_day": paris_day(30)}
            DiscreetMark(lease=lease, building_id=lease.building_id, **days).save(using=OWNER)
        else:
            for name in {case.who for case in CASES.values() if isinstance(case, Case)}:
                stand_wall(lease, landlord.person(name))
    hidden = answers(landlord, parameters)
    theirs = [str(key) for key in (leases[0].pk, parameters["account"], parameters["tenant"])]
    wrong = []
    for name, case in CASES.items():
        if isinstance(case, str):
            continue
        disclosed = [row for row in hidden[name] if any(key in row for key in theirs)]
        fine = {
            "nothing": hidden[name] != open_[name] and hidden[name] in EMPTY,
            "not it": hidden[name] != open_[name] and not disclosed,
            "names it": bool(disclosed),
        }
        wrong += [] if fine.get(case.hides, True) else [(name, hidden[name])]
    assert wrong == []


def approved(made: Any, maker: Any, approver: Any, permissions: str = "{}") -> None:
    """Create an access request for the person `made`, which `maker` requested and `approver` approved 3 days ago."""
    run("ALTER TABLE access_accessrequest DISABLE TRIGGER USER")
    run(
        "INSERT INTO access_accessrequest (id, person_id, asked_by_id, decided_by_id, decided_at, asked_at, decision,"
        " employed_at_id, role, place_id, reason, first_day, last_day, name, email, refusal, permissions)"
        " SELECT gen_random_uuid(), %s, %s, %s, loge_now() - interval '3 days', loge_now() - interval '4 days',"
        " 'approved', place_id, role, place_id, reason, first_day, last_day, '', '', '', %s"
        " FROM access_assignment WHERE role = 'caretaker' LIMIT 1",
        made,
        maker,
        approver,
        permissions,
    )


def test_second_person_is_independent_of_the_first(landlord, parameters):
    """The second person must differ from the first, and must not use an account that the first recently created."""
    elise, fatou = parameters["elise"], parameters["fatou"]
    second = Case("elise", C.ACCOUNT, "SELECT ledger_second_officer(:fatou, :A)", "")
    apart = Case("jules", C.ASSIGNMENTS, "SELECT access_apart(:elise, :fatou), access_apart(:fatou, :elise)", "")
    assert answer(landlord, second, parameters) == ["(True,)"] and answer(landlord, apart, parameters) == [
        "(True, True)"
    ]
    for call in ("SELECT ledger_second_officer(:elise, :A)", "SELECT access_apart(:elise, :elise)"):
        assert answer(landlord, Case("elise", C.ACCOUNT, call, ""), parameters) == ["(False,)"]
    about_oneself = Case("georges", C.ASSIGNMENTS, "SELECT oversight_answers_for(:georges, :A)", "")
    assert answer(landlord, about_oneself, parameters) == ["(False,)"]
    open_in_emergency(landlord.account(WALLED).lease, landlord.person("georges"))
    due = Case("georges", C.CARD, "SELECT waiting FROM tenants_emergencies_due()", "")
    before = answer(landlord, due, parameters)
    open_in_emergency(landlord.account(WALLED).lease, landlord.person("yann"))
    # Georges (sector manager) may review this emergency access, so his number of waiting reviews must change.
    assert before != answer(landlord, due, parameters)
    approved(fatou, elise, parameters["jules"])
    assert answer(landlord, second, parameters) == ["(False,)"] and answer(landlord, apart, parameters) == [
        "(False, False)"
    ]
