"""The income quartile of a candidate is computed from declared resources and from legal figures."""

import pytest

from access.permissions import Permission
from allocations.actions.occasions import open_designated
from allocations.assessment import OTHER_QUARTILE, QUARTILE_FIGURES, QuartileVerdict, declared_quartile
from allocations.committee.sheet_facts import Costs
from allocations.models import Candidacy
from allocations.wording import missing_text
from buildings.models import UnitTerms
from tests.allocations.builders import acting_as, enter_figures, make_member
from tests.allocations.commission import Commission
from tests.builders import OWNER, paris_day, run

pytestmark = pytest.mark.usefixtures("unkept")

# Consumption units of 1, 0.5 and 0.3 for the members, and a threshold of 10,000 euros a year per unit.
FIGURES = dict(zip(QUARTILE_FIGURES, (1_000_000, 1000, 500, 300, 14, 0), strict=True))
FIRST, OTHERS = QuartileVerdict(1), QuartileVerdict(OTHER_QUARTILE)


@pytest.fixture
def commission(commission) -> Commission:
    commission.orient()
    return commission


def quartile(commission: Commission, monthly_cents: int | None) -> QuartileVerdict:
    """Return the income quartile of the first candidate, whose sheet gets these monthly resources."""
    if not Candidacy.objects.using(OWNER).exists():
        commission.designate(commission.shortlist()[:1])
    candidacy, aline = Candidacy.objects.using(OWNER).get(), commission.person("aline")
    costs = Costs(monthly_cents, 0 if monthly_cents is not None else None)
    commission.prepare(candidacy, costs)
    with acting_as(aline, Permission.OFFER_SEND) as access:
        open_designated(by=aline, candidacy_id=candidacy.pk, context=access.context)
        row = access.rows(Candidacy).select_related("vacancy", "sheet").get(pk=candidacy.pk)
        return declared_quartile(access, row)


def test_quartile_is_twelve_months_by_consumption_unit(commission):
    enter_only(**FIGURES)
    # For one person, 833.33 euros a month are a few cents less than 10,000 euros a year.
    assert quartile(commission, 833_33) == FIRST
    assert quartile(commission, 833_34) == OTHERS
    make_member(commission.applications[0], birth_date=paris_day(-366 * 10))
    # With the child, the household has 1.3 consumption units, so its threshold is 13,000 euros a year.
    assert quartile(commission, 1083_33) == FIRST
    assert quartile(commission, 1083_34) == OTHERS


def enter_only(**values: int) -> None:
    run("DELETE FROM allocations_legalfigure WHERE code = ANY (%s)", [*values, "application_validity_months"])
    run("DELETE FROM allocations_legalfigure WHERE code = 'document_delay_days'")
    enter_figures(**values)


def test_each_missing_figure_is_named(commission):
    verdict = quartile(commission, 900_00)
    assert verdict.quartile is None
    assert verdict.missing == tuple(f"parameter {code} {paris_day()}" for code in QUARTILE_FIGURES)
    assert all("chiffre légal en vigueur" in missing_text(name) for name in verdict.missing)


def test_unknown_resources_and_other_regions_are_named(commission):
    enter_only(**FIGURES)
    verdict = quartile(commission, None)
    assert [missing_text(name) for name in verdict.missing] == ["ressources mensuelles sur la fiche"]
    UnitTerms.objects.using(OWNER).update(zone="regions")
    assert "intercommunalité" in missing_text(quartile(commission, 900_00).missing[0])


def test_income_equal_to_the_threshold_depends_on_the_text(commission):
    enter_only(**FIGURES | {"quartile_threshold_idf_cents": 1_200_000})
    verdict = quartile(commission, 1000_00)
    assert "ressources égales au seuil" in missing_text(verdict.missing[0])
    for inclusive, expected in ((1, FIRST), (0, OTHERS)):
        enter_only(quartile_threshold_idf_inclusive=inclusive)
        assert quartile(commission, 1000_00) == expected


@pytest.mark.parametrize(
    ("member", "point"),
    [
        ({"custody": "alternate"}, "part_time_child_in_consumption_units"),
        ({"custody": "visit"}, "part_time_child_in_consumption_units"),
        ({"tie": "expected_child"}, "unborn_child_in_consumption_units"),
    ],
)
def test_child_who_may_count_leaves_the_law_open_only_if_the_answer_depends_on_it(commission, member, point):
    enter_only(**FIGURES)
    make_member(commission.applications[0], **{"birth_date": paris_day(-366 * 10)} | member)
    assert quartile(commission, 1000_00) == QuartileVerdict(open_points=(point,))
    assert quartile(commission, 800_00) == FIRST
    assert quartile(commission, 1200_00) == OTHERS
