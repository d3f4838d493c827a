"""Some access requests and assignments need a second person. The database must enforce this rule without Python's
checks.

The tests bypass these checks: they run SQL as the database role for assignments.
"""

import pytest
from django.db import DatabaseError, IntegrityError, connections, transaction
from django.utils import timezone

from access.compartments import Compartment
from access.models import AccessRequest, Assignment, Level
from access.permissions import Permission
from access.roles import ROLES, roles_with
from tests.builders import OWNER, assign, make_person, paris_day, run

ASSIGN = (
    "INSERT INTO access_assignment (id, person_id, role, place_id, first_day, last_day, reason, given_by_id, given_at,"
    " end_reason, request_id)"
    " VALUES (gen_random_uuid(), %s, %s, %s, loge_today() + %s, loge_today() + %s, %s, %s, now(),"
    " '', %s)"
)
ASK = (
    "INSERT INTO access_accessrequest (id, asked_by_id, asked_at, person_id, name, email, employed_at_id, role,"
    " place_id, first_day, last_day, reason, decision, refusal, permissions)"
    " VALUES (gen_random_uuid(), %s, now(), %s, '', '', NULL, 'officer', %s,"
    " loge_today(), loge_today() + 9, 'posting', '', '', '{}')"
)
APPROVE = (
    "UPDATE access_accessrequest SET decision = 'approved', decided_by_id = %s, decided_at = now(){more} WHERE id = %s"
)


def write(person, sql, *params):
    """Run SQL with the database role and settings of a request by `person`. Returns the number of changed rows."""
    with transaction.atomic(durable=True), connections["default"].cursor() as cursor:
        role = Compartment.ASSIGNMENTS.database_role
        cursor.execute(
            "SELECT set_config('role', %s, true), set_config('loge.person', %s, true)", [role, str(person.pk)]
        )
        cursor.execute(sql, params)
        return cursor.rowcount


def refused(name, person, sql, *params):
    with pytest.raises(IntegrityError) as error:
        write(person, sql, *params)
    assert error.value.__cause__.diag.constraint_name == name


def given(to, role, place, by, first=0, last=9, reason="posting", request=None):
    return ASSIGN, to.pk, role, place.pk, first, last, reason, by.pk, request and request.pk


@pytest.fixture
def people(landlord):
    corinne = make_person("Corinne Vidal", landlord.place("Office des Trois-Rives"))
    assign(corinne, "access_administrator", landlord.place("Office des Trois-Rives"))
    return {
        "corinne": corinne,
        **{name: landlord.person(name) for name in ("jules", "noel", "georges", "bruno", "lea")},
    }


@pytest.fixture
def access_request(landlord, people):
    """Create an access request: the administrator Jules asks that Noël become housing officer of the agency Bercy."""
    write(people["jules"], ASK, people["jules"].pk, people["noel"].pk, landlord.place("Agence Bercy").pk)
    return AccessRequest.objects.using(OWNER).get()


def test_only_caretakers_of_a_building_need_no_second_person(landlord, people):
    jules, noel = people["jules"], people["noel"]
    # On-call roles, which apply during given hours, are left out: tests/access/test_on_call.py tests them.
    for role in [role.code for role in ROLES.values() if not role.hours]:
        for name in ("Glycines A", "Les Glycines", "Secteur Glycines", "Office des Trois-Rives"):
            place, statement = landlord.place(name), given(noel, role, landlord.place(name), jules, last=9)
            if place.takes_two(role):
                refused("assignment_takes_two", jules, *statement)
            else:
                assert (role, place.level, write(jules, *statement)) == ("caretaker", Level.BUILDING, 1)


def test_inspector_is_limited_to_sixty_days_a_year(landlord, people):
    """A person may be an inspector for at most sixty days a year, whoever gives the assignments.

    The database must check this limit before it asks for a second person.
    """
    jules, noel, top = people["jules"], people["noel"], landlord.place("Office des Trois-Rives")
    assignment = given(noel, "inspector", top, jules, last=9)
    for first in (-200, -100):
        refused("assignment_takes_two", jules, *assignment)
        assign(noel, "inspector", top, first=first, last=first + 29)
    refused("inspector_sixty_days_a_year", jules, *assignment)
    refused("assignment_takes_two", jules, *given(people["lea"], "inspector", top, jules, last=9))


