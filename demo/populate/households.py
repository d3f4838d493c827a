"""Generates invented households: lease holders and other residents, with leases, contacts and requests for help."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain
from random import Random

from demo.populate.calendar import Calendar
from demo.populate.ledgers import ENTRY, Ledgers, Tenancy, draw_tenancy
from demo.populate.names import Name, Names
from demo.populate.numbers import Numbers
from formats.bulk_copy import Copying, Row, Table, table_of
from tenants import models as m
from tenants.vocabulary import HELP_CODES

TENANT = table_of(
    m.Tenant, "id", "title", "last_name", "first_name", "name_key", "channel", "phone", "email", "contact_name"
)
IDENTITY = table_of(m.Identity, "tenant", "birth_date")
HELP = table_of(m.HelpCode, "id", "tenant", "code", "asked_by", "asked_on", "renew_by")
LEASE = table_of(m.Lease, "id", "main_unit", "building", "signed_on", "starts_on", "notice_on", "ends_on")
LETTING = table_of(m.LeaseUnit, "id", "lease", "unit", "building", "first_day", "last_day")
PARTY = table_of(m.LeaseParty, "id", "lease", "tenant", "name_key", "building", "capacity", "first_day", "last_day")
RESIDENCE = table_of(
    m.Residence, "id", "tenant", "name_key", "lease", "unit", "building", "moved_in", "moved_out", "transferred"
)
ACCOUNT = table_of(m.Account, "id", "lease", "building", "reference", "opened_on", "settled_on")
MARK = table_of(m.DiscreetMark, "id", "lease", "building", "first_day", "last_day")
NAMED = table_of(m.DiscreetName, "mark", "person")
# Tables are copied in the order of TABLES, so that the foreign keys of each row refer to rows already copied.
TABLES = (TENANT, IDENTITY, HELP, LEASE, LETTING, PARTY, RESIDENCE, ACCOUNT, MARK, NAMED)
SETTLED_AFTER = timedelta(days=50)
DISCREET = 0.005
OLDEST_LEASE = date(1978, 1, 1)
# The French regulator reserves telephone numbers that begin with +3363998 for fiction, so they belong to nobody.
PHONE = "+3363998{:04d}"


@dataclass(frozen=True, slots=True)
class Home:
    """A dwelling to let. `size` is the number of main rooms.

    `trusted` is the id of the housing officer in charge, or None. If the household in this dwelling is hidden from
    staff for its safety (a discreet mark), this officer may still open it.
    """

    unit: str
    building: str
    size: int
    trusted: str | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """The first and last day of a lease, and the day on which the tenant gave notice. The last day and the day of
    notice may be None."""

    start: date
    end: date | None = None
    notice: date | None = None


@dataclass(slots=True)
class Let:
    """A generated lease: the facts from which its ledger is generated (`tenancy`), the name of its first holder, and
    the ids of all tenants."""

    lease: str
    unit: str
    tenancy: Tenancy
    holder: Name
    tenants: list[str]


@dataclass
class Batch:
    """Rows of many generated leases, collected by table until `copy` writes them to the database.

    Ledger entries are not collected, because they would need too much memory: `copy` generates them while it writes.
    """

    rows: dict[Table, list[Row]] = field(default_factory=lambda: {table: [] for table in TABLES})
    lets: list[Let] = field(default_factory=list)

    def copy(self, copying: Copying, ledgers: Ledgers) -> None:
        for table, rows in self.rows.items():
            if rows:
                copying.rows(table, rows)
        copying.binary_rows(ENTRY, chain.from_iterable(ledgers.rows(let.tenancy) for let in self.lets))


class Households:
    def __init__(self, calendar: Calendar, numbers: Numbers, names: Names) -> None:
        self.today, self.calendar = calendar.today, calendar
        self.numbers, self.names, self.rng = numbers, names, numbers.rng

    def spans(self, leases: int) -> list[Span]:
        """Draw the first and last days of the leases of one dwelling.

        `leases` is 1 for a current lease alone. It is 2 for a former lease and the lease that follows; the former lease
        then ends in a month that has ledger entries.
        """
        if leases == 1:
            return [draw_current(self.rng, self.today, self.calendar.first)]
        room = max(120, (self.today - self.calendar.first).days)
        end = self.today - timedelta(days=self.rng.randint(3, room - 60))
        start = end - timedelta(days=self.rng.randint(400, 7_000))
        following = min(end + timedelta(days=self.rng.randint(15, 75)), self.today + timedelta(days=12))
        return [Span(start, end, end - timedelta(days=90)), Span(following)]

    def move_in(
        self, batch: Batch, home: Home, span: Span, tenancy: Tenancy | None = None, people: list[Name] | None = None
    ) -> Let:
        """Generate a lease with its parties, residents and account.

        `tenancy` is what the account's ledger is generated from, and `people` are the lease holders. Both are drawn at
        random if not given.
        """
        drawn = tenancy or draw_tenancy(self.rng, self.numbers.next(), home.building, span.start, span.end, home.size)
        there = [(name, True) for name in people] if people else draw_people(self.rng, self.names, home.size)
        lease = self._lease(batch, home, span, drawn)
        tenants = [self._person(batch, home, span, lease, who, rank) for rank, who in enumerate(there)]
        batch.lets.append(let := Let(lease, home.unit, drawn, there[0][0], tenants))
        if people is None and self.rng.random() < DISCREET and home.trusted and span.end is None:
            self.hide(batch, lease, home, home.trusted)
        return let

    def _lease(self, batch: Batch, home: Home, span: Span, tenancy: Tenancy) -> str:
        rows, lease, building, signed = batch.rows, self.numbers.id(), home.building, span.start - timedelta(days=12)
        rows[LEASE].append((lease, home.unit, building, signed, span.start, span.notice, span.end))
        rows[LETTING].append((self.numbers.next(), lease, home.unit, building, span.start, span.end))
        settled = tenancy.end + SETTLED_AFTER if tenancy.end else None
        if settled and (settled > self.today or tenancy.habit.owes or tenancy.habit.extra):
            settled = None
        reference = self.numbers.reference()
        rows[ACCOUNT].append((tenancy.account, lease, building, reference, span.start, settled))
        return lease

    def _person(self, batch: Batch, home: Home, span: Span, lease: str, who: tuple[Name, bool], rank: int) -> str:
        (name, holds), rows, days = who, batch.rows, (span.start, span.end)
        tenant = self.tenant(batch, name)
        if holds:
            capacity = "co_holder" if rank else "holder"
            rows[PARTY].append((self.numbers.next(), lease, tenant, name.key, home.building, capacity, *days))
            birth = self.today - timedelta(days=self.rng.randint(20 * 365, 88 * 365))
            rows[IDENTITY].append((tenant, birth))
        place = (lease, home.unit, home.building)
        rows[RESIDENCE].append((self.numbers.next(), tenant, name.key, *place, *days, False))
        return tenant

    def tenant(self, batch: Batch, name: Name) -> str:
        tenant, rng = self.numbers.next(), self.rng
        channel = rng.choices(("phone", "text", "email", "letter", "contact"), (58, 17, 15, 6, 4))[0]
        phone = "" if channel == "letter" else PHONE.format(rng.randrange(10_000))
        email = f"{name.key.replace(' ', '.')}@courriel.example" if channel == "email" or rng.random() < 0.3 else ""
        contact = self.names.person(rng).full if channel == "contact" else ""
        batch.rows[TENANT].append((tenant, name.title, name.last, name.first, name.key, channel, phone, email, contact))
        if rng.random() < 0.05:
            self.ask_help(batch, tenant, rng.choice(list(HELP_CODES.terms)))
        return tenant

    def ask_help(self, batch: Batch, tenant: str, code: str) -> None:
        asked_on = self.today - timedelta(days=self.rng.randint(5, 330))
        row = (self.numbers.next(), tenant, code, "tenant", asked_on, asked_on + timedelta(days=365))
        batch.rows[HELP].append(row)

    def hide(self, batch: Batch, lease: str, home: Home, *trusted: str) -> None:
        mark, asked_on = self.numbers.id(), self.today - timedelta(days=self.rng.randint(10, 200))
        batch.rows[MARK].append((mark, lease, home.building, asked_on, asked_on + timedelta(days=365)))
        batch.rows[NAMED] += [(mark, person) for person in trusted]


def draw_people(rng: Random, names: Names, size: int) -> list[tuple[Name, bool]]:
    """Draw the adult residents of a dwelling, each as (name, whether the person holds the lease).

    There is always a lease holder, often a joint holder, and sometimes a relative who holds no lease. `size` is the
    number of main rooms.
    """
    family = names.family(rng)
    people = [(names.person(rng, family), True)]
    if rng.random() < 0.14 + 0.09 * size:
        people.append((names.person(rng, family if rng.random() < 0.6 else None), True))
    if size > 2 and rng.random() < 0.2:
        people.append((names.person(rng, family), False))
    return people


def draw_current(rng: Random, today: date, first: date) -> Span:
    """Draw the days of a current lease. Most leases began long ago; one in 100 ends about now, and one in 200 begins
    within a fortnight."""
    luck = rng.random()
    if luck < 0.005:
        return Span(today + timedelta(days=rng.randint(1, 13)))
    if luck < 0.07:
        return Span(today - timedelta(days=rng.randint(5, 700)))
    start = OLDEST_LEASE + timedelta(days=int((first - OLDEST_LEASE).days * rng.random() ** 0.6))
    if luck < 0.08:
        end = today + timedelta(days=rng.randint(-6, 80))
        return Span(start, end, end - timedelta(days=85))
    return Span(start)
