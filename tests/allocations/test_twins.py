"""Applications that differ only in a name or in the sealed ground must be treated alike, byte by byte.

The tests compare the pool, the shortlist with its ranks, the sheets and the motives.
"""

from typing import Any

import pytest

from access.compartments import Compartment
from access.permissions import Permission as P
from allocations import scoring
from allocations.actions.scores import compute_scores
from allocations.models import Applicant, Application, Income, Sheet, ShortlistLine
from allocations.rules.motives import MOTIVES
from allocations.rules.points import compile_grid
from tests.allocations.builders import NUMBERS, acting_as
from tests.allocations.commission import Commission, make_commission
from tests.allocations.locks import LOCKS
from tests.builders import OWNER, paris_day, run
from tests.database.test_policies import as_role

pytestmark = pytest.mark.usefixtures("unkept")

# Two variants of the same applications: last names, first names, and the secret ground of their priority.
WORLDS = (
    (("Martin", "Dubois", "Lefèvre", "Moreau"), ("Anne", "Paul"), "couple_violence"),
    (("Traoré", "Benali", "Nguyen", "Kowalczyk"), ("Fatoumata", "Mehmet"), "trafficking"),
)
FEW = 40


def make_twins(commission: Commission, count: int) -> None:
    """Create applications with many combinations of features. Every third application has a sealed ground (sensitive
    priority)."""
    place, year = commission.landlord.place("Agence Belleville"), paris_day().year
    rows = [
        Application(
            number=next(NUMBERS),
            kept_at=place,
            filed_on=paris_day(-100 - number % 900),
            renew_by=paris_day(265),
            registered_on=paris_day(-100),
            rooms_from=1 + number % 2,
            rooms_to=2 + number % 3,
            equipment=["lift"] if number % 7 == 0 else [],
        )
        for number in range(count)
    ]
    Application.objects.using(OWNER).bulk_create(rows)
    people = [
        Applicant(application=row, tie="principal", last_name="X", first_name="X", birth_date=paris_day(-13_000))
        for row in rows
    ]
    Applicant.objects.using(OWNER).bulk_create(people)
    incomes = [
        Income(application=row, signing_year=year, basis="n2", year=year - 2, rfr_cents=2_000_00 * (number % 17))
        for number, row in enumerate(rows)
    ]
    Income.objects.using(OWNER).bulk_create(incomes)
    run(
        "INSERT INTO allocations_ground (id, application_id, code, proof, attested_on, ends_on, decided_on,"
        " decided_by_id) SELECT gen_random_uuid(), id, 'couple_violence', 'court_decision', loge_today(),"
        " loge_today() + 90, loge_today(), %s FROM allocations_application"
        " WHERE substr(number, 8, 6)::integer %% 3 = 0",
        commission.person("sacha").pk,
    )


def enter(world: int) -> None:
    """Give all applicants the names and the sealed ground of a world (data variant), and compute points and pool."""
    last, first, ground = WORLDS[world]
    run(
        "UPDATE allocations_applicant p SET last_name = (%s::text[])[1 + n %% 4],"
        " first_name = (%s::text[])[1 + n %% 2], name_key = lower((%s::text[])[1 + n %% 4])"
        " FROM (SELECT id, substr(number, 8, 6)::integer AS n FROM allocations_application) a"
        " WHERE a.id = p.application_id",
        *([*last], [*first], [*last]),
    )
    run("ALTER TABLE allocations_ground DISABLE TRIGGER USER")
    run("UPDATE allocations_ground SET code = %s", ground)
    run("ALTER TABLE allocations_ground ENABLE TRIGGER USER")
    compute_scores(by="test")


def pool() -> list[Any]:
    return run("SELECT (to_jsonb(e) - 'id')::text FROM allocations_poolentry e ORDER BY pseudonym, rooms")


def shown(commission: Commission, permission: P, name: str, model: Any, *aside: str) -> list[dict[str, Any]]:
    """Return the rows of a model that a person can read, without the columns named in `aside`."""
    with acting_as(commission.person(name), permission) as access:
        columns = [field.attname for field in model._meta.concrete_fields if field.attname not in aside]
        rows = access.rows(model).order_by(columns[0]).only(*columns)
        return [{name: getattr(row, name) for name in columns} for row in rows]


