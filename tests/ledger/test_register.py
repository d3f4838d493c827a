"""An account's entries as a ledger: sums, running balances, months, and the summary of a year.

These tests need no database.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from random import Random
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from ledger import register
from ledger.register import Ledger


@dataclass(frozen=True)
class Fake:
    amount_cents: int
    effective_on: date
    kind: str = "charge"
    id: UUID = field(default_factory=uuid4)
    reverses_id: UUID | None = None


DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))
CENTS = st.integers(-99_999_999, 99_999_999).filter(bool)
ENTRIES = st.lists(st.builds(Fake, CENTS, DAYS, st.sampled_from(["charge", "payment", "adjustment"])), max_size=40)


def in_order(entries):
    return sorted(entries, key=lambda entry: (entry.effective_on, str(entry.id)))


@given(ENTRIES, st.randoms(use_true_random=False))
def test_balance_is_the_sum_in_any_order(entries, random: Random):
    shuffled = list(entries)
    random.shuffle(shuffled)
    assert register.balance_of(shuffled) == register.balance_of(entries) == sum(e.amount_cents for e in entries)


@given(ENTRIES)
def test_running_balance_ends_at_the_balance(entries):
    lines = register.lines_of(in_order(entries))
    assert (lines[-1].balance if lines else 0) == register.balance_of(entries)
    for before, line in pairwise(lines):
        assert line.balance - before.balance == (line.charged or 0) - (line.paid or 0)


@given(ENTRIES)
def test_each_line_has_one_positive_amount_in_one_column(entries):
    for line in register.lines_of(in_order(entries)):
        assert [line.charged is None, line.paid is None].count(True) == 1
        assert (line.charged or line.paid) > 0


@given(ENTRIES)
def test_months_contain_every_line_once_with_matching_balances(entries):
    ledger = Ledger.whole(in_order(entries))
    months = register.months_of(ledger)
    assert [line for month in reversed(months) for line in reversed(month.entries)] == list(ledger.lines)
    balance = 0
    for month in reversed(months):
        balance += month.charged - month.paid
        assert month.balance == balance
        assert all(line.day.replace(day=1) == month.first_day for line in month.entries)
    days = [month.first_day for month in months]
    assert days == sorted(set(days), reverse=True)
    if days:
        assert len(days) == (days[0].year - days[-1].year) * 12 + days[0].month - days[-1].month + 1


@given(ENTRIES, DAYS, DAYS, st.sampled_from(["", "payment"]))
def test_filter_limits_the_lines_and_changes_no_balance(entries, first, last, kind):
    first, last = sorted((first.replace(day=1), last.replace(day=1)))
    ledger = Ledger.whole(in_order(entries))
    whole = {month.first_day: month.balance for month in register.months_of(ledger)}
    for month in register.months_of(ledger, first, last, kind):
        assert first <= month.first_day <= last and month.balance == whole[month.first_day]
        assert all(not kind or line.entry.kind == kind for line in month.entries)
        assert all(line in ledger.lines for line in month.entries)


@given(ENTRIES.filter(bool), DAYS)
def test_ledger_from_a_month_on_equals_the_whole_from_there(entries, day):
    entries = in_order(entries)
    whole, since = Ledger.whole(entries), min(register.first_of(day), register.first_of(entries[-1].effective_on))
    recent = [entry for entry in entries if entry.effective_on >= since]
    opening = register.balance_of(entries) - register.balance_of(recent)
    part = Ledger(register.lines_of(recent, opening), opening, whole.begins, whole.ends, whole.count, since)
    assert part.balance == whole.balance and part.months() == whole.months()
    assert register.months_of(part) == register.months_of(whole, first=since)
    for later in (since - timedelta(days=1), since, register.last_of(since), entries[-1].effective_on):
        assert part.balance_on(later) == whole.balance_on(later)


@given(CENTS, DAYS, ENTRIES)
def test_reversal_cancels_to_the_cent_and_strikes_its_entry(cents, day, others):
    wrong = Fake(cents, day)
    undone = Fake(-cents, day + timedelta(days=3), reverses_id=wrong.id)
    entries = in_order([*others, wrong, undone])
    assert register.balance_of(entries) == register.balance_of(others)
    lines = {line.entry.id: line for line in register.lines_of(entries)}
    assert lines[wrong.id].struck and not lines[undone.id].struck
    assert lines[undone.id].reverses is wrong


@given(ENTRIES, DAYS)
def test_balance_on_a_day_is_the_sum_until_that_day(entries, day):
    ledger = Ledger.whole(in_order(entries))
    until = sum(e.amount_cents for e in entries if e.effective_on <= day)
    assert ledger.balance_on(day) == until
    points = register.points_of(ledger.lines, day)
    assert (points[-1][1] if points else 0) == until
    assert [moment for moment, _cents in points] == sorted({e.effective_on for e in entries if e.effective_on <= day})


def test_summary_of_a_year():
    entries = [Fake(50_000, date(2026, month, 1)) for month in range(1, 5)]
    entries += [Fake(-50_000, date(2026, month, 8), "payment") for month in (1, 2, 4)]
    year = register.year_of(Ledger.whole(in_order(entries)), date(2026, 4, 20))
    assert (year.highest, year.highest_on) == (100_000, date(2026, 4, 1))
    assert (year.at_zero, year.months) == (2, 4)


def test_summary_of_a_year_includes_the_balance_before_it():
    year = register.year_of(Ledger.whole([Fake(1, date(2024, 1, 1))]), date(2026, 4, 20))
    assert (year.highest, year.highest_on, year.at_zero, year.months) == (1, date(2025, 5, 1), 0, 12)


def test_account_without_entries_has_no_month_and_no_balance():
    assert register.months_of(Ledger()) == [] and register.points_of([], date(2026, 4, 1)) == []
    year = register.year_of(Ledger(), date(2026, 4, 20))
    assert (year.highest, year.highest_on, year.at_zero, year.months) == (0, None, 12, 12)


def test_only_the_latest_months_are_expanded():
    ledger = Ledger.whole([Fake(1, date(2026, month, 1)) for month in (1, 2, 3, 4)])
    assert [month.open for month in register.months_of(ledger)] == [True, True, False, False]
