"""Calculates cases of the kind `score`: the points and band of an application, and the ranks of a vacancy's
candidates."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from allocations.rules.bands import Hiding, compile_bands, compile_ranking_points, ground_recognised, hiding
from allocations.rules.cases.fields import Fields
from allocations.rules.cases.grids import DECLARED, MOST_POINTS, VERIFIED, parse_features, parse_grid
from allocations.rules.grids import Flag, Grid, MonthsWaited, Value
from allocations.rules.points import compile_grid, full_months, scored_lines
from allocations.rules.ranks import Candidate, rank_candidates
from allocations.rules.results import CaseError
from allocations.rules.rows import Rows

APPLICANT, EXAMINER = "applicant", "examiner"
# READ_POINTS are the readers of exact points. Others get a range, the rank, and whether a sensitive priority counts.
READ_POINTS = (APPLICANT, EXAMINER)
AUDIENCES = ("officer", "committee", *READ_POINTS)
MOST_CANDIDATES = 10_000
BAND_REASON = (
    "The band counts visible points that are verified and, if a ground is recognised, the most points that sealed lines"
    " could add, so it does not tell which ground."
)
RANK_REASON = "Most points first, then the earliest filing date, then the lowest tie break."
RANKING_POINTS_REASON = (
    "If a ground is recognised, the ranking points count every sealed line, so the order does not tell which ground."
)
NARROW_REASON = "The grid's bands are narrower than the spread of its sealed points, so no band is given."


@dataclass(frozen=True)
class Application:
    """An application to score. `verified` maps the features proved by documents to values; `every` also has the
    features that are only declared."""

    filed_on: date
    months: int
    verified: dict[str, Value]
    every: dict[str, Value]


def calculate(fields: Fields, _rows: Rows) -> dict[str, Any]:
    if ("application" in fields) and ("candidates" in fields):
        raise CaseError("give either application or candidates.")
    on = fields.day("scored_on")
    if "candidates" in fields:
        return rank_vacancy(fields, read_grid(fields, on) if "grid" in fields else None, on)
    grid = read_grid(fields, on)
    if "application" not in fields:
        fields.finish()
        return {"answer": grid_facts(grid, hiding(grid, on)), "reasons": [hiding_reason(hiding(grid, on))]}
    audience = fields.choice("audience", AUDIENCES)
    application = read_application(fields.object("application"), grid, on)
    fields.finish()
    return describe_score(grid, on, application, audience)


def read_grid(fields: Fields, on: date) -> Grid:
    grid = parse_grid(fields.object("grid"))
    if grid.adopted_on > on:
        raise CaseError(f"the grid {grid.version} was adopted on {grid.adopted_on}, after {on}.")
    return grid


def read_application(fields: Fields, grid: Grid, on: date) -> Application:
    filed_on = fields.day("filed_on")
    features = parse_features(fields.object("features"), grid.features())
    fields.finish()
    return Application(
        filed_on=filed_on,
        months=full_months(filed_on, on),
        verified={name: value for name, (value, status) in features.items() if status == VERIFIED},
        every={name: value for name, (value, _status) in features.items()},
    )


def grid_facts(grid: Grid, hidden: Hiding) -> dict[str, Any]:
    return {
        "grid": grid.version,
        "grid_hides_grounds": hidden.hides,
        "band_width": hidden.width,
        "sealed_spread": hidden.spread,
        "betraying_lines": list(hidden.betraying or ()),
    }


def hiding_reason(hidden: Hiding) -> str:
    relation = "at least" if hidden.hides else "less than"
    return (
        f"A band has {hidden.width} points, {relation} the {hidden.spread} points by which sealed grounds can differ."
    )


def neutral_facts(grid: Grid, on: date, application: Application) -> dict[str, Any]:
    """Return the facts about a scored application that every kind of reader may get. They do not disclose which sealed
    ground (sensitive priority) is recognised or declared."""
    sealed = {line.rule.feature for line in grid.lines if line.sealed and isinstance(line.rule, Flag)}
    recognised = ground_recognised(grid, on, application.verified)
    neutral: dict[str, Any] = {"ground_recognised": recognised}
    if hiding(grid, on).hides:
        neutral["band"] = compile_bands(grid, on)(application.verified, application.months, recognised)
    neutral["provisional"] = any(name not in sealed and name not in application.verified for name in application.every)
    neutral["filed_on"] = application.filed_on.isoformat()
    return neutral


def describe_score(grid: Grid, on: date, application: Application, audience: str) -> dict[str, Any]:
    hidden = hiding(grid, on)
    answer = {"audience": audience} | grid_facts(grid, hidden) | neutral_facts(grid, on, application)
    reasons = [f"Grid {grid.version}, adopted on {grid.adopted_on} ({grid.source}).", hiding_reason(hidden)]
    reasons.append(BAND_REASON if hidden.hides else NARROW_REASON)
    if audience in READ_POINTS:
        points = compile_grid(grid, on)
        answer["total_verified"] = points(application.verified, application.months)
        answer["total_declared"] = points(application.every, application.months)
        answer["provisional"] = application.verified != application.every
        answer["lines"] = describe_lines(grid, on, application)
        if answer["provisional"]:
            reasons.append("Points of declared features are provisional until documents are checked.")
    return {"answer": answer, "reasons": reasons}


def describe_lines(grid: Grid, on: date, application: Application) -> list[dict[str, Any]]:
    verified = scored_lines(grid, on, application.verified, application.months)
    counted = {scored.line.code for scored in verified if scored.counted}
    lines = []
    for scored in scored_lines(grid, on, application.every, application.months):
        rule = scored.line.rule
        is_verified = isinstance(rule, MonthsWaited) or rule.feature in application.verified
        lines.append(
            {
                "code": scored.line.code,
                "rubric": scored.line.rubric,
                "sealed": scored.line.sealed,
                "status": VERIFIED if is_verified else DECLARED,
                "points": scored.points,
                "counted_verified": scored.line.code in counted,
                "counted_declared": scored.counted,
                "why": scored.why,
            }
        )
    return lines


def rank_vacancy(fields: Fields, grid: Grid | None, on: date) -> dict[str, Any]:
    """Rank the candidates of a vacancy by their ranking points. The order is the same for every kind of reader."""
    audience = fields.choice("audience", AUDIENCES)
    if audience == APPLICANT:
        raise CaseError("an applicant reads only their own points: give application instead of candidates.")
    vacancy, key = fields.text("vacancy"), read_key(fields)
    given = fields.objects("candidates", "candidate")
    fields.finish()
    if not 1 <= len(given) <= MOST_CANDIDATES:
        raise CaseError(f"a vacancy has 1 to {MOST_CANDIDATES} candidates, not {len(given)}.")
    entrants = [read_candidate(item, grid, on) for item in given]
    by_number = {entrant.candidate.number: entrant for entrant in entrants}
    ranks = []
    for ranked in rank_candidates((entrant.candidate for entrant in entrants), vacancy, key):
        entrant = by_number[ranked.candidate.number]
        rank = {"rank": ranked.rank, "number": ranked.candidate.number, "tie_break": ranked.tie_break}
        ranks.append(rank | entrant.neutral)
        if audience in READ_POINTS:
            ranks[-1]["total_verified"] = entrant.total_verified
    answer: dict[str, Any] = {"audience": audience, "vacancy": vacancy, "ranks": ranks}
    reasons = [RANK_REASON]
    if grid is not None:
        hidden = hiding(grid, on)
        answer |= grid_facts(grid, hidden)
        reasons += [RANKING_POINTS_REASON, BAND_REASON if hidden.hides else NARROW_REASON]
    return {"answer": answer, "reasons": reasons}


@dataclass(frozen=True)
class Entrant:
    """A candidate to rank, with the points that decide the rank. `neutral` has the facts that every kind of reader may
    get. `total_verified` is the sum of points that only the applicant and the examiner may know."""

    candidate: Candidate
    neutral: dict[str, Any]
    total_verified: int


def read_candidate(fields: Fields, grid: Grid | None, on: date) -> Entrant:
    """Read a candidate from JSON, given either by its features or by points that were already computed."""
    number = fields.text("number")
    if grid is None or "points" in fields:
        filed_on = fields.day("filed_on")
        if filed_on > on:
            raise CaseError(f"{fields.path}: filed on {filed_on}, after {on}.")
        candidate = Candidate(number, fields.whole("points", -MOST_POINTS, MOST_POINTS), filed_on)
        fields.finish()
        return Entrant(candidate, {"filed_on": filed_on.isoformat()}, candidate.points)
    application = read_application(fields, grid, on)
    neutral = neutral_facts(grid, on, application)
    verified, months = application.verified, application.months
    points = compile_ranking_points(grid, on)(verified, months, neutral["ground_recognised"])
    total = compile_grid(grid, on)(verified, months)
    return Entrant(Candidate(number, points, application.filed_on), neutral, total)


def read_key(fields: Fields) -> bytes:
    text = fields.text("key_hex")
    try:
        key = bytes.fromhex(text) if text.isascii() and text.isalnum() else b""
    except ValueError:
        key = b""
    if not key:
        raise CaseError('"key_hex" must be an even number of hexadecimal digits.')
    return key
