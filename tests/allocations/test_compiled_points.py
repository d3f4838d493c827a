"""The points that are computed for many applications at once equal those of the line-by-line calculation."""

from datetime import date
from random import Random

import pytest

from allocations.rules.grids import ONCE, SUM, Code, Flag, Grid, Line, MonthsWaited, Number, Rule, Value
from allocations.rules.points import compile_counted, compile_grid, scored_lines

DAY = date(2026, 11, 30)
RUBRICS = {"household": SUM, "priority": ONCE, "housing": ONCE, "waiting": SUM}


def draw_grid(rng: Random) -> Grid:
    rules: list[tuple[str, Rule]] = [
        *(("priority", Flag(f"flag{number}")) for number in range(6)),
        *(("household", Number("children", least, least + rng.randrange(3))) for least in range(4)),
        *(("housing", Code("housing", frozenset(rng.sample("abcd", 2)))) for _number in range(3)),
        ("waiting", MonthsWaited(rng.choice([None, 20]), rng.choice([None, 12]), 5)),
        ("household", Flag("lone_parent")),
    ]
    lines = tuple(
        Line(f"line{number}", rubric, rule, rng.choice([0, 3, 3, 7, 12]), sealed=rule == Flag("flag0"))
        for number, (rubric, rule) in enumerate(rules)
    )
    return Grid("1", DAY, "test", RUBRICS, lines, 20)


def draw_values(rng: Random) -> dict[str, Value]:
    every: dict[str, Value] = {f"flag{number}": rng.random() < 0.4 for number in range(6)}
    every |= {"children": rng.randrange(6), "housing": rng.choice("abcd"), "lone_parent": rng.random() < 0.5}
    return {name: value for name, value in every.items() if rng.random() < 0.8} | {"unused": True}


@pytest.mark.parametrize("seed", range(40))
def test_counted_lines_are_those_of_the_calculation_line_by_line(seed):
    rng = Random(seed)
    grid = draw_grid(rng)
    counted, total = compile_counted(grid, DAY), compile_grid(grid, DAY)
    for _number in range(50):
        values, months = draw_values(rng), rng.randrange(40)
        expected = [(line.line.code, line.points) for line in scored_lines(grid, DAY, values, months) if line.counted]
        assert counted(values, months) == expected
        assert total(values, months) == sum(points for _code, points in expected)


def test_sealed_lines_can_be_left_out():
    grid = draw_grid(Random(1))
    codes = {code for code, _points in compile_counted(grid, DAY, sealed=False)({"flag0": True}, 0)}
    assert codes and "line0" not in codes and "line0" in dict(compile_counted(grid, DAY)({"flag0": True}, 0))
