"""After random changes on random days, the database must show a caretaker the same residences as a simple Python model.

The database's clock starts two days before Paris changes to summer time in March 2026.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connections, transaction
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from access.compartments import Compartment
from tenants.models import Residence
from tests.builders import run
from tests.world import World

START = datetime(2026, 3, 27, 20, 0, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")
CLOCK = """
CREATE TABLE test_clock (at timestamptz NOT NULL);
INSERT INTO test_clock VALUES ('2026-03-27 20:00Z');
CREATE OR REPLACE FUNCTION loge_now() RETURNS timestamptz LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS 'SELECT at FROM test_clock';
"""
PLACES = [
    "Office des Trois-Rives",
    "Agence Belleville",
    "Secteur Glycines",
    "Les Glycines",
    "Glycines A",
    "Glycines B",
    "Quai 9",
]


@dataclass
class Given:
    """An assignment in the simple Python model. The test compares the model's results with the database's."""

    id: str
    place: str
    first: date
    last: date
    ended: date | None = None

    def gives(self, day: date) -> bool:
        return self.first <= day <= self.last and (self.ended is None or day < self.ended)


@dataclass
class Lives:
    id: str
    unit: str
    building: str
    first: date
    last: date | None = None
    transferred: bool = False

    def counts(self, day: date) -> bool:
        if self.first > day + timedelta(days=14):
            return False
        if self.last is None or self.last >= day:
            return True
        return not self.transferred and self.last >= day - timedelta(days=7)


class Days(RuleBasedStateMachine):
    """Applies random steps to a simple Python model and to the database, such as ending an assignment.

    After each step, the database must give access to the same residences as the model.
    """

    landlord: World
    first_cut: list[tuple[str, str]]

    @initialize()
    def begin(self) -> None:
        self.now = START
        run("UPDATE test_clock SET at = %s", self.now)
        run("DELETE FROM access_assignment WHERE person_id = %s", str(self.awa.pk))
        run("UPDATE tenants_residence SET transferred = false, moved_out = NULL, moved_in = '2020-01-01'")
        self.given: list[Given] = []
        self.parents = dict(run("SELECT id::text, parent_id::text FROM access_place"))
        self.names = {name: str(self.landlord.place(name).pk) for name in PLACES}
        self.buildings = [pk for (pk,) in run("SELECT place_id::text FROM buildings_building ORDER BY 1")]
        for unit, building in self.first_cut:
            run(
                "UPDATE buildings_unit SET building_id = %s WHERE id = %s AND building_id <> %s",
                building,
                unit,
                building,
            )
        homes = run("SELECT id::text, unit_id::text, building_id::text, moved_in FROM tenants_residence ORDER BY 1")
        self.lives = [Lives(*home) for home in homes]

    @property
    def awa(self):
        return self.landlord.person("awa")

    @property
    def day(self) -> date:
        return self.now.astimezone(PARIS).date()

    @rule(minutes=st.integers(30, 24 * 60))
    def tick(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        run("UPDATE test_clock SET at = %s", self.now)

    @rule(place=st.sampled_from(PLACES), start=st.integers(-2, 3), length=st.integers(0, 4))
    def assign(self, place: str, start: int, length: int) -> None:
        first = self.day + timedelta(days=start)
        last = first + timedelta(days=length)
        if any(
            g.place == place and g.first <= last and first <= (g.ended or g.last + timedelta(days=1))
            for g in self.given
        ):
            return
        sql = """INSERT INTO access_assignment
                     (id, person_id, role, place_id, first_day, last_day, reason, given_at, end_reason)
                 VALUES (gen_random_uuid(), %s, 'caretaker', %s, %s, %s, 'posting', now(), '') RETURNING id::text"""
        [(pk,)] = run(sql, str(self.awa.pk), self.names[place], first, last)
        self.given.append(Given(pk, place, first, last))

    @rule(which=st.integers(0, 50))
    def end_today(self, which: int) -> None:
        running = [g for g in self.given if g.gives(self.day)]
        if running:
            ended = running[which % len(running)]
            ended.ended = self.day
            run("UPDATE access_assignment SET ended_on = %s, end_reason = 'error' WHERE id = %s", self.day, ended.id)

    @rule(which=st.integers(0, 50), inside=st.booleans())
    def move_out(self, which: int, inside: bool) -> None:
        """Random step: a resident moves out today. Caretakers still see the resident for seven more days.

        If `inside`, the resident moves to another dwelling of the landlord, and caretakers of the old building see the
        resident only until tonight.
        """
        home = self.lives[which % len(self.lives)]
        home.last, home.transferred = max(self.day, home.first), inside
        run("UPDATE tenants_residence SET moved_out = %s, transferred = %s WHERE id = %s", home.last, inside, home.id)

    @rule(which=st.integers(0, 50), ahead=st.integers(10, 18))
    def move_in_later(self, which: int, ahead: int) -> None:
        home = self.lives[which % len(self.lives)]
        home.first, home.last = self.day + timedelta(days=ahead), None
        run("UPDATE tenants_residence SET moved_in = %s, moved_out = NULL WHERE id = %s", home.first, home.id)

    @rule(which=st.integers(0, 50), into=st.integers(0, 50))
    def recut(self, which: int, into: int) -> None:
        """Move a dwelling with its residents to another building."""
        unit, building = self.lives[which % len(self.lives)].unit, self.buildings[into % len(self.buildings)]
        run("UPDATE buildings_unit SET building_id = %s WHERE id = %s", building, unit)
        for home in self.lives:
            home.building = building if home.unit == unit else home.building

    @invariant()
    def the_database_agrees(self) -> None:
        if hasattr(self, "given"):
            expected = {home.id for home in self.lives if home.counts(self.day) and self.covers(home.building)}
            assert self.by_policy() == expected
            assert self.by_scope() == expected

    def covers(self, building: str) -> bool:
        above, step = set(), building
        while step:
            above.add(step)
            step = self.parents[step]
        return any(self.names[g.place] in above for g in self.given if g.gives(self.day))

    def by_policy(self) -> set[str]:
        return self.behind_the_door("SELECT id::text FROM tenants_residence")

    def by_scope(self) -> set[str]:
        """Return the residences that the queryset method `visible_to` selects.

        The query runs with the login of the tables' owner, for whom row-level security does not filter rows.
        """
        rows = Residence.objects.using("owner").visible_to(self.awa, Compartment.CARD)
        return {str(residence.pk) for residence in rows}

    def behind_the_door(self, sql: str) -> set[str]:
        with transaction.atomic(durable=True), connections["default"].cursor() as cursor:
            cursor.execute(
                "SELECT set_config('role', %s, true), set_config('loge.person', %s, true)",
                [Compartment.CARD.database_role, str(self.awa.pk)],
            )
            cursor.execute(sql)
            return {row[0] for row in cursor.fetchall()}


IN_FORCE = """CREATE OR REPLACE FUNCTION access_in_force(first_day date, last_day date, ended_on date, on_day date)
    RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT {} $$"""
FAULTS = {
    "the day is taken in UTC": "CREATE OR REPLACE FUNCTION loge_today() RETURNS date LANGUAGE sql STABLE"
    " SET search_path = public, pg_temp AS $$ SELECT (loge_now() AT TIME ZONE 'UTC')::date $$",
    "the first day is ignored": IN_FORCE.format("on_day <= last_day AND (ended_on IS NULL OR on_day < ended_on)"),
    "the last day is ignored": IN_FORCE.format("on_day >= first_day AND (ended_on IS NULL OR on_day < ended_on)"),
    "the last day is left out": IN_FORCE.format(
        "on_day >= first_day AND on_day < last_day AND (ended_on IS NULL OR on_day < ended_on)"
    ),
    "an end bites only tomorrow": IN_FORCE.format(
        "on_day BETWEEN first_day AND last_day AND (ended_on IS NULL OR on_day <= ended_on)"
    ),
}


def live_through(landlord, fixed_seed: int | None = None, **more) -> None:
    run(CLOCK)

    class InThisHouse(Days):
        pass

    InThisHouse.landlord = landlord
    InThisHouse.first_cut = run("SELECT id::text, building_id::text FROM buildings_unit ORDER BY 1")
    common: dict[str, Any] = {"deadline": None, "suppress_health_check": list(HealthCheck), "database": None}
    machine = InThisHouse if fixed_seed is None else seed(fixed_seed)(InThisHouse)
    run_state_machine_as_test(machine, settings=settings(stateful_step_count=25, **common, **more))


def test_every_day_gives_the_reach_of_the_model(landlord):
    live_through(landlord, max_examples=40)


@pytest.mark.parametrize("fault", FAULTS)
def test_the_comparison_finds_a_planted_fault(landlord, fault):
    run(FAULTS[fault])
    with pytest.raises(AssertionError):
        # With this seed, a few random examples suffice to find each planted fault. Other seeds may need a hundred.
        live_through(landlord, fixed_seed=4, max_examples=400, phases=[Phase.generate])
