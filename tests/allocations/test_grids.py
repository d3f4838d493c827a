"""The points grid: one person drafts it, another adopts it, and nobody can change it afterwards.

Officers see ranges of points (bands). A grid is refused if they would disclose a sealed ground (sensitive priority).
"""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError

from access.compartments import Compartment
from access.permissions import Permission
from allocations.actions.grids import adopt_grid, draft_grid, set_band_width, set_ceiling, set_line, set_rubric
from allocations.models import Grid
from tests.allocations.builders import acting_as
from tests.builders import assign, events, make_person, paris_day, run
from tests.database.test_policies import as_role

SOURCE = {"source_kind": "agreement", "source_number": "2025-12"}


@pytest.fixture
def rosa(landlord):
    return landlord.person("rosa")


@pytest.fixture
def remi(landlord):
    remi = make_person("Rémi Carle", landlord.place("Office des Trois-Rives"))
    assign(remi, "allocation_manager", landlord.place("Office des Trois-Rives"))
    return remi


def draft(person, band_width: int = 40) -> Grid:
    with acting_as(person, Permission.GRID_DRAFT) as access:
        return draft_grid(
            by=person, band_width=band_width, source_date=paris_day(-90), context=access.context, **SOURCE
        )


def on_draft(person, action, permission=Permission.GRID_DRAFT, **arguments):
    with acting_as(person, permission) as access:
        grid = access.rows(Grid).get(adopted_on__isnull=True)
        return action(by=person, grid=grid, context=access.context, **arguments)


def fill(person, *grounds: tuple[str, int], mode: str = "once") -> None:
    on_draft(person, set_rubric, code="priority", mode=mode)
    for feature, points in grounds:
        on_draft(person, set_line, rubric="priority", code=feature, kind="flag", points=points, feature=feature)


def test_adopted_grid_is_frozen(rosa, remi):
    draft(rosa)
    fill(rosa, ("dalo", 50))
    on_draft(remi, adopt_grid, Permission.GRID_ADOPT)
    for change in (
        "UPDATE allocations_gridline SET points = 60",
        "DELETE FROM allocations_gridline",
        "DELETE FROM allocations_gridrubric",
        "UPDATE allocations_grid SET band_width = 1",
        "DELETE FROM allocations_grid",
        "INSERT INTO allocations_gridrubric SELECT gen_random_uuid(), 'waiting', 'sum', id FROM allocations_grid",
    ):
        with pytest.raises(IntegrityError, match=r"does not change|keeps its rows"):
            run(change)
    assert [event["facts"] for event in events(kind="grid_adopted")] == [{"grid": 1}]


def test_who_drafted_a_grid_cannot_adopt_it(rosa):
    draft(rosa)
    fill(rosa, ("dalo", 50))
    with pytest.raises(ValidationError, match="autre personne"):
        on_draft(rosa, adopt_grid, Permission.GRID_ADOPT)


def test_new_version_starts_as_a_copy_and_ends_the_former_one(rosa, remi):
    draft(rosa)
    fill(rosa, ("dalo", 50))
    on_draft(remi, adopt_grid, Permission.GRID_ADOPT)
    assert draft(remi).version == 2
    on_draft(remi, set_line, rubric="priority", code="dalo", kind="flag", points=70, feature="dalo")
    on_draft(rosa, adopt_grid, Permission.GRID_ADOPT)
    lines = (
        "SELECT g.version, l.points, g.ended_on FROM allocations_gridline l JOIN allocations_grid g ON g.id = grid_id"
    )
    assert run(f"{lines} ORDER BY 1") == [(1, 50, paris_day()), (2, 70, None)]


def test_second_draft_and_empty_grid_are_refused(rosa, remi):
    draft(rosa)
    with pytest.raises(ValidationError, match="en préparation"):
        draft(remi)
    with pytest.raises(ValidationError, match="sans critère"):
        on_draft(remi, adopt_grid, Permission.GRID_ADOPT)


@pytest.mark.parametrize(
    "mode, grounds, width, hides",
    [
        ("once", (("trafficking", 10), ("couple_violence", 30)), 20, True),
        ("once", (("trafficking", 10), ("couple_violence", 30)), 19, False),
        ("sum", (("trafficking", 10), ("couple_violence", 30)), 30, True),
        ("sum", (("trafficking", 10), ("couple_violence", 30)), 29, False),
        ("once", (("trafficking", 10), ("couple_violence", 10)), 1, True),
        ("once", (("dalo", 10), ("eviction", 90)), 1, True),
    ],
)
def test_grid_whose_bands_betray_a_ground_is_not_adopted(rosa, remi, mode, grounds, width, hides):
    draft(rosa)
    fill(rosa, *grounds, mode=mode)
    on_draft(rosa, set_band_width, band_width=width)
    if hides:
        on_draft(remi, adopt_grid, Permission.GRID_ADOPT)
    else:
        with pytest.raises(ValidationError, match="trop étroites"):
            on_draft(remi, adopt_grid, Permission.GRID_ADOPT)


@pytest.mark.parametrize(
    "rule, words",
    [
        ({"kind": "number", "feature": "dalo"}, "ne convient pas"),
        ({"kind": "flag", "feature": "nationality"}, "ne convient pas"),
        ({"kind": "flag", "feature": "couple_violence", "points": -1}, "réservé"),
        ({"kind": "flag", "feature": "dalo", "code": "DALO !"}, "minuscules"),
        ({"kind": "flag", "feature": "dalo", "rubric": "waiting"}, "rubrique"),
    ],
)
def test_line_must_fit_its_data(rosa, rule, words):
    draft(rosa)
    on_draft(rosa, set_rubric, code="priority", mode="once")
    with pytest.raises(ValidationError, match=words):
        on_draft(rosa, set_line, **{"rubric": "priority", "code": "line", "points": 5} | rule)


def test_sealed_features_cannot_have_visible_points(rosa):
    draft(rosa)
    fill(rosa, ("couple_violence", 30))
    with pytest.raises(IntegrityError, match="grid_line_sealed_as_its_ground"):
        run("UPDATE allocations_gridline SET sealed = false")


def test_ceiling_has_its_source_and_replaces_the_one_before(rosa):
    key = {"year": 2026, "zone": "paris", "financing": "PLAI", "category": "1"}
    for euros in (14_811, 14_812):
        with acting_as(rosa, Permission.LEGAL_FIGURES_KEEP) as access:
            set_ceiling(
                by=rosa,
                euros=euros,
                context=access.context,
                source_kind="order",
                source_number="2025-1219",
                source_date=paris_day(),
                **key,
            )
    assert run("SELECT euros FROM allocations_ceiling") == [(14_812,)]
    with pytest.raises(ValidationError, match="numéro"), acting_as(rosa, Permission.LEGAL_FIGURES_KEEP):
        set_ceiling(by=rosa, euros=1, source_kind="order", source_number="on dit", source_date=paris_day(), **key)


def test_officers_read_the_grid_and_change_nothing(landlord, rosa):
    draft(rosa)
    aline = landlord.person("aline").pk
    assert as_role(Compartment.APPLICANTS, aline, "SELECT version FROM allocations_grid") == [(1,)]
    with pytest.raises(DatabaseError, match="permission denied"):
        as_role(Compartment.APPLICANTS, aline, "UPDATE allocations_grid SET band_width = 2")
