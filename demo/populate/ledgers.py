"""Generates the ledger entries of invented accounts: monthly charges, housing aid, payments and arrears."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random
from uuid import UUID

from demo.populate.calendar import NO_REVERSAL, PAY_DAYS, Calendar, Day, Month, day_of
from demo.populate.numbers import Numbers
from formats.bulk_copy import bigint_cell, cell, table_of
from ledger.models import Entry

ENTRY = table_of(
    Entry, "id", "account", "building", "kind", "label", "source", "reason", "amount_cents",
    "effective_on", "booked_on", "booked_at", "period", "reverses",
)  # fmt: skip
# How each entry begins in COPY's binary format: the number of columns, and the length of its id.
_HEAD, _UUID_BYTES = ENTRY.binary_head + (16).to_bytes(4), 16
# YEARLY is the rent of a year divided by the rent of the next year: rents rise by about 1.2 % a year.
YEARLY = 0.988


@dataclass(frozen=True, slots=True)
class Habit:
    """How a tenant pays the monthly charges.

    `missed`: which charges are not paid, counted back from the newest charge, which is 0. `share`: the percentage paid
    of all other charges. `extra`: cents paid in addition to each of the newest `plan` charges, to pay off a debt or,
    without a debt, in advance. `rejected`: whether the ledger shows a missed charge as a direct debit that the bank
    returned.
    """

    missed: frozenset[int] = frozenset()
    share: int = 100
    extra: int = 0
    plan: int = 0
    rejected: bool = False

    @property
    def owes(self) -> bool:
        return bool(self.missed) or self.share < 100

    def paid(self, back: int, called: int, owed: int) -> int:
        """Return how many cents the tenant pays for one charge. `back` is the number of charges after this one, and
        `called` the amount of this charge in cents. `owed` is the whole debt in cents, this charge included."""
        if back in self.missed:
            return 0
        paid = called * self.share // 100
        if self.extra and back < self.plan:
            paid += min(self.extra, owed - called) if self.owes else self.extra
        return paid


CALM = Habit()
AHEAD = Habit(extra=4_000, plan=1)


@dataclass(frozen=True, slots=True)
class Tenancy:
    """The facts about a lease from which the entries of its account are generated. Amounts are in cents per month."""

    account: str
    building: str
    start: date
    end: date | None
    rent: int
    charges: tuple[tuple[str, int], ...]
    aid: int
    habit: Habit
    label: str
    pay_day: int


def draw_habit(rng: Random) -> Habit:
    """Draw how a tenant pays the monthly charges. One tenant in five has arrears: usually of a few months, sometimes of
    many months, sometimes with a repayment plan."""
    luck = rng.random()
    if luck < 0.78:
        return CALM
    if luck < 0.80:
        return AHEAD
    if luck < 0.88:
        return Habit(frozenset({0}))
    if luck < 0.94:
        return Habit(frozenset(range(rng.randint(2, 4))))
    if luck < 0.96:
        return Habit(frozenset(range(rng.randint(5, 9))))
    if luck < 0.98:
        return Habit(frozenset({3, 4, 5, 6}), extra=rng.choice((3_000, 5_000, 8_000)), plan=3, rejected=True)
    return Habit(share=rng.choice((60, 75, 90)))


def draw_tenancy(rng: Random, account: str, building: str, start: date, end: date | None, size: int) -> Tenancy:
    """Draw the rent, charges, housing aid and way of paying for the account of a lease. `size` is the number of main
    rooms."""
    rent = rng.randint(21_000, 26_000) + size * rng.randint(6_500, 9_500)
    charges = [("advance_general", rng.randint(3_500, 6_000) + size * 1_000)]
    if rng.random() < 0.5:
        charges.append(("advance_heating", rng.randint(2_000, 4_000) + size * 900))
    aid = rng.randint(6_000, 24_000) if rng.random() < 0.42 else 0
    label = rng.choices(("direct_debit", "card", "bank_transfer", "cheque", "cash_post"), (62, 16, 12, 7, 3))[0]
    habit = draw_habit(rng)
    return Tenancy(account, building, start, end, rent, tuple(charges), aid, habit, label, rng.choice(PAY_DAYS))


@cache
def _words(*words: str) -> bytes:
    """Return text columns in COPY's binary format. Results are cached, because few combinations of words occur."""
    return b"".join(map(cell, words))


@dataclass(frozen=True, slots=True)
class Bill:
    """What is entered for one month, apart from days and ids.

    `entries` are the columns `account` to `amount_cents` of its charges and aid, in COPY's binary format. `called` is
    what the tenant has to pay.
    """

    entries: tuple[bytes, ...]
    called: int


