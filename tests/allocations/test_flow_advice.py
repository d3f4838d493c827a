"""Advice to the manager on which contingent (reserving body's share) gets each vacancy.

The advice has the lowest possible cost, comes with a proof, does not depend on the order of the input, and binds
nobody.
"""

import re
from dataclasses import replace
from itertools import product

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from allocations.models import Contingent, OrientationReason, Vacancy
from allocations.rules.flow_advice import (
    BEHIND,
    ELSEWHERE,
    FIRST_LETTING,
    NO_ADVICE_COST,
    PLACE,
    REACHED,
    UNEVEN_COST,
    ContingentShare,
    Costs,
    NotOptimal,
    VacantDwelling,
    advise,
    cost_of,
    price,
    step_costs,
    uneven_costs,
    verify_optimal,
)
from allocations.rules.results import CaseError
from tests.allocations.builders import give_share, give_terms, make_base, make_contingent, make_convention, make_vacancy
from tests.bench.flow import large_problem
from tests.builders import OWNER, make_unit

T2, T4 = ("T2", "PLUS", False), ("T4", "PLAI", True)
PATHS = ("/a/", "/a/b/", "/a/c/")

kinds = st.sampled_from([T2, T4, ("T4", "PLUS", False)])
dwelling_lists = st.lists(
    st.builds(
        VacantDwelling,
        vacancy=st.sampled_from("uvwxyz"),
        path=st.sampled_from(PATHS),
        kind=kinds,
        first_letting=st.booleans(),
    ),
    max_size=6,
    unique_by=lambda dwelling: dwelling.vacancy,
)
share_lists = st.lists(
    st.builds(
        ContingentShare,
        contingent=st.sampled_from("ABCD"),
        path=st.sampled_from(PATHS),
        target=st.integers(0, 6),
        received=st.dictionaries(kinds, st.integers(0, 3)),
    ),
    max_size=4,
    unique_by=lambda share: share.contingent,
)


def share(contingent: str, target: int, path: str = "/a/", **received: int) -> ContingentShare:
    return ContingentShare(contingent, path, target, {{"t2": T2, "t4": T4}[kind]: n for kind, n in received.items()})


def dwellings(number: int, path: str = "/a/b/", kind=T2) -> list[VacantDwelling]:
    return [VacantDwelling(f"v{place:02}", path, kind) for place in range(number)]


def all_costs(costs: Costs) -> list[int]:
    """Try every combination of contingents for the vacancies, and return the cost of each permitted combination."""
    allowed = []
    for names in product(*([None, *options] for options in costs.options.values())):
        chosen = dict(zip(costs.options, names, strict=True))
        if all(names.count(name) <= len(steps) for name, steps in costs.steps.items()):
            allowed.append(cost_of(costs, chosen))
    return allowed


# --- The rules --------------------------------------------------------------------------------------------------------


@given(dwelling_lists, share_lists)
@settings(max_examples=300, deadline=None)
def test_advice_costs_the_least_of_all_that_are_allowed(vacant, shares):
    assert advise(vacant, shares).cost == min(all_costs(price(vacant, shares)))


