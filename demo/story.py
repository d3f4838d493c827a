"""Creates example households in one building of the demonstration, one for each situation that users should see.

The tenants of two households have similar names. Other households have a debt, move out, move in, need help, or are
hidden from most staff for their safety. For three households the caretaker has an errand: a message to pass on at the
door.
"""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from demo.populate.households import LETTING, Batch, Home, Households, Let, Span
from demo.populate.ledgers import CALM, Habit, Ledgers, draw_tenancy
from demo.populate.names import Name
from demo.tree import Landlord
from formats.bulk_copy import Copying, Row, Table, table_of
from formats.folding import folded
from tenants.models import Reminder, ReminderDoor, Representative

STAGE = "Les Glycines, bâtiment A"
TRUSTED = ("Élise Bernard", "Awa Diakité")
GIVES_THE_MISSION = "Élise Bernard"
REMINDER = table_of(Reminder, "id", "building", "given_by", "first_day", "last_day")
DOOR = table_of(ReminderDoor, "id", "reminder", "unit", "building")
REPRESENTATIVE = table_of(Representative, "id", "tenant", "name", "phone", "first_day")
HALF_A_YEAR = Habit(frozenset(range(6)))
MENDING = Habit(frozenset({3, 4, 5, 6}), extra=8_000, plan=3, rejected=True)
TWO_MONTHS = Habit(frozenset({0, 1}))


@dataclass
class Story:
    """Generates the households of one building of the demonstration with chosen properties. The households of all other
    buildings are random."""

    households: Households
    landlord: Landlord
    people: dict[str, str]
    batch: Batch = field(default_factory=Batch)
    # Maps an account to the outcome of yesterday's call to its tenant, and the days from today until the next call.
    calls: dict[str, tuple[str, int]] = field(default_factory=dict)
    after: dict[Table, list[Row]] = field(default_factory=lambda: {REMINDER: [], DOOR: [], REPRESENTATIVE: []})

    @property
    def today(self) -> date:
        return self.households.today

    def tell(self, copying: Copying, ledgers: Ledgers) -> None:
        numbers, building = self.households.numbers, self.landlord.places[STAGE]
        homes = iter(self.landlord.homes[STAGE])
        calm = self._let(next(homes), CALM, "Marguerite Aubier")
        owing = self._let(next(homes), HALF_A_YEAR, "Madeleine Aubert")
        long = "Marie-Antoinette Rakotomalala-Andriamanitra de La Rochefoucauld"
        mending = self._let(next(homes), MENDING, long, "Jean-Baptiste Rakotomalala-Andriamanitra")
        # In the first dwelling (`leaving`), the tenant moves out next week.
        # In the second dwelling (`turning`), a tenant with a debt has left, and the next tenant arrives in five days.
        leaving, turning = next(homes), next(homes)
        self._let(leaving, CALM, "Lucien Castaing", span=Span(self._day(-3_900), self._day(6), self._day(-80)))
        gone = Span(self._day(-1_500), self._day(-3), self._day(-90))
        self._let(turning, TWO_MONTHS, "Solange Herbin", span=gone)
        self._let(turning, CALM, "Ousmane Camara", "Salimata Camara", span=Span(self._day(5)))
        helped = self._let(next(homes), CALM, "Andrée Le Bihan")
        for code in ("knock_loudly", "give_time", "lift_notice"):
            self.households.ask_help(self.batch, helped.tenants[0], code)
        representative = (numbers.id(), helped.tenants[0], "Yann Le Bihan", "+33639980017", self._day(-300))
        self.after[REPRESENTATIVE].append(representative)
        secluded = next(homes)
        discreet = self._let(secluded, CALM, "Camille Sauvage")
        self.households.hide(self.batch, discreet.lease, secluded, *(self.people[name] for name in TRUSTED))
        # One of the three messages is for a household without a debt, so that getting a message does not reveal a debt.
        mission = numbers.id()
        self.after[REMINDER].append((mission, building, self.people[GIVES_THE_MISSION], self._day(-1), self._day(12)))
        self.after[DOOR] += [(numbers.id(), mission, let.unit, building) for let in (calm, owing, mending)]
        self.calls = {owing.tenancy.account: ("no_answer", 0), mending.tenancy.account: ("appointment", 1)}
        # The lease of the household `calm` also includes a parking space, a unit in which nobody lives.
        parking = (numbers.id(), calm.lease, self.landlord.parking[STAGE], building, calm.tenancy.start, None)
        self.batch.rows[LETTING].append(parking)
        self.batch.copy(copying, ledgers)
        for table, rows in self.after.items():
            copying.rows(table, rows)

    def _day(self, days: int) -> date:
        return self.today + timedelta(days=days)

    def _let(self, home: Home, habit: Habit, *names: str, span: Span | None = None) -> Let:
        numbers, span = self.households.numbers, span or Span(self._day(-2_400))
        drawn = draw_tenancy(numbers.rng, numbers.id(), home.building, span.start, span.end, home.size)
        tenancy = replace(drawn, habit=habit, label="direct_debit", aid=0, pay_day=8)
        return self.households.move_in(self.batch, home, span, tenancy, [name_from(name) for name in names])


def name_from(full: str) -> Name:
    """Split a full name: "Marie Aubier" gives the title mrs, first name Marie and last name Aubier."""
    first, last = full.split(" ", 1)
    title = "mr" if first in {"Jean-Baptiste", "Lucien", "Ousmane"} else "mrs"
    return Name(title, first, last, folded(f"{last} {first}"))