def test_administrator_assigns_only_below_their_own_place(landlord, people):
    noel = people["noel"]
    local = make_person("Agathe Local", landlord.place("Agence Belleville"))
    assign(local, "access_administrator", landlord.place("Agence Belleville"))
    for by, place in ((local, "Quai 9"), (landlord.person("ines"), "Quai 9"), (people["georges"], "Glycines A")):
        refused("assignment_in_ones_part", by, *given(noel, "caretaker", landlord.place(place), by))


def test_assignment_must_match_its_approved_request(landlord, people, access_request):
    jules, corinne, noel, bercy = people["jules"], people["corinne"], people["noel"], landlord.place("Agence Bercy")
    for by in (jules, corinne):
        refused("assignment_as_approved", by, *given(noel, "officer", bercy, by, request=access_request))
    assert write(corinne, APPROVE.format(more=""), corinne.pk, access_request.pk) == 1
    top = landlord.place("Direction Est")
    for other in (
        given(people["lea"], "officer", bercy, corinne, request=access_request),
        given(noel, "dpo", bercy, corinne, request=access_request),
        given(noel, "officer", top, corinne, request=access_request),
        given(noel, "officer", bercy, corinne, last=900, request=access_request),
        given(noel, "officer", bercy, corinne, reason="training", request=access_request),
    ):
        refused("assignment_as_approved", corinne, *other)
    refused("assignment_as_approved", jules, *given(noel, "officer", bercy, jules, request=access_request))
    assert write(corinne, *given(noel, "officer", bercy, corinne, request=access_request)) == 1
    run(
        "UPDATE access_assignment SET ended_on = first_day, end_reason = 'error' WHERE request_id = %s",
        access_request.pk,
    )
    with pytest.raises(IntegrityError, match="request_id"):  # An approved request can be used only once.
        write(corinne, *given(noel, "officer", bercy, corinne, request=access_request))


def test_requester_cannot_approve_their_own_request(people, access_request):
    refused("request_takes_two", people["jules"], APPROVE.format(more=""), people["jules"].pk, access_request.pk)
    with pytest.raises(DatabaseError, match="row-level security"):  # Nobody may approve in another person's name.
        write(people["jules"], APPROVE.format(more=""), people["corinne"].pk, access_request.pk)
    # The owner's login, which imports files, must not approve a request in the name of its requester.
    with pytest.raises(IntegrityError, match="request_takes_two"):
        run(APPROVE.format(more=""), people["jules"].pk, access_request.pk)
    with pytest.raises(IntegrityError, match="request_never_decided_by_whom_it_is_for"):
        run(APPROVE.format(more=""), people["noel"].pk, access_request.pk)


def test_request_is_in_own_name_within_own_place_and_for_another(landlord, people):
    georges, noel, bercy = people["georges"], people["noel"], landlord.place("Agence Bercy")
    refused("request_in_ones_part", georges, ASK, georges.pk, noel.pk, bercy.pk)
    refused("request_never_for_oneself", people["jules"], ASK, people["jules"].pk, people["jules"].pk, bercy.pk)
    with pytest.raises(DatabaseError, match="row-level security"):
        write(people["corinne"], ASK, people["jules"].pk, noel.pk, bercy.pk)
    refused("request_in_ones_part", landlord.person("ines"), ASK, landlord.person("ines").pk, noel.pk, bercy.pk)


def test_request_cannot_change_before_its_decision(landlord, people, access_request):
    corinne, lea = people["corinne"], people["lea"]
    refused(
        "request_stays_as_asked",
        corinne,
        APPROVE.format(more=", person_id = %s"),
        corinne.pk,
        str(lea.pk),
        access_request.pk,
    )
    for column, value in (("role", "dpo"), ("last_day", "2030-01-01"), ("asked_at", "2030-01-01")):
        with pytest.raises(DatabaseError, match="permission denied"):
            write(corinne, f"UPDATE access_accessrequest SET {column} = %s WHERE id = %s", value, access_request.pk)
    with pytest.raises(DatabaseError, match="permission denied"):
        write(corinne, "DELETE FROM access_accessrequest")


