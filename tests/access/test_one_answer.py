"""Six ways to compute which buildings a person may open give the same result.

Among them are django-guardian's check, Django querysets, row-level security and a database function.
"""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connections, transaction
from guardian.shortcuts import get_objects_for_user

from access.compartments import PLACED, Compartment
from access.guard.object_access import SOMEBODY, SOMEWHERE, check_object_access, guardians_question
from access.reach import buildings_reached
from access.roles import ROLES
from buildings.models import Building
from tests.builders import OWNER, assign, paris_day, run
from tests.world import CAST

LEVELS = [
    "Office des Trois-Rives",
    "Direction Est",
    "Agence Belleville",
    "Secteur Glycines",
    "Les Glycines",
    "Glycines A",
]


def answers(person, compartment: Compartment) -> list[set]:
    """Return the buildings that a person may open, computed in six ways, which must agree.

    They are: has_perm(), the check of `@door`, django-guardian's get_objects_for_user(), the queryset method
    visible_to(), row-level security, and the SQL function that buildings_reached() calls.
    """
    everything = [pk for (pk,) in run("SELECT place_id FROM buildings_building")]
    listed = get_objects_for_user(
        person,
        f"buildings.{compartment.codename}",
        Building.objects.using(OWNER).all(),
        use_groups=False,
        with_superuser=False,
        accept_global_perms=False,
    )
    checked = {pk for pk in everything if person.has_perm(f"buildings.{compartment.codename}", Building(pk=pk))}
    with transaction.atomic(durable=True), connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT set_config('role', %s, true), set_config('loge.person', %s, true)",
            [compartment.database_role, str(person.pk)],
        )
        scoped = {building.pk for building in Building.objects.visible_to(person, compartment)}
        cursor.execute("SELECT place_id FROM buildings_building")
        policy = {pk for (pk,) in cursor.fetchall()}
        reached = buildings_reached(person.pk, compartment, paris_day())
        let_in = {pk for pk in everything if check_object_access(person, compartment, pk).allowed}
    return [checked, let_in, {building.pk for building in listed}, scoped, policy, reached]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("role", ["caretaker", "officer", "accountant"])
def test_all_agree_on_an_assignment_at_every_level(landlord, level, role):
    noel = landlord.person("noel")
    assign(noel, role, landlord.place(level))
    expected = set(run_buildings_under(landlord.place(level).path))
    assert expected
    for compartment in PLACED:
        wanted = expected if compartment in ROLES[role].compartments else set()
        assert answers(noel, compartment) == [wanted] * 6, compartment


def run_buildings_under(path: str) -> list:
    return [pk for (pk,) in run("SELECT id FROM access_place WHERE level = 'building' AND path LIKE %s", path + "%")]


@pytest.mark.parametrize("name", CAST)
def test_all_agree_for_every_person_of_the_cast(landlord, name):
    person = landlord.person(name)
    for compartment in PLACED:
        checked, *others = answers(person, compartment)
        assert others == [checked] * 5, compartment


@pytest.mark.parametrize("name", ["karim", "lea", "marc", "noel", "chloe", "olga", "jules"])
def test_people_without_assignments_in_force_reach_nothing(landlord, name):
    for compartment in PLACED:
        assert answers(landlord.person(name), compartment) == [set()] * 6


def test_the_data_protection_officer_reaches_legacy_comments_everywhere_and_nothing_else(landlord):
    for compartment in PLACED:
        checked, *others = answers(landlord.person("ines"), compartment)
        assert others == [checked] * 5 and bool(checked) == (compartment is Compartment.TRIAGE), compartment


def test_nobody_is_a_superuser(landlord):
    person = landlord.person("karim")
    assert person.is_superuser is False and person.is_staff is False
    with pytest.raises(AttributeError):
        person.is_superuser = True


def test_a_closed_sign_in_reaches_nothing_today_and_past_days_stay_answered(landlord):
    """Karim was an officer last week, and his sign-in is now closed. He can open nothing today or tomorrow.

    A query about last week must still say what he could open then.
    """
    karim = landlord.person("karim")
    assert buildings_reached(karim.pk, Compartment.ACCOUNT, paris_day()) == set()
    assert buildings_reached(karim.pk, Compartment.ACCOUNT, paris_day(1)) == set()
    assert landlord.building("Glycines A").pk in buildings_reached(karim.pk, Compartment.ACCOUNT, paris_day(-7))


@pytest.mark.parametrize("compartment", sorted(PLACED))
def test_the_query_in_the_database_function_is_guardians_own(landlord, compartment):
    """The database function buildings_threshold() must contain django-guardian's own permission query.

    The test fails when a new version of django-guardian changes its query.
    """
    query, params = guardians_question(compartment)
    named = {SOMEBODY: "who", SOMEWHERE: "place", compartment.codename: "what"}
    question = query % tuple(named.get(param, "kind") for param in params)
    [(body,)] = run("SELECT prosrc FROM pg_proc WHERE proname = 'buildings_threshold'")
    assert f"touches := EXISTS ({question});" in body
    assert params[0] == ContentType.objects.db_manager(OWNER).get_for_model(Building).pk
