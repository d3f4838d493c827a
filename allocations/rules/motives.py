"""Decides whether a motive of refusal may be used, from the figures of its condition.

The list of motives is closed. It has no motive "other", and none about a link with the commune.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from allocations.rules.results import CaseError, MissingFacts
from allocations.rules.rows import VOCABULARY, Row, Rows, read_csv
from formats.vocabulary import Vocabulary

MOTIVES = Vocabulary(VOCABULARY / "refusal_motives.csv")
RESIDUAL_LIMITS = tuple(
    f"residual_income_limit_cents_per_{unit}" for unit in ("household", "person", "consumption_unit")
)
# NOT_AN_OWNER is also the result for a candidate with a protection order, because it must not reveal the order.
NOT_AN_OWNER = "The file gives no ground to refuse on account of a suited dwelling that the candidate owns."


@dataclass(frozen=True)
class Finding:
    holds: bool
    explanation: str


def decision_of(code: str) -> str:
    """Return the kind of decision to which a motive belongs: "d" (non-allocation) or "e" (inadmissibility)."""
    return MOTIVES.terms[code].row["decision"]


def over_ceilings(income_cents: int, ceilings: Mapping[str, int], percent: int = 100) -> Finding:
    """Whether an income exceeds a percentage of every ceiling. `ceilings` maps kinds of financing to whole euros."""
    limits = ", ".join(f"{financing} {euros} euros" for financing, euros in ceilings.items())
    holds = all(100 * income_cents > percent * 100 * euros for euros in ceilings.values())
    share = "" if percent == 100 else f"{percent} % of "
    relation = "above" if holds else "not above"
    return Finding(holds, f"The income of {income_cents} cents is {relation} {share}the ceiling: {limits}.")


def no_right_of_residence(
    checked_on: date | None, has_right: bool, valid_until: date | None, decided_on: date
) -> Finding:
    """Whether the candidate has no right of residence. Raises MissingFacts if the right was not checked, or has expired
    since."""
    if checked_on is None:
        raise MissingFacts("check of the right of residence")
    if checked_on > decided_on:
        raise CaseError("checked_on is after decided_on.")
    if not has_right:
        return Finding(True, f"No right of residence at the check of {checked_on}.")
    if valid_until is not None and valid_until < decided_on:
        raise MissingFacts(f"check of the right of residence after {valid_until}")
    return Finding(False, f"The right of residence was checked on {checked_on}.")


@dataclass(frozen=True)
class DocumentRequest:
    """A dated request for one supporting document. Days are None if unknown."""

    document: str
    requested_on: date | None = None
    answer_by: date | None = None
    received_on: date | None = None


def paper_missing(request: DocumentRequest, decided_on: date) -> Finding:
    """Whether a requested document was not received in time. Raises CaseError for a document that is not on the legal
    list, because the landlord may not require it."""
    if request.document not in {row["code"] for row in read_csv("listed_documents.csv")}:
        raise CaseError(f"{request.document} is not a listed document: its absence can ground no refusal.")
    if request.received_on is not None and request.received_on <= decided_on:
        return Finding(False, f"{request.document} was received on {request.received_on}.")
    if request.requested_on is None:
        return Finding(False, f"{request.document} was not asked for by a dated request.")
    if request.answer_by is None:
        raise MissingFacts(f"answer_by of the request of {request.document}")
    if request.answer_by <= request.requested_on:
        raise CaseError("answer_by must be after requested_on.")
    if request.requested_on > decided_on:
        raise CaseError("requested_on is after decided_on.")
    if request.answer_by >= decided_on:
        return Finding(False, f"The delay to supply {request.document} ends on {request.answer_by}: it has not passed.")
    why = (
        f"{request.document} was requested on {request.requested_on} for {request.answer_by},"
        f" and not received by {decided_on}."
    )
    return Finding(True, why)


def wrong_size(code: str, rooms: int, persons: int, decided_on: date, rows: Rows) -> Finding:
    """Whether a dwelling is too small or too large for the household, by the landlord's limits for its number of
    rooms."""
    row = rows.find("occupancy", str(rooms), on=decided_on)
    if row is None:
        raise MissingFacts(f"occupancy of {rooms} rooms {decided_on}")
    fewest, most = row.values
    holds = persons > most if code == "too_small" else persons < fewest
    why = f"{persons} persons; {rooms} rooms are for {fewest} to {most} ({row.source})."
    return Finding(holds, why)


def not_accessible(needs: Iterable[str], equipment: Iterable[str]) -> Finding:
    lacking = sorted(set(needs) - set(equipment))
    if lacking:
        return Finding(True, f"The dwelling lacks equipment that the household needs: {', '.join(lacking)}.")
    return Finding(False, "The dwelling lacks no equipment that the household needs.")


@dataclass(frozen=True)
class HousingCosts:
    """Monthly housing costs and resources in cents. `consumption_units_permille` is in thousandths of a unit, or
    None."""

    rent: int
    annexes: int
    charges: int
    energy: int
    water_and_heat: int
    housing_aid: int
    resources: int
    persons: int
    consumption_units_permille: int | None = None

    @property
    def net(self) -> int:
        return max(0, self.rent + self.annexes + self.charges + self.energy + self.water_and_heat - self.housing_aid)


def effort_rate(costs: HousingCosts, dalo: bool, other_motives: Iterable[str], on: date, rows: Rows) -> Finding:
    """Whether the rent-to-income ratio is above the landlord's limit and the residual income is below its own limit.
    For a candidate with the DALO priority, another motive must also be given."""
    if dalo and not list(other_motives):
        return Finding(False, "This motive never holds alone for a candidate recognised under DALO.")
    rate_limit, residual_limit = effort_limits(on, rows)
    unit = residual_limit.key[1].removeprefix("residual_income_limit_cents_per_")
    permille = {"household": 1000, "person": 1000 * costs.persons}.get(unit, costs.consumption_units_permille)
    if permille is None:
        raise MissingFacts("consumption_units_permille")
    if not costs.resources:
        return Finding(False, "Without resources no effort rate can be computed.")
    over = 1000 * costs.net > rate_limit.values[0] * costs.resources
    below = 1000 * (costs.resources - costs.net) < permille * residual_limit.values[0]
    why = (
        f"Effort rate {costs.net}/{costs.resources}, {'above' if over else 'not above'} the limit of"
        f" {rate_limit.values[0]} permille ({rate_limit.source}), housing aid of {costs.housing_aid} cents counted;"
        f" residual income {'below' if below else 'not below'} the limit of {residual_limit.values[0]} cents"
        f" per {unit} ({residual_limit.source})."
    )
    return Finding(over and below, why if over and below else f"{why} The motive needs both.")


def effort_limits(on: date, rows: Rows) -> tuple[Row, Row]:
    """Return the landlord's limits of the rent-to-income ratio and of the residual income. Raises MissingFacts if
    either is missing."""
    rate = rows.find("parameter", "effort_rate_limit_permille", on=on)
    residual = [row for name in RESIDUAL_LIMITS if (row := rows.find("parameter", name, on=on)) is not None]
    if len(residual) > 1:
        raise CaseError("several rows limit the residual income in different units.")
    missing = [f"parameter effort_rate_limit_permille {on}"] if rate is None else []
    missing += [] if residual else [f"parameter residual_income_limit_cents {on} (one of {', '.join(RESIDUAL_LIMITS)})"]
    if rate is None or not residual:
        raise MissingFacts(*missing)
    return rate, residual[0]


def owner_suited(owns_suited_dwelling: bool, protection_order: bool) -> Finding:
    """Whether the candidate owns a suited dwelling. A present or past protection order excludes this motive of
    refusal, and the result does not mention the protection order."""
    if owns_suited_dwelling and not protection_order:
        return Finding(True, "The candidate owns a dwelling suited to the household's needs and means.")
    return Finding(False, NOT_AN_OWNER)


def fragile_residence(residence: str, first_suited_vacancy_promised: bool, on: date, rows: Rows) -> Finding:
    """Whether the intermunicipal agreement (CIA) names the residence as fragile, and the candidate is promised the
    first suited vacancy elsewhere."""
    if not any(row.in_force(on) for row in rows.of_kind("fragile_residence")):
        raise MissingFacts(f"fragile residences of the CIA {on}")
    row = rows.find("fragile_residence", residence, on=on)
    if row is None:
        return Finding(False, f"The CIA does not name the residence {residence}.")
    if not first_suited_vacancy_promised:
        return Finding(False, "The first suited vacancy elsewhere is not promised to the candidate.")
    why = f"The CIA names the residence {residence} ({row.source}); the first suited vacancy elsewhere is promised."
    return Finding(True, why)


def other_ranked_before(number: str, ranks: Mapping[str, int | None]) -> Finding:
    """Whether other candidates are ranked before this one. `ranks` maps every candidate of the vacancy to a rank;
    raises MissingFacts if a candidate has no rank."""
    if number not in ranks:
        raise CaseError(f"the candidate {number} is not among the ranks.")
    if missing := [f"rank of candidate {of}" for of, rank in ranks.items() if rank is None]:
        raise MissingFacts(*missing)
    if sorted(rank for rank in ranks.values() if rank is not None) != list(range(1, len(ranks) + 1)):
        raise CaseError("ranks must be 1, 2, 3 and so on, without gaps and each once.")
    rank = ranks[number] or 0
    return Finding(rank > 1, f"The candidate has the rank {rank} of {len(ranks)}: {rank - 1} ranked before.")


def not_applicable_now(state: str, since: date | None, decided_on: date) -> Finding:
    """Whether the application was already inactive when the decision was taken. `state` is "active", "struck_off" or
    "withdrawn"; `since` is the day on which the application became inactive."""
    if state == "active":
        return Finding(False, "The application is active.")
    if since is None:
        raise MissingFacts(f"since when the application is {state}")
    if since > decided_on:
        return Finding(False, f"The application was still active on {decided_on}.")
    return Finding(True, f"The application is {state.replace('_', ' ')} since {since}.")
