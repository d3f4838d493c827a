"""Generates invented employees: caretakers, sector managers, officers and the landlord-wide roles. They have a usable
password only if the caller gives one, as the demonstration does."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password

from access.grants.hours import Hours
from access.grants.reasons import StartReason
from access.models import Assignment, Person
from access.permissions import Permission
from access.roles import ON_CALL, roles_with
from demo.populate.names import Name, Names
from demo.populate.numbers import Numbers
from formats.bulk_copy import Copying, Row, table_of
from formats.folding import folded

PERSON = table_of(Person, "id", "email", "name", "employed_at", "is_active", "password", "joined_at")
ASSIGNMENT = table_of(
    Assignment, "id", "person", "role", "place", "first_day", "last_day", "reason", "end_reason", "given_at",
    "given_by", "from_hour", "to_hour", "nightly",
)  # fmt: skip
NIGHTS = Hours(time(20), time(7), nightly=True)
DWELLINGS_A_CARETAKER, CARETAKERS_A_MANAGER, DWELLINGS_AN_OFFICER = 110, 8, 1_000
# _STEPS is an SQL expression for the ids in the path of a building `b`: its own, and those of all places above it.
_STEPS = "string_to_array(trim(both '/' from b.path), '/')::uuid[]"
_UNATTENDED = f"""
    SELECT building, coalesce(estate, building), coalesce(sector, agency, directorate, top),
           coalesce(agency, directorate, top), top, dwellings
    FROM (SELECT b.id::text AS building, b.path, split_part(b.path, '/', 2) AS top,
                 max(q.id::text) FILTER (WHERE q.level = 'estate') AS estate,
                 max(q.id::text) FILTER (WHERE q.level = 'sector') AS sector,
                 max(q.id::text) FILTER (WHERE q.level = 'agency') AS agency,
                 max(q.id::text) FILTER (WHERE q.level = 'directorate') AS directorate,
                 (SELECT count(*) FROM buildings_unit u WHERE u.building_id = b.id AND u.kind = 'dwelling') AS dwellings
          FROM access_place b
          JOIN access_place q ON q.id = ANY ({_STEPS})
          WHERE b.level = 'building'
            AND NOT EXISTS (SELECT FROM access_assignment x WHERE x.place_id = b.id AND x.role = 'caretaker')
          GROUP BY b.id) there
    WHERE dwellings > 0 ORDER BY path
"""  # noqa: S608 - made of constants
_OFFICERS = f"""
    SELECT b.id, (SELECT x.person_id FROM access_assignment x
                  WHERE x.role = 'officer' AND x.place_id = ANY ({_STEPS})
                    AND loge_today() BETWEEN x.first_day AND x.last_day
                  ORDER BY x.first_day, x.person_id LIMIT 1)
    FROM access_place b WHERE b.id = ANY (%s::uuid[])