def lines(commission: Commission) -> list[dict[str, Any]]:
    commission.shortlist()
    aside = ("id", "pseudonym", "vacancy_id")
    return shown(commission, P.SHORTLIST_VIEW, "aline", ShortlistLine, *aside)


def sheets(commission: Commission, candidacies: list[Any]) -> tuple[Any, ...]:
    """Prepare the candidates' sheets of facts. Returns all sheets, and the figures that each motive of refusal would
    have for each candidate."""
    for candidacy in candidacies:
        commission.prepare(candidacy, owner_suited=True)
    rows = run("SELECT to_jsonb(s)::text FROM allocations_sheet s ORDER BY candidacy_id")
    figures = [
        (candidacy.pk, motive, run("SELECT allocations_motive_figures(%s, %s)", candidacy.pk, motive))
        for candidacy in candidacies
        for motive in MOTIVES.terms
    ]
    return rows, figures


@pytest.fixture
def commission(landlord) -> Commission:
    return make_commission(landlord, applicants=0)


def test_a_thousand_twins_have_equal_entries_and_ranks(commission):
    make_twins(commission, 1000)
    commission.orient()
    worlds = []
    for world in (0, 1):
        enter(world)
        worlds.append((pool(), lines(commission), run("SELECT eligible FROM allocations_shortlist")))
    assert worlds[0] == worlds[1]
    entries, drawn, eligible = worlds[0]
    assert len(entries) > 1500 and len(drawn) == 50 and eligible == [(200,)]
    assert {line["priority"] for line in drawn} == {True}, "those with a recognised ground are the first"


@pytest.mark.parametrize("lock", LOCKS)
def test_sheets_and_motives_do_not_tell_twins_apart(commission, monkeypatch, lock):
    make_twins(commission, FEW)
    commission.orient()
    enter(0)
    LOCKS[lock](monkeypatch)
    before = lines(commission)
    enter(1)
    assert lines(commission) == before and len(before) > 5
    with acting_as(commission.person("aline"), P.CANDIDATE_DESIGNATE) as access:
        drawn = list(access.rows(ShortlistLine).defer("pseudonym").order_by("rank"))
    candidacies = commission.designate([drawn[0], drawn[1], drawn[-1]])
    of_world_1 = sheets(commission, candidacies)
    enter(0)
    assert sheets(commission, candidacies) == of_world_1
    commission.convene()
    read = shown(commission, P.COMMITTEE_SIT, "mehdi", Sheet)
    held = motives(commission, candidacies)
    enter(1)
    assert shown(commission, P.COMMITTEE_SIT, "mehdi", Sheet) == read and len(read) == 3
    assert motives(commission, candidacies) == held


def motives(commission: Commission, candidacies: list[Any]) -> list[Any]:
    sql, mehdi = "SELECT motive, figures FROM allocations_motives_that_hold(%s)", commission.person("mehdi").pk
    return [as_role(Compartment.COMMITTEE, mehdi, sql, candidacy.pk) for candidacy in candidacies]


def test_points_of_the_sealed_ground_itself_would_be_detected(commission, monkeypatch):
    def betraying(grid, on):
        points = compile_grid(grid, on)
        return lambda values, months, _recognised: points(values, months)

    make_twins(commission, FEW)
    monkeypatch.setattr(scoring, "compile_ranking_points", betraying)
    enter(0)
    before = pool()
    enter(1)
    assert pool() != before


def test_rank_by_name_would_be_detected(commission):
    """If names changed the order of entries, the comparison of the two data variants must find the difference."""
    make_twins(commission, FEW)
    enter(0)
    before = pool()
    run("ALTER TABLE allocations_application DISABLE TRIGGER USER")
    run("UPDATE allocations_application a SET filed_on = filed_on - length(p.last_name)"
        " FROM allocations_applicant p WHERE p.application_id = a.id AND p.last_name = 'Martin'")  # fmt: skip
    enter(1)
    assert pool() != before
