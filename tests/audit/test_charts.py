"""Figures on the audit pages, and sums and differences of them, must always concern at least five people."""

import re
from collections import Counter
from datetime import date, timedelta
from itertools import chain, combinations
from uuid import uuid4

from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.reading import By, Cell, Count
from oversight.audit_log.charts import LEAST, Merged, merge_small, mondays, rows, week_bars
from tests.builders import OWNER, run

# Random audit events are (group, person) pairs. With only seven groups, the test can try every set of groups.
events = st.lists(st.tuples(st.sampled_from("ABCDEFG"), st.integers(0, 11)), max_size=60)


def merged(lines):
    def people_in(keys):
        return len({person for group, person in lines if group in set(keys)})

    counts = Counter(group for group, _person in lines)
    return merge_small([Cell(key, n, people_in([key])) for key, n in sorted(counts.items())], people_in)


def published(result):
    """Return, for each published figure, the set of groups whose events it counts.

    A figure counts one large group, all small groups together, or all groups.
    """
    sets = [frozenset({key}) for key in result.large]
    if result.rest is not None:
        sets.append(result.small)
    if result.total is not None:
        sets.append(frozenset(result.large) | result.small)
    return sets


def found_by_arithmetic(sets):
    """Return the sets of groups whose number of events can be computed from the published figures.

    Each of `sets` contains the groups that one published figure counts. The figures of sets without a common group can
    be added. The figure of a set can be subtracted from that of a larger set that contains it.
    """
    unions = set()
    for some in chain.from_iterable(combinations(sets, n) for n in range(1, len(sets) + 1)):
        if sum(map(len, some)) == len(frozenset().union(*some)):
            unions.add(frozenset().union(*some))
    return unions | {one - other for one in unions for other in unions if other < one}


@settings(max_examples=300, deadline=None)
@given(events)
def test_no_figure_or_difference_is_about_fewer_than_five_people(lines):
    for groups in found_by_arithmetic(published(merged(lines))):
        people = {person for group, person in lines if group in groups}
        assert not groups or not people or len(people) >= LEAST, groups


@settings(max_examples=200, deadline=None)
@given(events)
def test_published_figures_are_exact_and_complete(lines):
    result = merged(lines)
    counts = Counter(group for group, _person in lines)
    if result.hidden:
        assert not result.large and result.total is None and len({p for _g, p in lines}) < LEAST
    else:
        assert result.total == len(lines)
        assert all(result.of(key) == n for key, n in counts.items() if key not in result.small)
    assert all(result.of(key) is None for key in result.small)


def test_a_group_of_one_is_merged_with_the_smallest_large_group():
    lines = [("A", p) for p in range(9)] + [("B", p) for p in range(5)] + [("C", 1)]
    result = merged(lines)
    assert dict(result.large) == {"A": 9} and result.rest == 6 and result.small == {"B", "C"}


def test_a_person_in_two_small_groups_counts_once():
    result = merged([("A", p) for p in (1, 2, 3, 4)] + [("B", p) for p in (1, 2, 3, 4)])
    assert result.hidden and result.of("A") is None and result.total is None


def test_thirteen_weeks_end_with_the_current_partial_week():
    weeks = mondays(date(2026, 11, 25))
    assert len(weeks) == 13 and weeks[-1] == date(2026, 11, 23) and weeks[0] == date(2026, 8, 31)
    bars = week_bars(weeks, Merged({"2026-11-23": 4}, frozenset({"2026-11-16"}), 7))
    assert [bar["count"] for bar in bars[-3:]] == [0, None, 4] and [b["partial"] for b in bars[-2:]] == [False, True]


def test_table_lists_large_groups_first_and_merges_small_ones():
    table = rows(Merged({"a": 10, "b": 40}, frozenset({"c"}), 6), Merged({"a": 7}), {"a": "Est", "b": "Nord"}, "Autres")
    assert [(r.name, r.looks, r.refusals, r.share) for r in table] == [
        ("Nord", 40, 0, 1.0),
        ("Est", 10, 7, 0.25),
        ("c", None, 0, 0),
        ("Autres", 6, None, 0),
    ]


def fill(lines, outcome="shown"):
    """Insert audit events given as (role, place, person, days ago).

    The database owner inserts them, because only the owner may give an event an earlier date.
    """
    for role, place, person, days in lines:
        run(
            "INSERT INTO audit_event (id, at, kind, outcome, actor, machine, role, permission, route,"
            " about_kind, place, shown, count, facts)"
            " VALUES (gen_random_uuid(), now() - make_interval(days => %s), 'account_opened', %s, %s, '', %s, '', '',"
            " '', %s, '{}', 0, '{}')",
            days,
            outcome,
            person,
            role,
            place,
        )


def test_counts_are_of_distinct_people(bare, monkeypatch):
    from django.db import connections

    from audit import reading

    monkeypatch.setattr(reading, "connection", connections[OWNER])
    people, here, there = [uuid4() for _ in range(6)], uuid4(), uuid4()
    fill([("officer", here, person, 1) for person in people] + [("officer", here, people[0], 2)])
    fill([("caretaker", there, person, 3) for person in people[:3]])
    now = timezone.now()
    start = now - timedelta(days=30)

    def count(by, groups=None):
        return Count(by, start, now, ("shown",), groups)

    assert count(By.ROLE).cells() == [Cell("caretaker", 3, 3), Cell("officer", 7, 6)]
    assert count(By.ROLE).people_in(["caretaker", "officer"]) == 6
    assert count(By.PLACE, {here: "east"}).cells() == [Cell("", 3, 3), Cell("east", 7, 6)]
    assert count(By.OUTCOME).cells() == [Cell("shown", 10, 6)]
    assert sum(cell.events for cell in count(By.WEEK).cells()) == 10
    assert Count(By.ROLE, start, now, ("refused",)).cells() == []


def test_refusals_of_few_people_cannot_be_subtracted_from_the_sum(landlord, sign_in):
    """The audit page must show two kinds of refusals only as their sum if one kind concerns fewer than five people.

    Here, 78 refusals concern six employees and 44 concern one employee. A reader could compute 44 from 122 and 78, so
    neither 44 nor 78 may be shown.
    """
    people = [landlord.person(name).pk for name in ("awa", "bruno", "elise", "denis", "fatou", "georges")]
    fill([("officer", None, person, 1) for person in people for _ in range(13)], "missing")
    fill([("officer", None, people[0], 1)] * 44, "refused")
    text = sign_in("ines").get("/trace/").content.decode().split("recentes")[0].split("<main")[1]
    assert re.search(r"\b122 refus", text) and not re.search(r">(44|78)<", text)


def test_page_shows_no_figure_about_fewer_than_five_people(landlord, sign_in):
    """A number about fewer than five people must not be on the audit page, neither alone nor as a total.

    Here, one officer opened accounts 37 times and nobody else opened any, so the page must not show 37.
    """
    elise = landlord.person("elise")
    # The events are of today, because the page also prints how many events belong to a month without a partition.
    fill([("officer", landlord.building("Glycines A").pk, elise.pk, 0)] * 37)
    text = sign_in("ines").get("/trace/").content.decode()
    charts = text.split("recentes")[0].split("<main")[1]
    assert not re.search(r">[^<]*\b37\b[^<]*<", charts) and "moins de cinq personnes" in text