@given(dwelling_lists, share_lists, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_advice_does_not_depend_on_the_order_of_the_input(vacant, shares, random):
    expected = advise(vacant, shares)
    random.shuffle(vacant)
    random.shuffle(shares)
    assert advise(vacant, [replace(row, received=dict([*row.received.items()][::-1])) for row in shares]) == expected


@given(dwelling_lists, share_lists)
@settings(deadline=None)
def test_advice_keeps_to_the_place_and_to_what_is_owed(vacant, shares):
    advice = advise(vacant, shares)
    chosen = [*advice.chosen.values()]
    by_id = {row.contingent: row for row in shares}
    assert advice.chosen.keys() == advice.reasons.keys() == {dwelling.vacancy for dwelling in vacant}
    assert all(chosen.count(row.contingent) <= max(0, row.target - sum(row.received.values())) for row in shares)
    for dwelling in vacant:
        contingent, reason = advice.chosen[dwelling.vacancy], advice.reasons[dwelling.vacancy]
        assert contingent is None or dwelling.path.startswith(by_id[contingent].path)
        assert reason in (OrientationReason.values if contingent else (ELSEWHERE, REACHED))


@given(dwelling_lists, share_lists, st.data())
@settings(max_examples=300, deadline=None)
def test_proof_refuses_every_advice_that_costs_more(vacant, shares, data):
    """An advice that costs more than necessary must be refused, whatever prices it gives as the proof of its low
    cost."""
    costs, optimal = price(vacant, shares), advise(vacant, shares)
    left = {name: len(steps) for name, steps in costs.steps.items()}
    chosen: dict[str, str | None] = {}
    for vacancy, options in costs.options.items():
        chosen[vacancy] = data.draw(st.sampled_from([None, *(name for name in options if left[name])]))
        if (name := chosen[vacancy]) is not None:
            left[name] -= 1
    planted = replace(optimal, chosen=chosen, cost=cost_of(costs, chosen))
    if planted.cost > optimal.cost:
        shifts = {name: data.draw(st.integers(-30, 30)) for name in costs.steps}
        for prices in (optimal.prices, {name: optimal.prices[name] + shift for name, shift in shifts.items()}):
            with pytest.raises(NotOptimal):
                verify_optimal(costs, replace(planted, prices=prices))


def test_proof_refuses_to_leave_out_a_dwelling_or_to_exceed_a_share():
    vacant, shares = dwellings(2), [share("A", 1), share("B", 2)]
    costs, advice = price(vacant, shares), advise(vacant, shares)
    chosen = {"v00": None, "v01": "B"}
    with pytest.raises(NotOptimal, match="cheaper option"):
        verify_optimal(costs, replace(advice, chosen=chosen, cost=cost_of(costs, chosen)))
    with pytest.raises(NotOptimal, match="more than its share"):
        verify_optimal(costs, replace(advice, chosen={"v00": "A", "v01": "A"}))


def test_proof_refuses_a_wrong_cost_missing_prices_and_another_place():
    vacant, shares = dwellings(1), [share("A", 2), share("C", 2, "/a/c/")]
    costs, advice = price(vacant, shares), advise(vacant, shares)
    for changed, words in (
        (replace(advice, cost=advice.cost - 1), "does not cost what it says"),
        (replace(advice, prices={}), "must have a price"),
        (replace(advice, chosen={"v00": "C"}), "does not reserve where"),
        (replace(advice, chosen={}), "not about the vacancies"),
        (replace(advice, prices=advice.prices | {"A": advice.prices["A"] + NO_ADVICE_COST}), "cheaper option"),
        (replace(advice, prices=advice.prices | {"C": 2 * NO_ADVICE_COST}), "another number of dwellings"),
    ):
        with pytest.raises(NotOptimal, match=words):
            verify_optimal(costs, changed)


def test_advice_is_not_returned_without_its_proof(monkeypatch):
    monkeypatch.setattr("allocations.rules.flow_advice._Flow.prices", lambda self: dict.fromkeys(self.names, 0))
    with pytest.raises(NotOptimal):
        advise(dwellings(1), [share("A", 2)])


def test_contingent_further_from_its_share_comes_first():
    advice = advise(dwellings(1), [share("A", 10, t2=5), share("B", 20, t2=9)])
    assert advice.chosen == {"v00": "B"} and advice.reasons == {"v00": BEHIND}


def test_small_and_large_contingents_advance_at_the_same_pace():
    chosen = [*advise(dwellings(20), [share("A", 10), share("B", 30)]).chosen.values()]
    assert (chosen.count("A"), chosen.count("B")) == (5, 15)


def test_steps_are_thousandths_of_the_share_at_the_middle_of_each_dwelling():
    assert step_costs(share("A", 4, t2=1)) == [375, 625, 875]
    assert step_costs(share("A", 4, t2=4)) == step_costs(share("A", 4, t2=9)) == step_costs(share("A", 0)) == []


def test_features_a_contingent_has_more_of_than_its_part_cost_more():
    shares = [share("A", 50, t2=6, t4=2), share("B", 50, t2=2, t4=2), share("C", 50)]
    assert uneven_costs(T2, shares) == {"A": 3 * UNEVEN_COST, "B": 0, "C": 0}
    assert uneven_costs(("T4", "PLUS", False), shares) == {"A": 2 * UNEVEN_COST, "B": UNEVEN_COST, "C": 0}


def test_contingent_moves_to_another_dwelling_to_leave_one_to_a_smaller_place():
    vacant = [VacantDwelling("here", "/a/b/", T2), VacantDwelling("there", "/a/c/", T2)]
    advice = advise(vacant, [share("A", 1), share("B", 1, "/a/b/", t2=0)])
    assert advice.chosen == {"here": "B", "there": "A"}
    assert advice.reasons == {"here": BEHIND, "there": PLACE}


def test_reasons_say_why_there_is_no_advice_and_that_a_dwelling_is_new():
    assert advise(dwellings(1), [share("A", 4, "/a/c/")]).reasons == {"v00": ELSEWHERE}
    assert advise(dwellings(1), [share("A", 4, t2=4)]).reasons == {"v00": REACHED}
    new = [replace(dwelling, first_letting=True) for dwelling in dwellings(1)]
    assert advise(new, [share("A", 4)]).reasons == {"v00": FIRST_LETTING}


def test_ids_that_occur_twice_are_refused():
    with pytest.raises(CaseError):
        advise([*dwellings(1), *dwellings(1)], [])
    with pytest.raises(CaseError):
        advise([], [share("A", 1), share("A", 2)])


def test_thousand_dwellings_are_advised_with_a_proof():
    vacant, shares = large_problem(1_000)
    advice = advise(vacant, shares)
    verify_optimal(price(vacant, shares), advice)
    assert advise(vacant[::-1], shares[::-1]) == advice


# --- The pages --------------------------------------------------------------------------------------------------------


@pytest.fixture
def waiting(landlord) -> Vacancy:
    """A vacancy without a contingent, and four contingents, of which only the commune's may get the vacancy.

    Each of the others lacks something: a matching place, a convention, or a share of the year.
    """
    top, base = landlord.place("Office des Trois-Rives"), make_base(100)
    for holder, kind, place, permille, has_convention in (
        ("Ville de Paris", "commune", top, 100, True),
        ("Département", "department", landlord.place("Agence Bercy"), 200, True),
        ("Région", "region", top, 200, False),
        ("Établissement", "public_body", top, None, True),
    ):
        contingent = make_contingent(place, holder, kind)
        if permille is not None:
            give_share(contingent, base, permille)
        if has_convention:
            make_convention(contingent, -10, 300)
    unit = make_unit(landlord.building("Glycines A"), "99", 9)
    give_terms(unit)
    return make_vacancy(unit)


def url(vacancy: Vacancy) -> str:
    return reverse("vacancy_orient", kwargs={"pk": vacancy.pk})


def words(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def checked(response) -> set[str]:
    """Return the values of the selected radio buttons."""
    tags = re.findall("<input[^>]* checked[^>]*>", response.content.decode())
    return {re.findall('value="([^"]*)"', tag)[0] for tag in tags}


def id_of(holder: str) -> str:
    return str(Contingent.objects.using(OWNER).get(holder=holder).pk)


def test_manager_sees_the_advice_and_what_it_is_not(sign_in, waiting):
    page = words(sign_in("rosa").get(reverse("orientation")))
    assert "Proposition : Ville de Paris , lieu prévu par la convention" in page
    assert "part de l’année : 10 logements à recevoir" in page
    assert "jamais sur des personnes" in page and "Vous décidez de chaque orientation" in page
    assert Vacancy.objects.using(OWNER).get().state == "declared"


def test_form_has_the_advice_selected_and_the_choice_remains_free(sign_in, waiting):
    rosa, stored = sign_in("rosa"), Vacancy.objects.using(OWNER)
    assert checked(rosa.get(url(waiting))) == {id_of("Ville de Paris"), "place"}
    assert rosa.post(url(waiting), {"contingent": id_of("Région"), "reason": "suited"}).status_code == 302
    assert (stored.get().contingent.holder, stored.get().orientation_reason) == ("Région", "suited")
    assert checked(rosa.get(url(waiting))) == {id_of("Région"), "suited"}


def test_oriented_vacancies_count_in_the_share(landlord, sign_in, waiting):
    rosa = sign_in("rosa")
    for number in range(10):
        unit = make_unit(landlord.building("Glycines A"), f"8{number}", 8)
        give_terms(unit)
        assert "Proposition" in words(rosa.get(reverse("orientation")))
        assert (
            rosa.post(url(make_vacancy(unit)), {"contingent": id_of("Ville de Paris"), "reason": "behind"}).status_code
            == 302
        )
    page = words(rosa.get(reverse("orientation")))
    assert "Proposition :" not in page and "ont reçu leur part de l’année" in page
    assert checked(rosa.get(url(waiting))) == set()


def test_vacancy_where_nobody_reserves_says_so(landlord, sign_in, waiting):
    Contingent.objects.using(OWNER).filter(holder="Ville de Paris").update(place=landlord.place("Agence Bercy"))
    assert "aucun réservataire de ce lieu n’a à la fois" in words(sign_in("rosa").get(reverse("orientation")))


def test_board_gives_no_advice_without_the_dwellings_of_the_year(landlord, sign_in):
    unit = make_unit(landlord.building("Glycines A"), "99", 9)
    give_terms(unit)
    vacancy = make_vacancy(unit)
    make_convention(make_contingent(landlord.place("Office des Trois-Rives")), -10, 300)
    page = words(sign_in("rosa").get(reverse("orientation")))
    assert "Proposition" not in page and "Loge propose" not in page
    assert checked(sign_in("rosa").get(url(vacancy))) == set()


def test_officer_sees_no_advice(sign_in, waiting):
    aline = sign_in("aline")
    assert aline.get(reverse("orientation")).status_code == 403
    assert aline.get(url(waiting)).status_code in (403, 404)
    for page in (reverse("vacancies"), reverse("vacancy", kwargs={"pk": waiting.pk})):
        assert "Proposition" not in words(aline.get(page)) and "Ville de Paris" not in words(aline.get(page))