def test_refused_request_cannot_be_approved(people, access_request):
    corinne = people["corinne"]
    refuse = "UPDATE access_accessrequest SET decision = 'refused', refusal = 'not_needed', decided_by_id = %s,"
    assert write(corinne, refuse + " decided_at = now() WHERE id = %s", corinne.pk, access_request.pk) == 1
    assert write(corinne, APPROVE.format(more=""), corinne.pk, access_request.pk) == 0


def test_expired_requests_and_new_administrators_are_refused(landlord, people, access_request):
    corinne = people["corinne"]
    run("UPDATE access_accessrequest SET asked_at = now() - interval '15 days'")
    refused("request_lapses", corinne, APPROVE.format(more=""), corinne.pk, access_request.pk)
    run("UPDATE access_accessrequest SET asked_at = now()")
    run(
        "UPDATE access_assignment SET given_by_id = %s, given_at = now() - interval '29 days' WHERE person_id = %s",
        people["jules"].pk,
        corinne.pk,
    )
    refused("request_decided_in_standing", corinne, APPROVE.format(more=""), corinne.pk, access_request.pk)
    run("UPDATE access_assignment SET given_at = now() - interval '31 days' WHERE person_id = %s", corinne.pk)
    assert write(corinne, APPROVE.format(more=""), corinne.pk, access_request.pk) == 1


def test_makers_of_an_account_cannot_approve_its_requests(landlord, people, access_request):
    corinne, jules, top = people["corinne"], people["jules"], landlord.place("Office des Trois-Rives")
    AccessRequest.objects.using(OWNER).create(
        asked_by=people["georges"],
        person=jules,
        employed_at=top,
        role="access_administrator",
        place=top,
        first_day=paris_day(),
        last_day=paris_day(9),
        reason="posting",
        decision="approved",
        decided_by=corinne,
        decided_at=timezone.now(),
    )
    refused("request_decided_apart", corinne, APPROVE.format(more=""), corinne.pk, access_request.pk)


def test_machine_gets_no_assignment_without_its_request(landlord, people):
    jules, noel = people["jules"], people["noel"]
    run("UPDATE access_person SET is_machine = true WHERE id = %s", noel.pk)
    refused(
        "machine_holds_what_it_was_asked_for",
        jules,
        *given(noel, "caretaker", landlord.place("Glycines A"), jules, last=9),
    )
    token = (
        "INSERT INTO access_machinetoken (id, machine_id, digest, hint, made_by_id, made_at)"
        " VALUES (gen_random_uuid(), %s, 'digest', 'abcd', %s, now())"
    )
    refused("token_made_by_a_third", jules, token, noel.pk, jules.pk)


def test_person_is_added_only_by_an_approved_request(landlord, people):
    jules, place = people["jules"], landlord.place("Secteur Glycines")
    person = (
        "INSERT INTO access_person (id, email, name, employed_at_id, is_active, password, joined_at)"
        " VALUES (gen_random_uuid(), 'double@trois-rives.example', 'Double', %s, true, '', now())"
    )
    refused("person_takes_two", jules, person, place.pk)
    refused("person_takes_two", people["corinne"], person, place.pk)


def test_person_with_assignments_cannot_be_reactivated(landlord, people):
    karim = landlord.person("karim")
    opened = "UPDATE access_person SET is_active = true WHERE id = %s"
    refused("person_reopened_bare", people["jules"], opened, karim.pk)
    run("DELETE FROM access_assignment WHERE person_id = %s", karim.pk)
    assert write(people["jules"], opened, karim.pk) == 1