class Ledgers:
    """Generates the ledger entries of accounts as rows in COPY's binary format.

    The balance of an account is zero at the start of the lease or, if the lease is older, at the start of the generated
    months. An account has about 80 entries, so the columns that several entries have in common are formatted once.
    """

    def __init__(self, calendar: Calendar, numbers: Numbers) -> None:
        self.calendar, self.heads = calendar, numbers.binary_series("entries", _HEAD)
        self.rates = {year: YEARLY ** (calendar.today.year - year) for year in range(1900, calendar.today.year + 1)}

    def rows(self, tenancy: Tenancy) -> list[bytes]:
        who = cell(UUID(tenancy.account)) + cell(UUID(tenancy.building))
        rows, heads, habit = self.deposit(tenancy, who), self.heads, tenancy.habit
        calls = list(self.calendar.calls(tenancy.start, tenancy.end))
        bills: dict[int, Bill] = {}  # the bill of a whole month, by year, because the rent rises each year
        payments: dict[int, bytes] = {}  # by cents
        owed = 0
        for month in calls:
            is_whole = tenancy.start <= month.first and (tenancy.end is None or tenancy.end >= month.last)
            bill = bills.get(month.first.year) if is_whole else None
            if bill is None:
                bill = self.bill_of(tenancy, who, month)
                if is_whole:
                    bills[month.first.year] = bill
            rows += [b"".join((next(heads), columns, month.called_cells)) for columns in bill.entries]
            owed += bill.called
            day = month.paid[tenancy.pay_day]
            paid = bill.called if habit is CALM else habit.paid(month.back - calls[-1].back, bill.called, owed)
            if paid and day.on <= self.calendar.today:
                owed -= paid
                if (columns := payments.get(paid)) is None:
                    columns = payments[paid] = _columns(who, "payment", tenancy.label, "bank", -paid)
                rows.append(b"".join((next(heads), columns, day.cells, month.period, NO_REVERSAL)))
            elif tenancy.habit.rejected and paid == 0 and tenancy.label == "direct_debit":
                rows += self._rejected(who, bill.called, day, month.period)
        return rows

    def deposit(self, tenancy: Tenancy, who: bytes) -> list[bytes]:
        """Return the two entries of the deposit, if the lease starts in the generated months."""
        if not self.calendar.first <= tenancy.start <= self.calendar.today:
            return []
        day, period = day_of(tenancy.start), cell(tenancy.start.replace(day=1))
        called = _columns(who, "charge", "deposit_called", "officer", tenancy.rent)
        paid = _columns(who, "payment", "card", "counter", -tenancy.rent)
        return [self._row(called, day, period), self._row(paid, day, period)]

    def bill_of(self, tenancy: Tenancy, who: bytes, month: Month) -> Bill:
        entries, called, rate, days = [], 0, self.rates[month.first.year], month.lived(tenancy.start, tenancy.end)
        for label, monthly in (("rent", tenancy.rent), *tenancy.charges):
            cents = max(1, int(monthly * rate) * days // month.days)
            called += cents
            entries.append(_columns(who, "charge", label, "rent_run", cents))
        if aid := min(tenancy.aid, called - 1):
            called -= aid
            entries.append(_columns(who, "payment", "apl", "caf", -aid))
        return Bill(tuple(entries), called)

    def _rejected(self, who: bytes, cents: int, day: Day, period: bytes) -> list[bytes]:
        """Return the two entries of a direct debit that the bank returns: the payment and, five days later, the entry
        that cancels the payment."""
        back = day_of(day.on + timedelta(days=5))
        if back.on > self.calendar.today:
            return []
        first = self._row(_columns(who, "payment", "direct_debit", "bank", -cents), day, period)
        undone = first[len(ENTRY.binary_head) :][: 4 + _UUID_BYTES]
        undoing = _columns(who, "payment", "debit_rejected", "bank", cents, "bank_return")
        return [first, self._row(undoing, back, period, undone)]

    def _row(self, columns: bytes, day: Day, period: bytes, reverses: bytes = NO_REVERSAL) -> bytes:
        return b"".join((next(self.heads), columns, day.cells, period, reverses))


def _columns(who: bytes, kind: str, label: str, source: str, cents: int, reason: str = "") -> bytes:
    """Return the columns `account` to `amount_cents` of an entry in COPY's binary format."""
    return who + _words(kind, label, source, reason) + bigint_cell(cents)