"""  # noqa: S608 - made of constants


@dataclass(frozen=True, slots=True)
class Post:
    """A building that needs a caretaker, with the estate, sector, agency and landlord to which the building belongs."""

    building: str
    estate: str
    sector: str
    agency: str
    top: str
    dwellings: int


@dataclass
class Staff:
    """Collects the rows of generated employees and their assignments until `copy` writes them to the database.

    `taken` is the set of e-mail addresses already in use.
    """

    numbers: Numbers
    names: Names
    today: date
    taken: set[str]
    people: list[Row] = field(default_factory=list)
    assignments: list[Row] = field(default_factory=list)
    password: str = ""

    def hire(self, employed_at: str, name: Name | None = None) -> str:
        name = name or self.names.person(self.numbers.rng)
        person = self.numbers.id()
        password = self.password or make_password(None)
        joined = f"{self.today - timedelta(days=400)} 08:00:00+00"
        self.people.append((person, self.new_email(name.full), name.full, employed_at, True, password, joined))
        return person

    def post(self, person: str, role: str, place: str, first: int = -400, last: int = 365, reason: str = "") -> None:
        """Assign a role at a place to a person. `first` and `last` are the first and last day of the assignment,
        counted from today: -400 is 400 days ago."""
        begins, ends = self.today + timedelta(days=first), self.today + timedelta(days=last)
        given = f"{min(begins, self.today) - timedelta(days=3)} 09:00:00+00"
        reason = reason or StartReason.POSTING
        days = (begins, ends, reason, "", given)
        self.assignments.append((self.numbers.id(), person, role, place, *days, None, None, None, False))

    def put_on_call(self, person: str, place: str, by: str, first: int = 0, last: int = 7) -> None:
        """Assign on-call duty in a sector to a person, for every night from day `first` to day `last`, counted from
        today. `by` is the manager who assigns this duty."""
        begins, ends = self.today + timedelta(days=first), self.today + timedelta(days=last)
        days = (begins, ends, StartReason.ON_CALL, "", f"{self.today - timedelta(days=2)} 09:00:00+00")
        hours = (NIGHTS.start, NIGHTS.end, NIGHTS.nightly)
        self.assignments.append((self.numbers.id(), person, ON_CALL.code, place, *days, by, *hours))

    @property
    def overseers(self) -> list[str]:
        """Return the ids of the people who must sign a yearly access review, in the order in which they were hired."""
        roles = roles_with(Permission.RIGHTS_CONFIRM)
        return [*dict.fromkeys(str(person) for _id, person, role, *_rest in self.assignments if role in roles)]

    def copy(self, copying: Copying) -> None:
        copying.rows(PERSON, self.people)
        copying.rows(ASSIGNMENT, self.assignments)

    def new_email(self, full: str) -> str:
        """Return the e-mail address first.last@… for a new employee, with a number if the address is already in use."""
        house = folded(settings.HOUSE_NAME).removeprefix("office des ").replace(" ", "-")
        plain = folded(full).replace(" ", ".")
        email, serial = f"{plain}@{house}.example", 1
        while email in self.taken:
            serial += 1
            email = f"{plain}.{serial}@{house}.example"
        self.taken.add(email)
        return email


def hire_all(copying: Copying, numbers: Numbers, names: Names, today: date) -> Staff:
    """Hire a caretaker for every building without one. Also hire sector managers, officers, and somebody for each
    landlord-wide role that nobody has."""
    posts = [Post(*row) for row in copying.ask(_UNATTENDED)]
    taken = {email for (email,) in copying.ask("SELECT lower(email) FROM access_person")}
    staff = Staff(numbers, names, today, taken)
    if not posts:
        return staff
    for sector, there in _by(posts, "sector").items():
        hire_sector(staff, sector, there)
    for agency, there in _by(posts, "agency").items():
        for _ in range(max(1, round(sum(post.dwellings for post in there) / DWELLINGS_AN_OFFICER))):
            staff.post(staff.hire(agency), "officer", agency)
    filled = {role for (role,) in copying.ask("SELECT DISTINCT role FROM access_assignment")}
    for role in sorted({"dpo", "access_administrator", "data_steward", "accountant", "front_desk"} - filled):
        for _ in range(2 if role == "access_administrator" else 1):
            staff.post(staff.hire(posts[0].top), role, posts[0].top)
    staff.copy(copying)
    return staff


def officers_of(copying: Copying, buildings: list[str]) -> dict[str, str | None]:
    """Map the id of each building to the id of the housing officer in charge of it, or to None if there is no
    officer."""
    return {str(building): person and str(person) for building, person in copying.ask(_OFFICERS, buildings)}


def hire_sector(staff: Staff, sector: str, posts: list[Post]) -> None:
    """Hire caretakers and managers for a sector: a caretaker for about every hundred dwellings, and a manager for every
    eight caretakers.

    A single manager is assigned to the whole sector; several managers are each assigned to some of its estates. The
    first caretaker is on call this week.
    """
    rounds, caretakers = list(rounds_of(posts)), []
    for buildings in rounds:
        caretakers.append(caretaker := staff.hire(sector))
        for post in buildings:
            staff.post(caretaker, "caretaker", post.building)
    managers = max(1, round(len(rounds) / CARETAKERS_A_MANAGER))
    for number in range(managers):
        part = rounds[number * len(rounds) // managers : (number + 1) * len(rounds) // managers]
        places = [sector] if managers == 1 else dict.fromkeys(post.estate for there in part for post in there)
        manager = staff.hire(sector)
        for place in places:
            staff.post(manager, "sector_manager", place)
        if number == 0:
            staff.put_on_call(caretakers[0], next(iter(places)), manager)


def rounds_of(posts: list[Post]) -> Iterable[list[Post]]:
    """Divide the buildings into groups of neighbouring buildings. Each group is enough work for one caretaker."""
    there: list[Post] = []
    for post in posts:
        if there and sum(building.dwellings for building in there) + post.dwellings > DWELLINGS_A_CARETAKER:
            yield there
            there = []
        there.append(post)
    if there:
        yield there


def _by(posts: list[Post], level: str) -> dict[str, list[Post]]:
    groups: dict[str, list[Post]] = {}
    for post in posts:
        groups.setdefault(getattr(post, level), []).append(post)
    return groups