def test_assignment_is_not_extended_and_its_end_is_final(landlord, people):
    jules, corinne = people["jules"], people["corinne"]
    longer = "UPDATE access_assignment SET last_day = last_day + 200 WHERE person_id = %s"
    refused("assignment_takes_two", jules, longer, landlord.person("elise").pk)
    assert write(jules, longer, landlord.person("awa").pk) == 1
    ended = "UPDATE access_assignment SET ended_on = loge_today(), end_reason = 'error' WHERE person_id = %s"
    assert write(jules, ended, landlord.person("elise").pk) == 1
    again = "UPDATE access_assignment SET ended_on = NULL, end_reason = '' WHERE person_id = %s"
    for by in (jules, corinne):
        refused("assignment_end_stays", by, again, landlord.person("elise").pk)
    later = "UPDATE access_assignment SET ended_on = loge_today() + 5 WHERE person_id = %s"
    refused("assignment_end_stays", jules, later, landlord.person("elise").pk)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"last": 31}, "stand_in_of_a_month"),
        ({"first": 32, "last": 40}, "stand_in_not_far_ahead"),
        ({"role": "officer"}, "assignment_takes_two"),
        ({"reason": "posting"}, "assignment_in_ones_part"),
        ({"place": "Tour basse"}, "assignment_in_ones_part"),
    ],
)
def test_stand_in_outside_its_limits_is_refused(landlord, people, change, name):
    georges, bruno = people["georges"], people["bruno"]
    grant = {"role": "caretaker", "place": "Glycines A", "first": 0, "last": 30, "reason": "stand_in_absence", **change}
    place = landlord.place(grant.pop("place"))
    refused(name, georges, *given(bruno, grant.pop("role"), place, georges, **grant))


def test_stand_in_must_belong_to_the_managers_staff(landlord, people):
    georges, stranger = people["georges"], make_person("Solange Ailleurs", landlord.place("Agence Bercy"))
    there = landlord.place("Glycines A")
    refused("stand_in_own_staff", georges, *given(stranger, "caretaker", there, georges, reason="stand_in_vacancy"))
    near = make_person("Pauline Proche", landlord.place("Glycines B"))
    assert write(georges, *given(near, "caretaker", there, georges, last=30, reason="stand_in_vacancy"))


@pytest.mark.parametrize(
    ("first", "last", "place"),
    [(15, 32, "Glycines A"), (20, 40, "Glycines A"), (20, 40, "Les Glycines"), (18, 40, "Secteur Glycines")],
)
def test_consecutive_stand_ins_do_not_exceed_a_month(landlord, people, first, last, place):
    """Two consecutive stand-ins (replacements of an absent employee) must not exceed a month together.

    The database must refuse a second stand-in for the same building, or for a place that contains the building, even if
    the first was ended a day early.
    """
    georges, bruno = people["georges"], people["bruno"]
    assert write(
        georges, *given(bruno, "caretaker", landlord.place("Glycines A"), georges, last=14, reason="stand_in_absence")
    )
    run("UPDATE access_assignment SET ended_on = last_day, end_reason = 'error' WHERE reason = 'stand_in_absence'")
    again = given(bruno, "caretaker", landlord.place(place), georges, first, last, "stand_in_absence")
    refused("stand_in_not_on_and_on", georges, *again)


def test_manager_may_end_stand_ins_but_change_nothing_else(landlord, people):
    georges, bruno = people["georges"], people["bruno"]
    ended = "UPDATE access_assignment SET ended_on = loge_today(), end_reason = 'error'"
    ended += " WHERE person_id = %s AND reason = %s"
    refused("assignment_in_ones_part", georges, ended, bruno.pk, "posting")
    assert write(georges, *given(bruno, "caretaker", landlord.place("Glycines A"), georges, reason="stand_in_absence"))
    longer = "UPDATE access_assignment SET last_day = last_day + 1 WHERE person_id = %s AND reason = 'stand_in_absence'"
    refused("assignment_in_ones_part", georges, longer, bruno.pk)
    assert write(georges, ended, bruno.pk, "stand_in_absence") == 1


def test_owner_may_assign_without_a_second_person(landlord, people):
    assign(people["noel"], "dpo", landlord.place("Office des Trois-Rives"))
    assert Assignment.objects.using(OWNER).filter(person=people["noel"], role="dpo", last_day=paris_day(200)).exists()


def test_roles_in_sql_functions_match_the_code():
    """SQL functions name the roles that may act, because the database does not know permissions.

    The roles must be those that have the permission in access/roles.py.
    """
    assert roles_with(Permission.ASSIGNMENTS_MANAGE) == roles_with(Permission.ACCESS_DECIDE) == ["access_administrator"]
    assert roles_with(Permission.STAND_INS_GRANT) == ["sector_manager"]
    assert set(roles_with(Permission.ACCESS_ASK)) == {"sector_manager", "access_administrator"}
    assert set(roles_with(Permission.REQUESTS_READ)) == {"sector_manager", "dpo", "access_administrator"}
